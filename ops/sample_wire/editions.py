"""Which edition each feed has reached, kept over restarts in one file that is replaced as a whole."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path


def utc_now() -> datetime:
    """The wire's clock."""
    return datetime.now(UTC)


class Editions:
    """The starts of the editions that each feed has had so far; how many they are is the current edition.

    All dates in the stories are counted from these, so that they look current whenever the wire is first started, and
    stay what they are from then on. Callers serialise their calls.

    Args:
        path: The state file; it is made on the first start.
        now: The clock.
    """

    def __init__(self, path: Path, now: Callable[[], datetime] = utc_now) -> None:
        self._path = path
        self._now = now
        self._starts: dict[str, list[datetime]] = {}
        if path.exists():
            state = json.loads(path.read_text(encoding="utf-8"))
            self.base = datetime.fromisoformat(state["base"])
            self._starts = {
                key: [datetime.fromisoformat(at) for at in starts] for key, starts in state["feeds"].items()
            }
        else:
            self.base = now().replace(microsecond=0)
            self._write()

    def starts(self, key: str) -> tuple[datetime, ...]:
        """When each edition of a feed began, up to the current one; the first began with the wire."""
        return tuple(self._starts.get(key, [self.base]))

    def advance(self, key: str) -> tuple[datetime, ...]:
        """Move a feed on to its next edition, durably, and return the starts.

        Editions begin at least a second apart, because Last-Modified counts in seconds.
        """
        starts = self.starts(key)
        start = max(self._now().replace(microsecond=0), starts[-1] + timedelta(seconds=1))
        self._starts[key] = [*starts, start]
        self._write()
        return self.starts(key)

    def _write(self) -> None:
        state = {
            "base": self.base.isoformat(),
            "feeds": {key: [at.isoformat() for at in starts] for key, starts in self._starts.items()},
        }
        self._path.parent.mkdir(parents=True, exist_ok=True)
        temporary = self._path.with_suffix(".tmp")
        with temporary.open("w", encoding="utf-8") as file:
            json.dump(state, file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._path)
