"""A lake in a folder of this host: renames within a folder are atomic, and ``flock`` ends with its process."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from newswire.errors import TransientError
from newswire.lake import files
from newswire.lake.store import TEMPORARY, Claim, Found


@dataclass(frozen=True, slots=True)
class Folder:
    """A ``Store`` of files below ``root``, for the processes of one host."""

    root: Path

    @property
    def url(self) -> str:
        """The folder's path."""
        return str(self.root)

    def path(self, name: str) -> Path:
        """Where a file lies."""
        return self.root / name

    def where(self, name: str) -> str:
        """Its path as text."""
        return str(self.path(name))

    def read(self, name: str) -> bytes:
        """See ``Store``."""
        return self.path(name).read_bytes()

    def find(self, name: str) -> bytes | None:
        """See ``Store``."""
        try:
            return self.path(name).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):  # asked first, it might go in between
            return None

    def open(self, name: str) -> BinaryIO:
        """See ``Store``."""
        return self.path(name).open("rb")

    def exists(self, name: str) -> bool:
        """See ``Store``."""
        return self.path(name).exists()

    def look(self, name: str) -> Found | None:
        """See ``Store``; of a link, not of what it leads to."""
        try:
            found = self.path(name).lstat()
        except FileNotFoundError:
            return None
        return Found(size=found.st_size, modified=found.st_mtime)

    def names(self, folder: str, pattern: str) -> list[str]:
        """See ``Store``."""
        return self._named(path for path in self.path(folder).glob(pattern) if path.is_symlink() or not path.is_dir())

    def folders(self, folder: str, pattern: str) -> list[str]:
        """See ``Store``; empty ones too."""
        return self._named(path for path in self.path(folder).glob(pattern) if path.is_dir())

    def strangers(self, name: str) -> list[str]:
        """See ``Store``: a crash's leftovers, whatever was put there, folders too."""
        return self._named(files.strangers(self.path(name)))

    def clear(self, name: str) -> list[str]:
        """See ``Store``."""
        return self._named(files.clear(self.path(name)))

    def _named(self, paths: Iterator[Path] | list[Path]) -> list[str]:
        return sorted(path.relative_to(self.root).as_posix() for path in paths)

    def put(self, name: str, content: bytes) -> None:
        """See ``Store``."""
        files.replace(self.path(name), content)

    def append(self, name: str, line: bytes) -> None:
        """See ``Store``."""
        path = self.path(name)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("ab", buffering=0) as file:  # one write in append mode: two writers do not mix their lines
                file.write(line + b"\n")
        except OSError as error:
            msg = f"{path} could not be written: {error.strerror or error}."
            raise TransientError(msg, reason="disk", remedy=files.REMEDY) from error

    def remove(self, name: str) -> None:
        """See ``Store``; its folder goes, too, if that is now empty."""
        files.remove(self.path(name))

    def land(self, name: str, content: Callable[[], bytes]) -> None:
        """See ``Store``: one that lies there already is touched."""
        path = self.path(name)
        try:
            os.utime(path)
        except FileNotFoundError:
            files.replace(path, content())

    def discard(self, name: str, *, untouched_since: float) -> int | None:
        """See ``Store``.

        It is moved aside first: whoever lands it from then on writes it anew, and whoever landed it before has touched
        it.
        """
        path = self.path(name)
        aside = path.with_name(f".{path.name}{TEMPORARY}")
        try:
            path.rename(aside)
        except FileNotFoundError:
            return 0
        found = aside.stat()
        if found.st_mtime > untouched_since:
            aside.rename(path)
            return None
        aside.unlink()
        return found.st_size

    def discard_folder(self, folder: str, *, untouched_since: float) -> int | None:
        """See ``Store``."""
        path = self.path(folder)
        found = [file.stat() for file in path.iterdir()]
        if max(stat.st_mtime for stat in (path.stat(), *found)) >= untouched_since:
            return None
        shutil.rmtree(path)
        return sum(stat.st_size for stat in found)

    def clean(self, *, before: float) -> list[tuple[str, int]]:
        """See ``Store``."""
        return files.remove_abandoned(self.root, before)

    @contextmanager
    def locked(self, lock: str) -> Iterator[None]:
        """See ``Store``."""
        path = self.path(lock)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    @contextmanager
    def claimed(self, name: str, lock: str) -> Iterator[Claim]:
        """See ``Store``: the lock is held through the rename, so nobody else can have written."""
        with self.locked(lock):
            yield _Claim(self.path(name), self.find(name))

    @contextmanager
    def worked_on(self, folder: str, lock: str) -> Iterator[Path]:  # noqa: ARG002 - there are no other hosts
        """See ``Store``: the folder itself."""
        yield self.path(folder)

    def is_inside(self, name: str, folder: str) -> bool:
        """See ``Store``."""
        path = self.path(name).resolve()
        return path.is_relative_to(self.path(folder).resolve()) and path.is_file()


@dataclass(slots=True)
class _Claim:
    """A ``Claim`` on a file whose lock is held."""

    path: Path
    content: bytes | None

    def put(self, content: bytes) -> None:
        files.replace(self.path, content)

    def remove(self) -> None:
        files.remove(self.path)
