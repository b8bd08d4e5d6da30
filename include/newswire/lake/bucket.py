"""A lake in an object store, for processes of many hosts: S3 and what speaks like it, Google Cloud Storage, Azure.

Two things keep writers apart. A lock, which is handed in since stores have none, lets one at a time prepare an object.
And the store itself refuses to replace a version that the writer has not seen: one PUT, with ``If-None-Match: *`` to
create and ``If-Match`` to replace. What they cannot see is a newer writer that found nothing to change, or whose bytes
are those of before: a store knows a version by its bytes. So a writer looks for its lock before and after, and its
caller does the work again where the lock was lost. A removal has no fence, since stores remove without conditions; it
looks for version and lock immediately before.

``obstore`` reads keys, endpoint and region from the environment, as each provider's own tools do.
"""

from __future__ import annotations

import io
import os
import re
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import urlsplit

from newswire.errors import ConfigError, LakeBusy, TransientError
from newswire.lake.store import Claim, Found

if TYPE_CHECKING:
    from obstore.store import ObjectStore

Locker = Callable[[str], AbstractContextManager[Callable[[], None]]]
"""Holds the lock of that name, on whatever host; what it hands out raises ``LakeBusy`` once the lock is lost."""

SETTINGS = {
    "s3": "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION and AWS_ENDPOINT_URL",
    "gs": "GOOGLE_SERVICE_ACCOUNT (the path of the key file)",
    "az": "AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY or AZURE_STORAGE_SAS_KEY",
}
"""The schemes, and the variables that each provider's store is found and entered by."""
TIMEOUT, ATTEMPTS = timedelta(seconds=60), 5
_STATUS = re.compile(r"(?:status code|HTTP error|returned): (\d{3})")
_CODE = re.compile(r"<Code>(\w+)</Code>")
_GLOB = re.compile(r"(\*\*/)|(\*\*)|(\*)|([^*]+)")


def no_locks(name: str) -> AbstractContextManager[Callable[[], None]]:
    """The locker of whoever only reads.

    Raises:
        ConfigError: Always.
    """
    msg = f"Writing {name} in an object store needs the ledger's database, which keeps writers apart."
    raise ConfigError(msg, reason="no_database", remedy="Set NEWSWIRE_DATABASE_URL.")


class Bucket:
    """A ``Store`` of objects under a URL such as ``s3://bucket/prefix``.

    Args:
        url: The bucket and the prefix.
        locker: What keeps writers apart.

    Raises:
        ConfigError: The URL is none of an object store, or holds more than its bucket and a prefix.
    """

    def __init__(self, url: str, locker: Locker = no_locks) -> None:
        parts = urlsplit(url)
        if parts.scheme not in SETTINGS or not parts.netloc or "@" in parts.netloc or parts.query or parts.fragment:
            msg = "The lake's URL (NEWSWIRE_LAKE) is not a bucket and a prefix alone."
            remedy = (
                f"Write s3://bucket/prefix; keys and endpoint go into {SETTINGS.get(parts.scheme, SETTINGS['s3'])}."
            )
            raise ConfigError(msg, reason="lake_url", remedy=remedy)
        self.url = f"{parts.scheme}://{parts.netloc}/{parts.path.strip('/')}".rstrip("/")
        self._scheme, self._locker = parts.scheme, locker
        self._store = _opened(self.url, tuple(sorted((k, v) for k, v in os.environ.items() if k.startswith(_OWN))))

    def where(self, name: str) -> str:
        """The URL of an object."""
        return f"{self.url}/{name}"

    def read(self, name: str) -> bytes:
        """See ``Store``."""
        return self._get(name)[0]

    def find(self, name: str) -> bytes | None:
        """See ``Store``."""
        with suppress(FileNotFoundError):
            return self._get(name)[0]
        return None

    def open(self, name: str) -> BinaryIO:
        """See ``Store``; it is read whole."""
        return io.BytesIO(self.read(name))

    def exists(self, name: str) -> bool:
        """See ``Store``."""
        return self._head(name) is not None

    def look(self, name: str) -> Found | None:
        """See ``Store``."""
        found = self._head(name)
        return found and Found(size=found["size"], modified=found["last_modified"].timestamp())

    def names(self, folder: str, pattern: str) -> list[str]:
        """See ``Store``."""
        *fixed, _ = re.split(r"(?<=/)(?=[^/]*\*)", f"{folder}/{pattern}", maxsplit=1)
        matches = _regex(f"{folder}/{pattern}").fullmatch
        return [name for name in self._below("".join(fixed).rstrip("/")) if matches(name)]

    def folders(self, folder: str, pattern: str) -> list[str]:
        """See ``Store``: those in which some object lies."""
        matches, depth = _regex(f"{folder}/{pattern}").fullmatch, f"{folder}/{pattern}".count("/") + 1
        found = {"/".join(name.split("/")[:depth]) for name in self._below(folder) if name.count("/") >= depth}
        return sorted(filter(matches, found))

    def strangers(self, name: str) -> list[str]:
        """See ``Store``."""
        return [other for other in self._below(name.rpartition("/")[0]) if other != name]

    def clear(self, name: str) -> list[str]:
        """See ``Store``."""
        found = self.strangers(name)
        for other in found:
            self.remove(other)
        return found

    def put(self, name: str, content: bytes) -> None:
        """See ``Store``."""
        self._put(name, content, "overwrite")

    def append(self, name: str, line: bytes) -> None:
        """See ``Store``: an object cannot be added to, so each line is one of its own, which sorts by its time."""
        self.put(f"{name}.{time.time_ns():020d}.{secrets.token_hex(4)}", line + b"\n")

    def remove(self, name: str) -> None:
        """See ``Store``."""
        import obstore  # noqa: PLC0415 - lakes in folders need none of it

        with suppress(FileNotFoundError), self._asking(name):
            obstore.delete(self._store, name)

    def land(self, name: str, content: Callable[[], bytes]) -> None:
        """See ``Store``: it is written again, which makes it younger."""
        with self.locked(name):
            self.put(name, content())

    def discard(self, name: str, *, untouched_since: float) -> int | None:
        """See ``Store``: whoever lands it waits for the same lock."""
        with self.locked(name):
            found = self.look(name)
            if found is None:
                return 0
            if found.modified > untouched_since:
                return None
            self.remove(name)
            return found.size

    def discard_folder(self, folder: str, *, untouched_since: float) -> int | None:
        """See ``Store``."""
        names = self._below(folder)
        found = [seen for name in names if (seen := self.look(name)) is not None]
        if any(seen.modified >= untouched_since for seen in found):
            return None
        for name in names:
            self.remove(name)
        return sum(seen.size for seen in found)

    def clean(self, *, before: float) -> list[tuple[str, int]]:  # noqa: ARG002 - as in ``Store``
        """See ``Store``: an object is there or not."""
        return []

    @contextmanager
    def locked(self, lock: str) -> Iterator[None]:
        """See ``Store``."""
        with self._locker(self.where(lock)):
            yield

    @contextmanager
    def claimed(self, name: str, lock: str) -> Iterator[Claim]:
        """See ``Store``."""
        with self._locker(self.where(lock)) as check:
            content, version = None, None
            with suppress(FileNotFoundError):
                content, version = self._get(name)
            yield _Claim(self, name, check, content, version)

    @contextmanager
    def worked_on(self, folder: str, lock: str) -> Iterator[Path]:
        """See ``Store``: a copy, of which what changed is put back."""
        with self.locked(lock), tempfile.TemporaryDirectory(prefix="newswire-") as home:
            local = Path(home, folder.rpartition("/")[2])
            local.mkdir()
            before = {}
            for name in self._below(folder):
                path = local / name.removeprefix(f"{folder}/")
                path.parent.mkdir(parents=True, exist_ok=True)
                before[name] = self.read(name)
                path.write_bytes(before[name])
            yield local
            files = [path for path in local.rglob("*") if path.is_file() and not path.name.startswith(".")]
            after = {f"{folder}/{path.relative_to(local).as_posix()}": path for path in files}
            for name, path in after.items():
                content = path.read_bytes()
                if content != before.get(name):
                    self.put(name, content)
            for name in before.keys() - after.keys():
                self.remove(name)

    def is_inside(self, name: str, folder: str) -> bool:
        """See ``Store``: a key leads nowhere else."""
        return name.startswith(f"{folder}/") and ".." not in name.split("/") and self.exists(name)

    def _below(self, folder: str) -> list[str]:
        """Every object below a folder, sorted."""
        import obstore  # noqa: PLC0415

        with self._asking(folder):
            return sorted(meta["path"] for some in obstore.list(self._store, folder) for meta in some)

    def _get(self, name: str) -> tuple[bytes, dict[str, Any]]:
        """An object's bytes, and its version."""
        import obstore  # noqa: PLC0415

        with self._asking(name):
            found = obstore.get(self._store, name)
            return bytes(found.bytes()), _version(found.meta)

    def _head(self, name: str) -> Any:  # noqa: ANN401 - obstore's own
        import obstore  # noqa: PLC0415

        with suppress(FileNotFoundError), self._asking(name):
            return obstore.head(self._store, name)
        return None

    def _put(self, name: str, content: bytes, mode: Any) -> dict[str, Any]:  # noqa: ANN401 - obstore's own
        import obstore  # noqa: PLC0415

        with self._asking(name):
            return _version(obstore.put(self._store, name, content, mode=mode, use_multipart=False))

    @contextmanager
    def _asking(self, name: str) -> Iterator[None]:
        """What the store says, in our words: the library's own text holds URLs, and may hold signatures."""
        from obstore import exceptions  # noqa: PLC0415

        try:
            yield
        except (exceptions.PreconditionError, exceptions.AlreadyExistsError) as error:
            msg = f"{self.where(name)} was replaced by another writer meanwhile; what this one made is older."
            raise LakeBusy(msg, reason="lake_overtaken", remedy="The retry reads it anew.") from error
        except (exceptions.BaseError, OSError, ValueError) as error:
            raise self._said(name, error) from None

    def _said(self, name: str, error: Exception) -> Exception:
        from obstore import exceptions  # noqa: PLC0415

        text = str(error)
        status, code = (found and found[1] for found in (_STATUS.search(text), _CODE.search(text)))
        told = " ".join(filter(None, [status and f"status {status}", code])) or type(error).__name__
        if code == "NoSuchBucket":
            msg = f"The bucket of the lake {self.url} does not exist."
            return ConfigError(msg, reason="lake_missing", remedy="Create it, or correct NEWSWIRE_LAKE.")
        if isinstance(error, exceptions.NotFoundError | FileNotFoundError):
            return FileNotFoundError(f"{self.where(name)} is not there")
        if status in {"401", "403"} or isinstance(error, exceptions.UnauthenticatedError | PermissionError):
            msg = f"The lake {self.url} lets nobody in with these keys: {told}."
            return ConfigError(msg, reason="lake_forbidden", remedy=f"Correct {SETTINGS[self._scheme]}.")
        msg = f"The lake {self.url} did not answer as a store does when asked for {name}: {told}."
        remedy = f"Look whether it can be reached; it is found by NEWSWIRE_LAKE and {SETTINGS[self._scheme]}."
        return TransientError(msg, reason="lake_unreachable", remedy=remedy)


@dataclass(slots=True)
class _Claim:
    """A ``Claim`` on an object: the version that was seen first is the only one that is replaced."""

    bucket: Bucket
    name: str
    check: Callable[[], None]
    content: bytes | None
    version: dict[str, Any] | None

    def put(self, content: bytes) -> None:
        self.check()
        mode = "create" if self.version is None else self.version
        self.version = self.bucket._put(self.name, content, mode)  # noqa: SLF001 - two parts of one thing
        self.content = content
        self.check()  # whoever came after it has its own line in the manifest

    def remove(self) -> None:
        found = self.bucket._head(self.name)  # noqa: SLF001
        if (found and _version(found)) != self.version:
            msg = f"{self.bucket.where(self.name)} was replaced by another writer meanwhile, and stays."
            raise LakeBusy(msg, reason="lake_overtaken", remedy="The retry reads it anew.")
        self.check()
        if found:
            self.bucket.remove(self.name)
        self.content = self.version = None


_OWN = ("AWS_", "AZURE_", "GOOGLE_")


@cache
def _opened(url: str, environment: tuple[tuple[str, str], ...]) -> ObjectStore:
    """The process's connections to a store; obstore reads the environment by itself."""
    from obstore.exceptions import BaseError  # noqa: PLC0415
    from obstore.store import from_url  # noqa: PLC0415

    plain = any("ENDPOINT" in name and value.startswith("http:") for name, value in environment)
    try:
        return from_url(
            url,
            client_options={"timeout": TIMEOUT, **({"allow_http": True} if plain else {})},
            retry_config={"max_retries": ATTEMPTS, "retry_timeout": TIMEOUT},
        )
    except (BaseError, ValueError) as error:
        msg = f"The lake {url} cannot be opened with the settings there are: {type(error).__name__}."
        remedy = f"Correct {SETTINGS[urlsplit(url).scheme]}."
        raise ConfigError(msg, reason="lake_settings", remedy=remedy) from None


def _version(meta: Any) -> dict[str, Any]:  # noqa: ANN401 - obstore's own
    """What a store knows one version of an object by."""
    return {name: meta[name] for name in ("e_tag", "version") if meta.get(name) is not None}


@cache
def _regex(pattern: str) -> re.Pattern[str]:
    """A pattern of ``pathlib``, for whole names."""
    said = {1: "(?:[^/]+/)*", 2: ".*", 3: "[^/]*"}
    return re.compile("".join(said.get(part.lastindex or 0, re.escape(part[0])) for part in _GLOB.finditer(pattern)))
