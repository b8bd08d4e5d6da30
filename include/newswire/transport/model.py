"""What goes into a transport and what comes out of it, and the closed list of reasons why nothing did."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Protocol, Self

from newswire.errors import NewswireError
from newswire.transport.credentials import Credentials, concealed

_CREDENTIALS = re.compile(r"^(\s*https?:/*|[^/?#]*//)[^/?#]*@", re.IGNORECASE)


class Reason(StrEnum):
    """Why a document was not fetched.

    Attributes:
        sentence: What it means and what to do, for the person who reads it.
        transient: Whether the same call may work later without anybody changing anything.
    """

    sentence: str
    transient: bool

    def __new__(cls, value: str, sentence: str, transient: bool) -> Self:  # noqa: FBT001 - enum members are tuples
        """Make a member from its code, its sentence and whether it is transient."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.sentence = sentence
        member.transient = transient
        return member

    UNKNOWN_SCHEME = (
        "unknown_scheme",
        "No transport is mounted for this scheme; docs/partners.md names those that are.",
        False,
    )
    BAD_URL = "bad_url", "The URL cannot be read; correct it in the partner file.", False
    UNRESOLVED = "unresolved", "The host name has no address now; check its spelling if this lasts.", True
    ADDRESS_REFUSED = (
        "address_refused",
        "The host lies in a private, loopback or otherwise special network; set allow_private_addresses if it should.",
        False,
    )
    CONNECTION = "connection", "The connection could not be made, or broke; the host may be down.", True
    CERTIFICATE = (
        "certificate",
        "The host's TLS certificate is not trusted; the partner has to renew or correct it.",
        False,
    )
    NO_TLS = "no_tls", "The server offers no encryption, and no password is sent without; tell the partner.", False
    HOST_KEY = (
        "host_key",
        "Somebody may pose as the partner: add the key to host_keys only after the partner has confirmed it.",
        False,
    )
    BAD_ANSWER = (
        "bad_answer",
        "The host did not answer as its protocol demands; it may be the wrong port or a faulty server.",
        True,
    )
    TIME_LIMIT = (
        "time_limit",
        "The answer was not complete within the feed's timeout; raise it if the host is slow.",
        True,
    )
    RATE_LIMITED = "rate_limited", "The host asks for fewer requests; pull it less often if this lasts.", True
    SERVER_ERROR = "server_error", "The host reports a failure of its own; tell the partner if this lasts.", True
    FORBIDDEN = "forbidden", "The host refuses us; check the credentials and the contract.", False
    NOT_FOUND = "not_found", "There is nothing at this address; correct the feed's URL.", False
    GONE = "gone", "The document was removed for good; ask the partner for its successor.", False
    HTTP_STATUS = "http_status", "The host answered with a status that brings no document; check the feed's URL.", False
    BAD_REDIRECT = "bad_redirect", "The host redirects without a readable target; tell the partner.", False
    REDIRECT_REFUSED = (
        "redirect_refused",
        "A redirect may not change the scheme, save to https on the same host; write the final URL if it is right.",
        False,
    )
    TOO_MANY_REDIRECTS = "too_many_redirects", "The redirects run in a circle or never end; write the final URL.", False
    BAD_ENCODING = "bad_encoding", "The answer's content encoding cannot be undone; tell the partner.", False
    TRUNCATED = "truncated", "The answer ended before it was complete; nothing of it is used.", True
    TOO_LARGE = "too_large", "Nothing is landed; raise the feed's max_bytes or ask the partner for paging.", False
    EMPTY = "empty", "There is no content; tell the partner if this lasts.", False
    UNREADABLE = "unreadable", "The file or folder cannot be read; check its permissions and the disk.", False
    NOT_A_FILE = "not_a_file", "Only regular files are read; remove the pipe, socket or device.", False
    OUTSIDE_FOLDER = "outside_folder", "A symbolic link leads out of the feed's folder; copy the file into it.", False
    CHANGING = "changing", "The file was written while it was read; it is read again next time.", True
    BAD_NAME = "bad_name", "A name that no file should have is not asked for; tell the partner.", False
    LISTING_TOO_LARGE = (
        "listing_too_large",
        "Name a smaller part in the feed's URL, such as a folder for each day, or ask the partner to tidy up.",
        False,
    )
    TOO_MANY = (
        "too_many",
        "The rest comes with the next pull; raise max_documents or max_total_bytes if this lasts.",
        True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What tells one state of a document from the next (RFC 9110, section 8.8); opaque, kept as received.

    Attributes:
        etag: The entity tag; for a local file its size and modification time.
        last_modified: The Last-Modified field, verbatim.
    """

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One source to fetch.

    Attributes:
        url: The source; its credentials, if any, show in nothing that leaves a transport.
        validators: What is already had, by the document URL that a ``Fetched`` carried.
        max_bytes: The largest document that is taken, in bytes after decoding.
        timeout: Seconds that one try may take from its connection to its last byte, redirects included; of a source
            of many, the listing and each document have as much.
        allow_private_addresses: Whether the host may lie in a network that the internet does not reach.
        credentials: Who we are there, or None.
        auth: How HTTP tells it: ``basic``, ``bearer``, ``header:NAME`` or ``query:NAME``.
        secrets: What marks such as ``${key}`` in the query stand for; put in when an HTTP request is sent.
        host_keys: SHA-256 fingerprints by which an SFTP server is known.
        endpoint: The server of an object store, or None for the provider's own.
        region: The region of an S3 bucket, or None.
        max_documents: The most documents that are taken from a source of many; what is had does not count.
        max_total_bytes: The most bytes that are taken from a source of many.
    """

    url: str = field(repr=False)
    validators: Mapping[str, Validators] = field(default_factory=dict)
    max_bytes: int
    timeout: float
    allow_private_addresses: bool = False
    credentials: Credentials | None = None
    auth: str = "basic"
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    host_keys: frozenset[str] = frozenset()
    endpoint: str | None = None
    region: str | None = None
    max_documents: int = 1000
    max_total_bytes: int = 500_000_000

    def conceal(self, text: str) -> str:
        """A text without the secrets of this request, whoever repeated them."""
        hidden = [*self.secrets.values(), *(self.credentials.secrets if self.credentials else ())]
        return concealed(text, hidden)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """One document, or the news that it has not changed.

    Attributes:
        url: The document's URL without credentials: the key under which its validators are sent next time.
        body: The decoded bytes; None when the document is the one that the validators name.
        validators: What to send next time.
        content_type: The Content-Type field, verbatim; None for a local file.
        final_url: Where the redirects ended, without credentials.
        content_language: The Content-Language field, verbatim (RFC 9110, 8.5); None where there is none.
    """

    url: str
    body: bytes | None = field(repr=False)
    validators: Validators
    content_type: str | None
    final_url: str
    content_language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfetched:
    """A document, or a whole source, that could not be fetched.

    Attributes:
        url: The URL without credentials.
        reason: A code of ``Reason``.
        detail: What happened and what to do, fit for logs and people.
        transient: Whether the same call may work later.
    """

    url: str
    reason: str
    detail: str
    transient: bool


class Refusal(NewswireError):
    """Ends one fetch inside a transport; a transport turns it into an ``Unfetched`` and never lets it out.

    Args:
        code: The reason.
        message: What happened, without the URL.
        wait: Seconds after which the host asks us to come back, where it said so.
    """

    def __init__(self, code: Reason, message: str, wait: float | None = None) -> None:
        super().__init__(message, reason=code, remedy=code.sentence)
        self.code = code
        self.wait = wait

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.code, self.message, self.wait)

    def unfetched(self, url: str) -> Unfetched:
        """This refusal as the result for a URL."""
        detail = f"{shown(url)}: {self}"
        return Unfetched(url=without_credentials(url), reason=self.code, detail=detail, transient=self.code.transient)


async def _resolve(host: str, port: int) -> Sequence[str]:
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How patient and how bold the transports are, and the outside world they see.

    Attributes:
        attempts: Tries for a document, the first included.
        backoff: Upper bound of the first wait between tries, in seconds; it doubles with each try.
        longest_wait: Upper bound of any wait, in seconds. A host that asks for more is left alone until the next run.
        max_redirects: Hops that are followed.
        connect_timeout: Seconds for a connection to one address.
        per_host: Documents fetched from one host at the same time; the others queue, and their time does not run.
        resolve: The addresses of a host and port.
        sleep: Waits for a number of seconds.
        now: The current time, for a Retry-After that is a date.
    """

    attempts: int = 4
    backoff: float = 1.0
    longest_wait: float = 60.0
    max_redirects: int = 5
    connect_timeout: float = 10.0
    per_host: int = 4
    resolve: Callable[[str, int], Awaitable[Sequence[str]]] = _resolve
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    now: Callable[[], datetime] = _now


class Transport(Protocol):
    """One way to fetch: a class built from a ``Policy``, mounted by URL scheme."""

    def __init__(self, policy: Policy) -> None: ...

    def fetch(self, request: Request) -> AsyncIterator[Fetched | Unfetched]:
        """Fetch a source's documents one by one; raises nothing for bad input."""
        ...

    async def aclose(self) -> None:
        """Let go of connections."""
        ...


def without_credentials(url: str) -> str:
    """The URL without user name and password, otherwise untouched."""
    return _CREDENTIALS.sub(r"\1", url)


def shown(url: str) -> str:
    """The URL as it may stand in logs and error texts: no credentials, and no query, since keys travel there."""
    place, query, _ = without_credentials(url).partition("?")
    return f"{place}?…" if query else place
