"""Stories over versions: which version governs, which day a story belongs to, and what becomes of earlier versions.

All of it is independent of the order in which versions arrived.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from newswire.model import Decision, Observation, Outcome
from newswire.rights.tables import REASONS

_NUMBER = re.compile(r"[0-9]{1,40}(\.[0-9]{1,40})*")
_NEVER = datetime.min.replace(tzinfo=UTC)


def version_number(version: str | None) -> tuple[int, ...] | None:
    """A version as dotted numbers (1.10 > 1.9, 1.0 = 1); None where it is absent or is not one."""
    text = (version or "").strip()
    if not _NUMBER.fullmatch(text):
        return None
    parts = [int(part) for part in text.split(".")]
    while len(parts) > 1 and parts[-1] == 0:
        parts.pop()
    return tuple(parts)


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """The one total order of versions: number, update time, latest observation, content hash; absent lowest."""

    numbered: bool
    number: tuple[int, ...]
    updated_at: datetime
    last_observed_at: datetime
    content_hash: str

    @classmethod
    def of(cls, observation: Observation) -> Version:
        """The place of an observation in the order."""
        number = version_number(observation.version)
        return cls(
            number is not None,
            number or (),
            observation.updated_at or _NEVER,
            observation.last_observed_at,
            observation.content_hash,
        )


def governing(observations: Collection[Observation]) -> Observation:
    """The observation that decides for the story, also when it is held or rejected.

    Raises:
        ValueError: There is no observation.
    """
    return max(
        observations, key=lambda o: (Version.of(o), o.version or "", o.published_at or _NEVER, o.first_observed_at)
    )


def published_date(observations: Collection[Observation]) -> date:
    """The day (UTC) a story belongs to: its earliest publication time, else its earliest observation.

    Raises:
        ValueError: There is no observation.
    """
    stated = [o.published_at for o in observations if o.published_at is not None]
    return min(stated or [o.first_observed_at for o in observations]).astimezone(UTC).date()


class Standing(StrEnum):
    """What readers see of a story.

    Attributes:
        GOVERNING: Its governing version.
        UPDATE_PENDING: The earlier version that was published, flagged ``update_pending``.
        NOTHING: No version; an earlier one leaves at once.
    """

    GOVERNING = "governing"
    UPDATE_PENDING = "update_pending"
    NOTHING = "nothing"


def standing(decision: Decision, *, is_correction: bool, earlier_published: bool) -> Standing:
    """What readers see, given the decision on the governing version.

    A held plain update leaves the earlier version. Withheld, embargo or kill on the newest version removes it, and so
    do a held correction and an update that is rejected or withdrawn. The caller decides the earlier version anew, as
    of now.

    Args:
        decision: On the governing version.
        is_correction: Whether the governing version corrects the earlier one.
        earlier_published: Whether an earlier version stands published and may still stand by its own decision.
    """
    if decision.outcome is Outcome.PUBLISH:
        return Standing.GOVERNING
    clears = is_correction or any(REASONS[reason].clears_earlier for reason in decision.reasons)
    if decision.outcome is Outcome.HOLD and earlier_published and not clears:
        return Standing.UPDATE_PENDING
    return Standing.NOTHING
