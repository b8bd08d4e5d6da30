"""Locks that hold across hosts: PostgreSQL's advisory locks, each held by a session of its own.

A session ends with its process, and PostgreSQL lets go of what it held. One that is cut off ends after a minute.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, OperationalError

from newswire.errors import LakeBusy, LedgerUnavailable
from newswire.ledger.database import REMEDY, engine

_PATIENT = (
    *("statement_timeout = 0", "lock_timeout = 0", "idle_session_timeout = 0"),
    *("tcp_keepalives_idle = 30", "tcp_keepalives_interval = 10", "tcp_keepalives_count = 3"),
)
"""Whoever waits for a lock waits as long as it takes; whoever cannot be reached any more loses it."""


@contextmanager
def held(url: str, name: str) -> Iterator[Callable[[], None]]:
    """Hold the lock of a name, waiting for it; hands out what raises ``LakeBusy`` once it is lost.

    Args:
        url: The ledger's database.
        name: What is locked, for everyone who uses that database.

    Raises:
        LakeBusy: The lock was lost before the block ended well: what was done in it must be done again.
        LedgerUnavailable: The database does not answer.
    """
    key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
    try:
        session = sessions(url).connect()
    except OperationalError as error:
        msg = f"The ledger's database did not answer: {str(error.orig).splitlines()[0]}."
        raise LedgerUnavailable(msg, reason="ledger_unavailable", remedy=REMEDY) from error
    with session:

        def check() -> None:
            _ask(session, name, "select true", {})

        try:
            _ask(session, name, "select pg_advisory_lock(:key) is not null", {"key": key})
            yield check
        except BaseException:
            with suppress(LakeBusy):
                _let_go(session, name, key)
            raise
        _let_go(session, name, key)


def _let_go(session: Connection, name: str, key: int) -> None:
    _ask(session, name, "select pg_advisory_unlock(:key)", {"key": key})


def _ask(session: Connection, name: str, question: str, values: dict[str, int]) -> None:
    """Ask the session that holds a lock; any answer but yes means that it is lost, and so is the session."""
    try:
        if not session.invalidated and session.execute(text(question), values).scalar():
            return
    except DBAPIError:  # the server has gone, or the connection to it
        pass
    session.invalidate()
    msg = f"The lock of {name} was lost: the ledger's database ended the session that held it."
    raise LakeBusy(msg, reason="lock_lost", remedy="The retry does it again.")


@cache
def sessions(url: str) -> Engine:
    """The sessions of this process that hold locks: as many as it takes, or one that waits kept others out."""
    made = create_engine(
        engine(url).url, pool_pre_ping=True, pool_size=4, max_overflow=-1, isolation_level="AUTOCOMMIT"
    )
    event.listen(made, "connect", _set)
    return made


def _set(connection: psycopg.Connection, _: object) -> None:
    for setting in _PATIENT:
        connection.execute(f"set {setting}".encode())
    connection.commit()
