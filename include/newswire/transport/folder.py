"""Local folders: a ``file:`` URL or a plain path to a file, a folder, or a glob; one document per file."""

from __future__ import annotations

import asyncio
import glob
import os
import re
import stat
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from urllib.parse import unquote_to_bytes

from newswire.transport.model import Fetched, Policy, Reason, Refusal, Request, Unfetched, Validators
from newswire.transport.places import is_hidden

_FILE_URL = re.compile(r"file:(?://(?P<host>[^/]*))?(?P<path>/.*)", re.IGNORECASE | re.DOTALL)
SAFELY = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
"""Neither a pipe nor a link that was swapped in may catch us: the first would block, the second lead away."""

_ENCODED = re.compile(r"(?:%[0-9A-Fa-f]{2})+")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listing:
    """The files of a source, sorted, the folder they may not leave, and what could not be listed."""

    root: Path
    files: list[Path]
    failures: list[Unfetched] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a URL points: the path it names literally, and the folder and name patterns it names as a glob."""

    literal: Path
    root: Path
    segments: list[str]

    @classmethod
    def of(cls, text: str, *, decode: Callable[[str], str]) -> _Place:
        """Split a path; a wildcard counts only where it was written out, not where it was percent-encoded."""
        if not text.strip():
            raise Refusal(Reason.BAD_URL, "it is empty.")
        raw = [segment for segment in text.split("/") if segment not in {"", "."}]
        start = Path("/") if text.startswith("/") else Path.cwd()
        first = next((index for index, segment in enumerate(raw) if glob.has_magic(segment)), len(raw))
        return cls(
            literal=start.joinpath(*map(decode, raw)),
            root=start.joinpath(*map(decode, raw[:first])),
            segments=[_ENCODED.sub(lambda part: glob.escape(decode(part[0])), segment) for segment in raw[first:]],
        )


class FolderTransport:
    """Fetches local files, sorted by path.

    A folder brings its own files; subfolders are followed only by a glob (``*`` within one name, ``**`` through
    folders of any depth). Unfinished uploads are left alone, as ``places.is_hidden`` knows them, and ``**`` enters no
    linked folder. A file is unchanged if its size and modification time are those of the
    validators' etag. A link that leads out of the folder is refused, and so is a file that cannot be read: alone, the
    others are fetched.

    Args:
        policy: Not needed here; every transport takes one.
    """

    def __init__(self, policy: Policy) -> None:
        del policy

    async def fetch(self, request: Request) -> AsyncIterator[Fetched | Unfetched]:
        """Yield one result per file; one for the source where it is missing, none where it is an empty folder."""
        try:
            listing = await asyncio.to_thread(_list, request.url)
        except Refusal as refusal:
            yield refusal.unfetched(request.url)
            return
        for failure in listing.failures:
            yield failure
        documents = size = left = 0
        for path in listing.files:
            full = documents >= request.max_documents or size >= request.max_total_bytes
            if full and not await asyncio.to_thread(_is_had, path, request):
                left += 1
                continue
            result = await asyncio.to_thread(_fetch, path, listing.root, request)
            body = b"" if isinstance(result, Unfetched) else result.body
            documents += body is not None
            size += len(body or b"")
            yield result
        if left:
            msg = f"{documents} of {documents + left} new documents were taken."
            yield Refusal(Reason.TOO_MANY, msg).unfetched(request.url)

    async def aclose(self) -> None:
        """Nothing is held open."""


def _list(url: str) -> _Listing:
    place = _place(url)
    try:
        if place.segments and not os.path.lexists(place.literal):
            return _matches(place)
        is_folder = stat.S_ISDIR(place.literal.stat().st_mode)
        names = sorted(place.literal.iterdir()) if is_folder else []
    except FileNotFoundError as error:
        raise Refusal(Reason.NOT_FOUND, "there is no such file or folder.") from error
    except (OSError, ValueError) as error:
        raise unreadable(error) from error
    if not is_folder:
        return _Listing(root=_real(place.literal.parent), files=[place.literal])
    files = [path for path in names if not is_hidden(os.fsencode(path.name)) and not _is_folder(path)]
    return _Listing(root=_real(place.literal), files=files)


def _place(url: str) -> _Place:
    if not url.lower().startswith("file:"):
        return _Place.of(url, decode=lambda segment: segment)
    match = _FILE_URL.fullmatch(url)
    if match is None or match["host"] not in {None, "", "localhost"}:
        raise Refusal(Reason.BAD_URL, "a file URL names an absolute path on this host, as in file:///wire/en.")
    return _Place.of(match["path"], decode=lambda segment: os.fsdecode(unquote_to_bytes(os.fsencode(segment))))


def _matches(place: _Place) -> _Listing:
    os.scandir(place.root).close()  # a root that cannot be listed is the whole source's failure
    segments = [*place.segments, "*"] if place.segments[-1] == "**" else place.segments
    found = sorted(set(_walk(place.root, segments)))
    failures = [Refusal(Reason.UNREADABLE, f"{text}.").unfetched(path.as_uri()) for path, text in found if text]
    return _Listing(root=_real(place.root), files=[path for path, text in found if not text], failures=failures)


def _walk(folder: Path, segments: list[str]) -> Iterator[tuple[Path, str]]:
    """Every match with an empty text, and every folder that cannot be listed with what the system said."""
    head, *rest = segments
    try:
        names = os.listdir(folder)  # noqa: PTH208 - names are matched, paths are built for the matches only
    except OSError as error:
        yield folder, error.strerror or type(error).__name__
        return
    if head == "**":
        yield from _walk(folder, rest)
    for name in names:
        path = folder / name
        if is_hidden(os.fsencode(name), os.fsencode(head)):
            continue
        if head == "**":
            if _is_folder(path) and not path.is_symlink():
                yield from _walk(path, segments)
        elif fnmatchcase(name, head) and _is_folder(path) == bool(rest):
            yield from _walk(path, rest) if rest else [(path, "")]


def _is_folder(path: Path) -> bool:
    """False also for what cannot be told: reading it then says why."""
    return os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises where permission is missing


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))  # Path.resolve raises on a circle of links before Python 3.13


def _is_had(path: Path, request: Request) -> bool:
    known = request.validators.get(path.as_uri())
    try:
        return known is not None and known == validators_of(path.stat())
    except OSError:
        return False


def _fetch(path: Path, root: Path, request: Request) -> Fetched | Unfetched:
    url = path.as_uri()
    try:
        body, validators = _read(path, root, request.max_bytes, request.validators.get(url))
    except Refusal as refusal:
        return refusal.unfetched(url)
    except OSError as error:
        return unreadable(error).unfetched(url)
    return Fetched(url=url, body=body, validators=validators, content_type=None, final_url=url)


def _read(path: Path, root: Path, limit: int, known: Validators | None) -> tuple[bytes | None, Validators]:
    real = _real(path)
    if not real.is_relative_to(root):
        raise Refusal(Reason.OUTSIDE_FOLDER, "it is a link to somewhere else.")
    return read_file(os.open(real, SAFELY), limit, known)


def read_file(descriptor: int, limit: int, known: Validators | None) -> tuple[bytes | None, Validators]:
    """The bytes and validators of an open file, which is closed again; no bytes where the validators are known.

    Args:
        descriptor: The file, opened with the flags ``SAFELY``.
        limit: The most bytes that are taken.
        known: The validators of what is had, or None.

    Raises:
        Refusal: It is no regular file, too large, or being written.
    """
    with open(descriptor, "rb") as file:
        before = os.fstat(file.fileno())
        if not stat.S_ISREG(before.st_mode):
            raise Refusal(Reason.NOT_A_FILE, "it is a special file.")
        validators = validators_of(before)
        if known == validators:
            return None, validators
        body = file.read(limit + 1) if before.st_size <= limit else b""
        if max(before.st_size, len(body)) > limit:
            msg = f"the file has {before.st_size:,} bytes, the limit is {limit:,}."
            raise Refusal(Reason.TOO_LARGE, msg)
        if validators_of(os.fstat(file.fileno())) != validators or len(body) != before.st_size:
            raise Refusal(Reason.CHANGING, "its size or time changed.")
    return body, validators


def validators_of(status: os.stat_result) -> Validators:
    """What tells one state of a file from another."""
    return Validators(etag=f"{status.st_size}-{status.st_mtime_ns}")


def unreadable(error: OSError | ValueError) -> Refusal:
    """Why a file or folder cannot be read, as the system says it."""
    text = (error.strerror if isinstance(error, OSError) else str(error)) or type(error).__name__
    return Refusal(Reason.UNREADABLE, f"{text}.")
