"""Starting processes that outlive us, and ending exactly those: never one that merely got a number again."""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from stack.home import Home, StackError, write_private
from stack.parts import Part

LOG_LIMIT = 10 << 20  # bytes after which a part's log is set aside at its next start
POLL = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A process that was started, told apart from any later one of the same number.

    Attributes:
        name: The part's name.
        pid: Its number, which is also its session's.
        born: When it started, in a form that only this boot of this machine knows.
        mark: Stands in its environment as ``NEWSWIRE_STACK``, and in that of what it starts.
        place: Its working directory.
        program: The file that it executes.
        wave: When it is stopped; lower waves first.
        signal: What asks it to stop.
    """

    name: str
    pid: int
    born: str
    mark: str
    place: str
    program: str
    wave: int
    signal: int


def born(pid: int) -> str | None:
    """When a living process started; None if there is none of that number."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        stat = Path(f"/proc/{pid}/stat")
        if not stat.exists():
            return str(process.create_time())
        ticks = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[19]
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip() + ":" + ticks
    except (psutil.Error, OSError):
        return None


def is_alive(record: Record) -> bool:
    """Whether the very process that was recorded still runs."""
    return born(record.pid) == record.born


def log_path(home: Home, name: str) -> Path:
    """The log of a part."""
    return home.logs / f"{name}.log"


def spawn(home: Home, part: Part, environment: Mapping[str, str], mark: str) -> Record:
    """Start a part in a session of its own, so that its children can be found when it is gone.

    Raises:
        StackError: Its program could not be executed.
    """
    log = log_path(home, part.name)
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(".log.1"))
    mark = f"{mark}:{part.name}"
    place = part.directory or home.parts / part.name
    place.mkdir(mode=0o700, exist_ok=True)
    owner = pwd.getpwnam(part.owner) if part.owner else None
    try:
        with log.open("ab") as output:
            process = subprocess.Popen(
                part.argv,
                cwd=place,
                env={**environment, "NEWSWIRE_STACK": mark},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=owner.pw_uid if owner else None,
                group=owner.pw_gid if owner else None,
                extra_groups=[] if owner else None,
            )
        program = psutil.Process(process.pid).exe()
    except (OSError, psutil.Error) as error:
        msg = f"{part.name} cannot be started: {error}. Log: {log}"
        raise StackError(msg) from error
    return Record(
        name=part.name,
        pid=process.pid,
        born=born(process.pid) or "",
        mark=mark,
        place=str(place),
        program=program,
        wave=part.wave,
        signal=part.signal,
    )


def load(home: Home) -> dict[str, Record]:
    """The parts that were started and not stopped since, by name."""
    path = home.state / "parts.json"
    if not path.exists():
        return {}
    return {entry["name"]: Record(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))}


def save(home: Home, records: Iterable[Record]) -> None:
    """Keep what was started."""
    write_private(home.state / "parts.json", json.dumps([asdict(record) for record in records], indent=1))


def members(records: Iterable[Record]) -> list[psutil.Process]:
    """Every living process that belongs to some parts, also where the part itself is gone.

    A process belongs to a part if it is in the living part's session, carries the part's mark in its environment, or
    runs the part's program in the part's directory. The last is for children of a dead part that wrote their title over
    their environment: the session's number alone could be a stranger's by now.
    """
    records = list(records)
    sessions = {record.pid for record in records if is_alive(record)}
    marks = {record.mark for record in records}
    places = {(record.place, record.program) for record in records}
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.pid == os.getpid() or process.status() == psutil.STATUS_ZOMBIE:
                continue
            if os.getsid(process.pid) in sessions or _is_marked(process, marks) or _is_placed(process, places):
                found.append(process)
    return found


def _is_marked(process: psutil.Process, marks: set[str]) -> bool:
    try:
        return process.environ().get("NEWSWIRE_STACK") in marks
    except (psutil.Error, OSError):
        return False


def _is_placed(process: psutil.Process, places: set[tuple[str, str]]) -> bool:
    return (process.cwd(), process.exe()) in places


def end(records: Iterable[Record], *, patience: float) -> list[psutil.Process]:
    """End some parts and all that belongs to them: asked first, then told, then killed.

    Args:
        records: The parts.
        patience: Seconds until those that were asked are told.

    Returns:
        What is still there, which should be nothing.
    """
    records = list(records)
    asked = [record for record in records if is_alive(record)]
    for record in asked:
        with contextlib.suppress(ProcessLookupError):
            os.kill(record.pid, record.signal)
    for step, limit in ((None, patience if asked else 0.0), (signal.SIGTERM, 3.0), (signal.SIGKILL, 5.0)):
        if step is not None:
            for process in members(records):
                with contextlib.suppress(psutil.Error):
                    process.send_signal(step)
        if _gone(records, limit):
            return []
    return members(records)


def _gone(records: list[Record], limit: float) -> bool:
    deadline = time.monotonic() + limit
    while members(records):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL)
    return True
