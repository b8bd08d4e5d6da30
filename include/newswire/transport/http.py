"""HTTP and HTTPS (RFC 9110, 9111): conditional, bounded in bytes, time and redirects, retried where a retry helps.

It stands on httpcore rather than on a full client: only there can a connection be pinned to the address that was
checked, and no cookie jar, proxy variable, netrc or request log decides what is sent or shown.
"""

from __future__ import annotations

import asyncio
import base64
import re
import ssl
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC
from email.utils import parsedate_to_datetime

import httpcore
import httpx

from newswire import __version__
from newswire.transport.addresses import CheckedBackend
from newswire.transport.decoding import ACCEPTED, Decoder
from newswire.transport.model import (
    Fetched,
    Policy,
    Reason,
    Refusal,
    Request,
    Unfetched,
    Validators,
    shown,
    without_credentials,
)
from newswire.transport.trying import RETRIED, persist

USER_AGENT = f"newswire/{__version__} (+rights-aware news syndication)"

_REDIRECTS = {301, 302, 303, 307, 308}
_REASONS = {
    401: Reason.FORBIDDEN,
    403: Reason.FORBIDDEN,
    404: Reason.NOT_FOUND,
    410: Reason.GONE,
    429: Reason.RATE_LIMITED,
}
_NO_CONTENT, _PARTIAL, _NOT_MODIFIED, _SERVER_ERRORS = 204, 206, 304, 500
_SUCCESSES = range(200, 300)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_PORTS = range(1, 65536)
_TOKEN = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?")
"""What a header field's value may be (RFC 9110, section 5.5)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hop:
    """One address of a redirect chain and the header fields with credentials that may be sent there."""

    url: httpx.URL = field(repr=False)
    credentials: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @classmethod
    def first(cls, request: Request) -> _Hop:
        """The request's own address, its secrets put in."""
        text, credentials = request.url, _credentials(request)
        for mark, secret in request.secrets.items():
            text = text.replace(mark, secret)
        url = _parsed(text, Reason.BAD_URL)
        if url.userinfo:
            credentials = (_basic(url.username, url.password),)
        return cls(url=url.copy_with(userinfo=b""), credentials=credentials)

    def next(self, location: str) -> _Hop:
        """Where a Location field leads; the credentials stay on their own origin, or its upgrade to https."""
        try:
            joined = str(self.url.join(location))
        except httpx.InvalidURL:
            joined = ""
        target = _parsed(joined, Reason.BAD_REDIRECT).copy_with(userinfo=b"", fragment=None)
        same_host = target.host == self.url.host
        upgrade = same_host and (self.url.scheme, target.scheme) == ("http", "https")
        if target.scheme != self.url.scheme and not upgrade:
            msg = f"it redirects to {shown(str(target))}."
            raise Refusal(Reason.REDIRECT_REFUSED, msg)
        same_origin = same_host and _port(target) == _port(self.url)
        default_upgrade = upgrade and (_port(self.url), _port(target)) == (80, 443)
        keeps = (target.scheme == self.url.scheme and same_origin) or default_upgrade
        return replace(self, url=target, credentials=self.credentials if keeps else ())


def _credentials(request: Request) -> tuple[tuple[str, str], ...]:
    """The header fields that say who we are; a key for the query is among the request's secrets already."""
    known, kind, _, name = (request.credentials, *request.auth.partition(":"))
    if known is None or kind == "query":
        return ()
    if kind == "basic":
        return (_basic(known.login or "", known.password or ""),)
    token = known.token or ""
    if not _TOKEN.fullmatch(token):
        raise Refusal(Reason.FORBIDDEN, "the connection's token is empty, or has letters that no header can carry.")
    return (("Authorization", f"Bearer {token}") if kind == "bearer" else (name, token),)


def _basic(user: str, password: str) -> tuple[str, str]:
    return "Authorization", f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode('ascii')}"


def _parsed(text: str, reason: Reason) -> httpx.URL:
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        url = httpx.URL()  # the parser's own message may repeat a password
    if url.scheme and url.scheme not in _DEFAULT_PORTS and reason is Reason.BAD_REDIRECT:
        msg = f"it redirects to a {url.scheme} URL."
        raise Refusal(Reason.REDIRECT_REFUSED, msg)
    escaped = "%" in url.host and ":" not in url.host  # what may not stand in a name; in IPv6 it is a zone
    if not url.host or escaped or _port(url) not in _PORTS:
        raise Refusal(reason, "it names no host and port that exist.")
    return url


def _port(url: httpx.URL) -> int | None:
    return _DEFAULT_PORTS.get(url.scheme) if url.port is None else url.port


class HttpTransport:
    """Fetches the one document of an http or https URL.

    Connections are kept and shared between requests, apart for those that may and may not reach private addresses. A
    redirect may go to another host, and from http to https on the same host; to no other scheme. Every hop's address
    is checked. Tries are repeated after a failed connection, a broken body, 429 and 5xx; Retry-After is honoured.

    Args:
        policy: Patience, and the outside world.
    """

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        context = httpx.create_ssl_context()
        self._pools = {
            allowed: httpcore.AsyncConnectionPool(
                ssl_context=context,
                max_connections=None,
                keepalive_expiry=5.0,
                network_backend=CheckedBackend(policy, allow_private=allowed),
            )
            for allowed in (False, True)
        }
        self._gates: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(policy.per_host))

    async def fetch(self, request: Request) -> AsyncIterator[Fetched | Unfetched]:
        """Yield exactly one result."""
        yield await self._fetch(request)

    async def aclose(self) -> None:
        """Close the kept connections."""
        for pool in self._pools.values():
            await pool.aclose()

    async def _fetch(self, request: Request) -> Fetched | Unfetched:
        try:
            return await persist(self._policy, request, self._attempt)
        except Refusal as refusal:
            return refusal.unfetched(request.url)

    async def _attempt(self, request: Request) -> Fetched:
        hop = _Hop.first(request)
        async with self._gates[hop.url.host]:
            try:
                async with asyncio.timeout(request.timeout):
                    return await self._follow(request, hop)
            except TimeoutError as error:
                msg = f"no complete answer within {request.timeout:g} s."
                raise Refusal(Reason.TIME_LIMIT, msg) from error
            except (httpcore.NetworkError, httpcore.TimeoutException) as error:
                untrusted = any(isinstance(cause, ssl.SSLCertVerificationError) for cause in error.args)
                msg = f"{type(error).__name__} ({error or 'no reason given'})."
                raise Refusal(Reason.CERTIFICATE if untrusted else Reason.CONNECTION, msg) from error
            except httpcore.ProtocolError as error:
                raise Refusal(Reason.BAD_ANSWER, f"{error}.") from error

    async def _follow(self, request: Request, hop: _Hop) -> Fetched:
        conditions = request.validators.get(without_credentials(request.url), Validators())
        for _ in range(self._policy.max_redirects + 1):
            async with self._pools[request.allow_private_addresses].stream(
                "GET",
                httpcore.URL(
                    scheme=hop.url.raw_scheme, host=hop.url.raw_host, port=hop.url.port, target=hop.url.raw_path
                ),
                headers=_request_headers(hop, conditions),
                extensions={"timeout": {"connect": self._policy.connect_timeout}},
            ) as response:
                if response.status not in _REDIRECTS:
                    return await self._answer(request, hop.url, response, conditions)
                location = _header(response, "Location")
            hop = hop.next(location or "")
        msg = f"still redirected after {self._policy.max_redirects} hops, at last to {shown(str(hop.url))}."
        raise Refusal(Reason.TOO_MANY_REDIRECTS, msg)

    async def _answer(
        self, request: Request, url: httpx.URL, response: httpcore.Response, conditions: Validators
    ) -> Fetched:
        validators = Validators(etag=_header(response, "ETag"), last_modified=_header(response, "Last-Modified"))
        body: bytes | None
        if response.status == _NOT_MODIFIED and conditions != Validators():
            body = None
            validators = Validators(
                etag=validators.etag or conditions.etag,
                last_modified=validators.last_modified or conditions.last_modified,
            )
        elif response.status in _SUCCESSES and response.status not in {_NO_CONTENT, _PARTIAL}:
            body = await _read(response, request.max_bytes)
        else:
            raise self._status(response)
        if body == b"":
            raise Refusal(Reason.EMPTY, "the body has no bytes.")
        return Fetched(
            url=without_credentials(request.url),
            body=body,
            validators=validators,
            content_type=_header(response, "Content-Type"),
            final_url=request.conceal(str(url)),
            content_language=_header(response, "Content-Language"),
        )

    def _status(self, response: httpcore.Response) -> Refusal:
        if response.status == _NO_CONTENT:
            return Refusal(Reason.EMPTY, "the status is 204.")
        server = Reason.SERVER_ERROR if response.status >= _SERVER_ERRORS else Reason.HTTP_STATUS
        reason = _REASONS.get(response.status, server)
        wait = self._retry_after(response) if reason in RETRIED else None
        asked = "" if wait is None else f", Retry-After asks for {wait:.0f} s"
        return Refusal(reason, f"the status is {response.status}{asked}.", wait=wait)

    def _retry_after(self, response: httpcore.Response) -> float | None:
        """Seconds until the host wants to hear from us again (RFC 9110, section 10.2.3); None if it does not say."""
        value = (_header(response, "Retry-After") or "").strip()
        if value.isascii() and value.isdigit():
            return float(value)
        try:
            until = parsedate_to_datetime(value)
        except ValueError:
            return None
        until = until if until.tzinfo else until.replace(tzinfo=UTC)
        return max(0.0, (until - self._policy.now()).total_seconds())


def _request_headers(hop: _Hop, conditions: Validators) -> list[tuple[bytes, bytes]]:
    headers = {
        "Host": hop.url.netloc.decode("ascii"),
        "User-Agent": USER_AGENT,
        "Accept": "*/*",
        "Accept-Encoding": ACCEPTED,
        "If-None-Match": conditions.etag,
        "If-Modified-Since": conditions.last_modified,
        **dict(hop.credentials),
    }
    return [(name.encode("ascii"), value.encode("latin-1")) for name, value in headers.items() if value]


def _header(response: httpcore.Response, name: str) -> str | None:
    """A field's first value, verbatim; Latin-1, as it came, so that it goes back the same."""
    wanted = name.lower().encode()
    return next((value.decode("latin-1") for key, value in response.headers if key.lower() == wanted), None)


async def _read(response: httpcore.Response, limit: int) -> bytes:
    length = _header(response, "Content-Length") or ""
    if length.isdigit() and int(length) > limit:
        msg = f"Content-Length is {int(length):,}, the limit is {limit:,} bytes."
        raise Refusal(Reason.TOO_LARGE, msg)
    decoder = Decoder(_header(response, "Content-Encoding") or "", limit)
    try:
        async for chunk in response.aiter_stream():
            decoder.feed(chunk)
    except httpcore.RemoteProtocolError as error:
        raise Refusal(Reason.TRUNCATED, f"{error}.") from error
    return decoder.finish()
