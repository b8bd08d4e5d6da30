"""One story for a reader's page, and stories in a list: what ``explain`` tells, without words that may not be shown.

Words of a story (headline, credit, notice, the words that evidence points at) are shown while a file of the lake holds
its row and that has not expired. Of all other stories ids, addresses, times and reasons are told.
"""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from newswire import ledger
from newswire.config import SLUG, Settings
from newswire.errors import LakeCorrupt
from newswire.lake.layout import Layout
from newswire.ledger import search as book
from newswire.ledger.search import Listed, Place, Wanted
from newswire.model import Partition
from newswire.pipeline import headlines
from newswire.pipeline.evidence import evidence, wordless
from newswire.pipeline.explain import Event, Life, explain
from newswire.pipeline.headlines import Headlines
from newswire.pipeline.names import code

log = logging.getLogger(__name__)

PAGE = 50
LEAST = "a:0000000000000000"
"""The least article id that there can be."""
HAVE_ROWS = {None, "published", "held"}
"""States of which the lake may hold a row: of a held story an earlier version."""
ARTICLE_ID = re.compile(rf"{SLUG.pattern}:[0-9a-f]{{16}}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What readers of the lake see of a story now."""

    title: str
    credit: str | None
    notice: str | None
    notice_holder: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Stories in a list.

    Attributes:
        titles: The headlines of those that may be read now, by article id.
        after: Where the list goes on; None at its end.
        back_to: Down to which day headlines were looked at, where time did not suffice for all.
    """

    stories: tuple[Listed, ...]
    titles: dict[str, str]
    after: Place | None
    back_to: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One story.

    Attributes:
        life: Its life, without words that may not be shown.
        shown: What readers of the lake see of it; None where they see nothing.
        decision: The decision that stands, as JSON; None where there is none.
    """

    life: Life
    shown: Shown | None
    decision: dict[str, Any] | None


def stories(
    settings: Settings, wanted: Wanted, *, partners: Collection[str], after: Place | None, now: datetime
) -> Listing:
    """A page of the list of stories; words are also looked for in the headlines of what may be read now.

    Raises:
        LedgerUnavailable: The ledger does not answer, or not in time.
    """
    layout = Layout.at(settings.lake)
    titled = _titled(layout, wanted, partners, after, now)
    floor = titled.back_to if titled.is_enough else None  # below it others are to be found first
    first = max(filter(None, (wanted.first, floor)), default=None)
    wanted = replace(wanted, first=first, titled=tuple(titled.article_ids))
    with ledger.reading(settings.ledger()) as connection:
        found = book.search(connection, wanted, partners=partners, after=after, most=PAGE + 1)
    goes_on = None if floor is None else Place(published_date=floor, article_id=LEAST)
    listed = found[:PAGE]
    where: dict[Partition, list[str]] = defaultdict(list)
    for story in listed:
        if story.partition_date is not None:
            where[Partition(story.partition_date, story.partner)].append(story.article_id)
    rows = _rows(layout, where, now)
    return Listing(
        stories=tuple(listed),
        titles={name: row["title"] for name, row in rows.items()},
        after=listed[-1].place if len(found) > PAGE else goes_on,
        back_to=None if titled.is_enough else titled.back_to,
    )


def _titled(layout: Layout, wanted: Wanted, partners: Collection[str], after: Place | None, now: datetime) -> Headlines:
    """The stories with the words in their headline, of those that may be on a page."""
    if not wanted.words or wanted.state not in HAVE_ROWS:
        return Headlines()
    ends = [*filter(None, [wanted.last]), *([after.published_date] if after else [])]
    return headlines.search(
        layout,
        wanted.words,
        partners=[slug for slug in partners if wanted.partner in {None, slug}],
        first=wanted.first,
        last=min(ends, default=None),
        enough=PAGE + 1,
        now=now,
    )


def story(settings: Settings, name: str, now: datetime) -> Story:
    """One story by its article id.

    Raises:
        RulingRefused: The ledger knows no such item.
        LedgerUnavailable: The ledger does not answer.
    """
    layout = Layout.at(settings.lake)
    life = explain(layout, settings.ledger(), name)
    at: date | None = life.now.partition_date if life.now else None
    row = {} if at is None else _rows(layout, {Partition(at, life.partner): [life.article_id]}, now)
    shown = None
    if life.article_id in row:
        shown = Shown(**{name: row[life.article_id][name] for name in Shown.__slots__})
    wordless = _wordless(life, readable=shown is not None)
    standing = life.now.decision_id if life.now else None
    decided = (event.about for event in wordless.events if event.what == "decided")
    return Story(
        life=wordless,
        shown=shown,
        decision=next((about["decision"] for about in decided if about["decision_id"] == standing), None),
    )


def _rows(layout: Layout, wanted: dict[Partition, list[str]], now: datetime) -> dict[str, dict[str, Any]]:
    """The words of rows that may be read now, by article id."""
    from newswire.lake.parquet import columns_of  # noqa: PLC0415 - a page without published stories needs no pyarrow

    found: dict[str, dict[str, Any]] = {}
    for partition, names in wanted.items():
        path = layout.articles(partition)
        try:
            rows = columns_of(layout.store, path, ("article_id", "expires_at", *Shown.__slots__), article_ids=names)
        except LakeCorrupt as error:  # readers of the lake see nothing of them either; `verify` says what to do
            log.warning("%s", error)
            continue
        found |= {row["article_id"]: row for row in rows if row["expires_at"] is None or row["expires_at"] > now}
    return found


def _wordless(life: Life, *, readable: bool) -> Life:
    """The same without the words of what no file of the lake holds."""
    content = life.now.row_content_hash if readable and life.now else None
    return replace(life, events=tuple(_shown(life.events, content)))


def _shown(events: Iterable[Event], content: str | None) -> Iterable[Event]:
    for event in events:
        about = event.about
        if event.what == "decided":
            published = about["outcome"] == "publish" and about["content_hash"] == content
            decision = (_parts_seen if published else wordless)(about["decision"])
            yield replace(event, about={**about, "decision": decision})
        elif event.what == "observed" and about["observation"]["content_hash"] != content:
            embargo = about["embargo"] and {**about["embargo"], "raw": None}
            yield replace(event, about={**about, "embargo": embargo})
        elif event.what == "entry" and about["outcome"] != "quarantined":  # then the detail names expectations
            yield replace(event, about={**about, "detail": code(about["detail"])})
        else:
            yield event


def _parts_seen(decision: dict[str, Any]) -> dict[str, Any]:
    """A decision whose words may be shown, but for those of the parts that it leaves out."""
    parts = [
        {**part, "evidence": evidence(part["evidence"], published=part["outcome"] == "publish")}
        for part in decision["components"]
    ]
    return {**decision, "components": parts}
