"""Real servers on loopback that the transports' tests fetch from, each in a thread of its own."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import ipaddress
import re
import socket
import socketserver
import ssl
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import asyncssh
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler, TLS_FTPHandler
from pyftpdlib.ioloop import IOLoop
from pyftpdlib.servers import FTPServer

USER, PASSWORD = "us", "s3cret-word"


@dataclass(frozen=True)
class Certificate:
    """A certificate that is its own authority, and its key, as files."""

    public: Path
    private: Path

    @property
    def context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.public, self.private)
        return context


def certificate(folder: Path, *names: str) -> Certificate:
    """A certificate for host names and addresses; trusted by a process with its file as SSL_CERT_FILE."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, names[0])])
    said = [
        x509.IPAddress(ipaddress.ip_address(name)) if name.replace(".", "").isdigit() else x509.DNSName(name)
        for name in names
    ]
    built = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime(2000, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName(said), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    made = Certificate(folder / f"{names[0]}.pem", folder / f"{names[0]}.key")
    made.public.write_bytes(built.public_bytes(serialization.Encoding.PEM))
    made.private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return made


@contextlib.contextmanager
def looping():
    """An event loop in a thread; answers how to run a coroutine on it."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def wind_up():
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    try:
        yield lambda coroutine: asyncio.run_coroutine_threadsafe(coroutine, loop).result(20)
    finally:
        asyncio.run_coroutine_threadsafe(wind_up(), loop).result(20)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


class SftpWire(asyncssh.SSHServer):
    """An SFTP server of a folder: what it was asked stands in ``logins``; ``odd`` names appear in every listing."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.port = 0
        self.logins: list[str] = []
        self.odd: list[bytes] = []
        self.names_alone = False
        self.reads: list[bytes] = []
        self.key = asyncssh.generate_private_key("ssh-ed25519")
        self.client_key = asyncssh.generate_private_key("ssh-ed25519")

    @property
    def fingerprint(self) -> str:
        return self.key.get_fingerprint()

    def url(self, path: str) -> str:
        return f"sftp://127.0.0.1:{self.port}{path}"

    def begin_auth(self, username: str) -> bool:
        self.logins.append(username)
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (USER, PASSWORD)

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return username == USER and key == self.client_key.convert_to_public()


@contextlib.contextmanager
def sftp_serving(root: Path):
    """An SFTP server whose root is a folder."""
    wire = SftpWire(root)

    class Files(asyncssh.SFTPServer):
        def __init__(self, channel):
            super().__init__(channel, chroot=str(root).encode())

        async def scandir(self, path):
            async for name in super().scandir(path):
                if wire.names_alone:
                    name.attrs = asyncssh.SFTPAttrs()
                yield name
            for name in wire.odd:
                yield asyncssh.SFTPName(name, attrs=asyncssh.SFTPAttrs(permissions=0o100644, size=1, mtime=1))

        def open(self, path, pflags, attrs):
            wire.reads.append(path)
            return super().open(path, pflags, attrs)

    async def start():
        return await asyncssh.listen(
            "127.0.0.1", 0, server_host_keys=[wire.key], server_factory=lambda: wire, sftp_factory=Files
        )

    async def stop(server):
        server.close()
        await server.wait_closed()

    with looping() as run:
        server = run(start())
        wire.port = server.get_port()
        yield wire
        run(stop(server))  # on its own loop: a connection that ends there meanwhile would race with it


@dataclass
class FtpWire:
    """A running FTP server."""

    port: int
    scheme: str
    handler: type[FTPHandler]

    def url(self, path: str) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}{path}"


@contextlib.contextmanager
def ftp_serving(root: Path, secured: Certificate | None = None, **handler):
    """An FTP server of a folder, with TLS on both connections where there is a certificate."""
    kind = type("Handler", (TLS_FTPHandler if secured else FTPHandler,), {})
    kind.authorizer = DummyAuthorizer()
    kind.authorizer.add_user(USER, PASSWORD, str(root), perm="elr")
    kind.authorizer.add_anonymous(str(root), perm="elr")
    kind.auth_failed_timeout = 0
    kind.unicode_errors = "surrogateescape"
    if secured:
        kind.certfile, kind.keyfile = str(secured.public), str(secured.private)
        kind.tls_control_required = kind.tls_data_required = True
    for name, value in handler.items():
        setattr(kind, name, value)
    loop = IOLoop()
    server = FTPServer(("127.0.0.1", 0), kind, ioloop=loop)
    stop = threading.Event()

    def serve():
        while not stop.is_set():
            server.serve_forever(timeout=0.01, blocking=False)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield FtpWire(server.socket.getsockname()[1], "ftps" if secured else "ftp", kind)
    finally:
        stop.set()
        thread.join()
        server.close_all()


@dataclass
class Mailbox:
    """One folder of a mail server."""

    validity: int
    messages: dict[int, bytes]


class MailWire:
    """A small IMAP server (RFC 3501): what a reader of a mailbox needs, and what it was told in ``heard``.

    Args:
        secured: Its certificate; None for a server without TLS.
        implicit: Whether TLS starts with the connection, not with STARTTLS.
    """

    def __init__(self, secured: Certificate | None, *, implicit: bool) -> None:
        self.secured, self.implicit = secured, implicit
        self.boxes: dict[str, Mailbox] = {"INBOX": Mailbox(7, {})}
        self.capabilities = "IMAP4rev1"
        self.heard: list[str] = []
        self.ignores_ranges = False
        self.port = 0

    def url(self, path: str = "/INBOX") -> str:
        return f"{'imaps' if self.implicit else 'imap'}://127.0.0.1:{self.port}{path}"

    def talk(self, connection: socket.socket) -> None:
        if self.implicit and self.secured:
            connection = self.secured.context.wrap_socket(connection, server_side=True)
        _MailTalk(self, connection).run()


class _MailTalk:
    """One connection to a mail server."""

    def __init__(self, wire: MailWire, connection: socket.socket) -> None:
        self.wire, self.box = wire, None
        self.adopt(connection)

    def adopt(self, connection: socket.socket) -> None:
        self.connection = connection
        self.lines = connection.makefile("rb")

    def say(self, text: str | bytes) -> None:
        self.connection.sendall((text.encode() if isinstance(text, str) else text) + b"\r\n")

    def run(self) -> None:
        self.say("* OK ready")
        while line := self.lines.readline():
            tag, _, command = line.decode().strip().partition(" ")
            self.wire.heard.append(command)
            verb, _, rest = command.partition(" ")
            if verb == "UID":
                verb, _, rest = rest.partition(" ")
            answer = getattr(self, f"do_{verb.lower()}", lambda _: "BAD unknown")(rest)
            self.say(f"{tag} {answer}")
            if verb == "STARTTLS" and answer.startswith("OK"):
                self.adopt(self.wire.secured.context.wrap_socket(self.connection, server_side=True))

    def do_capability(self, _: str) -> str:
        starttls = " STARTTLS" if self.wire.secured and not self.wire.implicit else ""
        self.say(f"* CAPABILITY {self.wire.capabilities}{starttls}")
        return "OK done"

    def do_starttls(self, _: str) -> str:
        return "OK begin" if self.wire.secured else "BAD no TLS here"

    def do_login(self, rest: str) -> str:
        return "OK in" if rest == f'"{USER}" "{PASSWORD}"' else f"NO wrong: {rest}"

    def do_authenticate(self, _: str) -> str:
        self.say("+ ")
        said = base64.b64decode(self.lines.readline()).decode()
        return "OK in" if said == f"\0{USER}\0{PASSWORD}" else f"NO wrong: {said.split(chr(0))[-1]}"

    def do_examine(self, rest: str) -> str:
        self.box = self.wire.boxes.get(rest.strip('"'))
        if self.box is None:
            return "NO there is no such mailbox"
        self.say(f"* {len(self.box.messages)} EXISTS")
        self.say(f"* OK [UIDVALIDITY {self.box.validity}] valid")
        return "OK [READ-ONLY] open"

    def do_search(self, _: str) -> str:
        self.say("* SEARCH " + " ".join(map(str, self.box.messages)))
        return "OK done"

    def do_fetch(self, rest: str) -> str:
        number, most = re.fullmatch(r"(\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", rest).groups()
        message = self.box.messages.get(int(number))
        if message is not None:
            part = message if self.wire.ignores_ranges else message[: int(most)]
            self.say(f"* 1 FETCH (UID {number} BODY[]<0> {{{len(part)}}}".encode() + b"\r\n" + part + b")")
        return "OK done"

    def do_logout(self, _: str) -> str:
        return "OK bye"


@contextlib.contextmanager
def mail_serving(secured: Certificate | None = None, *, implicit: bool = True):
    """An IMAP server; ``boxes`` holds its mail."""
    wire = MailWire(secured, implicit=implicit)

    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            with contextlib.suppress(OSError, ssl.SSLError):
                wire.talk(self.request)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        wire.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield wire
        finally:
            server.shutdown()
            thread.join()
