"""How sure wordings and their place make it that a draft is a notice.

A notice needs four points. Its wordings bring their strength. Standing on its own line, standing last or right after a
credit, following another notice, and a stated holder among the partner's names add; so does a text that says nothing
but what notices say (``leftover.left_over``), while words of a story in it take away, as do running text around it, a
speaker, a court or a law in it, and a colon before it. Words in quotation marks never count. Below four points nothing
is a notice and nothing is cut.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from newswire.text.candidates import Hit
from newswire.text.compiled import load
from newswire.text.found import ABOUT_REUSE, NEEDED, Found
from newswire.text.house import House
from newswire.text.layout import Line, sentence_end, sentence_start
from newswire.text.leftover import LITTLE, left_over, unquoted, weight, without
from newswire.text.lexicon import Lexicon, in_word, words_of

_OWN_HOLDER = 2
_AFTER_NOTICE = 2
_RUNNING_TEXT = -2
_SPOKEN_ABOUT = -6
_SAYS_NOTHING_ELSE = 2
_SAYS_LITTLE_ELSE = 1
_TRACE = 0.1
_SAYS_MUCH_ELSE = -3
_MUCH = 0.45
_SUPPORTED = 0.3
_RICH = 3
_FULL_SENTENCE = 3
_SUBJECT = 60
_SUBJECT_STARTS = 25
_SUBJECT_WORDS = 2
_NAMING_OTHERS = frozenset({"ai_reserved", "third_party"})
_NAMING_ITSELF = frozenset({"label", "kill"})
_BANS = frozenset({"prohibition", "contract_required"})
_NEEDS_SUPPORT = frozenset(
    {
        *("prohibition", "contract_required", "ai_reserved", "conditional_reuse"),
        *("use_limited", "no_modification", "no_archive", "editorial_only", "extract_only"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a draft stands.

    Attributes:
        after_credit: The text before it closes with an agency's credit.
        closing: Nothing but notices follows it.
        previous: The notice on the line before.
        sentences: The draft's lines with what runs on before and after them.
        runs_on: Whether their sentence starts on the line before.
        opened: Where a quotation around the draft may have begun.
    """

    after_credit: bool
    closing: bool
    previous: Found | None
    sentences: Line
    runs_on: bool
    opened: int


def score(text: str, unit: Line, draft: Found, place: Place, house: House) -> int:
    """How sure the wordings and their place are that this is a notice."""
    if any(hit.rule is house.opening_rule for hit in draft.hits):
        return 2 * NEEDED
    if any(hit.classes == ("third_party",) and _is_ours(text, hit, house) for hit in draft.hits):
        return 0
    best: dict[tuple[str, ...], int] = {}
    for hit in draft.hits:
        best[hit.classes] = max(best.get(hit.classes, 0), hit.rule.row.strength)
    else_said = _else_said(text, draft, place, house)
    if not _supported(text, draft, place, else_said):
        return 0
    points = sum(points for said, points in best.items() if not any(set(said) < set(more) for more in best))
    points += draft.own_line + (place.after_credit or place.closing)
    points += _OWN_HOLDER * draft.ours + _AFTER_NOTICE * (place.previous is not None)
    if else_said <= LITTLE:
        points += _SAYS_NOTHING_ELSE if else_said == 0 else _SAYS_LITTLE_ELSE
    elif else_said > _MUCH:
        points += _SAYS_MUCH_ELSE
    if not draft.own_line and not _set_apart(text, draft, place, else_said):
        points += _RUNNING_TEXT
    return points + _SPOKEN_ABOUT * _spoken_about(text, unit, draft, place, house)


def _is_ours(text: str, hit: Hit, house: House) -> bool:
    """Whether what a wording takes along names the partner: "first published by", and then its name."""
    return hit.rule.row.takes_rest and house.pattern.search(text, hit.parts[-1][0], hit.end) is not None


def _else_said(text: str, draft: Found, place: Place, house: House) -> float:
    """Which part of a draft's words no notice is made of, 0.0 to 1.0; of its sentence if that starts a line before."""
    end = max(*(hit.end for hit in draft.hits), min(draft.end, sentence_end(text, draft.hits[-1].end, draft.end)))
    share = left_over(text, draft.start, draft.end, draft.hits, house, holder=draft.holder) / max(
        1.0, weight(text[draft.start : end])
    )
    if not place.runs_on or not _NEEDS_SUPPORT.issuperset(draft.classes):
        return share
    first = sentence_start(text, place.sentences.start, draft.start)
    return max(share, left_over(text, first, end, draft.hits, house, holder=draft.holder) / weight(text[first:end]))


def _set_apart(text: str, draft: Found, place: Place, else_said: float) -> bool:
    """Whether a notice on a story's line is told from it: by a credit and a label, or by what it says."""
    if place.after_credit and (place.closing or "label" in draft.classes):
        return True
    if not place.closing or else_said > _TRACE:
        return False
    if "embargo" in draft.classes:
        return draft.names_object
    if _bans_alone(text, draft, else_said):
        return True
    return _names_text(text, draft) or ("conditional_reuse" in draft.classes and _speaks_of_text(text, draft))


def _supported(text: str, draft: Found, place: Place, else_said: float) -> bool:
    """Whether a wording that stories use as well ("may not be used without permission") speaks of this text.

    Wordings of strength one need a notice's place, whatever they say.
    """
    after_notice = place.previous is not None and place.previous.closes
    beside = draft.ours or after_notice or place.after_credit
    if all(hit.rule.row.strength == 1 for hit in draft.hits if hit.classes):
        return beside or (place.closing and _names_material(text[draft.start : draft.end], draft))
    placed = any(hit.rule.row.position != "any" for hit in draft.hits if not ABOUT_REUSE.issuperset(hit.classes))
    if else_said and not beside and _owns_things(text, draft):
        return False
    if beside or placed or not _NEEDS_SUPPORT.issuperset(draft.classes):
        return True
    dated = load().states_time(text[draft.start : draft.end])
    if draft.names_object:
        return else_said <= _SUPPORTED and not dated
    if not _speaks_of_text(text, draft):
        return else_said == 0 and (draft.own_line or (place.closing and _bans_alone(text, draft, else_said)))
    return else_said == 0 or (place.closing and else_said <= _TRACE and not dated)


def _owns_things(text: str, draft: Found) -> bool:
    """Whether a draft reserves rights in something that no notice names, in words that may stand anywhere.

    Where no spaces part words, nothing tells the thing's name from the holder's.
    """
    reserving = [hit for hit in draft.hits if "reservation" in hit.classes]
    return (
        bool(reserving)
        and in_word(text[draft.hits[0].start])
        and all(hit.rule.row.position == "any" for hit in reserving)
        and "label" not in draft.classes
        and not _names_text(text, draft)
    )


def _bans_alone(text: str, draft: Found, else_said: float) -> bool:
    """Whether a draft is a ban on reuse in a sentence of its own, with not one word of a story in it."""
    bans = not _BANS.isdisjoint(draft.classes)
    return else_said == 0 and bans and weight(text[draft.start : draft.end]) >= _FULL_SENTENCE


def _speaks_of_text(text: str, draft: Found) -> bool:
    """Whether a draft names articles, photos, content, says all of reuse and its condition, or is in brackets."""
    return _names_text(text, draft) or any(len(hit.parts) >= _RICH for hit in draft.hits)


def _told_of_others(text: str, draft: Found, house: House) -> bool:
    """Whether a law, a company owns or forbids here, or a report, a ruling is what is forbidden, not this text."""
    of_agency = draft.holder is not None and house.agency(text[slice(*draft.holder)]) is not None
    if not _NAMING_ITSELF.isdisjoint(draft.classes) or draft.ours or of_agency:
        return False
    if not _may_name_others(text, draft) and _names(load().others, draft, _beside_object(text, draft)):
        return True
    said = " ".join(text[draft.start : draft.end].split())[:_SUBJECT]
    starts = [] if draft.names_object else _names(load().subjects, draft, said)
    return any(start <= _SUBJECT_STARTS and said.count(" ", 0, start) <= _SUBJECT_WORDS for start in starts)


def _may_name_others(text: str, draft: Found) -> bool:
    """Whether a notice may name a report, data: one on machines, on others' material, an embargo with its hour."""
    if not _NAMING_OTHERS.isdisjoint(draft.classes):
        return True
    labelled = ":" in text[draft.start : draft.hits[0].start]
    exact = labelled or load().states_hour(text[draft.start : draft.end])
    return "embargo" in draft.classes and draft.own_line and exact


def _beside_object(text: str, draft: Found) -> str:
    """What a draft says beside the words that name this text."""
    return without(text, draft.start, draft.end, [part for hit in draft.hits if not hit.classes for part in hit.parts])


def _names(lexicons: Mapping[str, Lexicon], draft: Found, said: str) -> list[int]:
    """Where words of a list stand in what is said, in one of a draft's languages."""
    said = " ".join(said.split())
    return [start for one in draft.languages & lexicons.keys() for _, (start, _) in lexicons[one].find(said)]


def _names_text(text: str, draft: Found) -> bool:
    """Whether a draft names articles, photos, content, or is in brackets."""
    if text[draft.start] in "([<" and text[draft.end - 1] in ")]>":
        return True
    return draft.names_object or _names_material(text[draft.start : draft.end], draft)


def _names_material(text: str, draft: Found) -> bool:
    """Whether a text speaks of articles, photos, content, in one of a draft's languages."""
    material = load().material
    known = [material[language] for language in draft.languages & material.keys()]
    return any(one.knows(word) or one.without(word) != word for word in words_of(text) for one in known)


def _spoken_about(text: str, unit: Line, draft: Found, place: Place, house: House) -> bool:
    """Whether someone speaks about a notice here: a speaker, a court, a colon before it, a page's own furniture."""
    rules = load()
    start = draft.start if place.sentences.start == unit.start else place.sentences.start
    runs_on = place.sentences.end > unit.end and _NEEDS_SUPPORT.issuperset(draft.classes)
    end = place.sentences.end if runs_on else draft.end
    told = unquoted(without(text, start, end, [part for hit in draft.hits for part in hit.parts]), draft.hits)
    languages = {"en"} | (draft.languages & rules.contexts.keys())
    told_about = any(rules.contexts[language].stands_in(told) for language in languages)
    if told_about or _told_of_others(text, draft, house) or rules.banners.stands_in(text[unit.start : unit.end]):
        return True
    if text[place.opened : draft.start].count('"') % 2 and '"' in text[draft.start : draft.end]:
        return True
    if text[draft.start : draft.end].rstrip().endswith("?"):
        return True
    lead = text[: draft.start].rstrip()
    if not lead.endswith(":"):
        return False
    line = max(lead.rfind("\n"), 0)
    return left_over(text, line, len(lead), draft.hits, house) > 0
