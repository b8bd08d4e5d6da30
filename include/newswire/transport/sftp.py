"""SFTP over SSH: the server is known by its key, or nothing is said to it.

Nothing of the machine's own takes part: no configuration, known hosts, keys or agent of the user whom it runs as.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

import asyncssh

from newswire.transport.addresses import connected, host_and_port
from newswire.transport.credentials import Credentials
from newswire.transport.listed import ListingTransport
from newswire.transport.listing import Found, Kind
from newswire.transport.model import Reason, Refusal, Request
from newswire.transport.trying import persist

PORT = 22

_KINDS = {asyncssh.FILEXFER_TYPE_REGULAR: Kind.FILE, asyncssh.FILEXFER_TYPE_DIRECTORY: Kind.FOLDER}


class SftpTransport(ListingTransport):
    """Fetches the files of an ``sftp`` URL, as ``listing`` describes.

    The host's key must be among the request's ``host_keys``. Links are not followed. We log in with the credentials'
    private key where they have one, else with the password.
    """

    @asynccontextmanager
    async def opened(self, request: Request) -> AsyncIterator[_Remote]:
        """The server, once it has shown the right key and let us in."""
        connection = await persist(self._policy, request, self._connect)
        try:
            async with connection.start_sftp_client() as client:
                yield _Remote(client)
        except (OSError, asyncssh.Error) as error:
            raise _said(error) from error
        finally:
            connection.abort()

    async def _connect(self, request: Request) -> asyncssh.SSHClientConnection:
        host, port = host_and_port(request.url, PORT)
        known = request.credentials or Credentials()
        keys = _keys(known)
        judge = _Judge(request.host_keys)
        sock = await connected(self._policy, host, port, allow_private=request.allow_private_addresses)
        try:
            async with asyncio.timeout(request.timeout):
                return await asyncssh.connect(
                    host,
                    port,
                    sock=sock,
                    config=None,
                    client_factory=lambda: judge,
                    known_hosts=([], [], []),  # none: the judge is asked about every key
                    x509_trusted_certs=None,
                    username=known.login or "",
                    password=None if keys else known.password,
                    client_keys=keys or None,
                    agent_path=None,
                    gss_host=None,
                )
        except TimeoutError as error:
            msg = f"no login within {request.timeout:g} s."
            raise Refusal(Reason.TIME_LIMIT, msg) from error
        except asyncssh.HostKeyNotVerifiable as error:
            shown = judge.shown or "of a kind that is not known"
            raise Refusal(Reason.HOST_KEY, f"the server's key is {shown}, which is not among host_keys.") from error
        except (OSError, asyncssh.Error) as error:
            raise _said(error) from error
        finally:
            if sock.fileno() != -1 and not judge.connected:
                sock.close()


class _Judge(asyncssh.SSHClient):
    """Says whether a server is the one that it should be."""

    def __init__(self, fingerprints: frozenset[str]) -> None:
        self._fingerprints = fingerprints
        self.shown: str | None = None
        self.connected = False

    def connection_made(self, conn: asyncssh.SSHClientConnection) -> None:
        del conn
        self.connected = True

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
        del host, addr, port
        self.shown = f"{key.get_fingerprint()} ({key.get_algorithm()})"
        return key.get_fingerprint() in self._fingerprints


class _Remote:
    """A server's files as a ``listing.Remote``."""

    def __init__(self, client: asyncssh.SFTPClient) -> None:
        self._client = client

    async def entries(self, folder: bytes) -> AsyncIterator[Found]:
        try:
            async for entry in self._client.scandir(folder):
                name, attributes = cast("bytes", entry.filename), entry.attrs
                if (
                    attributes.type == asyncssh.FILEXFER_TYPE_UNKNOWN and b"/" not in name
                ):  # some servers list names alone
                    attributes = await self._client.lstat(folder.rstrip(b"/") + b"/" + name)
                yield _found(name, attributes)
        except (OSError, asyncssh.Error) as error:
            raise _said(error) from error

    async def look(self, path: bytes) -> Found:
        try:
            return _found(path.rpartition(b"/")[2], await self._client.lstat(path))
        except (OSError, asyncssh.Error) as error:
            raise _said(error) from error

    async def read(self, path: bytes, limit: int) -> bytes:
        try:
            async with self._client.open(path, "rb") as file:
                return cast("bytes", await file.read(limit + 1))
        except (OSError, asyncssh.Error) as error:
            raise _said(error) from error


def _found(name: bytes, attributes: asyncssh.SFTPAttrs) -> Found:
    time = attributes.mtime
    state = None if time is None else f"{time}.{attributes.mtime_ns or 0}"
    return Found(name=name, kind=_KINDS.get(attributes.type, Kind.OTHER), size=attributes.size, state=state)


def _keys(known: Credentials) -> list[asyncssh.SSHKey]:
    text = known.extra.get("private_key")
    if not text:
        return []
    try:
        passphrase = known.extra.get("private_key_passphrase") or known.password
        return [asyncssh.import_private_key(text, passphrase)]
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError) as error:
        msg = f"the connection's private_key cannot be read ({error})."
        raise Refusal(Reason.FORBIDDEN, msg) from None


def _said(error: OSError | asyncssh.Error) -> Refusal:
    text = getattr(error, "reason", "") or str(error) or type(error).__name__
    match error:
        case asyncssh.SFTPNoSuchFile() | asyncssh.SFTPNoSuchPath() | asyncssh.SFTPNotADirectory():
            return Refusal(Reason.NOT_FOUND, f"the server says {text}.")
        case asyncssh.SFTPError():
            return Refusal(Reason.UNREADABLE, f"the server says {text}.")
        case asyncssh.PermissionDenied():
            return Refusal(Reason.FORBIDDEN, f"{text}.")
        case asyncssh.ProtocolError() | asyncssh.KeyExchangeFailed() | asyncssh.ProtocolNotSupported():
            return Refusal(Reason.BAD_ANSWER, f"{text}.")
        case _:
            return Refusal(Reason.CONNECTION, f"{type(error).__name__} ({text}).")
