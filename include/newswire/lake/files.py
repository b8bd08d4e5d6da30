"""Files of this host that are whole or absent: atomic replacement, removal, what is left half-written; checksums."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from newswire.errors import TransientError
from newswire.lake.store import TEMPORARY

REMEDY = "Free space or mend the folder's rights, then retry."


def replace(path: Path, content: bytes) -> None:
    """Put a file in place, durably and all at once: a reader sees the old one or the new one.

    Raises:
        TransientError: The disk is full or the folder cannot be written.
    """
    with written(path) as file:
        file.write(content)


@contextmanager
def written(path: Path, *, mode: int = 0o644) -> Iterator[IO[bytes]]:
    """A file that takes its place, durably and all at once, when the block ends well; else nothing is left of it.

    Raises:
        TransientError: The disk is full or the folder cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=TEMPORARY)
        try:
            with os.fdopen(handle, "w+b") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(mode)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)
    except OSError as error:
        raise _unwritten(path, error) from error


@contextmanager
def reserved(folder: Path, names: Iterable[str]) -> Iterator[Path]:
    """The first of some names under which no file lies in a folder; nobody else is given it while the block lasts.

    Raises:
        TransientError: The folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in names:
            mark, path = folder / f".{name}{TEMPORARY}", folder / name
            try:
                mark.touch(exist_ok=False)
            except FileExistsError:  # someone is at work on it, or died
                continue
            try:
                if not path.exists():
                    yield path
                    return
            finally:
                mark.unlink(missing_ok=True)
    except OSError as error:
        raise _unwritten(folder, error) from error


def remove_abandoned(root: Path, before: float) -> list[tuple[str, int]]:
    """Remove the files below a folder that nobody has gone on writing since a time; where each lay, and its size."""
    found = []
    for folder, _, names in os.walk(root):
        for name in names:
            if name.startswith(".") and name.endswith(TEMPORARY):
                path = Path(folder, name)
                stat = path.lstat()
                if stat.st_mtime < before:
                    path.unlink()
                    found.append((str(path), stat.st_size))
    return found


def remove(path: Path) -> None:
    """Remove a file durably, and its folder if that is now empty; an absent file is fine."""
    if path.exists() or path.is_symlink():
        path.unlink()
        _sync_folder(path.parent)
    for folder in (path.parent, path.parent.parent):
        try:
            folder.rmdir()
        except OSError:
            break


def strangers(path: Path) -> list[Path]:
    """What else lies in the folder of a file that has one for itself: a crash's leftovers, whatever was put there."""
    return sorted(other for other in path.parent.rglob("*") if other != path or other.is_dir())


def clear(path: Path) -> list[Path]:
    """Remove what else lies in a file's folder, whose lock the caller holds; return the files that were removed."""
    removed = []
    for other in reversed(strangers(path)):  # what lies in a folder before the folder
        if other.is_dir() and not other.is_symlink():
            other.rmdir()
        else:
            other.unlink()
            removed.append(other)
    return removed[::-1]


def _unwritten(path: Path, error: OSError) -> TransientError:
    msg = f"{path} could not be written: {error.strerror or error}."
    return TransientError(msg, reason="disk", remedy=REMEDY)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sha256(content: bytes) -> str:
    """The SHA-256 of some bytes, hexadecimal."""
    return hashlib.sha256(content).hexdigest()
