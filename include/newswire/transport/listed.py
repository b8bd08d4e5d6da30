"""Transports of servers that list their files: what they have in common."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager

from newswire.transport.listing import Remote, documents
from newswire.transport.model import Fetched, Policy, Refusal, Request, Unfetched


class ListingTransport:
    """Fetches the files of a source on a server, as ``listing`` describes; each kind says how its server is opened.

    Args:
        policy: Patience, and the outside world.
    """

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    def opened(self, request: Request) -> AbstractAsyncContextManager[Remote]:
        """The server of a request, let go of at the end.

        Raises:
            Refusal: It cannot be reached, or does not let us in.
        """
        raise NotImplementedError

    async def fetch(self, request: Request) -> AsyncIterator[Fetched | Unfetched]:
        """Yield one result per file, and one for the source where it cannot be listed."""
        try:
            async with self.opened(request) as remote:
                async for result in documents(remote, request):
                    yield result
        except Refusal as refusal:
            yield refusal.unfetched(request.url)

    async def aclose(self) -> None:
        """Nothing is held open."""
