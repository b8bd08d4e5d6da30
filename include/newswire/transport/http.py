"""HTTP and HTTPS (RFC 9110, 9111): conditional, bounded in bytes, time and redirects, retried where a retry helps.

It stands on httpcore rather than on a full client: only there can a connection be pinned to the address that was
checked, and no cookie jar, proxy variable, netrc or request log decides what is sent or shown.
"""

from __future__ import annotations

import asyncio
import base64
import logging
import ssl
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC
from email.utils import parsedate_to_datetime

import httpcore
import httpx
import tenacity

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

USER_AGENT = f"newswire/{__version__} (+rights-aware news syndication)"

_RETRIED = {
    Reason.UNRESOLVED,
    Reason.CONNECTION,
    Reason.BAD_ANSWER,
    Reason.TRUNCATED,
    Reason.RATE_LIMITED,
    Reason.SERVER_ERROR,
}
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

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hop:
    """One address of a redirect chain and the authorization that may be sent there."""

    url: httpx.URL
    authorization: str | None

    @classmethod
    def first(cls, text: str) -> _Hop:
        url = _parsed(text, Reason.BAD_URL)
        if not url.userinfo:
            return cls(url=url, authorization=None)
        pair = base64.b64encode(f"{url.username}:{url.password}".encode()).decode("ascii")
        return cls(url=url.copy_with(userinfo=b""), authorization=f"Basic {pair}")

    def next(self, location: str) -> _Hop:
        """Where a Location field leads; the authorization stays on its own origin, or its upgrade to https."""
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
        return replace(self, url=target, authorization=self.authorization if keeps else None)


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
        retrying = tenacity.AsyncRetrying(
            sleep=self._policy.sleep,
            stop=tenacity.stop_after_attempt(self._policy.attempts),
            wait=self._wait,
            retry=tenacity.retry_if_exception(self._worth_another_try),
            before_sleep=lambda state: _log.info("%s; next try in %.1f s", _told(state, request), state.upcoming_sleep),
            reraise=True,
        )
        try:
            return await retrying(self._attempt, request)
        except Refusal as refusal:
            return refusal.unfetched(request.url)

    def _worth_another_try(self, error: BaseException) -> bool:
        return (
            isinstance(error, Refusal)
            and error.code in _RETRIED
            and (error.wait is None or error.wait <= self._policy.longest_wait)
        )

    def _wait(self, state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, Refusal) and error.wait is not None:
            return error.wait
        return tenacity.wait_random_exponential(multiplier=self._policy.backoff, max=self._policy.longest_wait)(state)

    async def _attempt(self, request: Request) -> Fetched:
        hop = _Hop.first(request.url)
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
            final_url=str(url),
        )

    def _status(self, response: httpcore.Response) -> Refusal:
        if response.status == _NO_CONTENT:
            return Refusal(Reason.EMPTY, "the status is 204.")
        server = Reason.SERVER_ERROR if response.status >= _SERVER_ERRORS else Reason.HTTP_STATUS
        reason = _REASONS.get(response.status, server)
        wait = self._retry_after(response) if reason in _RETRIED else None
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
        "Authorization": hop.authorization,
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


def _told(state: tenacity.RetryCallState, request: Request) -> str:
    error = state.outcome.exception() if state.outcome else None
    return f"{shown(request.url)}: {error}"
