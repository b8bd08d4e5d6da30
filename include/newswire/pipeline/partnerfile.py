"""A proposed partner file, written out: it validates, says what was found, and grants nothing.

What a server says stands in double quotes, as a value or in a comment, and always on one line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta

import yaml

from newswire.pipeline.proposal import MOST_ENTRIES, Ask, Found, names_of

SHOWN = 5
"""Notices, credits and rights fields of each kind that are shown."""

LONGEST = 160
EVERY_HOUR = ("0 * * * *", "every hour, which suits most wires")
SCHEDULES = (
    (timedelta(minutes=12), "*/5 * * * *"),
    (timedelta(minutes=25), "*/15 * * * *"),
    (timedelta(minutes=50), "*/30 * * * *"),
    (timedelta(hours=5), "0 * * * *"),
    (timedelta(hours=11), "0 */6 * * *"),
)
"""How often a feed is pulled whose stories come so often, or more often."""


def written(found: Sequence[Found], ask: Ask, where: str) -> str:
    """The file as YAML.

    Args:
        found: The feeds.
        ask: What a person told.
        where: What they gave, to be named in the file.
    """
    return "\n".join([*_head(found, ask, where), *_feeds(found), *_contracts(found, ask)]) + "\n"


def scalar(text: str) -> str:
    """A text as a YAML value on one line."""
    dumped: str = yaml.safe_dump(one_line(text), default_style='"', allow_unicode=True, width=float("inf"))
    return dumped.strip()


def one_line(text: str) -> str:
    """A text without line breaks, and without characters that show nothing, or show it elsewhere."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def quoted(text: str) -> str:
    """A text for a comment: on one line, in quotes, and not long."""
    said = one_line(text)
    return f'"{said[:LONGEST]}…"' if len(said) > LONGEST else f'"{said}"'


def _head(found: Sequence[Found], ask: Ask, where: str) -> Iterator[str]:
    name = next((each.title for each in found if each.title and one_line(each.title)), None)
    schedule, why = _schedule(found)
    yield f"# Proposed on {ask.now:%Y-%m-%d} from {quoted(where)}."
    yield "# What stands in quotes below is the server's word: read all of it, and correct what is wrong."
    yield f"# Save it as include/partners/{ask.slug}.yaml, check it with `bin/newswire partners check {ask.slug}`."
    said = "what the feed calls itself" if name else "not told"
    yield f"name: {scalar(name or ask.slug)} # {said}; write the agency's name, which counts as holder and credit"
    yield from _aliases(found)
    zone = "" if ask.timezone else " # not told; write the zone of the agency's days, such as Europe/Istanbul"
    yield f"timezone: {ask.timezone or 'UTC'}{zone}"
    yield f'schedule: "{schedule}" # {why}'
    yield ""


def _aliases(found: Sequence[Found]) -> Iterator[str]:
    names = Counter[str]()
    for each in found:
        names.update(each.credits)
        for (_, holder), count in each.notices.items():
            names.update({holder: count} if holder else {})
    if names:
        yield "# aliases: # found as credit or holder; take in those that are the agency's own names, and no others"
        yield from (f"#   - {quoted(name)} # {_stories(count)}" for name, count in names.most_common(2 * SHOWN))


def _schedule(found: Sequence[Found]) -> tuple[str, str]:
    """How often to pull, and why: as the feed says, else as its stories come."""
    told = min((each.period for each in found if each.period), default=None)
    spaced = min((each.spacing for each in found if each.spacing), default=None)
    pace = told or spaced
    if pace is None:
        return EVERY_HOUR
    why = f"the feed says that it changes every {_length(pace)}" if told else f"a story comes every {_length(pace)}"
    return next((cron for most, cron in SCHEDULES if pace <= most), "0 6 * * *"), why


def _length(time: timedelta) -> str:
    minutes = max(round(time.total_seconds() / 60), 1)
    for unit, size in (("day", 1440), ("hour", 60)):
        if minutes >= 2 * size:
            return f"{round(minutes / size)} {unit}s"
    return f"{minutes} minutes" if minutes > 1 else "minute"


def _feeds(found: Sequence[Found]) -> Iterator[str]:
    yield "feeds:"
    read = [each for each in found if each.failed is None]
    for name, each in zip(names_of(read), read, strict=True):
        yield f"  {name}:"
        yield from (f"    # {line}" for line in _seen(each))
        yield f"    url: {scalar(each.feed.url)}"
        if each.language:
            yield f"    language: {each.language}"
        if each.feed.allow_private_addresses:
            yield "    allow_private_addresses: true # as you asked; it opens this host's networks to the feed"
    yield from (f"  # not read, and left out: {quoted(each.failed)}" for each in found if each.failed is not None)
    yield ""


def _seen(found: Found) -> Iterator[str]:
    if not found.is_told:
        yield "its address was not told: what follows is the feed's own word, or an example"
    title = f" {quoted(found.title)}" if found.title else ""
    entries = "1 entry" if found.entries == 1 else f"{found.entries} entries"
    yield f"{found.format}{title}: {entries}{_refused(found)}"
    if found.entries > MOST_ENTRIES:
        yield f"the first {MOST_ENTRIES} were looked at"
    if found.leads_to:
        yield f"it leads on to {quoted(found.leads_to)}"
    declared = f"; declared: {_counted(found.declared)}" if found.declared else "; none is declared"
    if found.stories:
        yield f"languages found: {_plain(found.languages)}{declared}"
    yield from _counts(found)
    for (text, holder), count in found.notices.most_common(SHOWN):
        yield f"notice, {_stories(count)}: {quoted(text)}" + (f", holder {quoted(holder)}" if holder else "")
    yield from _more(len(found.notices), "notices")
    for (kind, value), count in found.terms.most_common(2 * SHOWN):
        yield f"{kind.replace('_', ' ')}, {'once' if count == 1 else f'{count} times'}: {quoted(value)}"
    yield from _more(len(found.terms) - SHOWN, "rights fields")


def _more(count: int, what: str) -> Iterator[str]:
    if count > SHOWN:
        yield f"and {count - SHOWN} other {what}"


def _counts(found: Found) -> Iterator[str]:
    if found.bare:
        yield f"{_stories(found.bare)} without text; `follow: article_page` reads the page behind each as well"
    if found.naive:
        yield f"{_stories(found.naive)} with times without a zone; `naive_times: timezone` reads them in the partner's"
    if found.embargoed:
        yield f"{_stories(found.embargoed)} under an embargo"
    if found.pictured:
        yield f"{_stories(found.pictured)} with photos or videos; a contract's `media` says which are covered"
    if found.has_next:
        yield "it has more pages; `paging: links` follows them"
    if found.has_archive:
        yield "it has archives; `archive: prev-archive` lets backfills read them"


def _contracts(found: Sequence[Found], ask: Ask) -> Iterator[str]:
    outcomes = sum((each.outcomes for each in found), Counter[tuple[str, str]]())
    became = ", ".join(f"{count} {outcome} ({reason})" for (outcome, reason), count in outcomes.most_common(SHOWN))
    yield "# Without a contract every story is rejected (no_contract), but one that its own open licence lets in."
    if became:
        yield f"# As it stands, of what was found: {became}."
    yield "# Copy what was signed into this form (docs/partners.md, Contract), and put it in place of the empty list."
    yield "contracts: []"
    yield f"#  - id: {ask.slug}-{ask.now.year}"
    languages = ", ".join(sorted({each.language for each in found if each.language})) or "en"
    yield from (
        f"#    {line}"
        for line in (
            "delivery_term: {from: YYYY-MM-DD, until: YYYY-MM-DD} # both days included",
            "uses: [store, analyse] # the lake needs both; more only as the contract grants it",
            "media: [text]",
            f"languages: [{languages}]",
            "territories: {mode: only, codes: [XX]} # or {mode: worldwide}",
            "retention: 30d",
            "obligations: [attribute, keep_notice]",
        )
    )


def _refused(found: Found) -> str:
    return f", {found.refused.total()} of them cannot be read ({_plain(found.refused)})" if found.refused else ""


def _plain(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.most_common(SHOWN))


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{quoted(name)} {count}" for name, count in counts.most_common(SHOWN))


def _stories(count: int) -> str:
    return "1 story" if count == 1 else f"{count} stories"
