"""The daily DAG: one task for each step, and none that another one's failure keeps from its work."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from newswire.cli import upkeep
from newswire.config import Settings
from newswire.pipeline import housekeeping

pytestmark = pytest.mark.airflow


def states(run, session) -> dict[str, str]:
    return {ti.task_id: str(ti.state) for ti in run.get_task_instances(session=session)}


@pytest.fixture(autouse=True)
def backups(tmp_path, monkeypatch):
    """The folder of this installation's backups."""
    monkeypatch.setenv("NEWSWIRE_BACKUPS", str(tmp_path / "backups"))
    return tmp_path / "backups"


def test_housekeeping_says_what_it_is(bag):
    """Once a day, one at a time, every step of the library in its order, no task after another; its page a runbook."""
    from airflow.sdk import CronTriggerTimetable  # noqa: PLC0415 - Airflow reads its settings when it is imported

    dag = bag().dags["housekeeping"]
    assert (dag.timetable, dag.start_date) == (CronTriggerTimetable("15 3 * * *", timezone="UTC"), None)
    assert (dag.catchup, dag.max_active_runs, dag.max_active_tasks) == (False, 1, 1)
    assert {"When it is red", "By hand"} <= {line.lstrip("# ") for line in dag.doc_md.splitlines()}
    in_order = sorted(dag.tasks, key=lambda task: -task.priority_weight)
    assert [task.task_id for task in in_order] == list(housekeeping.STEPS) == list(upkeep.STEPS)
    assert not any(task.downstream_task_ids for task in dag.tasks)


@pytest.mark.usefixtures("passing")
def test_one_step_that_fails_stops_no_other(add_partner, bag, drop, session, backups):
    """A damaged payload turns the run red; the backup was taken all the same."""
    drop(add_partner("north", "a") / "a", "one")
    bag().dags["wire_north"].test()
    housekeeping.do("backup", Settings.from_environment(), datetime.now(UTC) - timedelta(hours=1))
    run = bag().dags["housekeeping"].test()  # which, unlike the scheduler, goes by name
    assert states(run, session) == dict.fromkeys(housekeeping.STEPS, "success")
    [payload] = (backups.parent / "lake" / "landing").rglob("*.zst")
    payload.write_bytes(b"")
    run = bag().dags["housekeeping"].test()
    assert str(run.state) == "failed"
    assert states(run, session) == {**dict.fromkeys(housekeeping.STEPS, "success"), "check": "failed"}
