"""What the pipeline asks of the place where a lake lies, whatever it is.

A name is relative to the lake, with forward slashes, and is built by ``layout`` alone. A file is whole or absent:
whoever reads sees the old one or the new one. A pattern is one of ``pathlib``: ``*`` stays within a folder, and ``**/``
does not.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

TEMPORARY = ".tmp"
"""How the name of a file ends that is still being written; it begins with a dot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What is known of a file without reading it: bytes, and when it was written, in seconds of the epoch."""

    size: int
    modified: float


class Claim(Protocol):
    """An object that its holder alone may write.

    Attributes:
        content: What it held when it was claimed; None where it was absent. Read first, then the ledger: so nobody can
            have written a newer one that this is taken for.
    """

    content: bytes | None

    def put(self, content: bytes) -> None:
        """Replace it.

        Raises:
            LakeBusy: The claim was lost, and another writer has been there.
            TransientError: It could not be written.
        """

    def remove(self) -> None:
        """Remove it; an absent one is fine.

        Raises:
            LakeBusy: As ``put``.
        """


class Store(Protocol):
    """A place for a lake.

    Reading and listing raise ``FileNotFoundError`` for what is absent, else ``OSError`` or ``TransientError``; writing
    raises ``TransientError``.
    """

    @property
    def url(self) -> str:
        """How people and readers name the lake: an absolute path, or a URL."""

    def where(self, name: str) -> str:
        """How they name something in it."""

    def read(self, name: str) -> bytes:
        """The bytes of a file that must be there."""

    def find(self, name: str) -> bytes | None:
        """The bytes of a file; None where it is absent."""

    def open(self, name: str) -> AbstractContextManager[BinaryIO]:
        """A file to be read piece by piece."""

    def exists(self, name: str) -> bool:
        """Whether there is a file."""

    def look(self, name: str) -> Found | None:
        """What is known of a file; None where it is absent."""

    def names(self, folder: str, pattern: str) -> list[str]:
        """The files below a folder that a pattern names, sorted."""

    def folders(self, folder: str, pattern: str) -> list[str]:
        """The folders below a folder that a pattern names, sorted."""

    def strangers(self, name: str) -> list[str]:
        """What else lies in the folder of an object that has one for itself."""

    def clear(self, name: str) -> list[str]:
        """Remove what else lies in the folder of an object that the caller has claimed; the files that went."""

    def put(self, name: str, content: bytes) -> None:
        """Put a file in place, durably and all at once."""

    def append(self, name: str, line: bytes) -> None:
        """Add a line to a file of lines, or to others whose names go on where its name ends; writers do not mix."""

    def remove(self, name: str) -> None:
        """Remove a file durably; an absent one is fine."""

    def land(self, name: str, content: Callable[[], bytes]) -> None:
        """Write a file whose content its name tells; one that lies there is let be, and ``discard`` sees that."""

    def discard(self, name: str, *, untouched_since: float) -> int | None:
        """Remove a file that was landed; its size, 0 where it is gone already, None where it landed again meanwhile.

        Args:
            name: The file.
            untouched_since: The time, in seconds of the epoch, since when nobody may have landed it.
        """

    def discard_folder(self, folder: str, *, untouched_since: float) -> int | None:
        """Remove a folder with its files, and return their size; None where some of it changed since then."""

    def clean(self, *, before: float) -> list[tuple[str, int]]:
        """Remove what writers left half-written that must be dead; where it lay, and its size."""

    def locked(self, lock: str) -> AbstractContextManager[None]:
        """Hold an exclusive lock, waiting for it; it also ends when the process does.

        Raises:
            LakeBusy: The lock was lost before the block ended: what was done in it must be done again.
        """

    def claimed(self, name: str, lock: str) -> AbstractContextManager[Claim]:
        """Hold the lock of an object that is replaced as a whole.

        Raises:
            LakeBusy: As ``locked``.
        """

    def worked_on(self, folder: str, lock: str) -> AbstractContextManager[Path]:
        """A local folder of the same name that shows what lies below one of the lake, where changes made in it end up.

        Whoever works there keeps others of this host out; the lock keeps out those of other hosts.
        """

    def is_inside(self, name: str, folder: str) -> bool:
        """Whether a file lies below a folder, wherever links lead."""
