"""The rule files, compiled once a process: one automaton over all languages' fragments, and word lists beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from newswire.text.folding import folded
from newswire.text.lexicon import Lexicon, Wording, Words
from newswire.text.rules import Agency, Pattern, Row, RuleFile, packaged_agencies, packaged_files, packaged_patterns

_HOUR = re.compile(
    r"\d{1,2}[:.]\d{2}(?:\s*(?:am|pm|h|hrs|uhr|uur))?(?!\w)|\d{1,2}\s*(?:am\b|pm\b|a\.m|p\.m|uhr\b)|\d{4}\s*(?:hrs|gmt|utc)"
    r"|(?<!\w)(?:saet|كاتژمێر|ساعت|الساعة)\s\d{1,2}(?!\d)|\d{1,2}\s*h(?:\s*\d{2})?(?!\w)|\d{1,2}\s*[時时點点시](?:\s*\d{1,2}\s*[分분])?"
)
_CLOCK = re.compile(
    _HOUR.pattern + r"|\d{1,2}\s*[月월]\s*\d{1,2}\s*[日일号]"
    r"|\d{1,2}\s*[日일]|\d{4}-\d{2}-\d{2}(?:t[\d:.]+(?:z|[+-]\d\d:?\d\d)?)?|\d{1,2}[./]\d{1,2}[./]\d{2,4}"
)
_CLOCK_WORD = re.compile(rf"(?:{_CLOCK.pattern})(?:'\w{{1,4}})?")
_DAY_BEFORE = re.compile(r"\d{1,2}(?:st|nd|rd|th|er|e|ي|\.|º)?\s(?:de\s|of\s)?$")
_DAY_AFTER = re.compile(r"\s\d{1,2}(?!\d)")

_Slot = tuple[tuple[str, ...], tuple[str, ...]]
"""Fragments of which a rule wants one, and their language's prefixes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A row, compiled.

    Attributes:
        slots: What must stand in the notice, one wording of each: numbers of ``Rules.slots``.
        outside: The wordings inside which no fragment counts: the row's, and its language's that forbid nothing.
        leads: What may stand before it where it must start its clause.
    """

    row: Row
    language: str
    slots: tuple[int, ...]
    unless: Lexicon | None
    outside: Lexicon | None
    leads: Words
    use: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Every language's rules, compiled.

    Attributes:
        fragments: The fragments of all rows.
        slots: Lists of fragments, by number, of which rules want one; many rules share one.
        uses: For each fragment the slots that hold it.
        wanting: For each slot the rules that want it and are looked up by it: each by one, its shortest.
        vocabulary: By language, what a notice may consist of beside its wordings, times included.
        material: By language, what notices speak of: articles, photos, content.
        holders: Where the holder stands, each form with a word that it cannot be without.
        contexts: By language, the words that speak about notices.
        subjects: By language, those who own and forbid other things than texts.
        others: By language, what bans in stories are about, and who allows it there.
        leads: By language, what may stand before or beside a wording that has its line for itself.
        photo_languages: A folded label of photos to its language.
        agencies: A folded name to its agency.
    """

    files: tuple[RuleFile, ...]
    rules: tuple[Rule, ...]
    fragments: Lexicon
    slots: tuple[tuple[int, ...], ...]
    uses: tuple[tuple[int, ...], ...]
    wanting: tuple[tuple[int, ...], ...]
    vocabulary: dict[str, Words]
    material: dict[str, Words]
    leads: dict[str, Words]
    holders: tuple[tuple[str, re.Pattern[str]], ...]
    contexts: dict[str, Lexicon]
    subjects: dict[str, Lexicon]
    others: dict[str, Lexicon]
    banners: Lexicon
    credit_labels: Lexicon
    photo_labels: Lexicon
    photo_languages: dict[str, str]
    byline_labels: Lexicon
    places: Lexicon
    place_words: Words
    days: Lexicon
    months: Lexicon
    month_words: Words
    agencies: dict[str, Agency]

    def states_time(self, text: str) -> bool:
        """Whether a folded text states a time or a date, in any language."""
        if _CLOCK.search(text) or self.days.stands_in(text):
            return True
        said = " ".join(text.split())
        return any(
            _DAY_BEFORE.search(said, max(0, start - 12), start) or _DAY_AFTER.match(said, end)
            for _, (start, end) in self.months.find(said)
        )

    def states_hour(self, text: str) -> bool:
        """Whether a folded text states a time of day in figures."""
        return _HOUR.search(text) is not None

    def without_times(self, text: str) -> str:
        """A folded text without its times of day and its dates in numbers."""
        return _CLOCK_WORD.sub(" ", text)


def pattern(fragment: str) -> str:
    """The regular expression of a text over folded text, whatever its white space, between words."""
    said = folded(fragment)
    words = r"\s+".join(map(re.escape, said.split()))
    head = r"(?<!\w)" if said[0].isalnum() else ""
    return head + words + (r"(?!\w)" if said[-1].isalnum() else "")


@cache
def load() -> Rules:
    """The packaged rules, read and compiled once a process."""
    files = packaged_files()
    numbered: dict[_Slot, int] = {}
    patterns = packaged_patterns()
    rules = tuple(_rule(row, file, numbered) for file in files for row in _rows(file, patterns))
    fragments = Lexicon()
    slots = tuple(tuple(fragments.add(Wording.of(said, prefixes)) for said in alike) for alike, prefixes in numbered)
    uses: list[list[int]] = [[] for _ in range(len(fragments))]
    for slot, numbers in enumerate(slots):
        for number in numbers:
            uses[number].append(slot)
    wanting: list[list[int]] = [[] for _ in slots]
    for index, rule in enumerate(rules):
        wanting[min(rule.slots, key=lambda slot: len(slots[slot]))].append(index)
    months = [month for file in files for month in file.months]
    places = [place for file in files for place in file.places]
    return Rules(
        files=files,
        rules=rules,
        fragments=fragments.closed(letters_apart=True),
        slots=slots,
        uses=tuple(map(tuple, uses)),
        wanting=tuple(map(tuple, wanting)),
        vocabulary={file.language: _vocabulary(file) for file in files},
        material={file.language: _words(file.words.get("material", ()), file.prefixes) for file in files},
        leads={file.language: _words(file.leads, file.prefixes) for file in files},
        holders=tuple(_holder(form) for file in files for form in file.holders),
        contexts={file.language: Lexicon.of(file.contexts) for file in files},
        subjects={file.language: Lexicon.of(file.subjects) for file in files},
        others={file.language: Lexicon.of(file.others) for file in files},
        banners=Lexicon.of(word for file in files for word in file.banners),
        credit_labels=Lexicon.of(label for file in files for label in file.credit_labels),
        photo_labels=Lexicon.of(label for file in files for label in file.photo_labels),
        photo_languages={folded(label): file.language for file in reversed(files) for label in file.photo_labels},
        byline_labels=Lexicon.of(label for file in files for label in file.byline_labels),
        places=Lexicon.of(places),
        place_words=Words.of(places),
        days=Lexicon.of(day for file in files for day in file.days),
        months=Lexicon.of(months),
        month_words=Words.of(months),
        agencies={folded(form): agency for agency in packaged_agencies() for form in (agency.name, *agency.forms)},
    )


def _rows(file: RuleFile, patterns: Sequence[Pattern]) -> Iterator[Row]:
    """A language's own rows, and those that the grammar makes of its words."""
    yield from file.rows
    for pattern_ in patterns:
        if row := pattern_.row(file.language, file.words):
            yield row


def _rule(row: Row, file: RuleFile, slots: dict[_Slot, int]) -> Rule:
    said = [((slot,) if isinstance(slot, str) else slot, file.prefixes) for slot in row.all]
    return Rule(
        row=row,
        language=file.language,
        slots=tuple(slots.setdefault(slot, len(slots)) for slot in said),
        unless=_lexicon(row.unless),
        outside=_lexicon((*row.outside, *file.words.get("harmless", ()))),
        leads=_words(file.leads, file.prefixes),
        use=_words(file.words.get("use", ()), file.prefixes),
    )


@cache
def _lexicon(fragments: tuple[str, ...]) -> Lexicon | None:
    return Lexicon.of(fragments) if fragments else None


@cache
def _words(fragments: tuple[str, ...], prefixes: tuple[str, ...]) -> Words:
    return Words.of(fragments, prefixes)


def _vocabulary(file: RuleFile) -> Words:
    parts = (part for name, part in file.words.items() if name != "past")  # no notice tells what was
    words = (word for part in parts for word in part if " " not in word)
    return Words.of((*file.vocabulary, *words, *file.leads, *file.days, *file.months), file.prefixes)


def _holder(form: str) -> tuple[str, re.Pattern[str]]:
    before, after = form.split("{holder}")
    if not after.strip():
        said = pattern(before) + r"(?:[\s:,©\d-]|\(c\)|copyright|by\s)*+(?=(?P<holder>[^\W\d_]))"
    else:
        said = (pattern(before) if before.strip() else "") + r"\s*(?P<holder>\w[^;]{1,120}?)\s*" + pattern(after)
    return max(folded(f"{before} {after}").split(), key=len), re.compile(said)
