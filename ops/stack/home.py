"""Where the stack keeps its state: folders, generated secrets, ports."""

from __future__ import annotations

import base64
import json
import os
import secrets
import shutil
import socket
from dataclasses import asdict, dataclass
from pathlib import Path

LOOPBACK = "127.0.0.1"
UI_PORT = 8080
INNER_PORTS = range(20000, 30000)
NEEDED_MB = 512


class StackError(Exception):
    """The stack cannot do what was asked. The message is one line: what happened, and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """The folders of one stack.

    Attributes:
        root: The checkout.
        state: The folder that holds everything the stack writes (``NEWSWIRE_HOME``, else ``.newswire``).
    """

    root: Path
    state: Path

    @classmethod
    def from_environment(cls) -> Home:
        """The stack of this checkout."""
        root = Path(__file__).resolve().parents[2]
        return cls(root=root, state=Path(os.environ.get("NEWSWIRE_HOME") or root / ".newswire").resolve())

    @property
    def partners(self) -> Path:
        """The folder of the partner files (``NEWSWIRE_PARTNERS``, else those of the checkout)."""
        return Path(os.environ.get("NEWSWIRE_PARTNERS") or self.root / "include" / "partners").absolute()

    @property
    def lake(self) -> str:
        """The lake (``NEWSWIRE_LAKE``, else inside the state): a URL, or a path that holds wherever a part runs."""
        wished = os.environ.get("NEWSWIRE_LAKE") or str(self.state / "lake")
        return wished if ":" in wished else str(Path(wished).absolute())

    @property
    def backups(self) -> Path:
        """The folder of the ledger's backups (``NEWSWIRE_BACKUPS``, else inside the state)."""
        return Path(os.environ.get("NEWSWIRE_BACKUPS") or self.state / "backups").absolute()

    @property
    def airflow(self) -> Path:
        """``AIRFLOW_HOME``."""
        return self.state / "airflow"

    @property
    def logs(self) -> Path:
        """One log per part, and Airflow's task logs below ``tasks``."""
        return self.state / "logs"

    @property
    def parts(self) -> Path:
        """One working directory for each part; nothing else has a reason to run there."""
        return self.state / "parts"

    @property
    def passwords(self) -> Path:
        """The users of Airflow's simple auth manager."""
        return self.airflow / "passwords.json"

    def prepare(self, *, traversable: bool) -> None:
        """Create the folders.

        Args:
            traversable: Whether another system user must reach a folder inside (PostgreSQL never runs as root).

        Raises:
            StackError: There is too little space left.
        """
        self.state.mkdir(parents=True, exist_ok=True)
        self.state.chmod(0o711 if traversable else 0o700)
        for folder in (self.airflow, self.logs, self.parts):
            folder.mkdir(mode=0o700, exist_ok=True)
        free = shutil.disk_usage(self.state).free >> 20
        if free < NEEDED_MB:
            msg = f"the disk is full: {self.state} has {free} MB left, the stack needs {NEEDED_MB} MB. Make room first."
            raise StackError(msg)


def write_private(path: Path, text: str) -> None:
    """Write a file whole or not at all, readable by its owner only."""
    temporary = path.with_name(f"{path.name}.tmp")
    temporary.unlink(missing_ok=True)
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    temporary.replace(path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """What is generated at the first start and kept: no two stacks share one.

    Attributes:
        mark: Marks the environment of every process of this stack.
        database: Password of the PostgreSQL superuser.
        airflow_database: Password of the role ``airflow``.
        newswire_database: Password of the role ``newswire``.
        admin: Password of the user ``admin`` in Airflow's UI.
        api: Signs sessions and log requests.
        jwt: Signs the tokens of Airflow's REST and task APIs.
        fernet: Encrypts connections and variables in Airflow's database.
    """

    mark: str
    database: str
    airflow_database: str
    newswire_database: str
    admin: str
    api: str
    jwt: str
    fernet: str

    @classmethod
    def of(cls, home: Home) -> Secrets:
        """The secrets of a stack, generated if it has none yet.

        Raises:
            StackError: The file that keeps them is damaged.
        """
        path = home.state / "secrets.json"
        if not path.exists():
            write_private(path, json.dumps(asdict(cls._generate()), indent=2))
        try:
            return cls(**json.loads(path.read_text(encoding="utf-8")))
        except (TypeError, ValueError) as error:
            msg = f"{path} is damaged ({error}). Restore it, or remove {home.state} to begin anew."
            raise StackError(msg) from error

    @classmethod
    def _generate(cls) -> Secrets:
        return cls(
            mark=secrets.token_hex(16),
            database=secrets.token_hex(16),
            airflow_database=secrets.token_hex(16),
            newswire_database=secrets.token_hex(16),
            admin=secrets.token_urlsafe(12),
            api=secrets.token_hex(32),
            jwt=secrets.token_hex(64),
            fernet=base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Where the parts listen, all on the loopback address."""

    ui: int
    wire: int
    logs: int

    @classmethod
    def kept(cls, home: Home) -> Ports | None:
        """The ports of the last start."""
        path = home.state / "ports.json"
        return cls(**json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None

    @classmethod
    def choose(cls, home: Home) -> Ports:
        """The ports for a new start: those of the last one as far as they are free.

        Raises:
            StackError: The port of the UI, which a person has to know, is taken.
        """
        kept = cls.kept(home) or cls(ui=UI_PORT, wire=0, logs=0)
        ui = _wished_port() or kept.ui
        if not is_free(ui):
            msg = f"port {ui} of the Airflow UI is taken by another program. Choose another: make run PORT={ui + 10}"
            raise StackError(msg)
        wire = kept.wire if kept.wire and is_free(kept.wire) else free_port(ui, kept.logs)
        logs = kept.logs if kept.logs and is_free(kept.logs) else free_port(ui, wire)
        ports = cls(ui=ui, wire=wire, logs=logs)
        write_private(home.state / "ports.json", json.dumps(asdict(ports)))
        return ports

    @property
    def ui_url(self) -> str:
        """The address that a person opens."""
        return f"http://{LOOPBACK}:{self.ui}"


def _wished_port() -> int | None:
    wished = os.environ.get("NEWSWIRE_PORT")
    if not wished:
        return None
    if not (wished.isascii() and wished.isdigit() and 0 < int(wished) < 65536):  # noqa: PLR2004 - the range of ports
        msg = f"PORT={wished} is not a port; it takes a number from 1 to 65535, as in: make run PORT=8090"
        raise StackError(msg)
    return int(wished)


def is_free(port: int) -> bool:
    """Whether a server could listen on a port of the loopback address now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def free_port(*taken: int) -> int:
    """A free port, other than those taken, that stays free: the system lends none so low to outgoing connections."""
    anywhere = secrets.SystemRandom().sample(INNER_PORTS, len(INNER_PORTS))
    return next(port for port in anywhere if port not in taken and is_free(port))
