"""The library's four steps as Airflow tasks: receipts come and go as XComs, nothing else does."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

import msgspec
from airflow.sdk import get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException
from airflow.sdk.types import DagRunProtocol

from newswire.config import Partner, Settings, load_partner
from newswire.pipeline.schedule import is_latest_complete
from newswire.pipeline.work import Pulled, Refined, Run, Validated, Workplace
from newswire_airflow import NO_SOURCE
from newswire_airflow.assets import articles
from newswire_airflow.connections import credentials
from newswire_airflow.retries import RETRIED

Receipt = dict[str, Any]
_retried = {**RETRIED, "show_return_value_in_logs": False}  # the steps' own lines tell what came of it
log = logging.getLogger(__name__)


def _place(slug: str) -> Workplace:
    settings = Settings.from_environment()
    partner = load_partner(settings.partners / f"{slug}.yaml")
    return Workplace.of(partner, settings, credentials=credentials)


def run_of(partner: Partner, dag_run: DagRunProtocol) -> Run:
    """The library's view of a DAG run.

    A manual run whose interval is the latest complete one, or that has none, is a person's request for a live pull:
    the UI offers the time of the click as logical date, and that falls into the interval that was pulled already.
    """
    start: datetime | None = dag_run.data_interval_start
    end: datetime | None = dag_run.data_interval_end
    if dag_run.run_type == "manual" and (end is None or is_latest_complete(partner, end, dag_run.run_after)):
        return Run(run_id=dag_run.run_id)
    return Run(run_id=dag_run.run_id, interval_start=start, interval_end=end)


@task(**_retried)
def pull(slug: str) -> Receipt:
    """Land the partner's feeds, or find what landed for the interval."""
    from newswire.pipeline.publish import close_without_source  # noqa: PLC0415 - DAG parsing needs none of this
    from newswire.pipeline.pull import pull as step  # noqa: PLC0415

    place = _place(slug)
    pulled = step(place, run_of(place.partner, get_current_context()["dag_run"]))
    if pulled.mode == "no_source":
        close_without_source(place, pulled)
        log.warning(NO_SOURCE)  # Airflow tells no reason for a skip
        raise AirflowSkipException(NO_SOURCE)
    return _told(pulled)


@task(**_retried)
def refine(slug: str, receipt: Receipt) -> Receipt:
    """Parse, split, detect, decide; commit what leaves, stage what would be added."""
    from newswire.pipeline.refine import refine as step  # noqa: PLC0415

    return _told(step(_place(slug), msgspec.convert(receipt, Pulled)))


@task(**_retried)
def validate(slug: str, receipt: Receipt) -> Receipt:
    """Check the staged rows with Great Expectations."""
    from newswire.pipeline.validate import validate as step  # noqa: PLC0415

    return _told(step(_place(slug), msgspec.convert(receipt, Refined)))


def publish_task(slug: str) -> Any:  # noqa: ANN401 - Airflow's decorated task
    """The task that commits a batch and tells the asset's consumers; its asset is the partner's."""
    asset = articles(slug)

    @task(outlets=[asset], **_retried)
    def publish(slug: str, receipt: Receipt) -> Receipt:
        """Commit the batch, rewrite the partitions, close the books; then end red if a feed failed."""
        from newswire.pipeline.publish import publish as step  # noqa: PLC0415
        from newswire.pipeline.publish import raise_for_failed_feeds  # noqa: PLC0415

        place = _place(slug)
        published = step(place, msgspec.convert(receipt, Validated))
        get_current_context()["outlet_events"][asset].extra = {"mode": published.mode, **published.counts}
        raise_for_failed_feeds(place, published)
        return _told(published)

    return publish


def _told(value: object) -> Receipt:
    receipt: Receipt = msgspec.json.decode(msgspec.json.encode(value))  # plain JSON: Airflow wraps tuples
    return receipt
