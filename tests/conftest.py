"""What all tests share: loopback only, a real PostgreSQL, the samples where they are at hand."""

from __future__ import annotations

import itertools
import logging
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tests.samples import SAMPLES

hypothesis.settings.load_profile("ci")  # the same examples each time, on a slow machine too; `make fuzz` finds others

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
    """The stack's PostgreSQL for the session, faster as it may lose all in a crash; a libpq URL of its own database."""
    from stack.home import Home, Secrets  # noqa: PLC0415 - only some tests need it
    from stack.postgres import answers, choose, prepare  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix="nwpg", dir="/tmp", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        home = Home(root=ROOT, state=Path(folder) / "s")
        home.prepare(traversable=True)
        secrets = Secrets.of(home)
        server = prepare(choose(home), secrets)
        (server.data / "pg_hba.conf").write_text("local all all trust\n", encoding="ascii")
        careless = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")
        log = Path(folder) / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(  # noqa: S603 - our own words
                [*server.command(), *careless],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                user=server.owner,
                group=server.owner,
                extra_groups=server.owner and [],
                start_new_session=True,  # Ctrl-C is for pytest, which ends it
            )
        try:
            while not answers(server, secrets):
                assert process.poll() is None, log.read_text(encoding="utf-8", errors="replace")
                time.sleep(0.05)
            yield f"postgresql://postgres@/postgres?host={server.socket}"
        finally:
            process.send_signal(signal.SIGQUIT)  # at once: nothing of it is kept
            process.wait()


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
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"drop database {name} with (force)")


@pytest.fixture(scope="session")
def moto() -> Iterator[str]:
    """An S3 server; its address."""
    from moto.server import ThreadedMotoServer  # noqa: PLC0415 - only some tests need it

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()
