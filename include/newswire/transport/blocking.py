"""Clients of the standard library that block, used from an event loop: in a thread, and cut off when time is up."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterable
from typing import ParamSpec, TypeVar

_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")


async def in_thread(
    sockets: Callable[[], Iterable[socket.socket | None]],
    call: Callable[_Given, _Result],
    *args: _Given.args,
    **kwargs: _Given.kwargs,
) -> _Result:
    """Call in a thread; if we are cut off meanwhile, shut the client's sockets so that the thread ends too.

    Args:
        sockets: The sockets that the client waits on now.
        call: What blocks.
        args: Its arguments.
        kwargs: Its keyword arguments.
    """
    try:
        return await asyncio.to_thread(call, *args, **kwargs)
    except asyncio.CancelledError:
        for each in sockets():
            if each is not None:
                with contextlib.suppress(OSError):
                    socket.socket.shutdown(each, socket.SHUT_RDWR)  # not TLS's own: another thread is using it
        raise
