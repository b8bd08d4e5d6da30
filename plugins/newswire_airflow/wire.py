"""The DAG of one partner."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from airflow.sdk import DAG, CronDataIntervalTimetable, dag

from newswire.config import Partner
from newswire_airflow import WIRE, steps

FIRST_DAY = date(2025, 1, 1)


def wire_dag(partner: Partner, runbook: str | None) -> DAG:
    """Build ``wire_<slug>``: pull → refine → validate → publish, once per data interval.

    Args:
        partner: The partner, as its file says.
        runbook: Shown in the UI.
    """
    first = datetime.combine(partner.start_date or FIRST_DAY, time.min, UTC)

    @dag(
        dag_id=f"{WIRE}{partner.slug}",
        dag_display_name=f"Wire: {partner.name}",
        description=f"Pull, decide, validate and publish {partner.name}",
        schedule=CronDataIntervalTimetable(partner.schedule, timezone=partner.timezone),
        start_date=first,
        catchup=False,
        max_active_runs=1,
        doc_md=runbook,
        tags=["wire", *partner.tags],
        default_args={"owner": partner.owner},
    )
    def wire() -> None:
        slug = partner.slug
        publish = steps.publish_task(slug)
        publish(slug, steps.validate(slug, steps.refine(slug, steps.pull(slug))))

    return wire()
