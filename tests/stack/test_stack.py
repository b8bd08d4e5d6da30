"""The real stack, on a state folder and ports of its own, without partners."""

# ruff: noqa: S603 - the commands are this test's own
from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg
import pytest

from stack import processes
from stack.home import Home, Secrets, free_port
from stack.postgres import choose

pytestmark = pytest.mark.stack

ROOT = Path(__file__).parents[2]
PARTS = {"postgres", "sample-wire", "log-server", "api-server", "scheduler", "dag-processor", "triggerer"}


@pytest.fixture(scope="module")
def port() -> int:
    """Where the UI listens."""
    return free_port()


@pytest.fixture(scope="module")
def command(home, port, tmp_path_factory):
    """Runs a command of the stack in the test's own state; all of it is stopped at the end."""
    variables = {
        **os.environ,
        "NEWSWIRE_DAGS": str(tmp_path_factory.mktemp("dags")),
        "NEWSWIRE_HOME": str(home.state),
        "NEWSWIRE_PORT": str(port),
        "PYTHONPATH": os.pathsep.join([str(ROOT / "include"), str(ROOT / "ops")]),
    }

    def run(name: str, **changed: int) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "stack", name],
            check=False,
            env={**variables, **{f"NEWSWIRE_{key.upper()}": str(value) for key, value in changed.items()}},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=900,
        )

    yield run
    run("stop")


@pytest.fixture
def running(command, home) -> Home:
    """The state of a stack that is up."""
    _succeed(command("start"))
    return home


def _succeed(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_part_runs_on_loopback_only(running, port):
    """All parts run, and none of their processes listens beyond this machine."""
    records = processes.load(running)
    assert set(records) == PARTS
    listening = {
        connection.laddr.ip: connection.laddr.port
        for process in processes.members(records.values())
        for connection in process.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert set(listening) == {"127.0.0.1"}
    with socket.create_connection(("127.0.0.1", port), timeout=60):
        pass


def test_what_is_secret_is_private(running):
    """Passwords and settings are readable by their owner only, and PostgreSQL asks for a password."""
    for name in ("secrets.json", "env", "airflow/passwords.json", "airflow/airflow.cfg"):
        assert (running.state / name).stat().st_mode & 0o077 == 0, name
    database = choose(running)
    assert database.place.stat().st_mode & 0o777 == 0o700
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(host=str(database.socket), user="postgres", password="guess", dbname="newswire")


def test_second_start_starts_nothing(running, command):
    """A start of what runs starts and migrates nothing, and leaves every process as it is."""
    before = processes.load(running)
    done = command("start")
    _succeed(done)
    assert [line for line in done.stdout.splitlines() if "starting" in line or "creating" in line] == []
    assert processes.load(running) == before


def test_killed_part_is_started_again_and_the_rest_is_left_alone(running, command):
    """A start replaces what died together with the children it left, and nothing else."""
    before = processes.load(running)
    os.kill(before["scheduler"].pid, signal.SIGKILL)
    assert command("status").returncode == 1
    _succeed(command("start"))
    after = processes.load(running)
    assert {name for name in PARTS if before[name] != after[name]} == {"scheduler"}


@pytest.mark.usefixtures("running")
def test_other_port_needs_a_stop(command):
    """A stack that runs is not silently moved to another port."""
    done = command("start", port=1)
    assert done.returncode == 1
    assert "To move it: make stop" in done.stderr.strip().splitlines()[-1]


def test_stop_after_kills_leaves_nothing(running, command):
    """After kill -9 of every part, a stop leaves no process behind, and the next start works.

    The scheduler starts last, when the API answers: a task that it starts before that fails without a try of its own.
    """
    records = processes.load(running)
    for record in records.values():
        os.kill(record.pid, signal.SIGKILL)
    _succeed(command("stop"))
    assert processes.members(records.values()) == []
    assert processes.load(running) == {}
    assert command("stop").stdout.strip().endswith("nothing runs")
    started = command("start")
    _succeed(started)
    records = processes.load(running)
    _succeed(command("stop"))
    assert processes.members(records.values()) == []
    told = started.stdout
    assert told.index("starting api-server") < told.index("the API answers") < told.index("starting scheduler")


def test_taken_port_starts_nothing(command, home, port):
    """A taken port is one line, and no part of Airflow is left running."""
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", port))
        holder.listen()
        done = command("start")
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert f"port {port} of the Airflow UI is taken" in done.stderr
    assert set(processes.load(home)) <= {"postgres"}


def test_part_that_dies_at_start_is_named(command, home):
    """A part that cannot start is named with its last words and its log, and the others are stopped again."""
    (home.state / "wire").rename(home.state / "wire.kept")
    (home.state / "wire").write_text("a file where a folder should be")
    try:
        done = command("start")
    finally:
        (home.state / "wire").unlink()
        (home.state / "wire.kept").rename(home.state / "wire")
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert "sample-wire has stopped by itself" in done.stderr
    assert str(home.logs / "sample-wire.log") in done.stderr
    assert set(processes.load(home)) == {"postgres"}


def test_database_alone_serves_the_cli(command, home):
    """PostgreSQL can be started alone, and the settings of the CLI reach it."""
    _succeed(command("db"))
    assert set(processes.load(home)) == {"postgres"}
    secrets = Secrets.of(home)
    assert json.loads((home.state / "secrets.json").read_text())["newswire_database"] == secrets.newswire_database
    with psycopg.connect(
        host=str(choose(home).socket), user="newswire", password=secrets.newswire_database, dbname="newswire"
    ) as connection:
        assert connection.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)
