"""Central rule 8: what a notice demands, takes away and adds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from newswire.model import Finding, Notice
from newswire.rights.case import Case, Grant
from newswire.rights.findings import found, notice_proof
from newswire.rights.names import fold, is_one_of
from newswire.rights.tables import NAMED_DUTIES, NOTICE_EFFECTS, USE_LIMITS, NoticeEffect, UseLimit

_UNSPACED = re.compile("[\u3040-\u9fff\uac00-\ud7af]")


def known_effects(notice: Notice) -> tuple[NoticeEffect, ...]:
    """What the classes of a notice do; classes that no rule knows do nothing here and are held elsewhere."""
    known = (name for name in sorted(notice.classes) if name in NOTICE_EFFECTS)
    return tuple(effect for name in known for effect in _limits_of(notice, name) or (NOTICE_EFFECTS[name],))


def _limits_of(notice: Notice, name: str) -> tuple[NoticeEffect, ...]:
    """What a notice of limited use does where each of its wordings is of a known kind; nothing where one is not."""
    if name != "use_limited":
        return ()
    kinds = [_kinds(limit) for limit in notice.limits]
    if not all(kinds) or any(kind.review for kind in _kinds(notice.text)):
        return ()
    return tuple(NoticeEffect(removes=kind.removes, adds=kind.adds) for found in kinds for kind in found)


@lru_cache(maxsize=256)  # an agency's notice stands under all its stories
def _kinds(said: str) -> tuple[UseLimit, ...]:
    folded = fold(said)
    return tuple(kind for kind in USE_LIMITS if _words(kind.words).search(folded))


def is_partners(notice: Notice, case: Case) -> bool:
    """Whether a notice is the partner's: it names the partner, or stands in the partner's item and names nobody."""
    return notice.holder is None or is_one_of(notice.holder, case.partner.names)


def review(case: Case) -> Iterator[Finding]:
    """Hold what a person must look at: a kill in prose (prose never kills by itself), a ban on changing the text."""
    for notice in case.article.notices:
        for effect in known_effects(notice):
            if effect.review is not None:
                yield found(effect.review, notice_proof(effect.review, "notices.review", notice))


def effects(case: Case) -> Iterator[Finding]:
    """Take away the uses a notice reserves (AI, text mining, archive) and add the conditions of reuse it states."""
    for notice in case.article.notices:
        for effect in known_effects(notice):
            if effect.removes:
                evidence = notice_proof("use_removed", "notices.effects", notice)
                yield found("use_removed", evidence, removes=effect.removes)
            adds = (*effect.adds, *(duty for duty in effect.adds_if_named if _names(notice, duty)))
            if adds:
                evidence = notice_proof("obligation_added", "notices.effects", notice)
                yield found("obligation_added", evidence, adds=adds)


def _names(notice: Notice, duty: str) -> bool:
    """Whether a notice names a duty: asking for a credit, it asks for no link."""
    return _words(NAMED_DUTIES[duty]).search(fold(notice.text)) is not None


@cache
def _words(said: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(_word, said)))


def _word(said: str) -> str:
    """The expression of a word over folded text; where no spaces part words it may stand inside others."""
    word = re.escape(fold(said.removesuffix("*")))
    if _UNSPACED.match(said):
        return word
    return rf"(?<!\w){word}" + ("" if said.endswith("*") else r"(?!\w)")


def condition(case: Case, grant: Grant) -> Iterator[Finding]:
    """Test the condition of the partner's own notices: a contract meets it, an open licence does not.

    "Not without a contract" rejects what only a licence allows; a plain reservation beside a licence is a contradiction
    for a person. Notices of others are third-party material.
    """
    for notice in case.article.notices:
        conditions = {effect.condition for effect in known_effects(notice)} - {None}
        if not conditions or not is_partners(notice, case):
            continue
        if grant.contract is not None:
            reason = "contract_satisfies_notice"
        else:
            reason = "contract_required" if "contract" in conditions else "notice_contradicts_license"
        yield found(reason, notice_proof(reason, "notices.condition", notice))
