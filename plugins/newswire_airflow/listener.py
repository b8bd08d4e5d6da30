"""Notes on runs: that a wire had no source, which Airflow calls a success, and what a takedown found and left."""

from __future__ import annotations

from airflow.listeners import hookimpl
from airflow.models.dagrun import DagRun
from airflow.models.xcom import XComModel
from airflow.utils.state import TaskInstanceState
from sqlalchemy.orm import object_session

from newswire_airflow import NO_SOURCE, WIRE

MOST_CHARACTERS = 1000
"""As many as Airflow keeps of a note."""


@hookimpl
def on_dag_run_success(dag_run: DagRun, msg: str) -> None:  # noqa: ARG001 - pluggy matches by argument name
    """Leave a note on a wire's run whose ``pull`` was skipped, and on a takedown; safe to repeat."""
    if dag_run.dag_id == "takedown":
        _tell(dag_run)
    if not dag_run.dag_id.startswith(WIRE):
        return
    # The scheduler holds its locks in this session: a session of our own would commit and break them.
    session = object_session(dag_run)
    if session is None:
        return
    pull = dag_run.get_task_instance("pull", session=session)
    if pull is not None and pull.state == TaskInstanceState.SKIPPED and not dag_run.note:
        dag_run.note = NO_SOURCE


@hookimpl
def on_dag_run_failed(dag_run: DagRun, msg: str) -> None:  # noqa: ARG001 - pluggy matches by argument name
    """Leave a note on a takedown that could not be done, or left something; safe to repeat."""
    if dag_run.dag_id == "takedown":
        _tell(dag_run)


def _tell(dag_run: DagRun) -> None:
    """Note on a takedown's run what its task has said."""
    session = object_session(dag_run)
    if session is None or dag_run.note:
        return
    query = XComModel.get_many(run_id=dag_run.run_id, key="note", dag_ids=dag_run.dag_id, limit=1)
    said = session.scalars(query).first()
    if said is not None:
        dag_run.note = str(XComModel.deserialize_value(said))[:MOST_CHARACTERS]
