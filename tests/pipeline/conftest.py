"""A wire of the tests' own: a real HTTP server whose feeds a test writes."""

from __future__ import annotations

import hashlib
import itertools
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
import yaml
from tests.terms import contract

from newswire import quality
from newswire.config import Settings, load_partner
from newswire.lake import parquet
from newswire.ledger.locks import sessions
from newswire.pipeline.run import run
from newswire.pipeline.work import Published, Run, Workplace, lake_of
from newswire.quality import Report
from newswire.transport import Credentials

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
PARAGRAPH = "The harbour council met on Monday and agreed to widen the northern quay before the winter storms arrive. "


class Wire:
    """A feed server: ``feeds`` maps a path, with or without a query, to Atom entries, to a status code, or to bytes.

    ``heard`` holds the header fields of the last request for each, ``spoken`` the Content-Language that goes out.
    """

    def __init__(self) -> None:
        self.feeds: dict[str, list[str] | int | bytes] = {}
        self.asked: Counter[str] = Counter()
        self.heard: dict[str, dict[str, str]] = {}
        self.spoken: dict[str, str] = {}
        wire = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = self.path.partition("?")[0]
                wire.asked[self.path] += 1
                wire.heard[self.path] = {name.lower(): value for name, value in self.headers.items()}
                answer = wire.feeds.get(self.path, wire.feeds.get(path, 404))
                if isinstance(answer, int):
                    self.send_response(answer)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                body = answer if isinstance(answer, bytes) else atom(answer)
                tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
                same = self.headers.get("If-None-Match") == tag
                self.send_response(304 if same else 200)
                self.send_header("ETag", tag)
                if not same:
                    kind = "text/html" if path.endswith(".html") else "application/atom+xml"
                    self.send_header("Content-Type", f"{kind}; charset=utf-8")
                    self.send_header("Content-Length", str(len(body)))
                    if path in wire.spoken:
                        self.send_header("Content-Language", wire.spoken[path])
                self.end_headers()
                if not same:
                    self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()
        self.root = f"http://127.0.0.1:{self.server.server_port}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def atom(entries: list[str], **links: str) -> bytes:
    """An Atom feed; ``links`` are relations, such as ``next``, with their targets."""
    head = '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:dcterms="http://purl.org/dc/terms/" '
    head += 'xmlns:at="http://purl.org/atompub/tombstones/1.0" xml:lang="en"><title>t</title><id>urn:f</id>'
    head += "".join(f'<link rel="{rel.replace("_", "-")}" href="{escape(url)}"/>' for rel, url in links.items())
    return f'<?xml version="1.0" encoding="utf-8"?>{head}{"".join(entries)}</feed>'.encode()


def story(
    name: str,
    *,
    hour: int = 0,
    published: datetime | None = NINE,
    text: str = "",
    embargo: datetime | None = None,
    terms: str = "",
) -> str:
    """An Atom entry; ``hour`` makes it a later version."""
    updated = (NINE + hour * HOUR).isoformat()
    body = f"<p>{PARAGRAPH * 4}</p><p>{escape(text or f'The story of {name}.')} It was told in full. (TPA)</p>"
    return (
        f"<entry><id>urn:{name}</id><title>Quay works begin at {name}</title><updated>{updated}</updated>"
        + (f"<published>{published.isoformat()}</published>" if published else "")
        + (f"<dcterms:available>{embargo.isoformat()}</dcterms:available>" if embargo else "")
        + "".join(f'<category term="{term}"/>' for term in terms.split())
        + f'<link href="https://example.org/{name}"/><content type="html">{escape(body)}</content></entry>'
    )


def kill(name: str, *, hour: int) -> str:
    """An RFC 6721 withdrawal."""
    return f'<at:deleted-entry ref="urn:{name}" when="{(NINE + hour * HOUR).isoformat()}"/>'


class Desk:
    """One partner's pipeline with a clock that the test moves."""

    def __init__(
        self, folder: Path, database_url: str, wire: Wire, partner: dict[str, object], lake: str | None = None
    ) -> None:
        self.folder, self.database_url, self.wire, self.partner = folder, database_url, wire, partner
        self.now = NINE + timedelta(minutes=1)
        self.settle(lake or str(folder / "lake"))

    def settle(self, lake: str) -> None:
        """Work in a lake, there."""
        self.layout = lake_of(Settings(lake=lake, database_url=self.database_url, partners=self.folder))
        self.configure(self.partner)

    def configure(self, partner: dict[str, object]) -> None:
        path, self.partner = self.folder / "tpa.yaml", partner
        path.write_text(yaml.safe_dump(partner, allow_unicode=True), encoding="utf-8")
        self.place = Workplace(
            partner=load_partner(path), layout=self.layout, database_url=self.database_url, clock=lambda: self.now
        )

    def with_credentials(self, known: dict[str, Credentials]) -> Workplace:
        """The workplace in which these connections are known."""
        return replace(self.place, credentials=known.__getitem__)

    def interval(self, hour: int) -> Run:
        """The scheduled run whose interval ends ``hour`` hours after nine."""
        end = NINE + hour * HOUR
        return Run(run_id=f"scheduled__{end.isoformat()}", interval_start=end - HOUR, interval_end=end)

    def run(self, hour: int, *, late: timedelta = timedelta(minutes=1)) -> Published:
        """Run an hour's interval right after its end (or ``late``)."""
        self.now = NINE + hour * HOUR + late
        return run(self.place, self.interval(hour))

    def manual(self, name: str = "manual__1") -> Published:
        """A person's live pull, now."""
        return run(self.place, Run(run_id=name))

    def files(self) -> dict[str, bytes]:
        """Every object under published/articles."""
        names = self.layout.store.names("published/articles", "**/*")
        return {name.removeprefix("published/articles/"): self.layout.store.read(name) for name in names}

    def rows(self) -> dict[str, dict[str, object]]:
        """The published rows by item id."""
        found = {}
        for name, content in self.files().items():
            for row in parquet.decode(content, name) if name.endswith(".parquet") else ():
                assert row["item_id"] not in found, "a story stands twice"
                found[row["item_id"]] = row
        return found


def partner_file(wire: Wire, **changes: object) -> dict[str, object]:
    feed = {"url": f"{wire.root}/a.xml", "language": "en", "allow_private_addresses": True}
    return {
        "name": "Test Press Agency",
        "aliases": ["TPA"],
        "timezone": "UTC",
        "feeds": {"a": feed},
        "contracts": [contract()],
        **changes,
    }


@pytest.fixture
def wire() -> Iterator[Wire]:
    server = Wire()
    yield server
    server.close()


@pytest.fixture
def settings(desk: Desk) -> Settings:
    """The settings of the desk's workplace, as a command finds them."""
    return Settings(
        lake=desk.layout.store.url,
        database_url=desk.database_url,
        partners=desk.folder,
        backups=desk.folder / "backups",
    )


@contextmanager
def dying_in(monkeypatch: pytest.MonkeyPatch, place: object, name: str) -> Iterator[None]:
    """The process dies where it calls ``place.name``; it is alive again afterwards."""

    def die(*_: object, **__: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(place, name, die)
        with pytest.raises(SystemExit):
            yield


@pytest.fixture
def passing(monkeypatch):
    """Validation that passes everything, without paying for Great Expectations."""
    calls = []

    def validate(rows, **_):
        calls.append(rows)
        return Report(success=True, failed_rows={}, batch_failures=(), docs="none")

    monkeypatch.setattr(quality, "validate", validate)
    return calls


@pytest.fixture
def bucket(moto: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of an empty lake in a bucket of the test's own, which the environment leads to."""
    import boto3  # noqa: PLC0415

    known = {"AWS_ACCESS_KEY_ID": "us", "AWS_SECRET_ACCESS_KEY": "s3cret", "AWS_REGION": "us-east-1"}
    for name, value in {**known, "AWS_ENDPOINT_URL": moto}.items():
        monkeypatch.setenv(name, value)
    name = f"lake{next(BUCKETS)}"
    boto3.client("s3", endpoint_url=moto, region_name="us-east-1").create_bucket(Bucket=name)
    return f"s3://{name}/water"


BUCKETS = itertools.count()
EITHER = pytest.mark.parametrize("desk", ["folder", "bucket"], indirect=True)
"""The test runs in a folder and in an object store."""


@pytest.fixture
def desk(request, tmp_path, database_url, wire, passing) -> Iterator[Desk]:  # noqa: ARG001 - validation is faked
    lake = request.getfixturevalue("bucket") if getattr(request, "param", "folder") == "bucket" else None
    yield Desk(tmp_path, database_url, wire, partner_file(wire), lake)
    sessions(database_url).dispose()
