"""The migrations and the tables agree, and a ledger that is not there says what to do."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from newswire.errors import ConfigError, LedgerUnavailable
from newswire.ledger import migrate, transaction
from newswire.ledger.tables import metadata, runs

pytestmark = pytest.mark.ledger


def test_migrations_end_at_the_tables(database_url):
    """Running every migration gives exactly the tables in code."""
    with transaction(database_url) as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_migrating_twice_is_fine(database_url):
    """A second migration changes nothing."""
    migrate(database_url)


def test_a_silent_database_names_the_remedy():
    """A database that does not answer is a transient error that says how to start it."""
    with pytest.raises(LedgerUnavailable, match="make db"), transaction("postgresql://nobody@127.0.0.1:1/none"):
        pass


def test_a_password_that_does_not_fit_names_what_to_correct(postgres):
    """The server's own words, and where user and password stand."""
    wrong = postgres.replace("://postgres@", "://nobody:secret@")
    with pytest.raises(LedgerUnavailable, match="its host, database, user and password"), transaction(wrong):
        pass


def test_an_empty_database_asks_for_the_migration(postgres):
    """A database without tables names the command that makes them."""
    with pytest.raises(LedgerUnavailable, match="newswire migrate"), transaction(postgres) as connection:
        connection.execute(runs.select())


def test_an_older_schema_asks_for_the_migration(database_url):
    """A table that lacks a column of this version names the command that adds it."""
    with transaction(database_url) as connection:
        connection.execute(text("alter table runs rename column pull_key to pulled_by"))
    with pytest.raises(LedgerUnavailable, match="newswire migrate"), transaction(database_url) as connection:
        connection.execute(runs.select())


def test_a_newer_schema_is_left_alone(database_url):
    """What a newer version migrated is named, with what to do, and nothing of it is changed."""
    with transaction(database_url) as connection:
        connection.execute(text("update alembic_version set version_num = '9001'"))
    with pytest.raises(ConfigError, match="9001 is newer") as refused:
        migrate(database_url)
    assert refused.value.reason == "ledger_newer"
    with transaction(database_url) as connection:
        assert connection.scalar(text("select version_num from alembic_version")) == "9001"


@pytest.mark.parametrize(
    "url", ["sqlite:///x.db", "nonsense", "postgresql://u:p@host:port/x", "postgresql://127.0.0.1:1/x?colour=red"]
)
def test_a_url_that_cannot_hold_the_ledger_says_how_one_is_written(url):
    """Another database, a port that is no number, an option that PostgreSQL does not know."""
    with pytest.raises(ConfigError, match="postgresql://USER:PASSWORD@HOST/DATABASE") as refused, transaction(url):
        pass
    assert refused.value.reason == "bad_database_url"
