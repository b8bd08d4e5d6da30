"""Mailboxes by IMAP (RFC 3501), with the standard library's client in a thread.

``imaps`` speaks TLS from the start, ``imap`` must come to it by STARTTLS before we say who we are. A mailbox is opened
read-only and messages are peeked at: nothing in it changes, not even a flag. A message is known by UIDVALIDITY and UID,
which the protocol promises to be one content for ever, so it is fetched once.
"""

from __future__ import annotations

import base64
import imaplib
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

import httpx

from newswire.transport.addresses import connected, host_and_port
from newswire.transport.blocking import Session, in_thread
from newswire.transport.credentials import Credentials
from newswire.transport.listed import ListingTransport
from newswire.transport.listing import Found, Kind
from newswire.transport.model import Policy, Reason, Refusal, Request
from newswire.transport.trying import persist

PORT, TLS_PORT = 143, 993

_LINE = 1 << 16
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]+")


class ImapTransport(ListingTransport):
    """Fetches the messages of a mailbox, such as ``imaps://mail.agency.example/INBOX``, oldest first.

    A document is a message as it stands in the mailbox; its URL ends in UIDVALIDITY and UID. What bounds a listing
    bounds a mailbox too.
    """

    @asynccontextmanager
    async def opened(self, request: Request) -> AsyncIterator[_Remote]:
        """The server; nothing is asked of it before it is needed."""
        with closing(_Remote(self._policy, request)) as remote:
            yield remote


class _Client(imaplib.IMAP4):
    """A client that is given its connection, and takes no literal that is larger than was asked for."""

    def __init__(self, connection: socket.socket, host: str, most: int) -> None:
        self._given, self._most = connection, most
        super().__init__(host)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        del timeout
        return self._given

    def read(self, size: int) -> bytes:
        if size > self._most:
            msg = f"the server sends {size:,} bytes at once."
            raise Refusal(Reason.TOO_LARGE, msg)
        return super().read(size)


class _Remote:
    """A mailbox as a ``listing.Remote``: a folder whose files are messages."""

    def __init__(self, policy: Policy, request: Request) -> None:
        self._policy = policy
        self._session: Session[_Client] = Session(
            _said,
            connect=lambda: persist(policy, request, self._connect),
            close=lambda client: client.shutdown(),
            sockets=lambda client: (client.sock,),
        )
        self._mailbox = b""

    async def entries(self, folder: bytes) -> AsyncIterator[Found]:
        self._mailbox = folder
        for name in await self._session.call(_messages, folder):
            yield Found(name=name, kind=Kind.FILE, state="message")

    async def look(self, path: bytes) -> Found:
        return Found(name=path.rpartition(b"/")[2], kind=Kind.FOLDER)

    async def read(self, path: bytes, limit: int) -> bytes:
        return await self._session.call(_message, self._mailbox, path.rpartition(b"/")[2], limit)

    def close(self) -> None:
        self._session.close()

    async def _connect(self, request: Request) -> _Client:
        secure = request.url.lower().startswith("imaps:")
        host, port = host_and_port(request.url, TLS_PORT if secure else PORT)
        raw = await connected(self._policy, host, port, allow_private=request.allow_private_addresses)
        open_sockets = [raw]

        def enter() -> _Client:
            raw.settimeout(request.timeout)
            context = httpx.create_ssl_context()
            connection = context.wrap_socket(raw, server_hostname=host) if secure else raw
            open_sockets.append(connection)
            client = _Client(connection, host, max(_LINE, request.max_bytes + 1))
            if not secure:
                if "STARTTLS" not in client.capabilities:
                    raise Refusal(Reason.NO_TLS, "the server does not know STARTTLS.")
                client.starttls(context)
                open_sockets.append(client.sock)
            _log_in(client, request.credentials or Credentials())
            return client

        try:
            return await in_thread(lambda: open_sockets, enter, _said)
        except BaseException:
            for each in open_sockets:
                each.close()
            raise


def _log_in(client: _Client, known: Credentials) -> None:
    user, password = known.login or "", known.password or ""
    try:
        if "AUTH=PLAIN" in client.capabilities:
            client.authenticate("PLAIN", lambda _: f"\0{user}\0{password}".encode())
        else:
            client.login(_quoted(user), password)
    except imaplib.IMAP4.abort:
        raise
    except (imaplib.IMAP4.error, UnicodeError) as error:
        raise Refusal(Reason.FORBIDDEN, f"the login failed ({error}).") from error


def _open(client: _Client, folder: bytes) -> str:
    """Open a mailbox read-only and say its UIDVALIDITY."""
    name = folder.strip(b"/").decode(errors="replace") or "INBOX"
    answer, said = client.select(_quoted(_utf7(name)), readonly=True)
    if answer != "OK":
        raise Refusal(Reason.NOT_FOUND, f"the server says {_text(said)}.")
    validity = client.response("UIDVALIDITY")[1][0]
    if not isinstance(validity, bytes) or not validity.isdigit():
        raise Refusal(Reason.BAD_ANSWER, "the server names no UIDVALIDITY.")
    return validity.decode()


def _messages(client: _Client, folder: bytes) -> list[bytes]:
    validity = _open(client, folder)
    answer, said = client.uid("SEARCH", "ALL")
    if answer != "OK":
        raise Refusal(Reason.BAD_ANSWER, f"the server says {_text(said)}.")
    numbers = [int(number) for line in said if isinstance(line, bytes) for number in line.split()]
    return [f"{validity}-{number:010d}".encode() for number in sorted(set(numbers))]


def _message(client: _Client, folder: bytes, name: bytes, limit: int) -> bytes:
    validity, _, number = name.decode().partition("-")
    if client.state != "SELECTED" and _open(client, folder) != validity:  # it is a new connection
        raise Refusal(Reason.CHANGING, "the mailbox was made anew.")
    answer, said = client.uid("FETCH", str(int(number)), f"(BODY.PEEK[]<0.{limit + 1}>)")
    body = next((part[1] for part in said if isinstance(part, tuple)), None)
    if answer != "OK" or body is None:
        raise Refusal(Reason.NOT_FOUND, "the message is gone.")
    return bytes(body)


def _quoted(text: str) -> str:
    """A quoted string (RFC 3501, section 4.3); line ends, which would begin another command, are no part of one."""
    if "\r" in text or "\n" in text:
        raise Refusal(Reason.BAD_URL, "a name in it has more than one line.")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _utf7(name: str) -> str:
    """A mailbox's name in modified UTF-7 (RFC 3501, section 5.1.3)."""

    def shift(match: re.Match[str]) -> str:
        encoded = base64.b64encode(match[0].encode("utf-16-be")).decode().rstrip("=")
        return f"&{encoded.replace('/', ',')}-"

    return _UNPRINTABLE.sub(shift, name.replace("&", "&-"))


def _text(said: object) -> str:
    first = said[0] if isinstance(said, list) and said else b""
    return first.decode(errors="replace") if isinstance(first, bytes) else "nothing"


def _said(error: Exception) -> Refusal | None:
    """What the server broke off or said no with, in our own words."""
    match error:
        case imaplib.IMAP4.abort():
            return Refusal(Reason.CONNECTION, f"{error}.")
        case imaplib.IMAP4.error():
            return Refusal(Reason.BAD_ANSWER, f"{error}.")
    return None
