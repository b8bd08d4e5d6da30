"""The feeds of a partner file: where each is, how it is reached, and how much of it may be taken.

Every key is checked against the feed's scheme, so that a key that would have no effect is an error. No secret may stand
in the file: a feed names a connection, and the installation knows its user and password.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import re
from string import Template
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from newswire.codes import Language
from newswire.errors import ConfigError
from newswire.urls import FIELD, MAIL, OBJECTS, REMOTE, SCHEMES, WEB, Address, scheme_of

NEED_CONNECTION = MAIL | {"sftp", "az", "azure"}
ONLY_FOR = {
    "connection": REMOTE,
    "auth": WEB,
    "paging": WEB,
    "host_keys": frozenset({"sftp"}),
    "endpoint": OBJECTS,
    "region": frozenset({"s3"}),
}
PREV_ARCHIVE = "prev-archive"

_USERINFO = re.compile(r"\s*(?:https?:/*|[^/?#]*//)[^/?#]*@", re.IGNORECASE)
_SECRET_PARAMETER = re.compile(
    r"[?&](?:api[_-]?key|(?:access|auth)[_-]?token|token|password|passwd|secret)=(?!\$\{)[^&#]", re.IGNORECASE
)
_OF_AN_INTERVAL = re.compile(r"(?<!\$)\{(?:date|start|end)[:}]")
_KNOWN_FIELD = re.compile(r"(?:date|start|end)(?::(?:%[YymdHMSjGV]|[^%{}])+)?|page")
_HIDDEN_VARIABLE = re.compile(r"NEWSWIRE_(?:CONN_.*|DATABASE_URL)")
_FINGERPRINT_BYTES = 32


def fingerprint(key: str) -> str:
    """The SHA-256 fingerprint, as ``ssh-keygen -l`` prints it, of a fingerprint or a public key.

    Raises:
        ValueError: It is neither.
    """
    kind, _, rest = key.strip().partition(" ")
    try:
        if kind.startswith("SHA256:") and not rest:
            text = kind.removeprefix("SHA256:").rstrip("=")
            if len(base64.b64decode(text + "=", validate=True)) == _FINGERPRINT_BYTES:
                return f"SHA256:{text}"
        elif rest:
            blob = base64.b64decode(rest.split()[0], validate=True)
            if blob[4:].startswith(kind.encode()):  # the key's own copy of its type, after four bytes of length
                return f"SHA256:{base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip('=')}"
    except binascii.Error:
        pass
    msg = f"{key!r} is no host key; write SHA256:… as ssh-keygen -lf prints it, or a key such as ssh-ed25519 AAAA…"
    raise ValueError(msg)


def _wrong(text: str) -> PydanticCustomError:
    """An error that does not repeat what was written, which may be a password."""
    return PydanticCustomError("told", "{text}", {"text": text})


def _url(value: str) -> str:
    if _USERINFO.match(value):
        text = (
            "a URL names no user and no password; store them in a connection, write its id under connection, "
            "and leave out all before the @"
        )
        raise _wrong(text)
    if _SECRET_PARAMETER.search(value):
        text = (
            "a key does not stand in the file; store it in a connection and write auth: query:NAME, or write "
            "${name} and set NEWSWIRE_NAME"
        )
        raise _wrong(text)
    scheme = scheme_of(value)
    if scheme not in SCHEMES and not value.startswith("$"):
        msg = f"there is no transport for {scheme}; write one of {', '.join(sorted(SCHEMES - {''}))}, or a folder"
        raise ValueError(msg)
    for named in FIELD.findall(value):
        if not _KNOWN_FIELD.fullmatch(named):
            msg = (
                f"{{{named}}} is not known; write {{date}}, {{date:%Y/%m/%d}}, {{start}}, {{end}} or {{page}}, "
                "and %7B for a brace"
            )
            raise ValueError(msg)
    return value


def _archive(value: str) -> str:
    if value == PREV_ARCHIVE:
        return value
    if not _OF_AN_INTERVAL.search(_url(value)):
        msg = "an archive is asked for an interval; write {start} and {end}, or {date}, into it, or prev-archive"
        raise ValueError(msg)
    return value


def _written(pattern: re.Pattern[str], text: str) -> AfterValidator:
    """A check of the way in which something is written, whose error does not repeat it."""

    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            raise _wrong(text)
        return value

    return AfterValidator(check)


def _host_key(value: str) -> str:
    fingerprint(value)
    return value


_CONNECTION = _written(
    re.compile(r"[A-Za-z][A-Za-z0-9_.-]*"),
    "write the id of a connection, such as agency_sftp; what it stands for is no part of the file",
)
_AUTH = _written(
    re.compile(r"basic|bearer|header:[A-Za-z0-9!#$%&'*+.^_`|~-]+|query:[A-Za-z0-9_.~-]+"),
    "write basic, bearer, header:NAME such as header:X-Api-Key, or query:NAME; the key is no part of it",
)
_ENDPOINT = _written(
    re.compile(r"https?://[^/?#@\s]+(?:/[^?#\s]*)?"),
    "write a URL such as https://s3.agency.example, without user and password",
)


def _schemes(url: str | None, archive: str | None) -> set[str]:
    """The schemes of a feed; none where a variable, or a URL that is wrong, hides one."""
    written = [text for text in (url, archive) if text not in {None, PREV_ARCHIVE}]
    if url is None or any(str(text).startswith("$") for text in written):
        return set()
    return {scheme_of(str(text)) or "a folder" for text in written}


class Feed(BaseModel):
    """One source of a partner.

    Attributes:
        url: Where it is. ``${name}`` is taken from the environment variable ``NEWSWIRE_NAME`` when it is pulled,
            ``{date}`` and ``{page}`` are filled in for every day and page.
        connection: The id of the connection that knows user and password.
        auth: How a web server gets them: ``basic``, ``bearer``, ``header:NAME`` or ``query:NAME``.
        host_keys: The keys or fingerprints by which an SFTP server is known; any other is refused.
        endpoint: The server of an object store that is not the provider's own.
        region: The region of an S3 bucket.
        language: What the partner declares the feed's language to be: a prior, never an answer.
        format: Overrides sniffing.
        follow: ``article_page`` also lands the pages that the entries link to.
        paging: ``links`` follows a feed's links to its next pages (RFC 5005, section 3; JSON Feed ``next_url``).
        archive: What backfills may pull: a URL template with ``{start}``, ``{end}`` and ``{date}``, or ``prev-archive``
            for the feed's own archive documents (RFC 5005, section 4).
        identity: Which fields name an item, in order of trust; ``file`` is the name of the file that it came in.
        max_bytes: The largest document that is landed.
        max_pages: Pages that one pull reads at most.
        max_documents: New documents that one pull takes at most from a folder, bucket or mailbox.
        max_total_bytes: The most that one pull lands of the feed, article pages apart.
        timeout: Seconds that one document, or one listing, may take in all.
        allow_private_addresses: Whether the host may resolve to a private or loopback address.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: Annotated[str, Field(min_length=1), AfterValidator(_url)]
    archive: Annotated[str, AfterValidator(_archive)] | None = None
    connection: Annotated[str, _CONNECTION] | None = None
    auth: Annotated[str, _AUTH] = "basic"
    host_keys: tuple[Annotated[str, AfterValidator(_host_key)], ...] = ()
    endpoint: Annotated[str, _ENDPOINT] | None = None
    region: str | None = Field(default=None, pattern=r"^[a-z0-9-]+$")
    language: Language | None = None
    format: str | None = None
    follow: Literal["article_page"] | None = None
    paging: Literal["links"] | None = None
    identity: tuple[Literal["guid", "link", "file", "content"], ...] = ("guid", "link", "content")
    max_bytes: int = Field(default=20_000_000, gt=0)
    max_pages: int = Field(default=20, gt=0)
    max_documents: int = Field(default=1000, gt=0)
    max_total_bytes: int = Field(default=500_000_000, gt=0)
    timeout: float = Field(default=30.0, gt=0)
    allow_private_addresses: bool = False

    @field_validator(*ONLY_FOR)
    @classmethod
    def _fits_the_scheme(cls, value: object, info: ValidationInfo) -> object:
        schemes, allowed = _schemes(info.data.get("url"), info.data.get("archive")), ONLY_FOR[str(info.field_name)]
        if value and schemes and not schemes & allowed:
            msg = f"it has no effect on {' or '.join(sorted(schemes))}, only on {', '.join(sorted(allowed))}; remove it"
            raise ValueError(msg)
        return value

    @model_validator(mode="after")
    def _is_complete(self) -> Feed:
        schemes = _schemes(self.url, self.archive)
        if self.connection is None and (needing := schemes & NEED_CONNECTION):
            text = f"{min(needing)} needs a user; store it in a connection and write its id under connection"
        elif "sftp" in schemes and not self.host_keys:
            text = (
                "sftp needs host_keys, or any server could pose as the partner's; ask the partner for its fingerprint "
                "and compare it with ssh-keyscan HOST | ssh-keygen -lf -"
            )
        elif self.paging and "{page}" in self.url:
            text = "pages are numbered by {page} or linked by paging: links; write one of the two"
        elif self.archive == PREV_ARCHIVE and schemes and not schemes & WEB:
            text = "archive: prev-archive follows the links of a feed on the web; write a URL template"
        else:
            return self
        raise _wrong(text)

    def resolve(self, template: str | None = None) -> Address:
        """The feed's address (or another template's) with ``${name}`` filled in from the environment.

        What fills a query may be a key: it stays marked in the URL and is told apart.

        Raises:
            ConfigError: A variable is not set.
        """
        text = template if template is not None else self.url
        variables = {
            name.removeprefix("NEWSWIRE_").lower(): value
            for name, value in os.environ.items()
            if name.startswith("NEWSWIRE_") and not _HIDDEN_VARIABLE.fullmatch(name)
        }
        place, mark, query = text.partition("?")
        try:
            filled = Template(place).substitute(variables)
            marked = Template(query).substitute({name: f"${{{name}}}" for name in variables})
        except KeyError as error:
            name = str(error.args[0])
            msg = f"feed URL {text!r} needs {name!r}, and the environment variable NEWSWIRE_{name.upper()} is not set."
            raise ConfigError(msg, reason="variable_unset", remedy="Set it, or write the URL out.") from None
        except ValueError as error:
            msg = f"feed URL {text!r} is not a template: {error}."
            raise ConfigError(
                msg, reason="bad_url", remedy="Write ${name} for a variable and $$ for a dollar."
            ) from None
        secrets = {f"${{{name}}}": value for name, value in variables.items() if f"${{{name}}}" in marked}
        return Address(url=filled + mark + marked, secrets=secrets)
