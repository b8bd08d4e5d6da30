"""What a person reads instead of codes and bare times."""

from __future__ import annotations

from datetime import datetime, timedelta

from newswire import rights
from newswire.model import Outcome

OBLIGATIONS = {
    "attribute": "show the credit line",
    "keep_notice": "keep the notice with the text",
    "link_back": "link to the story's page",
    "notify": "tell the partner of each use",
}
MODES = {
    "live": "pulled live",
    "replay": "replayed what had landed",
    "archive": "pulled from the archive",
    "no_source": "had nothing to read",
}
STATES = {
    "published": "may be read and used",
    "held": "waits",
    "rejected": "may not be used",
    "withdrawn": "was taken out for good",
    "quarantined": "failed validation",
}
_BEFORE = "_before_use"
_LONG = (("day", timedelta(days=1)), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1)))
_SHORT_HASH = 12


def time(value: datetime | str) -> str:
    """A time in UTC, to the minute."""
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return f"{at:%Y-%m-%d %H:%M} UTC"


def iso(value: datetime | str) -> str:
    """A time for machines."""
    return value if isinstance(value, str) else value.isoformat()


def distance(value: datetime | str, now: datetime) -> str:
    """How far a time is from now: ``in 3 days``, ``2 hours ago``."""
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    gap = abs(at - now)
    for name, unit in _LONG:
        count = gap // unit
        if count:
            said = f"{count} {name}{'' if count == 1 else 's'}"
            return f"in {said}" if at > now else f"{said} ago"
    return "now"


def means(reason: str) -> str:
    """What a reason means and what there is to do; nothing for one that speaks for itself."""
    return rights.meanings([reason]).get(reason, "")


def duty(obligation: str) -> str:
    """What an obligation obliges to."""
    action = obligation.removesuffix(_BEFORE)
    said = OBLIGATIONS.get(action, action)
    return f"{said}, before the use" if action != obligation else said


def short(value: str | None) -> str:
    """The beginning of a hash."""
    return (value or "")[:_SHORT_HASH]


OUTCOMES = {
    outcome.name.lower(): word
    for outcome, word in zip(Outcome, ("published", "held", "rejected", "withdrawn"), strict=True)
}
"""What a story becomes by each outcome; pages colour both alike."""
