"""Credentials from Airflow's Connections, for the feeds that name one."""

from __future__ import annotations

import json

from newswire.errors import ConfigError
from newswire.transport import Credentials


def credentials(connection: str) -> Credentials:
    """What an Airflow Connection knows, whichever backend keeps it.

    Its type, port and schema do not matter: the feed's URL says how and where. Airflow masks what it hands out in the
    logs of its tasks; newswire shows it nowhere.

    Raises:
        ConfigError: There is no such Connection.
    """
    from airflow.sdk import Connection  # noqa: PLC0415 - DAG parsing needs none of this
    from airflow.sdk.exceptions import AirflowNotFoundException  # noqa: PLC0415

    try:
        found = Connection.get(connection)
    except AirflowNotFoundException:
        msg = f"Airflow knows no connection {connection!r}."
        remedy = f"Add it under Admin → Connections, or set AIRFLOW_CONN_{connection.upper()}."
        raise ConfigError(msg, reason="connection_missing", remedy=remedy) from None
    extra = {name: said if isinstance(said, str) else json.dumps(said) for name, said in found.extra_dejson.items()}
    return Credentials(login=found.login or None, password=found.password or None, host=found.host or None, extra=extra)
