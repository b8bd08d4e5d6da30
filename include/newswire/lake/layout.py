"""Where everything in the lake lies. Nothing else builds a lake path.

Every part of a path is a slug from a partner file, a date, a checksum or a constant: nothing that a server or a payload
says ever becomes part of one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from newswire.config import SLUG
from newswire.errors import ConfigError
from newswire.lake.bucket import SETTINGS, Bucket, Locker, no_locks
from newswire.lake.folder import Folder
from newswire.lake.store import TEMPORARY, Claim, Store
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
    """The names of everything in one lake, relative to it with forward slashes, and the store that holds it."""

    store: Store

    @classmethod
    def at(cls, lake: str, locker: Locker = no_locks) -> Layout:
        """The layout of the lake at a path, a ``file:`` URL or that of an object store.

        Args:
            lake: Where it lies.
            locker: What keeps writers of an object store apart; who only reads needs none.

        Raises:
            ConfigError: The lake is a URL of a store that this version cannot replace objects in atomically.
        """
        scheme = urlsplit(lake).scheme
        if scheme in SETTINGS:
            return cls(Bucket(lake, locker))
        if scheme not in {"", "file"}:
            msg = f"The lake lies on {scheme}; this version writes lakes in a folder, and on {', '.join(SETTINGS)}."
            remedy = "Set NEWSWIRE_LAKE to a folder of this host, or a URL such as s3://bucket/prefix."
            raise ConfigError(msg, reason="lake_scheme", remedy=remedy)
        return cls(Folder(Path(urlsplit(lake).path if scheme else lake).absolute()))

    def landing(self, partner: str, feed: str, day: date, sha256: str, content_type: str | None) -> str:
        """Where a payload's raw bytes land."""
        kind = (content_type or "").partition(";")[0].strip().lower()
        return f"landing/{partner}/{feed}/{day.isoformat()}/{sha256}.{EXTENSIONS.get(kind, 'bin')}.zst"

    def receipts(self, partner: str, feed: str, day: date) -> str:
        """The receipts of a day's payloads, beside them: one JSON object a line."""
        return f"landing/{partner}/{feed}/{day.isoformat()}/receipts.jsonl"

    def receipts_of(self, partner: str) -> list[str]:
        """Every such file of a partner, oldest day first."""
        found = self.store.names(f"landing/{partner}", "*/*/receipts.jsonl*")
        return sorted(found, key=lambda name: name.split("/")[-2])

    def purged(self, payload_path: str, sha256: str) -> str:
        """Where what is left of a payload lies once it was purged: beside it, named by the checksums of both."""
        folder, _, name = payload_path.rpartition("/")
        return f"{folder}/{name.partition('.')[0]}.{sha256[:16]}.json.zst"

    def remains(self, payload_path: str) -> list[str]:
        """What is left of a payload that was purged, wherever that is known."""
        folder, _, name = payload_path.rpartition("/")
        return self.store.names(folder, f"{name.partition('.')[0]}.*.json.zst")

    def landed_from(self) -> list[str]:
        """The partners of whom something landed."""
        names = (folder.rpartition("/")[2] for folder in self.store.folders("landing", "*"))
        return [name for name in names if SLUG.fullmatch(name)]

    def landed(self) -> Iterator[list[str]]:
        """Every landed payload, whoever put it there, in groups: one for each partner, feed and day."""
        for folder in self.store.folders("landing", "*/*/*"):
            yield self.store.names(folder, "*.zst")

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
        folders = self.store.folders(f"published/{dataset}", f"{DATE_KEYS[dataset]}=*/partner={partner}")
        return sorted(day for folder in folders if (day := _day(folder.split("/")[-2])) is not None)

    def published(self) -> list[str]:
        """Every file below the published folder, whoever put it there."""
        return self.store.names("published", "**/*")

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
        slugs = [folder.rpartition("/")[2] for folder in self.store.folders("state/batches", "*")]
        return {slug: self.batches(slug) for slug in slugs}

    def all_readable(self) -> list[str]:
        """That of every partner of whom it is known."""
        return self.store.names("state/restored", "*.json")

    def lock(self, dataset: str, partner: str, day: date) -> str:
        """The lock file of one object."""
        return f"state/locks/{dataset}.{partner}.{day.isoformat()}.lock"

    def claimed(self, dataset: str, partner: str, day: date) -> AbstractContextManager[Claim]:
        """Hold the lock of one object; see ``Store.claimed``."""
        return self.store.claimed(self.dataset(dataset, partner, day), self.lock(dataset, partner, day))

    def batches(self, partner: str) -> list[str]:
        """The folders of a partner's staged batches."""
        return self.store.folders(f"state/batches/{partner}", "*")

    def aside_lock(self, partner: str) -> str:
        """The lock file of what a partner's runs set aside: staged batches and quarantine."""
        return f"state/locks/aside.{partner}.lock"

    def takedown(self, partner: str, takedown_id: str) -> str:
        """What was taken down, beside the payloads, for a restored ledger."""
        return f"landing/{partner}/takedowns/{takedown_id}.json"

    def takedowns(self, partner: str) -> list[str]:
        """Every such file of a partner."""
        return self.store.names(f"landing/{partner}/takedowns", "takedown-*.json")

    def rulings(self, partner: str) -> str:
        """What persons ruled, beside the payloads, for a restored ledger: one JSON object a line."""
        return f"landing/{partner}/rulings.jsonl"

    def rulings_of(self, partner: str) -> list[str]:
        """Every such file of a partner."""
        return self.store.names(f"landing/{partner}", "rulings.jsonl*")

    def takedown_lock(self, partner: str) -> str:
        """The lock file of a partner's takedowns, which go one after the other."""
        return f"state/locks/takedown.{partner}.lock"

    def quarantine(self, partner: str, run_id: str) -> str:
        """What a run set aside, one JSON object a line."""
        return f"quarantine/{partner}/{hashlib.sha256(run_id.encode()).hexdigest()[:32]}.jsonl"

    def quarantines(self, partner: str) -> list[str]:
        """Every file of what a partner's runs set aside."""
        return self.store.names(f"quarantine/{partner}", "*.jsonl")

    def objects(self, dataset: str, partner: str) -> list[str]:
        """Every object of a partner in a dataset."""
        return self.store.names("published", f"{dataset}/*/partner={partner}/*.parquet")

    def payloads(self, partner: str) -> list[str]:
        """Every landed payload of a partner."""
        return self.store.names(f"landing/{partner}", "*/*/*.zst")

    def half_written(self, partner: str) -> dict[str, bool]:
        """Every file of a partner that is still being written, or whose writer died; whether it lies aside."""
        theirs = {f"landing/{partner}": False, f"quality/{partner}": False}
        theirs |= {f"state/batches/{partner}": True, f"quarantine/{partner}": True}
        half = f"**/.*{TEMPORARY}"
        found = {name: aside for folder, aside in theirs.items() for name in self.store.names(folder, half)}
        return found | dict.fromkeys(self.store.names("published", f"*/*/partner={partner}/{half}"), False)

    def reports(self, partner: str) -> list[str]:
        """Every file of a partner's quality reports, validation results and Data Docs."""
        folder = self.reports_folder(partner)
        return [*self.store.names(folder, "**/*.json"), *self.store.names(folder, "**/*.html")]

    def languages(self, partner: str, kind: str) -> str:
        """The report of languages that were declared wrongly, as ``json`` or ``html``."""
        return f"quality/{partner}/languages.{kind}"

    def languages_lock(self, partner: str) -> str:
        """The lock file of that report."""
        return f"state/locks/languages.{partner}.lock"

    def reports_folder(self, partner: str) -> str:
        """The folder of a partner's reports."""
        return f"quality/{partner}"

    def reports_lock(self, partner: str) -> str:
        """The lock file of the whole of them."""
        return f"state/locks/reports.{partner}.lock"

    def docs(self, partner: str) -> str:
        """The first page of a partner's Data Docs."""
        return f"quality/{partner}/docs/index.html"

    def reported(self) -> list[str]:
        """Every partner of whom there are reports."""
        return [folder.rpartition("/")[2] for folder in self.store.folders("quality", "*")]

    def report(self, partner: str, name: str) -> str | None:
        """A file of a partner's reports that someone asks for by its path below them; None for all that is not one.

        Whatever the name says, and wherever links lead, the file lies below the partner's own folder of reports.
        """
        parts = name.split("/")
        if not SLUG.fullmatch(partner) or any(not part or part[0] == "." or not part.isprintable() for part in parts):
            return None
        folder = self.reports_folder(partner)
        wanted = f"{folder}/{name}"
        return wanted if self.store.is_inside(wanted, folder) else None
