"""Registers newswire with Airflow; what it registers lives in ``newswire_airflow``."""

from __future__ import annotations

from airflow.plugins_manager import AirflowPlugin

from newswire_airflow import listener


class NewswirePlugin(AirflowPlugin):
    """The listener that makes runs without a source visible."""

    name = "newswire"
    listeners = [listener]  # noqa: RUF012 - Airflow reads a plain list
