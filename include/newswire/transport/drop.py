"""Drop folders: a ``drop:`` URL names a folder into which a partner puts files, each to be taken once.

A file is claimed by an atomic rename into ``claimed``, and leaves that for ``done`` or ``failed`` when it is known what
became of it. What a crash leaves in ``claimed`` is taken up again. The name that a file has there begins with the time
of its claim, so that two deliveries of one name never meet.

The partner may write into the folder, so nothing in it is trusted: all is opened by descriptor, no link is followed.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import fcntl
import os
import stat
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import quote, unquote_to_bytes

from newswire.transport.folder import SAFELY, read_file, unreadable, validators_of
from newswire.transport.model import Fetched, Policy, Reason, Refusal, Request, Unfetched, Validators
from newswire.transport.places import is_hidden

CLAIMED = "claimed"

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_LOCK = ".lock"
_LONGEST = 200
"""Bytes of a file's own name that are kept; with the time before it, any file system takes that."""


class Fate(StrEnum):
    """Where a claimed file goes when it is known what became of it."""

    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What became of a claimed file.

    Attributes:
        validators: Those of the state that was read: a file that was written to since is read again instead. None
            where it could not be read.
    """

    fate: Fate
    validators: Validators | None


class DropTransport:
    """Fetches what was dropped, in the order of its claims.

    Names that begin with a dot or end as unfinished uploads do, such as ``.part``, are left alone, and so are folders.

    Args:
        policy: The clock.
    """

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    async def fetch(self, request: Request) -> AsyncIterator[Fetched | Unfetched]:
        """Yield one result per file, and one for the folder where it cannot be read or not all of it is taken."""
        try:
            left, odd = await asyncio.to_thread(_claim, request, self._policy.now())
            names = await asyncio.to_thread(_claimed, request.url)
        except Refusal as refusal:
            yield refusal.unfetched(request.url)
            return
        except OSError as error:
            yield unreadable(error).unfetched(request.url)
            return
        for url in odd:
            yield Refusal(Reason.NOT_A_FILE, "it is a link or a special file.").unfetched(url)
        taken = 0
        for name in names:
            if taken >= request.max_total_bytes:
                left += 1
                continue
            result = await asyncio.to_thread(_read, request, name)
            if isinstance(result, Fetched):
                taken += len(result.body or b"")
            if result is not None:
                yield result
        if left:
            yield Refusal(Reason.TOO_MANY, f"{left} files were left where they are.").unfetched(request.url)

    async def aclose(self) -> None:
        """Nothing is held open."""


def claimed(url: str) -> list[str]:
    """The documents that a drop folder holds until it is told what became of them.

    Raises:
        Refusal: The folder cannot be read.
    """
    return [_url(url, name) for name in _claimed(url)]


def release(url: str, releases: Mapping[str, Release]) -> None:
    """Move claimed files to ``done`` or ``failed``.

    Args:
        url: The drop folder.
        releases: What became of documents, by their URL.

    Raises:
        Refusal: The folder cannot be read.
        OSError: It cannot be written.
    """
    with _opened(url) as root, _below(root, CLAIMED) as source, _locked(source):
        names = {_url(url, name): name for name in _files(source)}
        for document in sorted(names.keys() & releases.keys()):
            name, known = names[document], releases[document]
            state = validators_of(os.stat(name, dir_fd=source, follow_symlinks=False))
            if known.validators in {None, state}:
                with _below(root, known.fate.value) as target:
                    os.rename(name, _free(name, target), src_dir_fd=source, dst_dir_fd=target)


def _claim(request: Request, now: datetime) -> tuple[int, list[str]]:
    """Take what lies in the folder; answers how many files had to be left, and the URLs of what is no file."""
    left, odd = 0, []
    with _opened(request.url) as root, _below(root, CLAIMED) as target, _locked(target):
        room = request.max_documents - len(_files(target))
        for name in _files(root):
            mode = os.stat(name, dir_fd=root, follow_symlinks=False).st_mode
            if stat.S_ISDIR(mode) or is_hidden(os.fsencode(name)):
                continue
            if stat.S_ISREG(mode) and room > 0:
                room -= 1
                new = _free(f"{now:%Y%m%dT%H%M%S.%fZ}-{_shortened(name)}", target)
                os.rename(name, new, src_dir_fd=root, dst_dir_fd=target)
            elif stat.S_ISREG(mode):
                left += 1
            else:
                odd.append(f"{request.url.rstrip('/')}/{quote(os.fsencode(name))}")
    return left, odd


def _claimed(url: str) -> list[str]:
    with _opened(url) as root, _below(root, CLAIMED) as folder:
        return _files(folder)


def _read(request: Request, name: str) -> Fetched | Unfetched | None:
    """One claimed file; None where it is gone, because another run has brought it to its end."""
    url = _url(request.url, name)
    try:
        with _opened(request.url) as root, _below(root, CLAIMED) as folder:
            descriptor = os.open(name, SAFELY, dir_fd=folder)
            body, validators = read_file(descriptor, request.max_bytes, request.validators.get(url))
    except FileNotFoundError:
        return None
    except OSError as error:
        return unreadable(error).unfetched(url)
    except Refusal as refusal:
        return refusal.unfetched(url)
    return Fetched(url=url, body=body, validators=validators, content_type=None, final_url=url)


def _url(url: str, name: str) -> str:
    return f"{url.rstrip('/')}/{CLAIMED}/{quote(os.fsencode(name))}"


def _files(folder: int) -> list[str]:
    return sorted(name for name in os.listdir(folder) if not name.startswith("."))


def _shortened(name: str) -> str:
    """The end of a long name, where its kind stands."""
    return os.fsdecode(os.fsencode(name)[-_LONGEST:])


def _free(name: str, folder: int) -> str:
    """A name that nothing has in a folder; the caller holds the lock."""
    taken, candidate, number = set(os.listdir(folder)), name, 1
    while candidate in taken:
        candidate, number = f"{name}~{number}", number + 1
    return candidate


@contextlib.contextmanager
def _opened(url: str) -> Iterator[int]:
    """The folder that a URL names, by descriptor; what the system refuses is refused in our words."""
    scheme, _, path = url.partition(":")
    path = path.removeprefix("//")
    if not path.startswith("/"):
        msg = f"a {scheme} URL names an absolute path on this host, as in drop:///srv/wire."
        raise Refusal(Reason.BAD_URL, msg)
    try:
        descriptor = os.open(os.fsdecode(unquote_to_bytes(path)), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except FileNotFoundError as error:
        raise Refusal(Reason.NOT_FOUND, "there is no such folder.") from error
    except (OSError, ValueError) as error:
        raise unreadable(error) from error
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _below(root: int, name: str) -> Iterator[int]:
    """A folder of ours in the drop folder, made where it is missing; a link in its place is refused."""
    try:
        with contextlib.suppress(FileExistsError):
            os.mkdir(name, dir_fd=root)
        descriptor = os.open(name, _FOLDER, dir_fd=root)
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.ENOTDIR}:
            msg = f"{name} in it is no folder."
            raise Refusal(Reason.OUTSIDE_FOLDER, msg) from error
        raise unreadable(error) from error
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _locked(folder: int) -> Iterator[None]:
    """Alone with a folder among all who claim and release."""
    descriptor = os.open(_LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=folder)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
