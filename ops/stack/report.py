"""The first runs of the partners, and what came of them, told to a person."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterable, Mapping
from typing import Any

from stack.home import Home, Ports, StackError
from stack.lifecycle import Stack, require_alive
from stack.parts import ADMIN, parts
from stack.rest import PREFIX, Airflow, Dag

BY_DESIGN = "broken-by-design"
APPEAR_LIMIT = 90.0
RUN_LIMIT = 420.0
COUNTS = ("pulled", "published", "held", "rejected", "withdrawn", "quarantined")


def first_runs(stack: Stack, ports: Ports) -> bool:
    """Unpause every partner's DAG and wait until each has a run that ended.

    Returns:
        Whether all went as they should: a partner that is broken by design has to fail.

    Raises:
        StackError: A part of the stack stopped meanwhile.
    """
    wanted = {PREFIX + path.stem for path in stack.home.partners.glob("*.yaml")}
    with Airflow(ports.ui_url, ADMIN, stack.secrets.admin) as airflow:
        dags = _appeared(stack, ports, airflow, wanted)
        missing = sorted(wanted - {dag.dag_id for dag in dags})
        for file, error in airflow.import_errors().items():
            stack.say(f"{file} cannot be imported: {error}")
        if missing:
            stack.say(f"no DAG for {', '.join(missing)}: see the import errors in the UI, or {stack.home.logs}")
        for dag in dags:
            if dag.paused:
                airflow.unpause(dag.dag_id)
        if dags:
            stack.say(f"{len(dags)} partners are unpaused; waiting for their first runs")
        return _all_ended(stack, ports, airflow, dags) and not missing


def _appeared(stack: Stack, ports: Ports, airflow: Airflow, wanted: set[str]) -> list[Dag]:
    deadline = time.monotonic() + APPEAR_LIMIT
    while wanted:
        require_alive(stack, parts(stack.home, ports))
        dags = airflow.dags()
        if wanted <= {dag.dag_id for dag in dags} or airflow.import_errors() or time.monotonic() > deadline:
            break
        time.sleep(0.5)
    return airflow.dags()


def _all_ended(stack: Stack, ports: Ports, airflow: Airflow, dags: Iterable[Dag]) -> bool:
    waiting, well = list(dags), True
    deadline = time.monotonic() + RUN_LIMIT
    while waiting and time.monotonic() < deadline:
        require_alive(stack, parts(stack.home, ports))
        for dag in list(waiting):
            state = airflow.ended_run(dag.dag_id)
            if state is None:
                continue
            waiting.remove(dag)
            by_design = BY_DESIGN in dag.tags
            well = well and (state == "failed") == by_design
            stack.say(f"{dag.dag_id}: {state}{_explanation(state, by_design=by_design)}")
        time.sleep(0.5 if waiting else 0)
    for dag in waiting:
        stack.say(f"{dag.dag_id}: no run has ended within {RUN_LIMIT:.0f} s; look at it in the UI")
    return well and not waiting


def _explanation(state: str, *, by_design: bool) -> str:
    if by_design:
        return ", by design: this sample's feeds are broken" if state == "failed" else ", but it is broken by design"
    return "" if state == "success" else "; open it in the UI to see why"


def summary(stack: Stack, ports: Ports, variables: Mapping[str, str]) -> str:
    """What a person wants to know once the stack is up."""
    lines = [
        "",
        f"  Airflow   {ports.ui_url}",
        f"  user      {ADMIN}",
        f"  password  {stack.secrets.admin}",
        "",
        *(f"  {line}" for line in table(_status(stack.home, variables))),
        "",
        f"  Parquet   {variables['NEWSWIRE_LAKE']}/published/articles",
        "  stop      make stop",
    ]
    return "\n".join(lines)


def _status(home: Home, variables: Mapping[str, str]) -> list[Mapping[str, Any]]:
    command = [str(home.root / "bin" / "newswire"), "status"]
    done = subprocess.run(
        command, env=variables, cwd=home.root, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines()
        msg = f"bin/newswire status failed: {lines[-1] if lines else f'exit code {done.returncode}'}"
        raise StackError(msg)
    partners: list[Mapping[str, Any]] = json.loads(done.stdout)["partners"]
    return partners


def table(partners: Iterable[Mapping[str, Any]]) -> list[str]:
    """The lines of a table with one row for each partner: counts, and why the rest was not published."""
    rows = [("partner", *COUNTS, "reasons")]
    for partner in partners:
        reasons = ", ".join(f"{reason} {count}" for reason, count in sorted(partner.get("reasons", {}).items()))
        rows.append((partner["partner"], *(str(partner.get(count, 0)) for count in COUNTS), reasons or "-"))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            [
                row[0].ljust(widths[0]),
                *(cell.rjust(width) for cell, width in zip(row[1:-1], widths[1:-1], strict=True)),
                row[-1],
            ]
        )
        for row in rows
    ]
