"""Who we are at a partner's server: never in a partner file, a log, an error or a receipt.

A feed names a connection; a ``Lookup`` that the caller passes in finds what it stands for. In Airflow that is a
Connection, for the CLI an environment variable that is written like one.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from newswire.errors import ConfigError
from newswire.urls import OBJECTS, scheme_of

PREFIXES = ("NEWSWIRE_CONN_", "AIRFLOW_CONN_")
PUBLIC_EXTRAS = frozenset({"endpoint_url", "region_name", "host", "login"})

_HIDDEN = "***"
_SHORTEST = 4
"""A shorter secret would blot out ordinary words, and hides nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What a connection knows.

    Attributes:
        login: The user; of S3 the access key's id, of Azure the account.
        password: The password; of S3 the secret key, of Azure the account's key.
        host: The host that this is meant for; None for whichever the feed names.
        extra: What else there is: ``token``; ``private_key`` and ``private_key_passphrase`` (OpenSSH or PEM text);
            ``endpoint_url``, ``region_name`` and ``aws_session_token``; ``sas_token``; ``keyfile_dict`` (a Google
            service account's JSON).
    """

    login: str | None = None
    password: str | None = field(default=None, repr=False)
    host: str | None = None
    extra: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def token(self) -> str | None:
        """What stands for user and password in one: the token, else the password."""
        return self.extra.get("token") or self.password

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every text that may show nowhere."""
        return (self.password or "", *(text for name, text in self.extra.items() if name not in PUBLIC_EXTRAS))

    def serve(self, url: str) -> bool:
        """Whether they are meant for a URL's host; a bucket is none."""
        if not self.host or scheme_of(url) in OBJECTS:
            return True
        own = urlsplit(self.host if "//" in self.host else f"//{self.host}")
        return own.hostname == urlsplit(url).hostname


class Lookup(Protocol):
    """Finds the credentials of a connection."""

    def __call__(self, connection: str) -> Credentials:
        """What the connection stands for.

        Raises:
            ConfigError: There is no such connection, or it cannot be read.
        """
        ...


def concealed(text: str, secrets: Iterable[str]) -> str:
    """A text in which the secrets, as they are or percent-encoded, are blotted out."""
    for secret in sorted({s for s in secrets if len(s) >= _SHORTEST}, key=len, reverse=True):
        for form in (secret, quote(secret, safe="")):
            text = text.replace(form, _HIDDEN)
    return text


def from_environment(connection: str) -> Credentials:
    """Credentials from ``NEWSWIRE_CONN_<ID>`` or ``AIRFLOW_CONN_<ID>``: a URI, or JSON as Airflow writes it.

    Raises:
        ConfigError: Neither is set, or the value cannot be read.
    """
    name = re.sub(r"[^A-Z0-9]", "_", connection.upper())
    found = next((prefix + name for prefix in PREFIXES if os.environ.get(prefix + name)), None)
    if found is None:
        msg = f"The connection {connection!r} is not known: {PREFIXES[0]}{name} is not set."
        raise ConfigError(msg, reason="connection_missing", remedy="Set it to a URI such as sftp://user:password@host.")
    value = os.environ[found]
    try:
        return _of_json(value) if value.lstrip().startswith("{") else _of_uri(value)
    except ValueError:
        msg = f"{found} is neither a URI nor a connection in JSON."  # the value itself stays out of the text
        raise ConfigError(
            msg, reason="connection_unreadable", remedy="Write a URI such as sftp://user:password@host."
        ) from None


def _of_uri(value: str) -> Credentials:
    parts = urlsplit(value)
    if not parts.scheme:
        raise ValueError
    extra = dict(parse_qsl(parts.query))
    if "__extra__" in extra:  # how Airflow writes nested extras
        extra = _texts(json.loads(extra["__extra__"]))
    return Credentials(
        login=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        host=unquote(parts.hostname) if parts.hostname else None,
        extra=extra,
    )


def _of_json(value: str) -> Credentials:
    said = json.loads(value)
    extra = said.get("extra") or {}
    return Credentials(
        login=said.get("login") or None,
        password=said.get("password") or None,
        host=said.get("host") or None,
        extra=_texts(json.loads(extra) if isinstance(extra, str) else extra),
    )


def _texts(extra: object) -> dict[str, str]:
    if not isinstance(extra, dict):
        raise ValueError  # noqa: TRY004 - the caller tells both the same way
    return {str(name): said if isinstance(said, str) else json.dumps(said) for name, said in extra.items()}
