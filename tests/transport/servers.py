"""Real servers on loopback that the transports' tests fetch from, each in a thread of its own."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import ssl
import threading
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import asyncssh
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler, TLS_FTPHandler
from pyftpdlib.ioloop import IOLoop
from pyftpdlib.servers import FTPServer
from tests.transport.conftest import NOW

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
        .not_valid_before(NOW - timedelta(days=4000))
        .not_valid_after(NOW + timedelta(days=4000))
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

    with looping() as run:
        server = run(start())
        wire.port = server.get_port()
        yield wire
        server.close()


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
