"""Fetch documents by URL, whatever the scheme; each transport's own docstring says what it promises.

Mounting another transport takes one module with a class that follows ``Transport``, and one row of ``MOUNTS``. Each is
imported when something is fetched by it: their clients are slow to import, and most steps fetch nothing.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from importlib import import_module
from types import TracebackType
from typing import Self

from newswire.transport.credentials import Credentials
from newswire.transport.model import (
    Fetched,
    Policy,
    Reason,
    Refusal,
    Request,
    Transport,
    Unfetched,
    Validators,
    shown,
    without_credentials,
)
from newswire.urls import MAIL, OBJECTS, WEB, scheme_of

__all__ = [
    "MOUNTS",
    "Credentials",
    "Fetched",
    "Policy",
    "Reason",
    "Request",
    "Transport",
    "Transports",
    "Unfetched",
    "Validators",
    "fetch",
    "lists",
    "shown",
    "without_credentials",
]


@dataclass(frozen=True, slots=True)
class Mount:
    """A transport, by its module and its class."""

    module: str
    name: str

    def __call__(self, policy: Policy) -> Transport:
        """Start it."""
        kind: Callable[[Policy], Transport] = getattr(import_module(f"newswire.transport.{self.module}"), self.name)
        return kind(policy)


_FOLDER, _HTTP, _FTP = Mount("folder", "FolderTransport"), Mount("http", "HttpTransport"), Mount("ftp", "FtpTransport")

MOUNTS: dict[str, Callable[[Policy], Transport]] = {
    "": _FOLDER,  # a plain path
    "file": _FOLDER,
    "drop": Mount("drop", "DropTransport"),
    "http": _HTTP,
    "https": _HTTP,
    "sftp": Mount("sftp", "SftpTransport"),
    "ftp": _FTP,
    "ftps": _FTP,
    **dict.fromkeys(OBJECTS, Mount("objects", "ObjectTransport")),
    **dict.fromkeys(MAIL, Mount("imap", "ImapTransport")),
}

_log = logging.getLogger(__name__)


def lists(url: str) -> bool:
    """Whether a URL leads to a source of many documents, rather than to one."""
    return scheme_of(url) not in WEB


class Transports:
    """The mounted transports with their connections, to be shared by all fetches of one pull.

    Belongs to one event loop; any number of its tasks may call ``fetch`` at the same time.

    Args:
        policy: Patience, and the outside world.
    """

    def __init__(self, policy: Policy | None = None) -> None:
        self._policy = policy or Policy()
        self._started: dict[Callable[[Policy], Transport], Transport] = {}
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def fetch(self, request: Request) -> AsyncIterator[Fetched | Unfetched]:
        """Fetch the documents of one source.

        An http or https URL yields exactly one result, a folder one per file, sorted by path. Failures are results
        too, for the document or, where the whole source fails, for its URL; nothing is raised for bad input.
        """
        scheme = scheme_of(request.url)
        mount = MOUNTS.get(scheme)
        if mount is None:
            yield Refusal(Reason.UNKNOWN_SCHEME, f"the scheme is {scheme}.").unfetched(request.url)
            return
        if mount not in self._started:
            self._started[mount] = mount(self._policy)
            self._stack.push_async_callback(self._started[mount].aclose)
        try:
            async for result in self._started[mount].fetch(request):
                yield _concealed(result, request)
        except Exception as error:  # noqa: BLE001 - what a server makes a library raise must not end the other feeds
            trace = request.conceal("".join(traceback.format_exception(error)))
            _log.error("%s: the transport failed: %s", shown(request.url), trace)
            yield Refusal(Reason.BAD_ANSWER, "it made the client fail; the log says where.").unfetched(request.url)


def _concealed(result: Fetched | Unfetched, request: Request) -> Fetched | Unfetched:
    """A result without secrets that a server repeated."""
    return replace(result, detail=request.conceal(result.detail)) if isinstance(result, Unfetched) else result


async def fetch(request: Request, policy: Policy | None = None) -> AsyncIterator[Fetched | Unfetched]:
    """Fetch one source with connections of its own; ``Transports`` shares them between many."""
    async with Transports(policy) as transports:
        async for result in transports.fetch(request):
            yield result
