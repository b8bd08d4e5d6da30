"""The whole ledger in one file, and back: a zip of CSV files, one for each table, with their checksums.

PostgreSQL writes and reads the CSV (``COPY``), so nothing is lost in between: null is an empty field, an empty text
is ``""``, times are UTC. ``manifest.json`` names the tables in the order in which they can be filled, each with its
columns, rows and SHA-256; the zip's comment holds the SHA-256 of the manifest.
"""

from __future__ import annotations

import hashlib
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import msgspec
import psycopg
from psycopg import sql
from sqlalchemy import Column, Connection, Table, text

from newswire.errors import BackupRefused, LedgerUnavailable
from newswire.ledger.database import (
    MIGRATION_LOCK,
    engine,
    known_revisions,
    refuse_newer,
    revision_of,
    transaction,
    upgrade,
)
from newswire.ledger.tables import metadata

FORMAT = 1
MANIFEST = "manifest.json"
CHUNK = 1 << 20
_BROKEN = (OSError, EOFError, RuntimeError, ValueError, zipfile.BadZipFile, zlib.error, struct.error, KeyError)
_DAMAGED = "Take an older backup; this one is not complete."


@dataclass(frozen=True, slots=True, kw_only=True)
class Dumped:
    """One table in a backup."""

    name: str
    columns: tuple[str, ...]
    rows: int
    sha256: str

    @property
    def member(self) -> str:
        """The name of its file inside the zip."""
        return f"{self.name}.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup holds.

    Attributes:
        taken_at: The moment that all its tables show.
        revision: The ledger's schema, by the number of its last migration.
        server: The version of PostgreSQL that wrote it.
        sequences: The highest number that each identity column had given out, by ``table.column``.
    """

    format: int
    taken_at: datetime
    revision: str
    server: str
    tables: tuple[Dumped, ...]
    sequences: dict[str, int]


def write(url: str, file: IO[bytes], *, at: datetime) -> Manifest:
    """Write a backup of the ledger as it is at one moment, while others go on writing to it.

    Raises:
        LedgerUnavailable: The database does not answer, or its schema is not that of this version.
    """
    with _one_moment(url) as connection, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        revision = revision_of(connection)
        if revision != latest():
            msg = f"The ledger's schema is {revision or 'not there'}, and this version knows how to save {latest()}."
            raise LedgerUnavailable(msg, reason="ledger_not_migrated", remedy="Run `bin/newswire migrate`.")
        manifest = Manifest(
            format=FORMAT,
            taken_at=at,
            revision=revision,
            server=str(connection.scalar(text("show server_version"))),
            tables=tuple(_dump(connection, archive, table) for table in metadata.sorted_tables),
            sequences={f"{c.table.name}.{c.name}": _given_out(connection, c) for c in _identities()},
        )
        raw = msgspec.json.format(msgspec.json.encode(manifest))
        archive.writestr(MANIFEST, raw)
        archive.comment = hashlib.sha256(raw).hexdigest().encode()
    return manifest


def check(path: Path) -> Manifest:
    """Read a backup to its end and compare every checksum.

    Raises:
        BackupRefused: It is not a backup of a ledger, damaged, or of a format that this version does not know.
    """
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            raw = archive.read(MANIFEST)
            if hashlib.sha256(raw).hexdigest().encode() != archive.comment:
                raise _damaged(path, f"{MANIFEST} is not what was written")
            manifest = msgspec.json.decode(raw, type=Manifest)
            for table in manifest.tables:
                digest = hashlib.sha256()
                with archive.open(table.member) as member:
                    while chunk := member.read(CHUNK):
                        digest.update(chunk)
                if digest.hexdigest() != table.sha256:
                    raise _damaged(path, f"the checksum of {table.member} differs")
    except (FileNotFoundError, PermissionError, IsADirectoryError) as error:
        msg = f"{path} cannot be read: {error.strerror}."
        raise BackupRefused(msg, reason="unreadable", remedy="Name a file that `bin/newswire backup` wrote.") from error
    except _BROKEN as error:
        raise _damaged(path, str(error) or type(error).__name__) from error
    if manifest.format != FORMAT:
        msg = f"{path} has format {manifest.format}, and this version reads {FORMAT}."
        raise BackupRefused(msg, reason="backup_format", remedy="Restore it with the version that wrote it.")
    return manifest


def read(connection: Connection, path: Path, manifest: Manifest) -> None:
    """Put a checked backup in the place of all that the database holds of a ledger, at this version's schema.

    All of it happens in the caller's transaction, and so does the migration from an older schema.

    Raises:
        BackupRefused: Its schema is newer than this version, or a table does not take what it holds.
    """
    known = known_revisions()
    if manifest.revision not in known:
        msg = f"{path} has the schema {manifest.revision}; this version knows them up to {known[-1]}."
        raise BackupRefused(msg, reason="backup_newer", remedy="Restore it with the version that wrote it, or a newer.")
    metadata.drop_all(connection)
    connection.execute(text("drop table if exists alembic_version"))
    upgrade(connection, manifest.revision)
    try:
        with zipfile.ZipFile(path) as archive:
            for table in manifest.tables:
                _fill(connection, archive, table)
    except (psycopg.Error, *_BROKEN) as error:
        raise _damaged(path, str(error).splitlines()[0]) from error
    upgrade(connection, known[-1])
    for column in _identities():
        _give_out_after(connection, column, manifest.sequences.get(f"{column.table.name}.{column.name}", 0))


def latest() -> str:
    """The schema that this version reads and writes."""
    return known_revisions()[-1]


def occupied(connection: Connection) -> dict[str, int]:
    """How many rows each table of the ledger has that has any; none where there is no table yet.

    Raises:
        ConfigError: A newer version has migrated the database.
    """
    refuse_newer(connection)
    found: dict[str, int] = {}
    for table in metadata.sorted_tables:
        if connection.scalar(text("select to_regclass(:name)"), {"name": table.name}) is not None:
            rows = connection.scalar(text(f'select count(*) from "{table.name}"'))  # noqa: S608 - our own name
            found |= {table.name: int(rows or 0)} if rows else {}
    return found


@contextmanager
def _one_moment(url: str) -> Iterator[Connection]:
    """A transaction that sees the ledger at one moment, between two migrations.

    A rewritten table looks empty to a snapshot that is older, so the lock that keeps migrations out is taken first, in
    a transaction of its own.
    """
    with transaction(url) as guard:
        guard.execute(text("select pg_advisory_xact_lock_shared(:lock)"), {"lock": MIGRATION_LOCK})
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with engine(url).connect().execution_options(**options) as connection:
            yield connection
            connection.rollback()


def _dump(connection: Connection, archive: zipfile.ZipFile, table: Table) -> Dumped:
    name, columns = str(table.name), tuple(str(column.name) for column in table.columns)
    digest = hashlib.sha256()
    query = sql.SQL("copy {} ({}) to stdout (format csv, header, encoding 'utf8')")
    with _cursor(connection) as cursor:
        with (
            archive.open(f"{name}.csv", "w", force_zip64=True) as member,
            cursor.copy(query.format(*_named(name, columns))) as copied,
        ):
            for chunk in copied:
                digest.update(chunk)
                member.write(chunk)
        rows = cursor.rowcount
    return Dumped(name=name, columns=columns, rows=rows, sha256=digest.hexdigest())


def _fill(connection: Connection, archive: zipfile.ZipFile, table: Dumped) -> None:
    query = sql.SQL("copy {} ({}) from stdin (format csv, header, encoding 'utf8')")
    with _cursor(connection) as cursor:
        with (
            archive.open(table.member) as member,
            cursor.copy(query.format(*_named(table.name, table.columns))) as copied,
        ):
            while chunk := member.read(CHUNK):
                copied.write(chunk)
        if cursor.rowcount != table.rows:
            msg = f"{table.name} took {cursor.rowcount} rows of {table.rows}"
            raise KeyError(msg)


def _named(table: str, columns: tuple[str, ...]) -> tuple[sql.Composable, sql.Composable]:
    return sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))


def _cursor(connection: Connection) -> Any:  # noqa: ANN401 - psycopg's cursor, which SQLAlchemy does not type
    connection.execute(text("select 1"))  # SQLAlchemy opens its transaction with the first statement
    return connection.connection.driver_connection.cursor()  # type: ignore[union-attr]


def _identities() -> list[Column[Any]]:
    return [column for table in metadata.sorted_tables for column in table.columns if column.identity is not None]


def _given_out(connection: Connection, column: Column[Any]) -> int:
    query = text("select pg_sequence_last_value(pg_get_serial_sequence(:table, :column)::regclass)")
    return int(connection.scalar(query, {"table": column.table.name, "column": column.name}) or 0)


def _give_out_after(connection: Connection, column: Column[Any], last: int) -> None:
    """Let an identity column go on above every number that it ever gave out."""
    highest = connection.scalar(text(f'select max("{column.name}") from "{column.table.name}"'))  # noqa: S608 - our own names
    last = max(last, int(highest or 0))
    connection.execute(
        text("select setval(pg_get_serial_sequence(:table, :column), :value, :used)"),
        {"table": column.table.name, "column": column.name, "value": max(last, 1), "used": last > 0},
    )


def _damaged(path: Path, what: str) -> BackupRefused:
    return BackupRefused(f"{path} is no sound backup of a ledger: {what}.", reason="backup_damaged", remedy=_DAMAGED)
