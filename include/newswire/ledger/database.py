"""Connecting to the ledger's database and bringing its schema up to date."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, OperationalError, ProgrammingError

from newswire.errors import ConfigError, LedgerUnavailable

if TYPE_CHECKING:
    from alembic.config import Config

REMEDY = "Start it with `make db`, or correct NEWSWIRE_DATABASE_URL: its host, database, user and password."
_WRITE = "Write it as postgresql://USER:PASSWORD@HOST/DATABASE, or leave it out and start one with `make db`."
_BEHIND = {"42P01", "42703"}  # undefined_table, undefined_column
_CANCELED = "57014"  # query_canceled, as the statement timeout does
PATIENCE = timedelta(seconds=15)
MIGRATION_LOCK = 0x6E657773  # any number that every newswire process agrees on


def _bad_url(message: str) -> ConfigError:
    return ConfigError(message, reason="bad_database_url", remedy=_WRITE)


@cache
def engine(url: str) -> Engine:
    """The process's engine for a database URL.

    Raises:
        ConfigError: The URL is not one of PostgreSQL.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:  # a port that is no number is a ValueError
        msg = "The ledger's database URL (NEWSWIRE_DATABASE_URL) cannot be read."
        raise _bad_url(msg) from error
    if parsed.get_backend_name() != "postgresql":
        msg = f"The ledger needs PostgreSQL; the database URL names {parsed.get_backend_name()}."
        raise _bad_url(msg)
    made = create_engine(parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True, pool_size=2)
    event.listen(made, "connect", _in_utc)
    return made


def _in_utc(connection: psycopg.Connection, _: object) -> None:
    """Let times come back in UTC, whatever the server's own zone is: rows are compared by how they are written."""
    connection.execute("set time zone 'UTC'")
    connection.commit()


@contextmanager
def transaction(url: str) -> Iterator[Connection]:
    """One transaction on the ledger; committed at the end, rolled back on an error.

    Raises:
        LedgerUnavailable: The database does not answer, was never migrated, or is older than this code.
        ConfigError: Its URL cannot be read, or has an option that PostgreSQL does not know.
    """
    try:
        with engine(url).begin() as connection:
            yield connection
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) == _CANCELED:
            msg = "The ledger's database was asked for too much at once."
            remedy = "Ask for less, such as one partner or a few days."
            raise LedgerUnavailable(msg, reason="ledger_slow", remedy=remedy) from error
        msg = f"The ledger's database did not answer: {str(error.orig).splitlines()[0]}."
        raise LedgerUnavailable(msg, reason="ledger_unavailable", remedy=REMEDY) from error
    except ProgrammingError as error:
        if error.statement is None:  # nothing was asked yet: the URL's own options
            msg = f"The ledger's database URL (NEWSWIRE_DATABASE_URL) cannot be used: {str(error.orig).strip()}."
            raise _bad_url(msg) from error
        if getattr(error.orig, "sqlstate", None) not in _BEHIND:
            raise
        msg = "The ledger's database has no tables yet, or those of an older version."
        raise LedgerUnavailable(msg, reason="ledger_not_migrated", remedy="Run `bin/newswire migrate`.") from error


@contextmanager
def reading(url: str) -> Iterator[Connection]:
    """One look at the ledger: a snapshot, in which nothing can be written and no statement takes long.

    Raises:
        LedgerUnavailable: As ``transaction``; and a statement took longer than ``PATIENCE``.
    """
    with transaction(url) as connection:
        connection.execute(text("set transaction isolation level repeatable read, read only"))
        connection.execute(text(f"set local statement_timeout = {PATIENCE // timedelta(milliseconds=1)}"))
        yield connection


def migrate(url: str) -> None:
    """Bring the ledger's schema to this version; safe to repeat and to call from several processes at once.

    Raises:
        ConfigError: A newer version has migrated it; nothing is changed then.
    """
    with transaction(url) as connection:
        upgrade(connection, "head")


def upgrade(connection: Connection, revision: str) -> None:
    """Bring the schema up to a revision, inside the caller's transaction and alone.

    Raises:
        ConfigError: A newer version has migrated it.
    """
    from alembic import command  # noqa: PLC0415 - it costs 0.7 s to import and few need it

    connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
    refuse_newer(connection)
    config = _alembic()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def known_revisions() -> list[str]:
    """The schema's revisions that this version knows, oldest first."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - as above

    return [script.revision for script in ScriptDirectory.from_config(_alembic()).walk_revisions()][::-1]


def revision_of(connection: Connection) -> str | None:
    """The revision that a database's schema has; None where there is none yet."""
    if connection.scalar(text("select to_regclass('alembic_version')")) is None:
        return None
    revision: str | None = connection.scalar(text("select version_num from alembic_version"))
    return revision


def refuse_newer(connection: Connection) -> None:
    """Leave a schema alone that this version does not know.

    Raises:
        ConfigError: A newer version has migrated the database.
    """
    present, known = revision_of(connection), known_revisions()
    if present is not None and present not in known:
        msg = f"The ledger's schema {present} is newer than this version of newswire, which knows {known[-1]}."
        raise ConfigError(msg, reason="ledger_newer", remedy="Run the newer version, or restore its backup.")


def _alembic() -> Config:
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
