"""Starting what does not run, and stopping all that does."""

from __future__ import annotations

import fcntl
import importlib.metadata
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import groupby

from stack import postgres, processes
from stack.home import LOOPBACK, Home, Ports, Secrets, StackError, write_private
from stack.parts import ADMIN, Part, database_part, environment, newswire_settings, parts, write_settings
from stack.postgres import Database
from stack.processes import Record, log_path
from stack.rest import Airflow

HEALTH_LIMIT = 180.0
REPORTING = ("metadatabase", "scheduler", "triggerer", "dag_processor")
PATIENCE = {1: 12.0, 2: 5.0, 3: 30.0}  # seconds that a wave has after it was asked to stop


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """What one command works on: the state, its secrets, its database, and where progress is told.

    Attributes:
        say: Takes one line of progress.
        records: The parts known to have been started, by name; kept in step with the file.
    """

    home: Home
    secrets: Secrets
    database: Database
    say: Callable[[str], None]
    records: dict[str, Record] = field(default_factory=dict)

    @classmethod
    def open(cls, home: Home, say: Callable[[str], None]) -> Stack:
        """The stack of a state folder, prepared for a start.

        Raises:
            StackError: The folder cannot hold one.
        """
        database = postgres.choose(home)
        home.prepare(traversable=database.owner is not None)
        secrets = Secrets.of(home)
        if not database.place.exists() and database.place.parent != home.state:
            say(f"{home.state} lies in a private folder of root; PostgreSQL keeps its data in {database.place}")
        return cls(home=home, secrets=secrets, database=database, say=say, records=processes.load(home))

    def running(self, name: str) -> bool:
        """Whether a part runs."""
        return name in self.records and processes.is_alive(self.records[name])


@contextmanager
def locked(home: Home, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the stack against other starts and stops."""
    home.state.mkdir(parents=True, exist_ok=True)
    with (home.state / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another start or stop of this stack to finish")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def start_database(stack: Stack) -> Stack:
    """Start PostgreSQL unless it runs, create what is missing in it, and bring the ledger up to date.

    Raises:
        StackError: It does not start, or the ledger cannot be migrated.
    """
    stack = replace(stack, database=postgres.prepare(stack.database, stack.secrets))
    part = database_part(stack.database)
    if not stack.running(part.name):
        stop(stack.home, stack.records, [part.name])
        postgres.forget_dead_server(stack.database)
        ambient = {name: value for name, value in os.environ.items() if name in {"PATH", "LANG", "HOME"}}
        _spawn(stack, part, ambient)
    deadline = time.monotonic() + postgres.START_LIMIT
    while not postgres.answers(stack.database, stack.secrets):
        _await(stack, [part], deadline)
    postgres.ensure_databases(stack.database, stack.secrets)
    stack.say("PostgreSQL answers")
    return stack


def migrate_ledger(stack: Stack, ports: Ports) -> None:
    """Write the settings of ``bin/newswire`` and bring the ledger's tables up to date.

    Raises:
        StackError: The migration failed.
    """
    settings = newswire_settings(stack.home, stack.secrets, ports, stack.database)
    write_settings(stack.home, settings)
    from newswire import ledger  # noqa: PLC0415 - pulls in SQLAlchemy, which stop and status need not wait for
    from newswire.errors import NewswireError  # noqa: PLC0415

    try:
        ledger.migrate(settings["NEWSWIRE_DATABASE_URL"])
    except NewswireError as error:
        raise StackError(str(error)) from error


def start_airflow(stack: Stack) -> Ports:
    """Start every part that does not run and wait until all of them report to be well.

    Raises:
        StackError: A part does not start. What this call started is stopped again.
    """
    wanted = parts(stack.home, Ports(ui=0, wire=0, logs=0))
    idle = not any(stack.running(part.name) for part in wanted)
    ports = (None if idle else Ports.kept(stack.home)) or _choose_ports(stack)
    _refuse_other_port(ports)
    migrate_ledger(stack, ports)
    write_private(stack.home.passwords, f'{{"{ADMIN}": "{stack.secrets.admin}"}}\n')
    variables = environment(stack.home, stack.secrets, ports, stack.database)
    _migrate_airflow(stack, variables)
    everything = parts(stack.home, ports)
    missing = [part for part in everything if not stack.running(part.name)]
    try:
        for part in missing:
            if part.needs_api:
                _wait_for_api(stack, ports, [other for other in everything if not other.needs_api])
            stop(stack.home, stack.records, [part.name])
            _spawn(stack, part, variables)
        _wait_until_well(stack, ports)
    except StackError:
        stop(stack.home, stack.records, [part.name for part in missing])
        raise
    return ports


def _choose_ports(stack: Stack) -> Ports:
    # What a killed part left behind may still hold its port.
    stop(stack.home, stack.records, [name for name in stack.records if not stack.running(name)])
    return Ports.choose(stack.home)


def _refuse_other_port(ports: Ports) -> None:
    wished = os.environ.get("NEWSWIRE_PORT")
    if wished and wished != str(ports.ui):
        msg = f"the stack runs on port {ports.ui}. To move it: make stop, then make run PORT={wished}"
        raise StackError(msg)


def stop(home: Home, records: dict[str, Record], names: Iterable[str]) -> None:
    """Stop some parts and everything that those of them that were killed have left behind.

    Args:
        home: Keeps the records.
        records: The parts that were started; those that are ended are taken out.
        names: The parts to stop; unknown ones are passed over.

    Raises:
        StackError: A process could not be ended.
    """
    chosen = sorted((records[name] for name in names if name in records), key=lambda record: record.wave)
    left = []
    for wave, group in groupby(chosen, key=lambda record: record.wave):
        ending = list(group)
        left += processes.end(ending, patience=PATIENCE[wave])
        for record in ending:
            if not processes.members([record]):
                del records[record.name]
        processes.save(home, records.values())
    if left:
        msg = f"these processes could not be ended: {', '.join(str(process.pid) for process in left)}"
        raise StackError(msg)


def _spawn(stack: Stack, part: Part, variables: dict[str, str]) -> None:
    stack.say(f"starting {part.name}")
    stack.records[part.name] = processes.spawn(stack.home, part, variables, stack.secrets.mark)
    processes.save(stack.home, stack.records.values())


def _migrate_airflow(stack: Stack, variables: dict[str, str]) -> None:
    version = importlib.metadata.version("apache-airflow-core")
    if postgres.migrated_for(stack.database, stack.secrets) == version:
        return
    stack.say(f"creating the tables of Airflow {version}")
    log = log_path(stack.home, "migrate")
    with log.open("ab") as output:
        command = [sys.executable, "-m", "airflow", "db", "migrate"]
        done = subprocess.run(
            command,
            check=False,
            env=variables,
            cwd=stack.home.parts,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    if done.returncode != 0:
        msg = f"airflow db migrate failed: {_last_line(stack.home, 'migrate')}. Log: {log}"
        raise StackError(msg)
    postgres.note_migration(stack.database, stack.secrets, version)


def _wait_for_api(stack: Stack, ports: Ports, started: Iterable[Part]) -> None:
    deadline = time.monotonic() + HEALTH_LIMIT
    with Airflow(ports.ui_url, ADMIN, stack.secrets.admin) as airflow:
        while not airflow.health():
            _await(stack, started, deadline)
    stack.say("the API answers")


def _wait_until_well(stack: Stack, ports: Ports) -> None:
    everything = parts(stack.home, ports)
    deadline = time.monotonic() + HEALTH_LIMIT
    waiting = {part.name: part.port for part in everything if part.port}
    with Airflow(ports.ui_url, ADMIN, stack.secrets.admin) as airflow:
        reporting = set(REPORTING)
        while waiting or reporting:
            _await(stack, everything, deadline)
            for name in [name for name, port in waiting.items() if _is_open(port)]:
                del waiting[name]
                stack.say(f"{name} answers")
            if "api-server" not in waiting:
                health = airflow.health()
                for name in [name for name in reporting if health.get(name) == "healthy"]:
                    reporting.discard(name)
                    stack.say(f"{name} is healthy")


def require_alive(stack: Stack, wanted: Iterable[Part]) -> None:
    """See that parts that were started still run.

    Raises:
        StackError: One has stopped; its last words and its log are named.
    """
    for part in wanted:
        if not stack.running(part.name):
            log = log_path(stack.home, part.name)
            msg = f"{part.name} has stopped by itself: {_last_line(stack.home, part.name)}. Log: {log}"
            raise StackError(msg)


def _await(stack: Stack, wanted: Iterable[Part], deadline: float) -> None:
    require_alive(stack, wanted)
    if time.monotonic() > deadline:
        msg = f"the stack is not ready within its time. Logs: {stack.home.logs}"
        raise StackError(msg)
    time.sleep(0.2)


def _is_open(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0


def _last_line(home: Home, name: str) -> str:
    text = log_path(home, name).read_text(encoding="utf-8", errors="replace")
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "it wrote nothing")
