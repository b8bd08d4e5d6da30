"""The processes of the stack as data, and the environment that they share."""

from __future__ import annotations

import os
import shlex
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from stack.home import LOOPBACK, Home, Ports, Secrets, write_private
from stack.postgres import Database

ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One process of the stack.

    Attributes:
        name: Its name in messages; its log is ``<name>.log``.
        argv: The command.
        port: Where it listens on the loopback address; None if it does not.
        wave: Lower waves are stopped first: a scheduler reports its last states to an API server that still answers.
        signal: What asks it to stop.
        directory: Its working directory; None for one of its own. No other program may have a reason to run there.
        owner: The system user that it runs as; None for the caller.
        needs_api: Whether it starts only once the API server answers. The scheduler starts tasks at once, and a task
            that cannot report to the API within seconds has failed without a try of its own.
    """

    name: str
    argv: tuple[str, ...]
    port: int | None = None
    wave: int = 1
    signal: signal.Signals = signal.SIGTERM
    directory: Path | None = None
    owner: str | None = None
    needs_api: bool = False


def loopback() -> str:
    """The name under which Airflow's parts reach each other: its log readers must not look beyond this machine."""
    return LOOPBACK


def database_part(database: Database) -> Part:
    """PostgreSQL; a fast shutdown is asked for by SIGINT."""
    return Part(
        name="postgres",
        argv=database.command(),
        wave=3,
        signal=signal.SIGINT,
        directory=database.data,
        owner=database.owner,
    )


def parts(home: Home, ports: Ports) -> tuple[Part, ...]:
    """Every process but PostgreSQL, in the order in which they are started."""
    python = (sys.executable, "-m")
    airflow = (*python, "airflow")
    # Airflow's own log servers listen on all interfaces and take no address, so one of our starting serves for both.
    logs = (*python, "uvicorn", "--factory", "airflow.utils.serve_logs.log_server:get_app")
    wire = (*python, "sample_wire", "--port", str(ports.wire), "--state", str(home.state / "wire"))
    return (
        Part(name="sample-wire", argv=wire, port=ports.wire, wave=2),
        Part(name="log-server", argv=(*logs, "--host", LOOPBACK, "--port", str(ports.logs)), port=ports.logs, wave=2),
        Part(
            name="api-server",
            argv=(*airflow, "api-server", "--host", LOOPBACK, "--port", str(ports.ui)),
            port=ports.ui,
            wave=2,
        ),
        Part(name="dag-processor", argv=(*airflow, "dag-processor")),
        Part(name="triggerer", argv=(*airflow, "triggerer", "--skip-serve-logs")),
        Part(name="scheduler", argv=(*airflow, "scheduler", "--skip-serve-logs"), needs_api=True),
    )


def environment(home: Home, secrets: Secrets, ports: Ports, database: Database) -> dict[str, str]:
    """The environment of every part: the caller's without its Airflow and Python settings, and the stack's own."""
    foreign = ("AIRFLOW", "PYTHON", "VIRTUAL_ENV", "PG")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    no_proxy = ",".join(filter(None, [kept.get("NO_PROXY") or kept.get("no_proxy"), LOOPBACK, "localhost"]))
    return {
        **kept,
        **newswire_settings(home, secrets, ports, database),
        **{f"AIRFLOW__{key}": value for key, value in _airflow_settings(home, secrets, ports, database).items()},
        "AIRFLOW_HOME": str(home.airflow),
        "NO_PROXY": no_proxy,
        "no_proxy": no_proxy,
        "PYTHONPATH": os.pathsep.join([str(home.root / "include"), str(home.root / "ops")]),
        "PYTHONUNBUFFERED": "1",
        "SCARF_ANALYTICS": "false",
    }


def newswire_settings(home: Home, secrets: Secrets, ports: Ports, database: Database) -> dict[str, str]:
    """What the library and its CLI read."""
    return {
        "NEWSWIRE_DATABASE_URL": database.url("newswire", secrets.newswire_database),
        "NEWSWIRE_LAKE": home.lake,
        "NEWSWIRE_PARTNERS": str(home.partners),
        "NEWSWIRE_BACKUPS": str(home.backups),
        "NEWSWIRE_SAMPLE_WIRE": f"http://{LOOPBACK}:{ports.wire}",
        "GX_ANALYTICS_ENABLED": "false",
    }


def write_settings(home: Home, settings: Mapping[str, str]) -> None:
    """Leave the settings for ``bin/newswire`` in ``env``, as lines that a shell reads too."""
    write_private(home.state / "env", "".join(f"{name}={shlex.quote(value)}\n" for name, value in settings.items()))


def _airflow_settings(home: Home, secrets: Secrets, ports: Ports, database: Database) -> dict[str, str]:
    url = database.url("airflow", secrets.airflow_database)
    return {
        "CORE__DAGS_FOLDER": os.environ.get("NEWSWIRE_DAGS") or str(home.root / "dags"),
        "CORE__PLUGINS_FOLDER": str(home.root / "plugins"),
        "CORE__LOAD_EXAMPLES": "False",
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__PARALLELISM": "4",
        "CORE__FERNET_KEY": secrets.fernet,
        "CORE__HOSTNAME_CALLABLE": "stack.parts.loopback",
        "CORE__EXECUTION_API_SERVER_URL": f"{ports.ui_url}/execution/",
        "CORE__AUTH_MANAGER": "airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager",
        "CORE__SIMPLE_AUTH_MANAGER_USERS": f"{ADMIN}:admin",
        "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(home.passwords),
        "DATABASE__SQL_ALCHEMY_CONN": url,
        "DATABASE__SQL_ALCHEMY_CONN_ASYNC": url,
        "API__HOST": LOOPBACK,
        "API__PORT": str(ports.ui),
        "API__BASE_URL": ports.ui_url,
        "API__WORKERS": "1",
        "API__SECRET_KEY": secrets.api,
        "API_AUTH__JWT_SECRET": secrets.jwt,
        "LOGGING__BASE_LOG_FOLDER": str(home.logs / "tasks"),
        "LOGGING__DAG_PROCESSOR_CHILD_PROCESS_LOG_DIRECTORY": str(home.logs / "dag_processor"),
        "LOGGING__WORKER_LOG_SERVER_PORT": str(ports.logs),
        "LOGGING__TRIGGER_LOG_SERVER_PORT": str(ports.logs),
        "USAGE_DATA_COLLECTION__ENABLED": "False",
        # Seconds: a busy machine answers late while several runs start at once.
        "WORKERS__EXECUTION_API_TIMEOUT": "30",
    }
