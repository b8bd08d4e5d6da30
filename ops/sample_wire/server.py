"""The wire over HTTP/1.1: validators, gzip, HEAD, keep-alive, one thread for each connection, loopback only."""

from __future__ import annotations

import gzip
from email.utils import format_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import cast
from urllib.parse import unquote, urlsplit

from sample_wire.editions import Editions
from sample_wire.stories import load_channels
from sample_wire.wire import Document, Validators, Wire

LOOPBACK = "127.0.0.1"
_WORTH_PACKING = 256


class WireServer(ThreadingHTTPServer):
    """A bound server; ``serve_forever`` starts it.

    Args:
        port: Where it listens; 0 takes a free port.
        state: The folder of its state file, made if absent.

    Raises:
        OSError: The port is taken.
    """

    daemon_threads = True

    def __init__(self, *, port: int, state: Path) -> None:
        super().__init__((LOOPBACK, port), _Handler)
        self.wire = Wire(channels=load_channels(), editions=Editions(state / "editions.json"), root=self.root)

    @property
    def root(self) -> str:
        """The address to ask, such as ``http://127.0.0.1:8099``."""
        return f"http://{LOOPBACK}:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "sample-wire"
    sys_version = ""
    timeout = 60

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        validators = Validators(
            if_none_match=self.headers.get("If-None-Match"),
            if_modified_since=self.headers.get("If-Modified-Since"),
        )
        wire = cast("WireServer", self.server).wire
        document = wire.answer(unquote(urlsplit(self.path).path), validators, moves_on=with_body)
        try:
            if not isinstance(document.body, bytes):
                self._stream(document, with_body=with_body)
            elif document.status is HTTPStatus.OK and validators.hold(document):
                self.send_response(HTTPStatus.NOT_MODIFIED)
                self._send_validators(document, packed=self._takes_gzip())
                self.end_headers()
            else:
                self._send(document, document.body, with_body=with_body)
        except ConnectionError:
            self.close_connection = True  # the client has had enough, as the endless feed means it to

    def _send(self, document: Document, body: bytes, *, with_body: bool) -> None:
        packed = self._takes_gzip() and len(body) >= _WORTH_PACKING
        payload = gzip.compress(body, mtime=0) if packed else body
        self.send_response(document.status)
        self.send_header("Content-Type", document.content_type)
        self.send_header("Content-Length", str(len(payload)))
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self._send_validators(document, packed=packed)
        self.end_headers()
        if with_body:
            self.wfile.write(payload)

    def _stream(self, document: Document, *, with_body: bool) -> None:
        self.close_connection = True  # nothing but the connection's end tells where such a body ends
        self.send_response(document.status)
        self.send_header("Content-Type", document.content_type)
        self.send_header("Connection", "close")
        self.end_headers()
        if with_body:
            for chunk in document.body:
                self.wfile.write(cast("bytes", chunk))

    def _send_validators(self, document: Document, *, packed: bool) -> None:
        """The validators; a packed body has other bytes, so that its tag is weak (RFC 9110, 8.8.3)."""
        self.send_header("Vary", "Accept-Encoding")
        if document.modified is None:
            self.send_header("Cache-Control", "no-store")
            return
        self.send_header("Cache-Control", "no-cache")
        self.send_header("ETag", f'W/"{document.tag}"' if packed else f'"{document.tag}"')
        self.send_header("Last-Modified", format_datetime(document.modified, usegmt=True))

    def _takes_gzip(self) -> bool:
        """Whether the client accepts gzip (RFC 9110, 12.5.3)."""
        for given in self.headers.get("Accept-Encoding", "").split(","):
            coding, _, weight = given.strip().partition(";")
            if coding.strip().lower() in {"gzip", "*"}:
                return weight.replace(" ", "").lower() not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
        return False
