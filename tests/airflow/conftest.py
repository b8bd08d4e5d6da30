"""Airflow in the tests' own process, on a real PostgreSQL; every test has its own partners, lake and ledger."""
# ruff: noqa: PLC0415 - Airflow reads its settings when it is imported, and they are known only then

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.terms import contract

from newswire import quality
from newswire.quality import Report

ROOT = Path(__file__).parents[2]
PARAGRAPH = "The harbour council met on Monday and agreed to widen the northern quay before the winter storms arrive. "


@pytest.fixture(scope="session")
def airflow(postgres: str) -> Iterator[None]:
    """Airflow's settings and its migrated database, made before anything of it is imported."""
    import psycopg

    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("create database airflow")
    url = postgres.replace("/postgres?", "/airflow?").replace("postgresql://", "postgresql+psycopg://")
    home = tempfile.mkdtemp(prefix="nwaf")
    settings = {
        "AIRFLOW_HOME": home,
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": url,
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC": url,
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    }
    with pytest.MonkeyPatch.context() as environment:
        for name, value in settings.items():
            environment.setenv(name, value)
        from airflow import settings as airflow_settings
        from airflow.utils.db import initdb

        initdb()
        yield
        airflow_settings.dispose_orm()
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(autouse=True)
def partners(airflow, tmp_path, database_url, monkeypatch) -> Path:  # noqa: ARG001 - Airflow comes first
    """The folder of the partner files, in an installation of the test's own."""
    folder = tmp_path / "partners"
    folder.mkdir()
    monkeypatch.setenv("NEWSWIRE_PARTNERS", str(folder))
    monkeypatch.setenv("NEWSWIRE_LAKE", str(tmp_path / "lake"))
    monkeypatch.setenv("NEWSWIRE_DATABASE_URL", database_url)
    return folder


@pytest.fixture
def add_partner(partners: Path) -> Callable[..., Path]:
    """Write a partner whose feeds are folders of the given names; answers where they lie. ``gone`` is never there."""

    def add(slug: str, *feeds: str, **changes: Any) -> Path:
        root = partners.parent / slug
        for feed in feeds:
            if feed != "gone":
                (root / feed).mkdir(parents=True)
        file = {
            "name": "Test Press Agency",
            "timezone": "UTC",
            "feeds": {feed: {"url": f"file://{root / feed}", "language": "en"} for feed in feeds or ("a",)},
            "contracts": [contract()],
            **changes,
        }
        (partners / f"{slug}.yaml").write_text(yaml.safe_dump(file), encoding="utf-8")
        return root

    return add


@pytest.fixture
def bag() -> Callable[[], Any]:
    """Parse the DAGs folder with the partners that there are now."""
    from airflow.dag_processing.dagbag import DagBag

    return lambda: DagBag(ROOT / "dags")


@pytest.fixture
def passing(monkeypatch) -> None:
    """Validation that passes everything, without paying for Great Expectations."""
    report = Report(success=True, failed_rows={}, batch_failures=(), docs="none")
    monkeypatch.setattr(quality, "validate", lambda *_, **__: report)


@pytest.fixture
def session(airflow) -> Iterator[Any]:  # noqa: ARG001 - Airflow comes first
    """A session on Airflow's database that nothing but the test commits."""
    from airflow import settings

    found = settings.Session()
    yield found
    found.rollback()
    found.close()


@pytest.fixture
def scheduled(add_partner, bag, session) -> Callable[..., Any]:
    """A wire's run as the scheduler holds it when its last task ended: running, its tasks all in the state ``pull``."""
    from airflow.dag_processing.bundles.manager import DagBundlesManager
    from airflow.dag_processing.dagbag import sync_bag_to_db
    from airflow.models.dagrun import DagRun
    from airflow.models.serialized_dag import SerializedDagModel
    from airflow.utils.types import DagRunTriggeredByType, DagRunType

    def make(slug: str, *, pull: str) -> DagRun:
        add_partner(slug)
        DagBundlesManager().sync_bundles_to_db(session=session)
        session.commit()
        sync_bag_to_db(bag(), "dags-folder", None)
        dag = SerializedDagModel.get(f"wire_{slug}", session=session).dag
        end = datetime(2026, 2, 1, 9, tzinfo=UTC)
        run = dag.create_dagrun(
            run_id=f"scheduled__{slug}",
            logical_date=end,
            data_interval=(end, end),
            run_after=end,
            run_type=DagRunType.SCHEDULED,
            triggered_by=DagRunTriggeredByType.TIMETABLE,
            state="running",
            start_date=end,
            session=session,
        )
        for task in run.get_task_instances(session=session):
            task.state = pull
        session.commit()
        return run

    return make


def atom(name: str) -> str:
    """A feed of one story, published now."""
    now = datetime.now(UTC).isoformat()
    return (
        '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">'
        f"<title>t</title><id>urn:f</id><updated>{now}</updated><entry><id>urn:{name}</id>"
        f"<title>Quay works begin at {name}</title><updated>{now}</updated><published>{now}</published>"
        f'<link href="https://example.org/{name}"/>'
        f'<content type="html">&lt;p&gt;{PARAGRAPH * 4}&lt;/p&gt;</content></entry></feed>'
    )


@pytest.fixture
def drop() -> Callable[[Path, str], None]:
    """Put a feed of one story into a folder."""
    return lambda folder, name: (folder / f"{name}.xml").write_text(atom(name), encoding="utf-8") and None
