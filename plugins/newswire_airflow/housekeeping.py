"""The DAG ``housekeeping``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
from airflow.sdk import DAG, CronTriggerTimetable, dag, task

from newswire.config import Settings
from newswire_airflow.retries import RETRIED

DAILY = CronTriggerTimetable("15 3 * * *", timezone="UTC")
"""Without a first day, the first run is that of the next night: a new installation has nothing to look after yet."""
ORDER = ("clean", "retention", "docs", "backup", "check")
"""What makes room comes first; the backup knows what left; the check sees what is there in the end."""


def housekeeping_dag(runbook: str | None) -> DAG:
    """Build ``housekeeping``: one task for each step, one after the other; none waits for another's success."""

    @dag(
        dag_id="housekeeping",
        dag_display_name="Housekeeping",
        description="Remove what piles up, back the ledger up, compare every checksum",
        schedule=DAILY,
        catchup=False,
        max_active_runs=1,
        max_active_tasks=1,
        is_paused_upon_creation=False,
        doc_md=runbook,
        default_args={"owner": "newswire"},
        tags=["upkeep"],
    )
    def housekeeping() -> None:
        for place, name in enumerate(ORDER):
            # All are leaves, so that each one that fails turns the run red; the weights put them in their order.
            step.override(task_id=name, priority_weight=len(ORDER) - place)(name)

    return housekeeping()


@task(**RETRIED)
def step(name: str) -> dict[str, Any]:
    """Do one step and return its counts; end red if it found something wrong."""
    from newswire.pipeline.housekeeping import do  # noqa: PLC0415 - DAG parsing needs none of this

    told: dict[str, Any] = msgspec.to_builtins(do(name, Settings.from_environment(), datetime.now(UTC)))
    return told
