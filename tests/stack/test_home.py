"""State, secrets and ports of a stack."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from newswire.errors import ConfigError
from stack import home as home_module
from stack import lifecycle, postgres
from stack.__main__ import main
from stack.home import Home, Ports, Secrets, StackError, free_port, is_free


@pytest.fixture
def empty(tmp_path) -> Home:
    home = Home(root=tmp_path, state=tmp_path / "state")
    home.prepare(traversable=False)
    return home


@pytest.fixture
def taken():
    """A port of the loopback address that another program holds."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield holder.getsockname()[1]


def test_secrets_are_private_and_kept(empty):
    """Secrets are generated once, and nobody but their owner reads them."""
    first = Secrets.of(empty)
    assert Secrets.of(empty) == first
    assert (empty.state / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert empty.state.stat().st_mode & 0o777 == 0o700


def test_the_callers_folders_hold_for_every_part(empty, monkeypatch, tmp_path):
    """Parts run in folders of their own: what the caller named from here is the same folder to all of them."""
    monkeypatch.chdir(tmp_path)
    assert (empty.partners, empty.lake) == (tmp_path / "include" / "partners", str(empty.state / "lake"))
    monkeypatch.setenv("NEWSWIRE_PARTNERS", "mine")
    monkeypatch.setenv("NEWSWIRE_LAKE", "water")
    assert (empty.partners, empty.lake) == (tmp_path / "mine", str(tmp_path / "water"))
    monkeypatch.setenv("NEWSWIRE_LAKE", "file:///srv/lake")
    assert empty.lake == "file:///srv/lake"


def test_no_two_stacks_share_a_secret(tmp_path):
    """Every stack has secrets of its own, and the JWT secret has at least 64 characters."""
    homes = [Home(root=tmp_path, state=tmp_path / name) for name in ("a", "b")]
    for home in homes:
        home.prepare(traversable=False)
    first, second = (Secrets.of(home) for home in homes)
    assert all(getattr(first, name) != getattr(second, name) for name in Secrets.__slots__)
    assert len(first.jwt) >= 64


def test_damaged_secrets_are_refused(empty):
    """A damaged file of secrets is named, not overwritten."""
    (empty.state / "secrets.json").write_text("{")
    with pytest.raises(StackError, match=r"secrets\.json is damaged"):
        Secrets.of(empty)


def test_full_disk_is_one_line(tmp_path, monkeypatch):
    """A full disk is told before anything is written into it."""
    monkeypatch.setattr(home_module, "NEEDED_MB", 1 << 40)
    with pytest.raises(StackError, match="the disk is full") as refusal:
        Home(root=tmp_path, state=tmp_path / "state").prepare(traversable=False)
    assert "\n" not in str(refusal.value)


def test_taken_ui_port_is_one_line(empty, taken, monkeypatch):
    """A port that another program holds is named together with the way out."""
    monkeypatch.setenv("NEWSWIRE_PORT", str(taken))
    with pytest.raises(StackError, match=f"port {taken} .* is taken .*make run PORT=") as refusal:
        Ports.choose(empty)
    assert "\n" not in str(refusal.value)


def test_port_has_to_be_one(empty, monkeypatch):
    """Something that is no port is refused with an example of one."""
    monkeypatch.setenv("NEWSWIRE_PORT", "http")
    with pytest.raises(StackError, match="PORT=http is not a port"):
        Ports.choose(empty)


def test_ports_are_kept_while_they_are_free(empty, monkeypatch):
    """A second start listens where the first did; an inner port that was taken meanwhile moves by itself."""
    monkeypatch.setenv("NEWSWIRE_PORT", str(free_port()))
    first = Ports.choose(empty)
    monkeypatch.delenv("NEWSWIRE_PORT")
    assert Ports.choose(empty) == first
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", first.wire))
        holder.listen()
        second = Ports.choose(empty)
    assert (second.ui, second.logs) == (first.ui, first.logs)
    assert len({first.wire, second.wire, second.ui, second.logs}) == 4
    assert is_free(second.wire)


def test_inner_ports_are_never_lent(empty, monkeypatch):
    """A part that is started again finds its port: the system gives no such number to an outgoing connection."""
    lent = Path("/proc/sys/net/ipv4/ip_local_port_range")
    if not lent.exists():
        pytest.skip("this system does not say which ports it lends")
    monkeypatch.setenv("NEWSWIRE_PORT", str(free_port()))
    ports = Ports.choose(empty)
    assert max(ports.wire, ports.logs) < int(lent.read_text().split()[0])


def test_long_socket_path_is_refused():
    """PostgreSQL's socket is never moved to a folder that others share: a path too long for it is refused."""
    deep = Home(root=Path("/"), state=Path("/", "x" * 100))  # nothing is created
    with pytest.raises(StackError, match="too long for PostgreSQL's socket"):
        postgres.choose(deep)


def test_private_folder_of_root_stays_private(tmp_path, is_root):
    """Root's private folders are not opened for PostgreSQL's user: its data goes to a system folder instead."""
    if not is_root:
        pytest.skip("only root lends PostgreSQL another user")
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    database = postgres.choose(Home(root=tmp_path, state=private / "state"))
    assert database.place.parent == postgres.SYSTEM_PLACE
    assert private.stat().st_mode & 0o777 == 0o700


def test_airflows_cli_without_a_database_says_what_to_start(empty, monkeypatch, capsys):
    """Rather than Airflow's own trace: one line, where the stack was stopped as where it was never started."""
    monkeypatch.setenv("NEWSWIRE_HOME", str(empty.state))
    monkeypatch.setattr("sys.argv", ["stack", "airflow", "dags", "list"])
    assert main() == 1
    Ports.choose(empty)
    assert main() == 1
    never, stopped = capsys.readouterr().err.splitlines()
    assert ("never started" in never, "PostgreSQL does not run" in stopped) == (True, True)
    assert all("make run" in line for line in (never, stopped))


def test_a_ledger_of_a_newer_version_is_one_line(empty, monkeypatch):
    """What the migration refuses is told as the stack tells its own errors."""

    def refuse(_: str) -> None:
        msg = "The ledger's schema is newer."
        raise ConfigError(msg, remedy="Run the newer version.")

    monkeypatch.setattr("newswire.ledger.migrate", refuse)
    stack = lifecycle.Stack.open(empty, print)
    with pytest.raises(StackError, match=r"is newer\. Run the newer version"):
        lifecycle.migrate_ledger(stack, Ports(ui=0, wire=0, logs=0))
