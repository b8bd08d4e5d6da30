"""A feed's credentials come from Airflow's Connections."""
# ruff: noqa: PLC0415 - Airflow reads its settings when it is imported

from __future__ import annotations

import json
import logging

import pytest
from sqlalchemy import text
from tests.airflow.conftest import atom
from tests.lake import rows_of
from tests.transport.servers import PASSWORD, USER, sftp_serving

from newswire.errors import ConfigError
from newswire.transport import Credentials

pytestmark = pytest.mark.airflow


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            "sftp://us:p%40ss@sftp.agency.example:2022/?private_key=KEY",
            Credentials(login="us", password="p@ss", host="sftp.agency.example", extra={"private_key": "KEY"}),
        ),
        (
            json.dumps({"conn_type": "aws", "login": "AK", "password": "sk", "extra": {"nested": {"a": 1}}}),
            Credentials(login="AK", password="sk", extra={"nested": '{"a": 1}'}),
        ),
        ("http://:t0ken@", Credentials(password="t0ken")),
    ],
)
def test_a_connection_is_read_as_the_cli_reads_it(airflow, monkeypatch, written, expected):  # noqa: ARG001 - Airflow first
    """A URI or JSON in AIRFLOW_CONN_… means the same in a task and in bin/newswire."""
    from newswire.transport.credentials import from_environment
    from newswire_airflow.connections import credentials

    monkeypatch.setenv("AIRFLOW_CONN_AGENCY", written)
    assert credentials("agency") == expected
    assert from_environment("agency") == expected


def test_a_missing_connection_is_told_with_what_to_do(airflow):  # noqa: ARG001 - Airflow first
    """The error names the connection and both ways to add it."""
    from newswire_airflow.connections import credentials

    with pytest.raises(ConfigError, match="Admin → Connections, or set AIRFLOW_CONN_NEVER_ADDED"):
        credentials("never_added")


@pytest.fixture(params=["environment", "database"])
def server(request, airflow, session, monkeypatch, tmp_path):  # noqa: ARG001 - Airflow first
    """An SFTP server of one story, and the Connection ``agency_sftp`` for it, kept in either place."""
    (tmp_path / "wire").mkdir()
    (tmp_path / "wire" / "a.xml").write_text(atom("one"))
    with sftp_serving(tmp_path / "wire") as running:
        running.kept = request.param
        if request.param == "environment":
            monkeypatch.setenv("AIRFLOW_CONN_AGENCY_SFTP", f"sftp://{USER}:{PASSWORD}@127.0.0.1")
        else:
            from airflow.models.connection import Connection

            session.add(Connection(conn_id="agency_sftp", conn_type="sftp", login=USER, password=PASSWORD))
            session.commit()
        yield running


@pytest.mark.usefixtures("passing")
def test_a_wire_logs_in_with_a_connection(add_partner, bag, session, caplog, server):
    """An SFTP feed is pulled with the Connection's password, which no log and no XCom holds."""
    caplog.set_level(logging.DEBUG)
    feed = {
        "url": server.url("/"),
        "connection": "agency_sftp",
        "host_keys": [server.fingerprint],
        "allow_private_addresses": True,
    }
    lake = add_partner(f"by-{server.kept}", feeds={"a": feed}).parent / "lake"
    run = bag().dags[f"wire_by-{server.kept}"].test()
    assert str(run.state) == "success"
    files = lake.glob("published/articles/**/*.parquet")
    assert [row["item_id"] for file in files for row in rows_of(file)] == ["urn:one"]
    receipts = str(session.execute(text("select * from xcom where dag_id = :dag"), {"dag": run.dag_id}).all())
    assert f"by-{server.kept}/a/" in receipts
    assert PASSWORD not in receipts + caplog.text
