"""What ``make run`` tells at its end."""

from __future__ import annotations

import pytest

from newswire_airflow import NO_SOURCE
from stack.report import table
from stack.rest import Airflow


def test_table_has_a_row_for_each_partner():
    """Every partner's counts stand under their names, with the reasons for what was not published."""
    lines = table(
        [
            {"partner": "alpha", "pulled": 12, "published": 10, "held": 2, "reasons": {"embargo": 2}},
            {"partner": "be", "pulled": 0, "published": 0},
        ]
    )
    assert lines[0].split() == [
        *("partner", "pulled", "published", "held", "rejected", "withdrawn", "quarantined", "reasons"),
    ]
    assert lines[1].split() == ["alpha", "12", "10", "2", "0", "0", "0", "embargo", "2"]
    assert lines[2].split() == ["be", "0", "0", "0", "0", "0", "0", "-"]


@pytest.mark.parametrize("state", ["success", "failed"])
def test_a_run_that_the_hour_overtook_is_not_the_first(monkeypatch, state):
    """Where the hour strikes between a run's start and its pull, the run has no source: the one after it is told."""
    airflow = Airflow("http://127.0.0.1:1", "admin", "x")
    overtaken = {"state": "success", "note": NO_SOURCE}
    runs = [{"state": "running", "note": None}, overtaken]
    monkeypatch.setattr(airflow, "_get", lambda *_, **__: {"dag_runs": runs})
    assert airflow.ended_run("wire_north") is None
    runs[0]["state"] = state
    assert airflow.ended_run("wire_north") == state
