"""What Airflow sees of the partner files."""
# ruff: noqa: PLC0415 - Airflow reads its settings when it is imported

from __future__ import annotations

from datetime import UTC, datetime

import pytest

pytestmark = pytest.mark.airflow


def test_every_partner_is_one_dag(add_partner, bag):
    """Each partner file is one wire, named by its slug, and nothing else is one."""
    add_partner("north")
    add_partner("south-east")
    found = bag()
    assert found.import_errors == {}
    assert sorted(name for name in found.dag_ids if name.startswith("wire_")) == ["wire_north", "wire_south-east"]


def test_a_dag_says_what_its_partner_file_says(add_partner, bag):
    """Schedule, zone, first day, owner and tags come from the file; the page explains what to do when it is red."""
    from airflow.sdk import CronDataIntervalTimetable

    add_partner(
        "north", schedule="15 6 * * *", timezone="Europe/Istanbul", start_date="2026-02-01", owner="desk", tags=["tr"]
    )
    dag = bag().dags["wire_north"]
    assert dag.timetable == CronDataIntervalTimetable("15 6 * * *", timezone="Europe/Istanbul")
    assert dag.start_date == datetime(2026, 2, 1, tzinfo=UTC)
    assert dag.catchup is False
    assert dag.max_active_runs == 1
    assert set(dag.tags) == {"wire", "tr"}
    assert {task.owner for task in dag.tasks} == {"desk"}
    assert "When it is red" in dag.doc_md


def test_a_dag_is_four_steps_in_a_row(add_partner, bag):
    """Pull, refine, validate and publish follow each other."""
    add_partner("north")
    dag = bag().dags["wire_north"]
    steps = ["pull", "refine", "validate", "publish"]
    assert [task.task_id for task in dag.topological_sort()] == steps
    assert [sorted(dag.get_task(step).downstream_task_ids) for step in steps] == [
        ["refine"],
        ["validate"],
        ["publish"],
        [],
    ]


def test_every_task_retries_by_the_one_policy(add_partner, bag):
    """No task is left to Airflow's own idea of a retry."""
    from newswire_airflow.retries import DELAY, POLICY, RETRIES

    add_partner("north")
    tasks = bag().dags["wire_north"].tasks
    assert [task.retry_policy for task in tasks] == [POLICY] * 4
    assert {(task.retries, task.retry_delay) for task in tasks} == {(RETRIES, DELAY)}


def test_publish_alone_updates_the_asset(add_partner, bag):
    """Consumers of a partner's articles are started by its ``publish``."""
    from newswire_airflow.assets import articles

    add_partner("north")
    outlets = {task.task_id: task.outlets for task in bag().dags["wire_north"].tasks}
    assert outlets == {"pull": [], "refine": [], "validate": [], "publish": [articles("north")]}


def test_a_bad_partner_file_stops_nobody_else(add_partner, partners, bag):
    """The other DAGs load; one import error names the file, the line and what to do."""
    add_partner("north")
    (partners / "south.yaml").write_text("name: South\ntimezone: UTC\nfeedz: {}\nfeeds: {a: {url: 'x'}}\n")
    found = bag()
    assert "wire_north" in found.dag_ids
    assert "wire_south" not in found.dag_ids
    [(file, error)] = found.import_errors.items()
    assert file.endswith("partners_check.py")
    assert "south.yaml:3: feedz: is not a known key; remove it or correct its spelling." in error


def test_the_plugins_folder_brings_the_plugin_and_nothing_else(airflow):  # noqa: ARG001 - Airflow comes first
    """Airflow loads the plugin without an error, and none of the modules beside it as plugins."""
    import sys

    from airflow import plugins_manager

    plugins, errors = plugins_manager._get_plugins()
    assert errors == {}
    assert [plugin.name for plugin in plugins if plugin.name.startswith("newswire")] == ["newswire"]
    assert not {"steps", "wire", "listener", "retries", "assets"} & set(sys.modules)
