"""Data intervals of a cron schedule, as Airflow's CronDataIntervalTimetable counts them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from croniter import croniter

from newswire.config import Partner


def next_end(partner: Partner, interval_end: datetime) -> datetime:
    """The end of the interval after the one that ends at ``interval_end``, UTC.

    A schedule of every hour goes on through the days on which clocks change; any other keeps to the hand of the clock.
    """
    ended = datetime.fromtimestamp(interval_end.timestamp(), UTC)  # Airflow's own kind of time reckons otherwise
    local = ended.astimezone(partner.zone).replace(tzinfo=None)
    cron = croniter(partner.schedule, local)
    following: datetime = cron.get_next(datetime)
    if cron.expanded[1] == ["*"]:
        return ended + (following - local)
    return _instant(following, partner.zone)


def _instant(local: datetime, zone: ZoneInfo) -> datetime:
    """When a clock shows a time, UTC: the second time where it does so twice, as much later where it never does."""
    later = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if later.astimezone(zone).replace(tzinfo=None) == local:
        return later
    return local.replace(tzinfo=zone).astimezone(UTC)


def is_latest_complete(partner: Partner, interval_end: datetime, now: datetime) -> bool:
    """Whether an interval is the last one that has ended by now."""
    return interval_end <= now < next_end(partner, interval_end)
