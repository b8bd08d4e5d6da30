"""Undo a content encoding while it streams in, within a limit that counts decoded bytes (RFC 9110, section 8.4)."""

from __future__ import annotations

import zlib

from newswire.transport.model import Reason, Refusal

ACCEPTED = "gzip, deflate"
_GZIP, _ZLIB, _RAW = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS
_GZIP_MAGIC = b"\x1f\x8b"
_MAGIC_BYTES = 2
_DEFLATE_METHOD, _ZLIB_CHECK = 8, 31


class Decoder:
    """Collects one body.

    No more than ``limit`` decoded bytes are ever held, whatever the encoding would expand to.

    Args:
        encoding: The Content-Encoding field, or an empty string.
        limit: The largest decoded body, in bytes.

    Raises:
        Refusal: The encoding is not one that was asked for (``bad_encoding``).
    """

    def __init__(self, encoding: str, limit: int) -> None:
        self._encoding = encoding.strip().lower().removeprefix("x-") or "identity"
        if self._encoding not in {"identity", "gzip", "deflate"}:
            msg = f"the content encoding is {encoding!r}, and {ACCEPTED} were asked for."
            raise Refusal(Reason.BAD_ENCODING, msg)
        self._limit = limit
        self._received = 0
        self._body = bytearray()
        self._inflater: zlib._Decompress | None = None
        self._pending = b""
        self._complete = False

    def feed(self, data: bytes) -> None:
        """Take the next bytes as they came.

        Raises:
            Refusal: ``too_large`` or ``bad_encoding``.
        """
        self._received += len(data)
        if self._received > self._limit:
            self._too_large("received")
        if self._encoding == "identity":
            self._body += data
            return
        try:
            self._inflate(self._pending + data)
        except zlib.error as error:
            msg = f"the body is not {self._encoding}, as its header says ({error})."
            raise Refusal(Reason.BAD_ENCODING, msg) from error

    def finish(self) -> bytes:
        """The whole decoded body.

        Raises:
            Refusal: ``truncated``, when an encoded body stops before its own end.
        """
        if self._encoding != "identity" and self._received and not self._complete:
            msg = f"the {self._encoding} body stops after {self._received} bytes, before its own end."
            raise Refusal(Reason.TRUNCATED, msg)
        return bytes(self._body)

    def _inflate(self, data: bytes) -> None:
        while data:
            if self._inflater is None:
                if len(data) < _MAGIC_BYTES:
                    break
                if self._complete and not (self._encoding == "gzip" and data.startswith(_GZIP_MAGIC)):
                    data = b""  # padding after the end, as gzip itself tolerates it
                    break
                self._inflater = zlib.decompressobj(self._window(data))
                self._complete = False
            self._body += self._inflater.decompress(data, self._limit + 1 - len(self._body))
            if len(self._body) > self._limit:
                self._too_large(f"after decoding {self._encoding}")
            if not self._inflater.eof:
                return self._keep(self._inflater.unconsumed_tail)
            data, self._inflater, self._complete = self._inflater.unused_data, None, True
        return self._keep(data)

    def _keep(self, rest: bytes) -> None:
        self._pending = rest

    def _window(self, start: bytes) -> int:
        """Deflate comes with a zlib header, as the standard says, or raw, as some servers send it."""
        if self._encoding == "gzip":
            return _GZIP
        has_header = start[0] & 0x0F == _DEFLATE_METHOD and int.from_bytes(start[:2]) % _ZLIB_CHECK == 0
        return _ZLIB if has_header else _RAW

    def _too_large(self, where: str) -> None:
        msg = f"the body is larger than the limit of {self._limit:,} bytes ({where})."
        raise Refusal(Reason.TOO_LARGE, msg)
