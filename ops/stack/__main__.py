"""``python -m stack run | start | stop | status | logs | db``, and ``airflow ARGUMENTS…``."""

from __future__ import annotations

import argparse
import errno
import os
import sys
import time
from collections.abc import Callable
from typing import NoReturn

from stack import lifecycle, processes, report
from stack.home import Home, Ports, StackError
from stack.lifecycle import Stack
from stack.parts import environment


def _teller() -> Callable[[str], None]:
    begun = time.monotonic()
    return lambda line: print(f"{time.monotonic() - begun:6.1f} s  {line}", flush=True)


def _start(home: Home, say: Callable[[str], None]) -> tuple[Stack, Ports]:
    with lifecycle.locked(home, say):
        stack = lifecycle.start_database(Stack.open(home, say))
        return stack, lifecycle.start_airflow(stack)


def run(home: Home) -> int:
    """Start everything, wait for the partners' first runs, and tell what came of them."""
    stack, ports = _start(home, _teller())
    well = report.first_runs(stack, ports)
    print(report.summary(stack, ports, environment(home, stack.secrets, ports, stack.database)))
    return 0 if well else 1


def start(home: Home) -> int:
    """Start everything and return once it is healthy."""
    say = _teller()
    _, ports = _start(home, say)
    say(f"the stack is up: {ports.ui_url}")
    return 0


def database(home: Home) -> int:
    """Start PostgreSQL alone, for the CLI."""
    say = _teller()
    with lifecycle.locked(home, say):
        stack = lifecycle.start_database(Stack.open(home, say))
        lifecycle.migrate_ledger(stack, Ports.kept(home) or Ports(ui=0, wire=0, logs=0))
    say(f"the ledger is ready; its settings are in {home.state / 'env'}")
    return 0


def stop(home: Home) -> int:
    """Stop everything."""
    say = _teller()
    if not home.state.exists():
        say("nothing runs")
        return 0
    with lifecycle.locked(home, say):
        records = processes.load(home)
        if records:
            lifecycle.stop(home, records, list(records))
            say("everything is stopped")
        else:
            say("nothing runs")
    return 0


def status(home: Home) -> int:
    """Tell which parts run; 1 if one that was started does not."""
    records = processes.load(home)
    for record in records.values():
        alive = processes.is_alive(record)
        print(f"{record.name:14} {f'runs as {record.pid}' if alive else 'has died'}")
    if not records:
        print("nothing runs")
    return 0 if all(processes.is_alive(record) for record in records.values()) else 1


def logs(home: Home) -> NoReturn:
    """Follow the logs of all parts until Ctrl-C."""
    files = sorted(str(path) for path in home.logs.glob("*.log"))
    if not files:
        msg = f"there are no logs in {home.logs} yet"
        raise StackError(msg)
    os.execvp("tail", ["tail", "-n", "20", "-F", *files])  # noqa: S606 - becomes tail, so that Ctrl-C ends it


def airflow(home: Home, arguments: list[str]) -> NoReturn:
    """Become Airflow's own CLI with the stack's settings: backfills, task states and the like."""
    ports = Ports.kept(home)
    if ports is None:
        msg = "the stack was never started; start it with make run"
        raise StackError(msg)
    stack = Stack.open(home, print)
    if not stack.running("postgres"):
        msg = "PostgreSQL does not run; start the stack with make run"
        raise StackError(msg)
    variables = environment(home, stack.secrets, ports, stack.database)
    os.execve(sys.executable, [sys.executable, "-m", "airflow", *arguments], variables)  # noqa: S606 - becomes Airflow


COMMANDS: dict[str, Callable[[Home], int]] = {
    "run": run,
    "start": start,
    "db": database,
    "stop": stop,
    "status": status,
    "logs": logs,
}


REMEDIES = {
    errno.ENOSPC: "The disk is full: make room, then try again.",
    errno.EACCES: "Mend its rights, or keep the state elsewhere: export NEWSWIRE_HOME=~/.newswire",
    errno.EROFS: "Keep the state elsewhere: export NEWSWIRE_HOME=~/.newswire",
}


def main() -> int:
    """Carry out one command; an error is one line on stderr and exit code 1."""
    parser = argparse.ArgumentParser(prog="python -m stack", description=__doc__)
    parser.add_argument("command", choices=[*COMMANDS, "airflow"])
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="for airflow: its own command line")
    given = parser.parse_args()
    command = given.command
    try:
        if command == "airflow":
            airflow(Home.from_environment(), given.arguments)
        return COMMANDS[command](Home.from_environment())
    except StackError as error:
        print(f"{command}: {error}", file=sys.stderr)
    except OSError as error:
        if error.errno not in REMEDIES:
            raise
        print(f"{command}: {error}. {REMEDIES[error.errno]}", file=sys.stderr)
    except KeyboardInterrupt:
        print(f"\n{command}: interrupted; what was started goes on. To end it: make stop", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
