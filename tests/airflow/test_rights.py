"""The DAGs of rights over time: sweeps that wait for nobody, reviews that wait for a person."""
# ruff: noqa: PLC0415 - Airflow reads its settings when it is imported

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from tests.lake import rows_of
from tests.terms import contract

from newswire import ledger
from newswire.config import Settings
from newswire.errors import SweepFailed
from newswire.ledger import reviews

pytestmark = [pytest.mark.airflow, pytest.mark.usefixtures("passing")]


def published(partners: Path) -> list[str]:
    files = (partners.parent / "lake").glob("published/articles/**/*.parquet")
    return sorted(row["item_id"] for file in files for row in rows_of(file))


def states(run, session) -> dict[str, str]:
    return {ti.task_id: str(ti.state) for ti in run.get_task_instances(session=session)}


def change(partners: Path, slug: str, **changed: object) -> None:
    path = partners / f"{slug}.yaml"
    path.write_text(yaml.safe_dump({**yaml.safe_load(path.read_text()), **changed}))


@pytest.fixture
def out(add_partner, bag, drop, partners):
    """A partner with a story that no contract covers, and terms since that do, but ask before anything comes back."""
    drop(add_partner("north", "a", contracts=[]) / "a", "one")
    bag().dags["wire_north"].test()
    assert published(partners) == []
    change(partners, "north", contracts=[contract()], mass_reentry={"stories": 0, "share": 0})


def waiting() -> list[reviews.Review]:
    with ledger.transaction(Settings.from_environment().database_url) as connection:
        return reviews.listed(connection)


def test_the_sweep_says_what_it_is(bag):
    """Every five minutes, one at a time, never late, running as soon as it is there; the page is its runbook."""
    dag = bag().dags["rights_sweep"]
    assert (dag.catchup, dag.max_active_runs, dag.is_paused_upon_creation) == (False, 1, False)
    assert dag.schedule == "*/5 * * * *"
    assert {"When it is red", "By hand"} <= {line.lstrip("# ") for line in dag.doc_md.splitlines()}
    assert {task.task_id for task in dag.tasks} == {"sweep", "report", "ask"}


def test_a_sweep_runs_in_airflow(add_partner, bag, drop, partners, session):
    """What a contract no longer allows leaves with the sweep; nobody is asked."""
    drop(add_partner("north", "a") / "a", "one")
    bag().dags["wire_north"].test()
    assert published(partners) == ["urn:one"]
    change(partners, "north", contracts=[])
    run = bag().dags["rights_sweep"].test()
    assert published(partners) == []
    assert str(run.state) == "success"
    assert states(run, session) == {"sweep": "success", "report": "success", "ask": "skipped"}


def test_a_partner_that_fails_is_named_and_stops_nobody(add_partner, bag, drop, partners, session):
    """The run ends red for a broken file; the other partner was swept."""
    drop(add_partner("north", "a") / "a", "one")
    bag().dags["wire_north"].test()
    (partners / "south.yaml").write_text("name: [")
    change(partners, "north", contracts=[])
    run = bag().dags["rights_sweep"].test()
    assert str(run.state) == "failed"
    assert states(run, session)["report"] == "failed"
    assert published(partners) == []


def test_the_report_names_the_partner(bag):
    """The red task's message is the partner and its reason."""
    report = bag().dags["rights_sweep"].get_task("report").python_callable
    with pytest.raises(SweepFailed, match="south: bad_yaml"):
        report({"south": "bad_yaml: south.yaml:1"})
    report({})


@pytest.mark.usefixtures("out")
def test_a_mass_reentry_waits_under_required_actions(bag, partners, session):
    """The sweep holds the stories and asks for a run; that run waits for a person, whose yes lets them in."""
    sweep = bag().dags["rights_sweep"].get_task("sweep").python_callable
    asked = _called(sweep, session)
    [review] = waiting()
    assert [(q["conf"], q["trigger_run_id"].startswith(review.review_id)) for q in asked] == [
        ({"review": review.review_id}, True)
    ]
    assert published(partners) == []
    with clicking("Yes") as shown:
        run = bag().dags["rights_review"].test(run_conf={"review": review.review_id})
    assert states(run, session) == {"question": "success", "person": "success", "record": "success"}
    assert (shown["subject"], shown["defaults"]) == ("north: May these stories come back?", ["No"])
    assert {review.review_id, "`urn:one`"} <= set(re.findall(r"reentry-\w+|`urn:\w+`", shown["body"]))
    assert published(partners) == ["urn:one"]
    assert waiting() == []
    assert _called(sweep, session) == []


@contextmanager
def clicking(option: str) -> Iterator[dict[str, object]]:
    """Answer the next question as the API does for a click; what was shown is in the yielded mapping."""
    shown: dict[str, object] = {}
    thread = threading.Thread(target=_click, args=(option, shown), daemon=True)
    thread.start()
    yield shown
    thread.join(timeout=60)


def _click(option: str, shown: dict[str, object]) -> None:
    from airflow import settings
    from airflow.models.hitl import HITLDetail
    from airflow.models.taskinstance import TaskInstance
    from airflow.models.trigger import handle_event_submit
    from airflow.triggers.base import TriggerEvent
    from sqlalchemy import select

    session = settings.NonScopedSession()
    parked = select(TaskInstance).where(TaskInstance.state == "awaiting_input")
    while (ti := session.scalars(parked).first()) is None:
        session.rollback()
        time.sleep(0.2)
    detail = session.scalars(select(HITLDetail).where(HITLDetail.ti_id == ti.id)).one()
    shown |= {"subject": detail.subject, "body": detail.body, "defaults": detail.defaults}
    detail.responded_by, detail.responded_at = {"id": "1", "name": "selin"}, datetime.now(UTC)
    detail.chosen_options, detail.params_input = [option], {"why": "agreed"}
    handle_event_submit(TriggerEvent(detail.as_resume_event_payload()), task_instance=ti, session=session)
    session.commit()
    session.close()


def _called(function, session):
    """Run the callable of ``sweep`` as its task would."""
    from unittest.mock import patch

    pushed = {}
    ti = type("Ti", (), {"xcom_push": lambda _, key, value: pushed.update({key: value})})()
    with patch("newswire_airflow.rights.get_current_context", return_value={"ti": ti}):
        found = function()
    assert pushed == {"failed": {}}
    session.expire_all()
    return found


def answered(bag, said: str, by: str | None) -> None:
    """``record`` with what a person said, or with the default that stands for nobody."""
    [review] = waiting()
    record = bag().dags["rights_review"].get_task("record").python_callable
    person = None if by is None else {"id": by, "name": by}
    event = {"chosen_options": [said], "params_input": {"why": "agreed"}, "responded_by_user": person}
    record({"review": review.review_id, "partner": "north"}, event)


@pytest.mark.usefixtures("out")
@pytest.mark.parametrize(("said", "there"), [("Yes", ["urn:one"]), ("No", [])])
def test_the_answer_takes_effect_and_is_kept(bag, partners, session, said, there):
    """A yes publishes at once, a no keeps out; the ledger has the answer, whose it is and why."""
    _called(bag().dags["rights_sweep"].get_task("sweep").python_callable, session)
    [review] = waiting()
    answered(bag, said, "selin")
    assert published(partners) == there
    with ledger.transaction(Settings.from_environment().database_url) as connection:
        kept = reviews.find(connection, review.review_id)
    assert (kept.answer, kept.answered_by, kept.note) == (said.lower(), "selin", "agreed")


@pytest.mark.usefixtures("out")
def test_silence_lets_nothing_in(bag, partners, session):
    """The default that Airflow fills in when nobody answers is no person's word: nothing is recorded as one."""
    from airflow.sdk.exceptions import AirflowSkipException

    _called(bag().dags["rights_sweep"].get_task("sweep").python_callable, session)
    with pytest.raises(AirflowSkipException, match="nobody answered"):
        answered(bag, "No", None)
    assert (published(partners), len(waiting())) == ([], 1)


def test_a_suspicion_is_asked_about_until_someone_answers(database_url):
    """A suspected kill whose time ran out unanswered is put again, as another run; a re-entry is not."""
    from newswire.pipeline.reviews import to_ask

    now = datetime.now(UTC)
    settings = Settings.from_environment()
    with ledger.transaction(database_url) as connection:
        for kind in ("kill", "reentry"):
            review = reviews.Review(
                review_id=kind, partner="north", kind=kind, terms="t", question="?", opened_at=now, due_at=now
            )
            reviews.open_review(connection, review, {"urn:one": "hash"})
    first = to_ask(settings, now)
    assert first.keys() == {"kill", "reentry"}
    with ledger.transaction(database_url) as connection:
        for kind in ("kill", "reentry"):
            reviews.asked(connection, kind, at=now, due_at=now + timedelta(days=3))
    assert to_ask(settings, now + timedelta(days=2)) == {}
    second = to_ask(settings, now + timedelta(days=3))
    assert (second.keys(), second["kill"] != first["kill"]) == ({"kill"}, True)


def test_an_unknown_review_is_refused(bag):
    """A run started by hand for a review that does not exist fails and asks nobody."""
    run = bag().dags["rights_review"].test(run_conf={"review": "reentry-0"})
    assert str(run.state) == "failed"
