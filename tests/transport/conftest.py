"""A real HTTP server on loopback that misbehaves on request, and a policy under which nothing waits for luck."""

import asyncio
import contextlib
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from newswire.transport import Policy, Request, fetch

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def collected(url, policy, **asked):
    """Every result of one source, asked for as the tests' servers allow."""
    request = Request(url=url, **{"max_bytes": 100, "timeout": 60.0, "allow_private_addresses": True} | asked)

    async def collect():
        return [result async for result in fetch(request, policy)]

    return asyncio.run(collect())


def answer(status="200 OK", body=b"", **headers):
    """The bytes of a complete answer."""
    fields = {"Content-Length": str(len(body)), "Connection": "close"}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value is not None)
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode("latin-1") + body


@dataclass
class Wire:
    """A server of scripted answers: per path a list of bytes or coroutines, the last of which repeats."""

    scripts: dict[str, list[bytes | Callable[[asyncio.StreamWriter], Awaitable[None]]]] = field(default_factory=dict)
    seen: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    port: int = 0
    busy: int = 0
    busiest: int = 0

    @property
    def root(self):
        return f"http://127.0.0.1:{self.port}"

    def on(self, path, *answers):
        self.scripts[path] = list(answers)
        return f"{self.root}{path}"

    def headers(self, index=-1):
        return self.seen[index][1]

    async def serve(self, reader, writer):
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            path = head[0].split(" ")[1]
            self.seen.append((path, dict(line.lower().split(": ", 1) for line in head[1:] if line)))
            self.busy += 1
            self.busiest = max(self.busiest, self.busy)
            script = self.scripts[path]
            step = script.pop(0) if len(script) > 1 else script[0]
            if isinstance(step, bytes):
                writer.write(step)
                await writer.drain()
            else:
                await step(writer)
        self.busy -= 1
        writer.close()


@contextlib.contextmanager
def serving(wire, **options):
    """Run a wire in a thread of its own."""
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(wire.serve, "127.0.0.1", 0, **options))
    wire.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def stop():
        server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    try:
        yield wire
    finally:
        asyncio.run_coroutine_threadsafe(stop(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.fixture
def wire():
    with serving(Wire()) as running:
        yield running


@pytest.fixture
def naps():
    """Every wait between tries, in seconds."""
    return []


@pytest.fixture
def policy(naps):
    async def sleep(seconds):
        naps.append(seconds)

    return Policy(sleep=sleep, now=lambda: NOW)
