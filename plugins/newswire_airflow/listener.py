"""Makes a run without a source visible: Airflow calls a run whose tasks were skipped a success."""

from __future__ import annotations

from airflow.listeners import hookimpl
from airflow.models.dagrun import DagRun
from airflow.utils.state import TaskInstanceState
from sqlalchemy.orm import object_session

from newswire_airflow import NO_SOURCE, WIRE


@hookimpl
def on_dag_run_success(dag_run: DagRun, msg: str) -> None:  # noqa: ARG001 - pluggy matches by argument name
    """Leave a note on a wire's run whose ``pull`` was skipped; safe to repeat."""
    if not dag_run.dag_id.startswith(WIRE):
        return
    # The scheduler holds its locks in this session: a session of our own would commit and break them.
    session = object_session(dag_run)
    if session is None:
        return
    pull = dag_run.get_task_instance("pull", session=session)
    if pull is not None and pull.state == TaskInstanceState.SKIPPED and not dag_run.note:
        dag_run.note = NO_SOURCE
