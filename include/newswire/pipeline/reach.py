"""What a takedown reaches: every place where a story's words lie, each cleaned and searched by the same code.

A place is searched for the stories' ids, for their content hashes and for their words. What names a story stays where
it stands: ids, addresses, hashes, times.
"""

from __future__ import annotations

import html
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import msgspec

from newswire import ledger, quality
from newswire.errors import LakeCorrupt
from newswire.lake import parquet
from newswire.lake.layout import ARTICLES, DECISIONS
from newswire.lake.parquet import Row
from newswire.ledger import stories as book
from newswire.ledger import takedowns, texts
from newswire.pipeline import aside
from newswire.pipeline import batch as staging
from newswire.pipeline.decisions import write
from newswire.pipeline.evidence import wordless
from newswire.pipeline.facts import article_id
from newswire.pipeline.traces import Traces
from newswire.pipeline.work import Workplace

MOST_NAMED = 20
QUIET = 60.0
"""How many seconds nobody wrote to a half-written file by the time its writer is taken for dead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is searched for.

    Attributes:
        items: The stories.
        contents: The hashes of their contents.
        sources: The receipts whose payload they were once read from.
        traces: By what their words are known.
        purge_raw: Whether landed payloads must lose them, too.
    """

    place: Workplace
    items: frozenset[str]
    contents: frozenset[str]
    sources: frozenset[str]
    traces: Traces
    purge_raw: bool

    @property
    def articles(self) -> frozenset[str]:
        """Their article ids."""
        return frozenset(article_id(self.place.partner.slug, item_id) for item_id in self.items)


@dataclass(slots=True, kw_only=True)
class Searched:
    """A place that was searched.

    Attributes:
        files: How many files were read; of the ledger, tables.
        rows: How many rows, lines or entries of them.
        found: How many held something of the stories that must go.
        kept: How many hold something that nobody asked to go: payloads that were not to be purged.
        where: Some of the places of what was found.
        elsewhere: Where the same words stand in something else, such as another story that quotes them.
    """

    place: str
    files: int = 0
    rows: int = 0
    found: int = 0
    kept: int = 0
    where: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def note(self, where: str, found: int = 1) -> None:
        """Count what was found somewhere."""
        self.found += found
        if where not in self.where and len(self.where) < MOST_NAMED:
            self.where.append(where)

    def quote(self, where: str) -> None:
        """Note that the words stand in something else."""
        if where not in self.elsewhere and len(self.elsewhere) < MOST_NAMED:
            self.elsewhere.append(where)


def search(subject: Subject, *, clean: bool) -> list[Searched]:
    """Search every place; with ``clean`` take out what is found, and say how much it was."""
    return [look(subject, clean=clean) for look in PLACES]


def _articles(subject: Subject, *, clean: bool) -> Searched:  # noqa: ARG001 - the partitions' own writer takes rows out
    said = Searched(place="published articles")
    for path, rows in _objects(subject, ARTICLES, said):
        for row in rows:
            if row["article_id"] in subject.articles or row["content_hash"] in subject.contents:
                said.note(path)
            elif subject.traces.stand_in(texts.strings(row)):
                said.quote(f"{path}: {row['article_id']}")
    return said


def _decisions(subject: Subject, *, clean: bool) -> Searched:
    said = Searched(place="published decisions")
    place = subject.place
    worded = set()
    for path, rows in _objects(subject, DECISIONS, said):
        for row in rows:
            if row["article_id"] in subject.articles and _worded(row):
                said.note(path)
                worded.add(path)
            elif row["article_id"] not in subject.articles and subject.traces.stand_in(_told(row)):
                said.quote(f"{path}: {row['article_id']}")
    for path in sorted(worded) if clean else ():
        lies = place.layout.partition_of(path)
        if lies is not None:
            write(place, lies.published_date)
    return said


def _worded(row: Row) -> bool:
    """Whether a row of decisions holds words of its story."""
    decision = {name: msgspec.json.decode(row[name]) for name in ("evidence", "components")}
    return wordless(decision) != decision


def _told(row: Row) -> Iterator[str]:
    return texts.strings([msgspec.json.decode(row[name]) for name in ("evidence", "components")])


def _objects(subject: Subject, dataset: str, said: Searched) -> Iterator[tuple[str, list[Row]]]:
    layout = subject.place.layout
    for path in layout.objects(dataset, subject.place.partner.slug):
        rows = parquet.rows_of(layout.store, path)
        said.files += 1
        said.rows += len(rows)
        yield path, rows


def _batches(subject: Subject, *, clean: bool) -> Searched:
    said = Searched(place="staged batches")
    layout = subject.place.layout
    with aside.still(subject.place):
        for folder in layout.batches(subject.place.partner.slug):
            said.files += 1
            try:
                told, rows = staging.told_of(layout, folder), staging.rows(layout, folder)
            except LakeCorrupt:  # a run that died while it staged: its next try stages it anew
                said.note(folder)
                if clean:
                    staging.drop(layout, folder)
                continue
            said.rows += len(rows) + sum(map(len, told.values()))
            found = staging.strip(layout, folder, subject.items, write=clean)
            if found:
                said.note(folder, found)
            elif subject.traces.stand_in(texts.strings([told, rows])):
                said.quote(folder)
    return said


def _quarantine(subject: Subject, *, clean: bool) -> Searched:
    said = Searched(place="quarantine")
    layout = subject.place.layout
    with aside.still(subject.place):
        for path in layout.quarantines(subject.place.partner.slug):
            lines = layout.store.read(path).splitlines()
            left = aside.lines_without(lines, subject.items)
            said.files += 1
            said.rows += len(lines)
            changed = sum(old != new for old, new in zip(lines, left, strict=True))
            if changed:
                said.note(path, changed)
                if clean:
                    layout.store.put(path, b"\n".join(left) + b"\n")
            if subject.traces.stand_in(texts.strings([msgspec.json.decode(line) for line in left])):
                said.quote(path)
    return said


def _reports(subject: Subject, *, clean: bool) -> Searched:
    """The languages' examples lose the stories' ids; a validation's page that quotes one goes, with its results."""
    said = Searched(place="quality reports")
    layout, slug = subject.place.layout, subject.place.partner.slug
    file, page = (layout.languages(slug, kind) for kind in ("json", "html"))
    with layout.store.locked(layout.languages_lock(slug)):
        content = layout.store.find(file)
        if content is not None:
            report = quality.LanguageReport.read(slug, content)
            left = report.without(subject.articles)
            if left != report:
                said.note(file)
                if clean:
                    layout.store.put(file, left.as_json())
                    layout.store.put(page, left.as_page())
    for path in layout.reports(slug):
        said.files += 1
        text = html.unescape(layout.store.read(path).decode(errors="replace"))
        if subject.traces.stand_in([text]):
            said.note(path)
            if clean:
                layout.store.remove(path)
    return said


def _ledger(subject: Subject, *, clean: bool) -> Searched:
    said = Searched(place="ledger")
    slug, tables = subject.place.partner.slug, set()
    with ledger.transaction(subject.place.database_url) as connection:
        book.lock_partner(connection, slug)
        for table, rows in takedowns.forget(connection, slug, subject.items, wordless, clean=clean).items():
            said.note(table, rows)
    with ledger.transaction(subject.place.database_url) as connection:
        for row in () if clean else texts.of_partner(connection, slug):
            tables.add(row.table)
            said.rows += 1
            if subject.traces.stand_in(row.texts):
                if row.item_id in subject.items and row.table not in texts.SAID:
                    said.note(row.table)
                else:
                    said.quote(f"{row.table}: {row.item_id or 'a row of no story'}")
    said.files = len(tables)
    return said


def _half_written(subject: Subject, *, clean: bool) -> Searched:
    """What writers that died have left: nobody can tell what it holds, and nobody needs it."""
    said = Searched(place="half-written files")
    place, slug = subject.place, subject.place.partner.slug
    with aside.still(place), ledger.transaction(place.database_url) as connection:
        book.lock_partner(connection, slug)  # under it payloads are moved aside
        for path, lies_still in place.layout.half_written(slug).items():
            said.files += 1
            found = place.layout.store.look(path)
            if not (lies_still or (found is not None and time.time() - found.modified > QUIET)):
                said.quote(f"{path}, which is being written")
                continue
            said.note(path)
            if clean:
                place.layout.store.remove(path)
    return said


PLACES: tuple[Callable[..., Searched], ...] = (
    _articles,
    _ledger,
    _decisions,
    _batches,
    _quarantine,
    _reports,
    _half_written,
)
"""The ledger comes before the decisions, which are written from it."""
