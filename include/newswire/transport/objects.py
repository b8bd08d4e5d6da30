"""Object stores through fsspec: S3 and what speaks like it, Google Cloud Storage, Azure Blob Storage.

``obstore`` is the file system behind it: one typed wheel for all three. Nothing of the machine's own takes part:
without a connection a request is not signed, and neither the environment's keys nor a cloud's metadata service is
asked.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from fsspec.asyn import AsyncFileSystem
from obstore.exceptions import (
    BaseError,
    InvalidPathError,
    NotFoundError,
    PermissionDeniedError,
    UnauthenticatedError,
)
from obstore.fsspec import FsspecStore

from newswire.transport.addresses import checked, host_and_port
from newswire.transport.credentials import Credentials
from newswire.transport.listed import ListingTransport
from newswire.transport.listing import Found, Kind
from newswire.transport.model import Reason, Refusal, Request

_STATUS = re.compile(r"status code: (\d{3})(?: [A-Za-z ]+)?")
_CODE = re.compile(r"<Code>(\w+)</Code>")
_SERVER_ERRORS = 500
_REASONS = {
    401: Reason.FORBIDDEN,
    403: Reason.FORBIDDEN,
    404: Reason.NOT_FOUND,
    429: Reason.RATE_LIMITED,
}

_OPEN: Any = FsspecStore  # its overloads do not know fsspec's cache of instances, which would keep credentials

Options = dict[str, Any]


class ObjectTransport(ListingTransport):
    """Fetches the objects of an ``s3``, ``gs`` or ``az`` URL, as ``listing`` describes: a slash is a folder.

    The endpoint's host is checked as every host is. The library resolves it once more for itself: a name that changes
    in between is caught by the firewall alone.
    """

    @asynccontextmanager
    async def opened(self, request: Request) -> AsyncIterator[_Remote]:
        """The bucket, at an endpoint that may be asked."""
        scheme, _, rest = request.url.partition("://")
        bucket = rest.partition("/")[0]
        protocol, configure = _STORES[scheme.lower()]
        known = request.credentials or Credentials()
        endpoint, options = configure(request, known)
        host, port = host_and_port(endpoint, 443 if endpoint.startswith("https:") else 80)
        await checked(self._policy, host, port, allow_private=request.allow_private_addresses)
        store = _OPEN(
            protocol,
            **options,
            client_options={
                "allow_http": endpoint.startswith("http:"),
                "connect_timeout": timedelta(seconds=self._policy.connect_timeout),
                "timeout": timedelta(seconds=request.timeout),
            },
            retry_config={
                "max_retries": self._policy.attempts - 1,
                "retry_timeout": timedelta(seconds=request.timeout),
            },
            asynchronous=True,
            skip_instance_cache=True,
        )
        yield _Remote(store, bucket)


def _s3(request: Request, known: Credentials) -> tuple[str, Options]:
    region = request.region or known.extra.get("region_name") or "us-east-1"
    endpoint = request.endpoint or known.extra.get("endpoint_url") or f"https://s3.{region}.amazonaws.com"
    signed = {
        "access_key_id": known.login or "anonymous",  # never absent, or the environment's would be taken
        "secret_access_key": known.password or "anonymous",
    }
    config = {"endpoint": endpoint, "region": region, "virtual_hosted_style_request": False, **signed}
    if not (known.login and known.password):
        return endpoint, {"config": config | {"skip_signature": True}}
    credentials = {**signed, "token": known.extra.get("aws_session_token"), "expires_at": None}
    return endpoint, {"config": config, "credential_provider": lambda: credentials}


def _gs(request: Request, known: Credentials) -> tuple[str, Options]:
    endpoint = request.endpoint or "https://storage.googleapis.com"
    key = known.extra.get("keyfile_dict")
    how = {"skip_signature": True} if key is None else {"service_account_key": key}
    return endpoint, {"config": {"base_url": endpoint, **how}}


def _az(request: Request, known: Credentials) -> tuple[str, Options]:
    account = known.login or ""
    endpoint = request.endpoint or f"https://{account}.blob.core.windows.net"
    how: dict[str, object] = {"skip_signature": True}
    if known.extra.get("sas_token"):
        how = {"sas_key": known.extra["sas_token"]}
    elif known.password:
        how = {"account_key": known.password}
    return endpoint, {"config": {"account_name": account, "endpoint": endpoint, **how}}


_STORES: dict[str, tuple[str, Callable[[Request, Credentials], tuple[str, Options]]]] = {
    "s3": ("s3", _s3),
    "gs": ("gs", _gs),
    "gcs": ("gs", _gs),
    "az": ("az", _az),
    "azure": ("az", _az),
}


class _Remote:
    """A bucket as a ``listing.Remote``."""

    def __init__(self, store: AsyncFileSystem, bucket: str) -> None:
        self._store, self._bucket = store, bucket

    async def entries(self, folder: bytes) -> AsyncIterator[Found]:
        try:
            listed = await self._store._ls(self._at(folder), detail=True)  # noqa: SLF001 - fsspec's name for its coroutines
        except FileNotFoundError:
            return  # a folder without objects is no folder here, and no failure
        except (BaseError, OSError, ValueError) as error:
            raise _said(error) from None
        own = self._at(folder).rstrip("/")
        for entry in listed:
            name = str(entry["name"]).rstrip("/")
            if name != own:  # the marker that some tools leave for a folder
                yield _found(name, entry)

    async def look(self, path: bytes) -> Found:
        try:
            entry = await self._store._info(self._at(path))  # noqa: SLF001
        except (BaseError, OSError, ValueError) as error:
            raise _said(error) from None
        return _found(self._at(path), entry)

    async def read(self, path: bytes, limit: int) -> bytes:
        try:
            return bytes(await self._store._cat_file(self._at(path), start=0, end=limit + 1))  # noqa: SLF001
        except (BaseError, OSError, ValueError) as error:
            raise _said(error) from None

    def _at(self, path: bytes) -> str:
        try:
            return self._bucket + path.decode()
        except UnicodeDecodeError:
            raise Refusal(Reason.BAD_URL, "a key is text in UTF-8.") from None


def _found(path: str, entry: Mapping[str, Any]) -> Found:
    kind = Kind.FILE if entry["type"] == "file" else Kind.FOLDER
    return Found(name=path.rpartition("/")[2].encode(), kind=kind, size=int(entry["size"]), state=entry.get("e_tag"))


def _said(error: Exception) -> Refusal:
    """What the store said, in our words: the library's own text holds URLs, and with them signatures."""
    text = str(error)
    status = _STATUS.search(text)
    code = _CODE.search(text)
    told = f"the store says {status[1]}{f' {code[1]}' if code else ''}." if status else f"{type(error).__name__}."
    match error:
        case NotFoundError() | FileNotFoundError():
            return Refusal(Reason.NOT_FOUND, told)
        case PermissionDeniedError() | UnauthenticatedError() | PermissionError():
            return Refusal(Reason.FORBIDDEN, told)
        case InvalidPathError():
            return Refusal(Reason.BAD_NAME, "an object's key has an empty or dotted part, and hides the others.")
    if status is not None:
        number = int(status[1])
        server = Reason.SERVER_ERROR if number >= _SERVER_ERRORS else Reason.HTTP_STATUS
        return Refusal(_REASONS.get(number, server), told)
    if "redirect" in text.lower():
        return Refusal(Reason.BAD_URL, "the bucket lies in another region; write it under region.")
    return Refusal(Reason.CONNECTION, told)
