"""What a contract says to a story: its agreement (``policy.contracts``) evaluated for what is asked.

The same evaluator serves contracts and the policies that items carry. Stories that ask the same of the same contract
get the same answer, so each answer is worked out once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from newswire.config import Contract
from newswire.rights.policy.contracts import of_contract, request_for, world_for
from newswire.rights.policy.evaluation import Evaluator
from newswire.rights.policy.model import RuleKind
from newswire.rights.policy.report import PremiseKind, PremiseReport, RuleReport
from newswire.rights.policy.truth import Truth


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a story asks of a contract; what is None is unknown.

    Attributes:
        uses: Uses that are needed.
        medium: What is decided on: ``text``, ``photo``, …
        content: How much of it is used: ``full``, ``extract`` or ``metadata``.
        categories: Those that the item names, as the contract spells them.
    """

    uses: tuple[str, ...]
    medium: str | None
    language: str | None
    territory: str | None
    channel: str | None
    content: str | None
    categories: tuple[str, ...]
    published_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What the agreement's permission says.

    Attributes:
        holds: A limit's name in the agreement to whether it holds; None where that is unknown. An absent one is none.
        missing: Uses that it does not give, or prohibits.
    """

    holds: Mapping[str, Truth]
    missing: tuple[str, ...]


@lru_cache(maxsize=1024)
def _evaluator(contract: Contract, slug: str, zone: ZoneInfo) -> Evaluator:
    return Evaluator(of_contract(contract, slug=slug, zone=zone))


@lru_cache(maxsize=16384)
def answers(contract: Contract, slug: str, zone: ZoneInfo, asked: Asked) -> Answers:
    """What a partner's contract answers. Its times, third parties and expiry are other rules' business."""
    world = world_for(
        published_at=asked.published_at,
        territory=asked.territory,
        language=asked.language,
        medium=asked.medium,
        channel=asked.channel,
        categories=asked.categories,
        content=asked.content,
        third_party=False,
        expired=False,
    )
    request = request_for(slug, asked.uses)
    report = _evaluator(contract, slug, zone).evaluate(request, world)
    granted = [rule for rule in report.rules if rule.kind is RuleKind.PERMISSION]
    refused = {rule.rule_request for rule in report.rules if rule.kind is RuleKind.PROHIBITION and rule.active}
    given = {rule.rule_request for rule in granted if _is_met(rule, PremiseKind.ACTION)} - refused
    return Answers(
        holds=dict(_limits(granted[0].premises)) if granted else {},
        missing=tuple(use for use, rule in zip(asked.uses, request.rules, strict=True) if rule.id not in given),
    )


def _is_met(rule: RuleReport, kind: PremiseKind) -> bool:
    return all(premise.holds is True for premise in rule.premises if premise.kind is kind)


def _limits(premises: tuple[PremiseReport, ...]) -> Iterator[tuple[str, Truth]]:
    """Each limit of the permission by its name in the agreement, those of its target among them."""
    for premise in premises:
        if premise.constraint is not None:
            yield premise.constraint.rpartition("#")[2], premise.holds
        yield from _limits(premise.premises)
