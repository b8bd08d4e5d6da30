"""Clients of the standard library that block, used from an event loop: in a thread, and cut off when time is up."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Generic, TypeVar

from newswire.transport.model import Reason, Refusal

KEEP_THE_CONNECTION = {Reason.NOT_FOUND, Reason.UNREADABLE}
"""What a server may say without anything being wrong with the connection."""

_Client = TypeVar("_Client")
_Result = TypeVar("_Result")
_Sockets = Iterable[socket.socket | None]


Said = Callable[[Exception], Refusal | None]
"""Puts what a protocol's own errors mean into our words; None for every other error."""


async def in_thread(sockets: Callable[[], _Sockets], call: Callable[[], _Result], said: Said) -> _Result:
    """Call in a thread; if we are cut off meanwhile, shut the client's sockets so that the thread ends too.

    Args:
        sockets: The sockets that the client waits on now.
        call: What blocks.
        said: Knows the protocol's errors.

    Raises:
        Refusal: The call failed, for a reason that the protocol or the network has.
    """
    try:
        return await asyncio.to_thread(call)
    except Refusal:
        raise
    except Exception as error:
        refusal = said(error) or _broken(error)
        if refusal is None:
            raise
        raise refusal from error
    except asyncio.CancelledError:
        for each in sockets():
            if each is not None:
                with contextlib.suppress(OSError):
                    socket.socket.shutdown(each, socket.SHUT_RDWR)  # not TLS's own: another thread is using it
        raise


def _broken(error: Exception) -> Refusal | None:
    """What went wrong between us and a server, whatever it speaks."""
    match error:
        case ssl.SSLCertVerificationError():
            return Refusal(Reason.CERTIFICATE, f"{error.verify_message}.")
        case TimeoutError():
            return Refusal(Reason.TIME_LIMIT, "the server fell silent.")
        case OSError() | EOFError():
            return Refusal(Reason.CONNECTION, f"{type(error).__name__} ({error or 'closed'}).")
        case ValueError():
            return Refusal(Reason.BAD_ANSWER, f"{type(error).__name__} ({error}).")
    return None


class Session(Generic[_Client]):
    """One connection to a server, made when it is first needed, and anew after it broke or was cut off.

    Args:
        said: Knows the protocol's errors.
        connect: Makes a client that is logged in.
        close: Lets go of one.
        sockets: What a client waits on.
    """

    def __init__(
        self,
        said: Said,
        *,
        connect: Callable[[], Awaitable[_Client]],
        close: Callable[[_Client], object],
        sockets: Callable[[_Client], _Sockets],
    ) -> None:
        self._said, self._connect, self._close, self._sockets = said, connect, close, sockets
        self._client: _Client | None = None

    async def call(self, call: Callable[..., _Result], *args: Any) -> _Result:  # noqa: ANN401 - the call's own
        """Call with the client and the arguments, in a thread.

        Raises:
            Refusal: What the call or the connecting raised.
        """
        if self._client is None:
            self._client = await self._connect()
        client = self._client
        try:
            return await in_thread(lambda: self._sockets(client), lambda: call(client, *args), self._said)
        except Refusal as refusal:
            if refusal.code not in KEEP_THE_CONNECTION:
                self.close()
            raise
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the client, if there is one."""
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(Exception):  # it may be broken already
                self._close(client)
