"""Where everything in the lake lies. Nothing else builds a lake path.

Every part of a path is a slug from a partner file, a date, a checksum or a constant: nothing that a server or a payload
says ever becomes part of one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from newswire.config import SLUG
from newswire.errors import ConfigError
from newswire.model import Partition

ARTICLES = "articles"
DECISIONS = "decisions"
DATE_KEYS = {ARTICLES: "published_date", DECISIONS: "decided_date"}
EXTENSIONS = {
    "application/rss+xml": "xml",
    "application/atom+xml": "xml",
    "application/xml": "xml",
    "text/xml": "xml",
    "application/json": "json",
    "application/feed+json": "json",
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/plain": "txt",
}


_PARTITION = re.compile(
    "published/(?:" + "|".join(f"{name}/(?={key})" for name, key in DATE_KEYS.items()) + ")"
    r"(?P<day>[^/]+)/partner=(?P<partner>[^/]+)/."
)


def _day(folder: str) -> date | None:
    """The date of a partition's folder; None where that is not how a date is written there."""
    _, _, said = folder.partition("=")
    try:
        day = date.fromisoformat(said)
    except ValueError:
        return None
    return day if day.isoformat() == said else None


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths of one lake; all but ``root`` are relative to it, with forward slashes."""

    root: Path

    @classmethod
    def at(cls, lake: str) -> Layout:
        """The layout of the lake at a path or ``file:`` URL.

        Raises:
            ConfigError: The lake is a URL of a store that this version cannot replace objects in atomically.
        """
        scheme = urlsplit(lake).scheme
        if scheme not in {"", "file"}:
            msg = f"The lake {lake!r} lies on {scheme}; this version writes lakes on a local disk."
            raise ConfigError(msg, reason="lake_scheme", remedy="Set NEWSWIRE_LAKE to a folder of this host.")
        return cls(Path(urlsplit(lake).path if scheme else lake).absolute())

    def full(self, relative: str) -> Path:
        """The absolute path of a relative one."""
        return self.root / relative

    def landing(self, partner: str, feed: str, day: date, sha256: str, content_type: str | None) -> str:
        """Where a payload's raw bytes land."""
        kind = (content_type or "").partition(";")[0].strip().lower()
        return f"landing/{partner}/{feed}/{day.isoformat()}/{sha256}.{EXTENSIONS.get(kind, 'bin')}.zst"

    def receipts(self, partner: str, feed: str, day: date) -> str:
        """The receipts of a day's payloads, beside them: one JSON object a line."""
        return f"landing/{partner}/{feed}/{day.isoformat()}/receipts.jsonl"

    def receipts_of(self, partner: str) -> Iterator[Path]:
        """Every such file of a partner, oldest day first."""
        return iter(sorted(self.full(f"landing/{partner}").glob("*/*/receipts.jsonl"), key=lambda p: p.parent.name))

    def purged(self, payload_path: str, sha256: str) -> str:
        """Where what is left of a payload lies once it was purged: beside it, named by the checksums of both."""
        folder, _, name = payload_path.rpartition("/")
        return f"{folder}/{name.partition('.')[0]}.{sha256[:16]}.json.zst"

    def remains(self, payload_path: str) -> list[str]:
        """What is left of a payload that was purged, wherever that is known."""
        folder, _, name = payload_path.rpartition("/")
        return self._under(folder, f"{name.partition('.')[0]}.*.json.zst")

    def landed(self) -> Iterator[list[str]]:
        """Every landed payload, whoever put it there, in groups: one for each partner, feed and day."""
        for folder in sorted(self.full("landing").glob("*/*/*")):
            yield sorted(path.relative_to(self.root).as_posix() for path in folder.glob("*.zst"))

    def articles(self, partition: Partition) -> str:
        """The object of one publication date and partner."""
        return self.dataset(ARTICLES, partition.partner, partition.published_date)

    def dataset(self, dataset: str, partner: str, day: date) -> str:
        """The object of one date and partner in a dataset."""
        return f"published/{dataset}/{DATE_KEYS[dataset]}={day.isoformat()}/partner={partner}/{dataset}.parquet"

    def partitions(self, dataset: str) -> Iterator[tuple[str, date, str]]:
        """The objects of a dataset that lie there now: partner, date and path of each, by path."""
        for relative in self.published():
            lies = self.partition_of(relative)
            if lies is not None and relative == self.dataset(dataset, lies.partner, lies.published_date):
                yield lies.partner, lies.published_date, relative

    def files(self, dataset: str) -> str:
        """Every object of a dataset, as a pattern."""
        return f"published/{dataset}/*/*/*.parquet"

    def days(self, dataset: str, partner: str) -> list[date]:
        """The dates of which a partner has a folder in a dataset, whatever lies in it."""
        folders = self.full(f"published/{dataset}").glob(f"{DATE_KEYS[dataset]}=*/partner={partner}")
        return sorted(day for folder in folders if (day := _day(folder.parent.name)) is not None)

    def published(self) -> Iterator[str]:
        """Every file below the published folder, whoever put it there."""
        for path in sorted(self.full("published").rglob("*")):
            if path.is_symlink() or not path.is_dir():
                yield path.relative_to(self.root).as_posix()

    def partition_of(self, relative: str) -> Partition | None:
        """The partition, of whichever dataset, in whose folder a file lies."""
        folder = _PARTITION.match(relative)
        day = _day(folder["day"]) if folder else None
        return Partition(day, folder["partner"]) if folder and day else None

    def batch(self, partner: str, run_id: str) -> str:
        """The folder in which a run stages its batch."""
        return f"state/batches/{partner}/{hashlib.sha256(run_id.encode()).hexdigest()[:32]}"

    def readable(self, partner: str) -> str:
        """Which stories the lake held when the ledger was restored."""
        return f"state/restored/{partner}.json"

    def all_batches(self) -> dict[str, list[str]]:
        """The folders of all staged batches, by partner."""
        return {folder.name: self.batches(folder.name) for folder in sorted(self.full("state/batches").glob("*"))}

    def all_readable(self) -> list[str]:
        """That of every partner of whom it is known."""
        return self._under("state/restored", "*.json")

    def lock(self, dataset: str, partner: str, day: date) -> str:
        """The lock file of one object."""
        return f"state/locks/{dataset}.{partner}.{day.isoformat()}.lock"

    def batches(self, partner: str) -> list[str]:
        """The folders of a partner's staged batches."""
        return self._under(f"state/batches/{partner}", "*")

    def aside_lock(self, partner: str) -> str:
        """The lock file of what a partner's runs set aside: staged batches and quarantine."""
        return f"state/locks/aside.{partner}.lock"

    def takedown(self, partner: str, takedown_id: str) -> str:
        """What was taken down, beside the payloads, for a restored ledger."""
        return f"landing/{partner}/takedowns/{takedown_id}.json"

    def takedowns(self, partner: str) -> list[str]:
        """Every such file of a partner."""
        return self._under(f"landing/{partner}/takedowns", "takedown-*.json")

    def takedown_lock(self, partner: str) -> str:
        """The lock file of a partner's takedowns, which go one after the other."""
        return f"state/locks/takedown.{partner}.lock"

    def quarantine(self, partner: str, run_id: str) -> str:
        """What a run set aside, one JSON object a line."""
        return f"quarantine/{partner}/{hashlib.sha256(run_id.encode()).hexdigest()[:32]}.jsonl"

    def quarantines(self, partner: str) -> list[str]:
        """Every file of what a partner's runs set aside."""
        return self._under(f"quarantine/{partner}", "*.jsonl")

    def objects(self, dataset: str, partner: str) -> list[str]:
        """Every object of a partner in a dataset."""
        return self._under("published", f"{dataset}/*/partner={partner}/*.parquet")

    def payloads(self, partner: str) -> list[str]:
        """Every landed payload of a partner."""
        return self._under(f"landing/{partner}", "*/*/*.zst")

    def reports(self, partner: str) -> list[str]:
        """Every file of a partner's quality reports, validation results and Data Docs."""
        return [*self._under(f"quality/{partner}", "**/*.json"), *self._under(f"quality/{partner}", "**/*.html")]

    def languages(self, partner: str, kind: str) -> str:
        """The report of languages that were declared wrongly, as ``json`` or ``html``."""
        return f"quality/{partner}/languages.{kind}"

    def languages_lock(self, partner: str) -> str:
        """The lock file of that report."""
        return f"state/locks/languages.{partner}.lock"

    def report(self, partner: str, name: str) -> Path | None:
        """A file of a partner's reports that someone asks for by its path below them; None for all that is not one.

        Whatever the name says, and wherever links lead, the file lies below the partner's own folder of reports.
        """
        parts = name.split("/")
        if not SLUG.fullmatch(partner) or any(not part or part[0] == "." or not part.isprintable() for part in parts):
            return None
        folder = (self.quality / partner).resolve()
        path = folder.joinpath(*parts).resolve()
        return path if path.is_relative_to(folder) and path.is_file() else None

    def _under(self, folder: str, pattern: str) -> list[str]:
        return sorted(path.relative_to(self.root).as_posix() for path in self.full(folder).glob(pattern))

    @property
    def quality(self) -> Path:
        """The root of the validation results and Data Docs."""
        return self.root / "quality"
