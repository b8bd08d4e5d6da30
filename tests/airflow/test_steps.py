"""How the library's steps behave as Airflow's tasks."""
# ruff: noqa: PLC0415 - Airflow reads its settings when it is imported

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.lake import rows_of

from newswire.config import Partner, load_partner
from newswire.errors import BatchRefused, ConfigError, FeedsFailed, LakeBusy, LakeCorrupt, LedgerUnavailable
from newswire.feeds import Feed
from newswire.pipeline.schedule import next_end
from newswire.pipeline.work import Run

pytestmark = pytest.mark.airflow

HOUR = timedelta(hours=1)
NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
CLICK = NINE + timedelta(minutes=7)
OLD = datetime(2026, 2, 1, 9, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class DagRun:
    """What ``run_of`` reads of Airflow's run."""

    run_type: str
    end: datetime | None
    run_after: datetime = CLICK
    run_id: str = "r"

    @property
    def data_interval_start(self) -> datetime | None:
        return self.end and self.end - HOUR

    @property
    def data_interval_end(self) -> datetime | None:
        return self.end


@pytest.mark.parametrize(
    ("dag_run", "end"),
    [
        pytest.param(DagRun(run_type="scheduled", end=NINE), NINE, id="scheduled"),
        pytest.param(DagRun(run_type="scheduled", end=OLD), OLD, id="scheduled-late"),
        pytest.param(DagRun(run_type="backfill", end=OLD), OLD, id="backfill"),
        pytest.param(DagRun(run_type="backfill", end=NINE), NINE, id="backfill-of-the-latest"),
        pytest.param(DagRun(run_type="backfill", end=NINE, run_id="scheduled__1"), NINE, id="reprocessed"),
        pytest.param(DagRun(run_type="manual", end=NINE), None, id="manual-now"),
        pytest.param(DagRun(run_type="manual", end=NINE - HOUR), NINE - HOUR, id="manual-one-hour-ago"),
        pytest.param(DagRun(run_type="manual", end=OLD), OLD, id="manual-old"),
        pytest.param(DagRun(run_type="manual", end=None), None, id="manual-without-date"),
    ],
)
def test_what_a_run_is_for(add_partner, partners, dag_run, end):
    """A person's run for now has no interval; every other run has the one that Airflow gave it."""
    from newswire_airflow.steps import run_of

    add_partner("tpa")
    start = None if end is None else end - HOUR
    expected = Run(run_id=dag_run.run_id, interval_start=start, interval_end=end)
    assert run_of(load_partner(partners / "tpa.yaml"), dag_run) == expected


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Europe/London", datetime(2027, 3, 28, tzinfo=UTC)),
        ("Europe/London", datetime(2027, 10, 31, tzinfo=UTC)),
        ("America/New_York", datetime(2027, 3, 14, tzinfo=UTC)),
        ("America/New_York", datetime(2027, 11, 7, tzinfo=UTC)),
        ("UTC", datetime(2028, 2, 29, tzinfo=UTC)),
    ],
    ids=str,
)
def test_intervals_end_when_airflow_ends_them(zone, day):
    """On days on which clocks change, too: an interval is the latest until Airflow's next is due, whose time it is."""
    from airflow.timetables.base import TimeRestriction
    from airflow.timetables.interval import CronDataIntervalTimetable
    from pendulum import instance

    restriction = TimeRestriction(earliest=instance(day - timedelta(days=3)), latest=None, catchup=True)
    for schedule in ("0 * * * *", "*/20 * * * *", "30 1 * * *", "30 2 * * *", "0 */3 * * *"):
        north = Partner(slug="n", name="N", timezone=zone, schedule=schedule, feeds={"a": Feed(url="/a")})
        timetable = CronDataIntervalTimetable(schedule, timezone=zone)
        last, ends = None, []
        while not ends or ends[-1] < day + timedelta(days=3):
            last = timetable.next_dagrun_info(last_automated_data_interval=last, restriction=restriction).data_interval
            ends.append(last.end)
        plain = [datetime.fromtimestamp(end.timestamp(), UTC) for end in ends]
        assert [next_end(north, end) for end in ends[:-1]] == plain[1:], schedule
        assert [next_end(north, end) for end in plain[:-1]] == plain[1:], schedule


@pytest.mark.parametrize("kind", [ConfigError, FeedsFailed, BatchRefused, LakeCorrupt])
def test_what_a_person_must_cure_is_not_tried_again(airflow, kind):  # noqa: ARG001 - Airflow comes first
    """A permanent error fails its task at the first try."""
    from airflow.sdk.definitions.retry_policy import RetryAction

    from newswire_airflow.retries import POLICY

    assert POLICY.evaluate(kind("x"), try_number=1, max_tries=3).action is RetryAction.FAIL


@pytest.mark.parametrize("kind", [LakeBusy, LedgerUnavailable])
def test_what_may_work_later_is_tried_again(airflow, kind):  # noqa: ARG001 - Airflow comes first
    """A transient error is tried again after the delay."""
    from airflow.sdk.definitions.retry_policy import RetryAction

    from newswire_airflow.retries import DELAY, POLICY

    decision = POLICY.evaluate(kind("x"), try_number=1, max_tries=3)
    assert (decision.action, decision.retry_delay) == (RetryAction.RETRY, DELAY)


def _states(dag_run, session) -> dict[str, str]:
    return {ti.task_id: str(ti.state) for ti in dag_run.get_task_instances(session=session)}


def _published(partners: Path) -> list[str]:
    files = (partners.parent / "lake").glob("published/articles/**/*.parquet")
    return sorted(row["item_id"] for file in files for row in rows_of(file))


@pytest.mark.usefixtures("passing")
def test_a_wire_runs_in_airflow(add_partner, bag, drop, partners, session):
    """A person's run pulls the feed, publishes Parquet, and tells the asset's consumers what came."""
    from airflow.models.asset import AssetEvent
    from sqlalchemy import select

    drop(add_partner("whole", "a") / "a", "one")
    run = bag().dags["wire_whole"].test()
    assert (str(run.state), set(_states(run, session).values())) == ("success", {"success"})
    assert len(_published(partners)) == 1
    events = session.scalars(select(AssetEvent).where(AssetEvent.source_dag_id == "wire_whole")).all()
    assert [(e.extra["mode"], e.extra["published"]) for e in events] == [("live", 1)]


@pytest.mark.usefixtures("passing")
def test_a_failed_feed_ends_the_run_red_with_all_else_published(add_partner, bag, drop, partners, session):
    """The good feed's stories are there; ``publish`` failed without a retry."""
    drop(add_partner("half", "a", "gone") / "a", "one")
    run = bag().dags["wire_half"].test()
    assert str(run.state) == "failed"
    assert _states(run, session) == {"pull": "success", "refine": "success", "validate": "success", "publish": "failed"}
    assert len(_published(partners)) == 1


def test_an_old_interval_without_anything_landed_is_skipped(add_partner, bag, drop, partners, session):
    """The live feed is not pulled into the past: every task is skipped."""
    drop(add_partner("late", "a") / "a", "one")
    run = bag().dags["wire_late"].test(logical_date=OLD)
    assert (str(run.state), set(_states(run, session).values())) == ("success", {"skipped"})
    assert _published(partners) == []


@pytest.mark.parametrize(("pull", "note"), [("skipped", True), ("success", False)])
def test_a_run_without_a_source_says_so_in_a_note(scheduled, session, pull, note):
    """The note is written in the scheduler's own transaction, which stays the scheduler's to commit."""
    from airflow.utils.sqlalchemy import prohibit_commit
    from sqlalchemy import text

    from newswire_airflow import NO_SOURCE

    run = scheduled(f"noted-{pull}", pull=pull)
    count = text("select count(*) from dag_run_note join dag_run on id = dag_run_id where dag_id = :dag")
    with prohibit_commit(session) as guard:
        run.update_state(session=session)
        assert run in session
        assert str(run.state) == "success"
        assert run.note == (NO_SOURCE if note else None)
        with session.get_bind().connect() as other:
            assert other.execute(count, {"dag": run.dag_id}).scalar() == 0
        guard.commit()
    with session.get_bind().connect() as other:
        assert other.execute(count, {"dag": run.dag_id}).scalar() == int(note)


def test_a_note_that_a_person_wrote_stays(scheduled, session):
    """The listener does not write over a person's note."""
    run = scheduled("noted-before", pull="skipped")
    run.note = "Agreed with the agency."
    session.flush()
    run.update_state(session=session)
    assert run.note == "Agreed with the agency."


def test_runs_of_other_dags_get_no_note(airflow):  # noqa: ARG001 - Airflow comes first
    """A DAG that is no wire is left alone, whatever its tasks are called."""
    from types import SimpleNamespace

    from newswire_airflow.listener import on_dag_run_success

    other = SimpleNamespace(dag_id="something_else")
    on_dag_run_success(dag_run=other, msg="")
    assert vars(other) == {"dag_id": "something_else"}
