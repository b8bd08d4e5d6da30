"""FTP, in the clear or with explicit TLS (RFC 959, 3659, 4217), by the standard library's client in a thread.

TLS is verified, on the control and on every data connection. A server cannot send us elsewhere: data connections go to
the very address that was checked, whatever address a passive reply names.
"""

from __future__ import annotations

import contextlib
import ftplib
import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing

import httpx

from newswire.transport.addresses import connected, host_and_port
from newswire.transport.blocking import Session, in_thread
from newswire.transport.listed import ListingTransport
from newswire.transport.listing import MOST_NAMES, Found, Kind
from newswire.transport.model import Policy, Reason, Refusal, Request
from newswire.transport.trying import persist

PORT = 21

_ENCODING = "latin-1"  # bytes for bytes: a server promises no encoding
_CHUNK = 1 << 16
_UNKNOWN_COMMAND = ("500", "501", "502", "504")
_NOT_LOGGED_IN, _NOT_THERE = "530", "550"
_KINDS = {"file": Kind.FILE, "dir": Kind.FOLDER}


class FtpTransport(ListingTransport):
    """Fetches the files of an ``ftp`` or ``ftps`` URL, as ``listing`` describes.

    Without credentials it is an anonymous user.
    """

    @asynccontextmanager
    async def opened(self, request: Request) -> AsyncIterator[_Remote]:
        """The server; nothing is asked of it before it is needed."""
        with closing(_Remote(self._policy, request)) as remote:
            yield remote


class _Plain(ftplib.FTP):
    """A client that is given its connection."""

    def adopt(self, connection: socket.socket, host: str, timeout: float) -> None:
        connection.settimeout(timeout)
        self.host, self.timeout = host, timeout
        self.sock, self.af = connection, connection.family
        self.file = connection.makefile("r", encoding=self.encoding)
        self.welcome = self.getresp()

    def enter(self, user: str, password: str) -> None:
        self.login(user, password)
        self.voidcmd("TYPE I")


class _Secure(ftplib.FTP_TLS, _Plain):
    """The same with explicit TLS, whose session the data connections share, as many servers demand."""

    def enter(self, user: str, password: str) -> None:
        try:
            self.auth()
        except ftplib.error_perm as error:
            raise Refusal(Reason.NO_TLS, f"the server says {error}.") from error
        self.login(user, password)
        self.prot_p()
        self.voidcmd("TYPE I")

    def ntransfercmd(self, cmd: str, rest: int | str | None = None) -> tuple[socket.socket, int | None]:
        connection, size = ftplib.FTP.ntransfercmd(self, cmd, rest)  # noqa: S321 - FTP_TLS's own would open no session
        session = self.sock.session if isinstance(self.sock, ssl.SSLSocket) else None
        return self.context.wrap_socket(connection, server_hostname=self.host, session=session), size


class _Remote:
    """One server as a ``listing.Remote``."""

    def __init__(self, policy: Policy, request: Request) -> None:
        self._policy = policy
        self._data: socket.socket | None = None
        self._session: Session[_Plain] = Session(
            _said,
            connect=lambda: persist(policy, request, self._connect),
            close=lambda client: client.close(),
            sockets=lambda client: (client.sock, self._data),
        )

    async def entries(self, folder: bytes) -> AsyncIterator[Found]:
        for found in await self._session.call(self._list, folder):
            yield found

    async def look(self, path: bytes) -> Found:
        return await self._session.call(self._look, path)

    async def read(self, path: bytes, limit: int) -> bytes:
        return await self._session.call(self._read, path, limit)

    def close(self) -> None:
        self._session.close()

    async def _connect(self, request: Request) -> _Plain:
        host, port = host_and_port(request.url, PORT)
        connection = await connected(self._policy, host, port, allow_private=request.allow_private_addresses)
        secure = request.url.lower().startswith("ftps:")
        client = (
            _Secure(context=httpx.create_ssl_context(), encoding=_ENCODING) if secure else _Plain(encoding=_ENCODING)
        )
        known = request.credentials
        user, password = (known.login or "", known.password or "") if known else ("anonymous", "anonymous@")

        def enter() -> None:
            client.adopt(connection, host, request.timeout)
            client.enter(user, password)

        try:
            await in_thread(lambda: (client.sock or connection,), enter, _said)
        except BaseException:
            connection.close()
            client.close()
            raise
        return client

    def _list(self, client: _Plain, folder: bytes) -> list[Found]:
        path = folder.decode(_ENCODING)
        try:
            return [_found(line) for line in self._lines(client, f"MLSD {path}")]
        except ftplib.error_perm as error:
            if not str(error).startswith(_UNKNOWN_COMMAND):
                raise
        client.cwd(path)  # an old server: names alone, and one question more for each
        try:
            names = [line.rpartition("/")[2] for line in self._lines(client, "NLST")]
        except ftplib.error_perm as error:
            if not str(error).startswith(_NOT_THERE):
                raise
            names = []  # how such servers say that there is nothing
        return [self._asked(client, path.rstrip("/") + "/" + name) for name in names]

    def _look(self, client: _Plain, path: bytes) -> Found:
        text = path.decode(_ENCODING)
        try:
            reply = client.sendcmd(f"MLST {text}").splitlines()
            return _found(reply[1].lstrip() if len(reply) > 1 else "")
        except ftplib.error_perm as error:
            if not str(error).startswith(_UNKNOWN_COMMAND):
                raise
        found = self._asked(client, text)
        if found.kind is Kind.FOLDER:
            client.cwd(text)  # says so if there is nothing at all
        return found

    def _asked(self, client: _Plain, path: str) -> Found:
        name = path.rpartition("/")[2].encode(_ENCODING)
        try:
            size = client.size(path)
            modified = client.sendcmd(f"MDTM {path}").partition(" ")[2].strip()
        except ftplib.error_perm:
            return Found(name=name, kind=Kind.FOLDER)
        return Found(name=name, kind=Kind.FILE, size=size, state=modified or None)

    def _read(self, client: _Plain, path: bytes, limit: int) -> bytes:
        body = bytearray()
        with self._transfer(client, f"RETR {path.decode(_ENCODING)}") as data:
            while len(body) <= limit and (chunk := data.recv(_CHUNK)):
                body += chunk
        if len(body) > limit:
            msg = f"the file has more than the limit of {limit:,} bytes."
            raise Refusal(Reason.TOO_LARGE, msg)
        client.voidresp()
        return bytes(body)

    def _lines(self, client: _Plain, command: str) -> Iterator[str]:
        with self._transfer(client, command) as data, data.makefile("r", encoding=_ENCODING, newline="\n") as lines:
            for number, line in enumerate(iter(lambda: lines.readline(ftplib.MAXLINE), "")):
                if number > MOST_NAMES:
                    msg = f"it lists more than {MOST_NAMES:,} names."
                    raise Refusal(Reason.LISTING_TOO_LARGE, msg)
                yield line.rstrip("\r\n")
        client.voidresp()

    @contextlib.contextmanager
    def _transfer(self, client: _Plain, command: str) -> Iterator[socket.socket]:
        self._data = client.transfercmd(command)
        try:
            yield self._data
        finally:
            self._data.close()
            self._data = None


def _found(line: str) -> Found:
    """One line of MLSD (RFC 3659, section 7.2): facts, a space, the name."""
    facts, _, name = line.partition(" ")
    said = dict(fact.lower().split("=", 1) for fact in facts.split(";") if "=" in fact)
    size = said.get("size", "")
    return Found(
        name=name.encode(_ENCODING),
        kind=_KINDS.get(said.get("type", "file" if size else ""), Kind.OTHER),
        size=int(size) if size.isascii() and size.isdigit() else None,
        state=said.get("modify"),
    )


def _said(error: Exception) -> Refusal | None:
    """What a server said no with, in our own words."""
    match error:
        case ftplib.error_perm():
            reasons = {_NOT_LOGGED_IN: Reason.FORBIDDEN, _NOT_THERE: Reason.NOT_FOUND}
            return Refusal(reasons.get(str(error)[:3], Reason.UNREADABLE), f"the server says {error}.")
        case ftplib.error_temp():
            return Refusal(Reason.SERVER_ERROR, f"the server says {error}.")
        case ftplib.Error():
            return Refusal(Reason.BAD_ANSWER, f"{type(error).__name__} ({error}).")
    return None
