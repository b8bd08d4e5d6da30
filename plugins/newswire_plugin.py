"""Registers newswire with Airflow; what it registers lives in ``newswire_airflow``."""

from __future__ import annotations

from airflow.plugins_manager import AirflowPlugin

from newswire_airflow import desk, listener


class NewswirePlugin(AirflowPlugin):
    """The listener that makes runs without a source visible, and newswire's page in the navigation."""

    name = "newswire"
    listeners = [listener]  # noqa: RUF012 - Airflow reads plain lists
    fastapi_apps = [desk.APP]  # noqa: RUF012
    external_views = [desk.VIEW]  # noqa: RUF012
