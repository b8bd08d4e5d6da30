"""Data intervals of a cron schedule, as Airflow's CronDataIntervalTimetable counts them."""

from __future__ import annotations

from datetime import UTC, datetime

from croniter import croniter

from newswire.config import Partner


def next_end(partner: Partner, interval_end: datetime) -> datetime:
    """The end of the interval after the one that ends at ``interval_end``, UTC."""
    local = interval_end.astimezone(partner.zone)
    following: datetime = croniter(partner.schedule, local).get_next(datetime)
    return following.astimezone(UTC)


def is_latest_complete(partner: Partner, interval_end: datetime, now: datetime) -> bool:
    """Whether an interval is the last one that has ended by now."""
    return interval_end <= now < next_end(partner, interval_end)
