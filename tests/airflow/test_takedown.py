"""The DAG by which a person takes a story down: its form, who is on record, where the proof stands, when it is red."""
# ruff: noqa: PLC0415 - Airflow reads its settings when it is imported

from __future__ import annotations

from pathlib import Path

import pytest
from tests.lake import rows_of

from newswire import ledger
from newswire.config import Settings
from newswire.errors import TakedownIncomplete
from newswire.ledger import takedowns

pytestmark = [pytest.mark.airflow, pytest.mark.usefixtures("passing")]


def published(partners: Path) -> list[str]:
    files = (partners.parent / "lake").glob("published/articles/**/*.parquet")
    return sorted(row["item_id"] for file in files for row in rows_of(file))


def recorded() -> list[takedowns.Takedown]:
    with ledger.transaction(Settings.from_environment().ledger()) as connection:
        return takedowns.listed(connection)


def note_of(run, session) -> str:
    """The note that the listener leaves on a run whose task has ended."""
    from newswire_airflow import listener

    mine = session.merge(run)
    hook = listener.on_dag_run_success if str(run.state) == "success" else listener.on_dag_run_failed
    hook(dag_run=mine, msg="")
    return mine.note


@pytest.fixture
def story(add_partner, bag, drop, partners) -> str:
    """A published story, by its article id."""
    drop(add_partner("north", "a") / "a", "one")
    bag().dags["wire_north"].test()
    assert published(partners) == ["urn:one"]
    [file] = (partners.parent / "lake").glob("published/articles/**/*.parquet")
    return str(rows_of(file)[0]["article_id"])


def test_the_form_asks_for_a_name_and_a_reason(bag):
    """Started by hand alone; name and reason must be given, and by default it is one article and nothing is purged."""
    dag = bag().dags["takedown"]
    assert dag.schedule is None
    assert {"The form", "When it is red"} <= {line.lstrip("# ") for line in dag.doc_md.splitlines()}
    assert [dag.params[name] for name in ("what", "purge_raw", "dry_run")] == ["One article", False, False]
    with pytest.raises(Exception, match="name"):
        dag.params.validate()


def test_a_person_takes_an_article_down(bag, partners, story, session):
    """It is gone, with who started the run and why; the run's note says what was found."""
    form = {"what": "One article", "name": story, "why": "the court ordered it", "purge_raw": True}
    run = bag().dags["takedown"].test(run_conf=form)
    assert str(run.state) == "success"
    assert published(partners) == []
    [kept] = recorded()
    assert [(said["by"], said["why"], said["purge_raw"]) for said in kept.asked] == [
        ("dag_test", "the court ordered it", True)
    ]
    assert note_of(run, session) == (
        f"{kept.takedown_id}: found published articles 1, ledger 1, staged batches 3, landed payloads 1; "
        "nothing is left."
    )


@pytest.mark.usefixtures("story")
def test_looking_changes_nothing(bag, partners, session):
    """The note says what would be found; the story stays, and nothing is recorded."""
    form = {"what": "Every story of a partner", "name": "north", "why": "a look", "dry_run": True}
    run = bag().dags["takedown"].test(run_conf=form)
    assert note_of(run, session).startswith("Only looked: found published articles 1")
    assert published(partners) == ["urn:one"]
    assert recorded() == []


@pytest.mark.usefixtures("story")
@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"what": "One article", "name": "north:0000000000000000"}, "knows no item"),
        ({"what": "One story", "name": "urn:one"}, "not the partner"),
        ({"what": "One story", "name": "urn:onne", "partner": "north"}, "tick that it has not come yet"),
        ({"what": "Every story of a partner", "name": "nort"}, "no partner 'nort'"),
    ],
    ids=["article", "story", "slip", "partner"],
)
def test_a_wrong_name_is_red_and_changes_nothing(bag, partners, session, form, says):
    """Who names nothing that is known is told so in the run's note."""
    run = bag().dags["takedown"].test(run_conf={**form, "why": "a slip"})
    assert str(run.state) == "failed"
    assert says in note_of(run, session)
    assert published(partners) == ["urn:one"]
    assert recorded() == []


@pytest.mark.usefixtures("story")
def test_a_story_is_taken_down_before_it_comes(bag):
    """Who ticks that it has not come yet takes down an id that nobody has seen."""
    form = {"what": "One story", "name": "urn:soon", "partner": "north", "why": "w", "unseen": True}
    assert str(bag().dags["takedown"].test(run_conf=form).state) == "success"
    assert [kept.item_id for kept in recorded()] == ["urn:soon"]


def test_what_is_left_is_named(bag, story, session, monkeypatch):
    """A takedown that leaves something is red, and its note says what."""
    from newswire.pipeline import takedown

    def left(*_: object, **__: object) -> None:
        msg = "takedown-1: something is left: quarantine: 1 in a file."
        raise TakedownIncomplete(msg, reason="takedown_incomplete")

    monkeypatch.setattr(takedown, "carry_out", left)
    run = bag().dags["takedown"].test(run_conf={"what": "One article", "name": story, "why": "w"})
    assert str(run.state) == "failed"
    assert "quarantine: 1 in a file" in note_of(run, session)
