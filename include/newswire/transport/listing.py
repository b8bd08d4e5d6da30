"""Sources of many files on another host: which of them are new, and in which bounds they are taken.

A transport of this kind brings a ``Remote``; everything that is decided about names, wildcards, sizes and limits is
decided here and in ``places``, once.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import Enum
from typing import Protocol
from urllib.parse import quote

from newswire.transport.model import (
    Fetched,
    Reason,
    Refusal,
    Request,
    Unfetched,
    Validators,
)
from newswire.transport.places import Patterns, Place, is_hidden, is_unfit, matches, rest_of

MOST_NAMES = 100_000
DEEPEST = 16


class Kind(Enum):
    """What a name stands for; a link is never followed, so it is neither file nor folder."""

    FILE = "file"
    FOLDER = "folder"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One name in a folder, as its server lists it.

    Attributes:
        name: The name alone.
        size: Bytes, or None where the server does not say.
        state: What changes with the content: a modification time, or an entity tag; None where it does not say.
    """

    name: bytes
    kind: Kind
    size: int | None = None
    state: str | None = None

    @property
    def validators(self) -> Validators | None:
        """What tells this state from another; None where the server says too little to tell."""
        if self.state is None:
            return None
        return Validators(etag=self.state if self.size is None else f"{self.size}-{self.state}")


class Remote(Protocol):
    """A host that lists folders and sends files. Paths are absolute and made of names that passed the check."""

    def entries(self, folder: bytes) -> AsyncIterator[Found]:
        """What lies in a folder.

        Raises:
            Refusal: The folder is not there, or cannot be listed.
        """
        ...

    async def look(self, path: bytes) -> Found:
        """What lies at a path.

        Raises:
            Refusal: Nothing, or it cannot be told.
        """
        ...

    async def read(self, path: bytes, limit: int) -> bytes:
        """A file's bytes, at most one more than the limit.

        Raises:
            Refusal: It cannot be read.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file that belongs to a source."""

    path: bytes
    found: Found


async def documents(remote: Remote, request: Request) -> AsyncIterator[Fetched | Unfetched]:
    """The files of a source, sorted by path: what is new with its bytes, what is had without.

    Files that are too large, changing or oddly named fail alone; an empty one is a document like any other. Where the
    source, or one of its folders, cannot be listed, or where more is new than the request takes, that is a result
    under the source's own URL.
    """
    try:
        place = Place.of(request.url)
        async with asyncio.timeout(request.timeout):
            files, odd = await _Walk(remote).files(place)
    except TimeoutError:
        told = f"the listing was not complete within {request.timeout:g} s."
        yield Refusal(Reason.TIME_LIMIT, told).unfetched(request.url)
        return
    except Refusal as refusal:
        yield refusal.unfetched(request.url)
        return
    for folder, name in sorted(odd):
        url = f"{place.url(folder.rstrip(b'/'))}/{quote(name, safe='')}"
        yield Refusal(Reason.BAD_NAME, f"the name is {name!r}.").unfetched(url)
    taken = _Taken(request)
    for file in sorted(files, key=lambda file: file.path):
        url = place.url(file.path)
        validators = file.found.validators
        if validators is not None and request.validators.get(url) == validators:
            yield Fetched(url=url, body=None, validators=validators, content_type=None, final_url=url)
        elif taken.has_room(file.found.size):
            yield await _fetch(remote, request, url, file, taken)
    if taken.left:
        msg = f"{taken.documents} of {taken.documents + taken.left} new documents were taken."
        yield Refusal(Reason.TOO_MANY, msg).unfetched(request.url)


class _Taken:
    """How much of a source was taken, and how many files had to be left for the next time."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self.documents = self.bytes = self.left = 0

    def has_room(self, size: int | None) -> bool:
        full = self.documents >= self._request.max_documents
        too_much = self.documents > 0 and self.bytes + (size or 0) > self._request.max_total_bytes
        if full or too_much:
            self.left += 1
        return not (full or too_much)


async def _fetch(remote: Remote, request: Request, url: str, file: File, taken: _Taken) -> Fetched | Unfetched:
    taken.documents += 1
    try:
        async with asyncio.timeout(request.timeout):
            body = await _body(remote, file, request.max_bytes)
    except TimeoutError:
        told = f"the file did not come within {request.timeout:g} s."
        return Refusal(Reason.TIME_LIMIT, told).unfetched(url)
    except Refusal as refusal:
        return refusal.unfetched(url)
    taken.bytes += len(body)
    validators = file.found.validators or Validators()
    return Fetched(url=url, body=body, validators=validators, content_type=None, final_url=url)


async def _body(remote: Remote, file: File, limit: int) -> bytes:
    size = file.found.size
    if size is not None and size > limit:
        msg = f"the file has {size:,} bytes, the limit is {limit:,}."
        raise Refusal(Reason.TOO_LARGE, msg)
    body = b"" if size == 0 else await remote.read(file.path, limit)
    if len(body) > limit:
        msg = f"the file has more than the limit of {limit:,} bytes."
        raise Refusal(Reason.TOO_LARGE, msg)
    if size is not None and len(body) != size:
        msg = f"it was listed with {size:,} bytes, and {len(body):,} came."
        raise Refusal(Reason.CHANGING, msg)
    return body


class _Walk:
    """One way through the folders of a source, counting the names that it meets."""

    def __init__(self, remote: Remote) -> None:
        self._remote = remote
        self._names = 0
        self._files: dict[bytes, File] = {}
        self._odd: set[tuple[bytes, bytes]] = set()

    async def files(self, place: Place) -> tuple[list[File], set[tuple[bytes, bytes]]]:
        """The files that a place means, and names that are unfit to be asked for, each with its folder."""
        patterns = place.patterns
        if patterns and patterns[-1] == b"**":
            patterns = (*patterns, b"*")
        if not patterns and not place.is_folder:
            found = await self._remote.look(place.folder)
            if found.kind is Kind.FILE:
                return [File(path=place.folder, found=found)], set()
            if found.kind is Kind.OTHER:
                raise Refusal(Reason.NOT_A_FILE, "it is a link or a special file.")
        await self._into(place.folder, {patterns or (b"*",)}, DEEPEST)
        return list(self._files.values()), self._odd

    async def _into(self, folder: bytes, ways: set[Patterns], depth: int) -> None:
        """List a folder once, for every way in which the patterns may go on from here."""
        if depth == 0:
            msg = f"its folders are more than {DEEPEST} deep."
            raise Refusal(Reason.LISTING_TOO_LARGE, msg)
        ways = ways | {way[skip:] for way in ways for skip in range(1, len(way)) if set(way[:skip]) == {b"**"}}
        below: dict[bytes, set[Patterns]] = {}
        async for found in self._remote.entries(folder):
            self._count()
            path = folder.rstrip(b"/") + b"/" + found.name
            going = [way for way in ways if not is_hidden(found.name, way[0])]
            if found.name in {b".", b".."}:
                continue
            if is_unfit(found.name):
                self._odd.add((folder, found.name))
            elif found.kind is Kind.FOLDER:
                below[path] = {rest for way in going if (rest := rest_of(way, found.name))}
            elif found.kind is Kind.FILE and any(len(way) == 1 and matches(found.name, way[0]) for way in going):
                self._files[path] = File(path=path, found=found)
        for path, further in below.items():
            if further:
                await self._into(path, further, depth - 1)

    def _count(self) -> None:
        self._names += 1
        if self._names > MOST_NAMES:
            msg = f"it lists more than {MOST_NAMES:,} names."
            raise Refusal(Reason.LISTING_TOO_LARGE, msg)
