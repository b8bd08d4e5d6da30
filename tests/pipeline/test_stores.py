"""Lakes in object stores: what the pipeline promises holds there too, and a writer that lost its lock spoils nothing.

The store is moto's, which honours ``If-Match`` and ``If-None-Match``. Many of the other tests run against both kinds.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import duckdb
import pyarrow.dataset
import pyarrow.fs
import pytest
from fsspec.implementations.arrow import ArrowFSWrapper
from sqlalchemy import text
from tests.pipeline.conftest import NINE, Desk, kill, partner_file, story

from newswire import ledger, quality
from newswire.config import Settings
from newswire.errors import ConfigError, LakeBusy, TransientError
from newswire.lake.bucket import Bucket
from newswire.lake.layout import ARTICLES, DECISIONS, Layout
from newswire.lake.views import views
from newswire.ledger import redo
from newswire.ledger.locks import held
from newswire.ledger.tables import metadata
from newswire.pipeline import aside, decisions, housekeeping, reports
from newswire.pipeline.rebuild import Span, rebuild
from newswire.pipeline.reconcile import reconcile
from newswire.pipeline.restore import restore
from newswire.pipeline.retention import retain
from newswire.pipeline.sweep import sweep
from newswire.pipeline.takedown import take_down
from newswire.pipeline.verify import verify
from newswire.pipeline.work import lake_of

pytestmark = pytest.mark.ledger

VALIDATE = quality.validate
BUCKET = pytest.mark.parametrize("desk", ["bucket"], indirect=True)


def problems(desk: Desk) -> tuple[str, ...]:
    return verify(desk.layout, desk.database_url, payloads=True).problems


def lose_locks(desk: Desk) -> None:
    """End every session that holds a lock, as a server that fails over does."""
    with ledger.transaction(desk.database_url) as connection:
        ended = connection.execute(
            text(
                "select count(pg_terminate_backend(pid)) from pg_locks where locktype = 'advisory' and granted and "
                "database = (select oid from pg_database where datname = current_database())"
            )
        )
        assert ended.scalar_one() > 0


def moved(desk: Desk, lake: str) -> Desk:
    """The same desk with another lake, to which what has landed was copied."""
    before = desk.layout.store
    desk.settle(lake)
    for name in before.names("landing", "**/*"):
        desk.layout.store.put(name, before.read(name))
    return desk


@pytest.mark.parametrize("desk", ["folder", "bucket"], indirect=True)
def test_a_copy_of_landing_gives_the_same_bytes_in_another_store(desk, wire, bucket, tmp_path):
    """What is published does not depend on where the lake lies, and a lake can be moved either way."""
    wire.feeds["/a.xml"] = [story("one"), story("two", published=NINE - timedelta(days=2)), story("gone")]
    desk.run(0)
    wire.feeds["/a.xml"] = [story("one", hour=1, text="More."), kill("gone", hour=1)]
    desk.run(1)
    files = desk.files()
    there = str(tmp_path / "other") if isinstance(desk.layout.store, Bucket) else f"{bucket}/other"
    moved(desk, there)
    assert desk.files() == {}
    assert rebuild(desk.place, Span()).lost == ()
    assert len(files) == 2
    assert desk.files() == files
    assert problems(desk) == ()


def overtake(desk: Desk, monkeypatch, newer: Callable[[], object]) -> None:
    """Let the next partition's writer lose its lock after it asked for it, and another one come before its PUT."""
    put, overtaken = Bucket._put, []

    def late(self: Bucket, name: str, content: bytes, mode: Any) -> Any:
        if name.startswith("published/articles/") and not overtaken:
            overtaken.append(True)
            lose_locks(desk)
            newer()
        return put(self, name, content, mode)

    monkeypatch.setattr(Bucket, "_put", late)


@BUCKET
def test_a_writer_that_lost_its_lock_does_not_undo_what_is_newer(desk, wire, monkeypatch):
    """The store refuses the older object, the run fails with an error to try again, and its retry changes nothing."""
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)

    def newer() -> None:
        wire.feeds["/a.xml"] = [story("one", hour=2, text="The newest."), story("two")]
        desk.run(2)

    overtake(desk, monkeypatch, newer)
    wire.feeds["/a.xml"] = [story("one", hour=1, text="Stale.")]
    with pytest.raises(LakeBusy, match="replaced by another writer") as raised:
        desk.run(1)
    assert isinstance(raised.value, TransientError)
    assert raised.value.reason == "lake_overtaken"
    assert set(desk.rows()) == {"urn:one", "urn:two"}
    assert "The newest." in desk.rows()["urn:one"]["body"]
    files = desk.files()
    desk.run(1)
    assert desk.files() == files
    assert problems(desk) == ()


@BUCKET
def test_a_writer_that_lost_its_lock_creates_nothing_over_what_is_newer(desk, wire, monkeypatch):
    """The same where there was no object before: one is created only where there is none."""

    def newer() -> None:
        wire.feeds["/a.xml"] = [story("one", hour=2, text="The newest.")]
        desk.run(2)

    overtake(desk, monkeypatch, newer)
    wire.feeds["/a.xml"] = [story("one")]
    with pytest.raises(LakeBusy, match="replaced by another writer"):
        desk.run(0)
    assert "The newest." in desk.rows()["urn:one"]["body"]
    sweep(desk.place)
    assert "The newest." in desk.rows()["urn:one"]["body"]
    assert problems(desk) == ()


@BUCKET
@pytest.mark.parametrize("before", [[], [story("zero", text="Zero.")]])
def test_a_writer_that_lost_its_lock_to_one_that_changes_nothing_leaves_no_withdrawn_story(
    desk, wire, monkeypatch, before
):
    """Its object is let in, since the newer writer had nothing to write; then the partition is written once more."""
    wire.feeds["/a.xml"] = before
    desk.run(0)
    files = desk.files()
    wire.feeds["/a.xml"] = [*before, story("one", hour=1)]
    overtake(desk, monkeypatch, lambda: take_down(desk.place, "urn:one", by="ada", why="the court ordered it"))
    with pytest.raises(LakeBusy, match="ended the session"):
        desk.run(1)
    assert "urn:one" in desk.rows(), "the store refused the older object: this is not the case that the test is about"
    sweep(desk.place)
    assert {name for name in desk.files() if "articles" in name} == {name for name in files if "articles" in name}
    assert "urn:one" not in desk.rows()
    assert problems(desk) == ()


@BUCKET
def test_decisions_of_a_writer_that_lost_its_lock_are_written_again(desk, wire, monkeypatch):
    """What such a writer put in the place of newer decisions does not stay."""
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    [day] = desk.layout.days(DECISIONS, "tpa")
    [name] = desk.layout.objects(DECISIONS, "tpa")
    right = desk.layout.store.read(name)
    desk.layout.store.put(name, b"older")
    with ledger.transaction(desk.database_url) as connection:
        assert redo.unwritten_days(connection, "tpa") == []
    rows_of = decisions.rows_of

    def late(*args):
        lose_locks(desk)
        return rows_of(*args)

    with monkeypatch.context() as patch:
        patch.setattr(decisions, "rows_of", late)
        with pytest.raises(LakeBusy, match="ended the session"):
            decisions.write(desk.place, day)
    with ledger.transaction(desk.database_url) as connection:
        assert redo.unwritten_days(connection, "tpa") == [day]
    sweep(desk.place)
    assert desk.layout.store.read(name) == right


@BUCKET
def test_a_writer_that_lost_its_lock_removes_nothing(desk, wire):
    """A removal looks for a newer object, and for the lock, before it removes."""
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    [name] = desk.layout.objects(ARTICLES, "tpa")
    day = NINE.date()
    with desk.layout.claimed(ARTICLES, "tpa", day) as claim:
        desk.layout.store.put(name, b"newer")
        with pytest.raises(LakeBusy, match="stays"):
            claim.remove()
    with pytest.raises(LakeBusy, match="ended the session"), desk.layout.claimed(ARTICLES, "tpa", day) as claim:  # noqa: PT012
        lose_locks(desk)
        with pytest.raises(LakeBusy, match="ended the session"):
            claim.remove()
    assert desk.layout.store.read(name) == b"newer"


@BUCKET
def test_what_was_done_under_a_lost_lock_is_done_again(desk):
    """A block that ends without its lock ends with an error to try again; one that fails by itself, with its own."""
    with pytest.raises(LakeBusy, match="ended the session"), aside.still(desk.place):
        lose_locks(desk)
    with pytest.raises(KeyError), aside.still(desk.place):  # noqa: PT012 - what is raised, and where, is the point
        lose_locks(desk)
        raise KeyError
    with aside.still(desk.place):
        pass


@BUCKET
def test_a_lock_keeps_others_out(desk):
    """Whoever comes second waits until the first has ended."""
    said, inside = [], threading.Event()

    def second() -> None:
        inside.wait()
        with aside.still(desk.place):
            said.append("second")

    thread = threading.Thread(target=second)
    thread.start()
    waiting = text("select count(*) from pg_locks where locktype = 'advisory' and not granted")
    with aside.still(desk.place):
        inside.set()
        with ledger.transaction(desk.database_url) as connection:
            while thread.is_alive() and not connection.execute(waiting).scalar_one():
                pass
        said.append("first")
    thread.join()
    assert said == ["first", "second"]


@BUCKET
def test_damage_is_found_and_mended(desk, wire):
    """Objects that are changed, gone, strange or lost are named by ``verify``; ``rebuild`` writes the same bytes."""
    wire.feeds["/a.xml"] = [story("one"), story("two", published=NINE - timedelta(days=2))]
    desk.run(0)
    files, store = desk.files(), desk.layout.store
    first, second = desk.layout.objects(ARTICLES, "tpa")
    store.put(first, store.read(first)[:-9])
    store.remove(second)
    store.put(second.replace("articles.parquet", "copy.parquet"), b"copy")
    told = " ".join(problems(desk))
    for what in ("its checksum differs", "missing", "copy.parquet: not in the manifest"):
        assert what in told
    assert rebuild(desk.place, Span()).lost == ()
    assert desk.files() == files
    assert problems(desk) == ()
    [payload] = desk.layout.payloads("tpa")
    store.put(payload, b"x")
    assert "cannot be read" in " ".join(problems(desk))


def arrow(moto: str) -> pyarrow.fs.FileSystem:
    """The store as Arrow reads it, with the C++ library of its own."""
    return pyarrow.fs.S3FileSystem(
        endpoint_override=urlsplit(moto).netloc, scheme="http", access_key="us", secret_key="s3cret", region="us-east-1"
    )


class Served(ArrowFSWrapper):
    """Arrow's way to S3, lent to DuckDB, whose own extension is not part of its wheel."""

    protocol = "s3"


@BUCKET
def test_readers_find_the_published_prefix(desk, wire, moto):
    """Arrow reads partner and date from the path, as from a folder; nothing else lies there."""
    wire.feeds["/a.xml"] = [story("one"), story("two", published=NINE - timedelta(days=2))]
    desk.run(0)
    where = desk.layout.store.where("published/articles").removeprefix("s3://")
    rows = pyarrow.dataset.dataset(where, filesystem=arrow(moto), partitioning="hive").to_table().to_pylist()
    found = sorted((row["item_id"], str(row["published_date"]), row["partner"]) for row in rows)
    assert found == [("urn:one", "2026-03-02", "tpa"), ("urn:two", "2026-02-28", "tpa")]


@BUCKET
def test_the_views_of_duckdb_read_the_bucket(desk, wire, moto):
    """Their SQL loads DuckDB's own extension, holds no key, and finds the rows; here another reader of S3 serves it."""
    wire.feeds["/a.xml"] = [story("one"), story("two", published=NINE - timedelta(days=2))]
    desk.run(0)
    install, load, *sql = views(desk.layout).splitlines()
    assert (install, load) == ("install httpfs;", "load httpfs;")
    assert "s3cret" not in "".join(sql)
    with duckdb.connect() as database:
        database.register_filesystem(Served(arrow(moto), skip_instance_cache=True))
        database.execute("\n".join(sql))
        rows = database.sql("select item_id, published_date::varchar, partner from articles order by 1").fetchall()
        assert rows == [("urn:one", "2026-03-02", "tpa"), ("urn:two", "2026-02-28", "tpa")]
        assert database.sql("select count(*) from decisions").fetchall() == [(2,)]


@BUCKET
def test_the_day_s_housekeeping_ends_well(desk, wire, settings):
    """Old batches and payloads leave, the ledger is saved, everything is compared."""
    desk.configure(partner_file(wire, landing_retention="30d"))
    wire.feeds["/a.xml"] = [story("one"), kill("one", hour=1)]
    desk.run(0)
    assert desk.layout.batches("tpa") != []
    later = datetime.now(UTC) + timedelta(days=8)
    done = {step: housekeeping.do(step, settings, later) for step in ("clean", "retention", "docs", "backup", "check")}
    assert (done["clean"].counts["batches"], done["clean"].counts["bytes"] > 0) == (1, True)
    assert desk.layout.batches("tpa") == []
    assert done["check"].counts["payloads"] == 1


@BUCKET
def test_a_payload_leaves_by_retention_unless_it_lands_again(desk, wire, monkeypatch):
    """What a pull has just brought is let be; what nobody touched for an hour goes, and its receipt says so."""
    desk.configure(partner_file(wire, landing_retention="30d"))
    wire.feeds["/a.xml"] = [story("one"), kill("one", hour=1)]
    desk.run(0)
    desk.now = NINE + timedelta(days=31)
    assert retain(desk.place).removed == 0
    monkeypatch.setattr("newswire.pipeline.retention.UNTOUCHED", timedelta(hours=-1))
    done = retain(desk.place)
    assert (done.removed, done.bytes > 0) == (1, True)
    assert desk.layout.payloads("tpa") == []
    assert problems(desk) == ()


@BUCKET
def test_a_lost_ledger_is_restored_and_takes_up_what_landed(desk, wire, settings):
    """The slips beside the payloads tell it: a kill after the backup holds, and so does a takedown."""
    wire.feeds["/a.xml"] = [story("one"), story("two"), story("three")]
    desk.run(0)
    housekeeping.do("backup", settings, desk.now)
    [file] = settings.backups.glob("ledger-*.zip")
    wire.feeds["/a.xml"] = [kill("one", hour=1), story("two", hour=1, text="More.")]
    desk.run(1)
    take_down(desk.place, "urn:three", by="selin", why="the court ordered it")
    rows = desk.rows()
    with ledger.transaction(desk.database_url) as connection:
        connection.execute(text(f"truncate {', '.join(metadata.tables)}"))
    restore(settings, file, now=desk.now)
    assert reconcile(desk.place).receipts == 1
    sweep(desk.place)
    assert set(rows) == set(desk.rows()) == {"urn:two"}
    assert problems(desk) == ()


@BUCKET
def test_data_docs_lie_in_the_store_and_are_shown_from_there(desk, wire, settings, monkeypatch):
    """Real validations add to the site in the lake; the page finds every file by its name, and none outside."""
    monkeypatch.setattr(quality, "validate", VALIDATE)
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    wire.feeds["/a.xml"] = [story("two")]
    desk.run(1)
    index = reports.file(settings, "tpa", "docs/index.html")
    assert index is not None
    assert index.content.count(b"2026-03-02") >= 2
    assert reports.reports(settings, "tpa").docs
    assert reports.file(settings, "tpa", "../../published/articles") is None
    assert reports.file(settings, "tpa", "docs/none.html") is None
    assert not [name for name in desk.layout.store.names("quality", "**/*") if "/." in name]


@pytest.mark.parametrize(
    "url",
    ["s3://key:s3cret@bucket/lake", "s3://bucket/lake?secret_access_key=s3cret", "s3:///lake", "s3://bucket/l#s3cret"],
)
def test_a_url_is_a_bucket_and_a_prefix(url):
    """Keys do not belong into a URL, and none is repeated."""
    with pytest.raises(ConfigError, match="AWS_ACCESS_KEY_ID") as raised:
        Layout.at(url)
    assert raised.value.reason == "lake_url"
    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize("url", ["hdfs://host/lake", "http://host/lake", "memory://lake"])
def test_a_store_that_is_none_is_refused(url):
    """Only stores whose objects are replaced atomically hold a lake."""
    with pytest.raises(ConfigError) as raised:
        Layout.at(url)
    assert raised.value.reason == "lake_scheme"


@contextmanager
def answering(status: int) -> Iterator[str]:
    """A server that answers everything with a status."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_PUT = do_HEAD = do_GET  # noqa: N815 - the base class looks for these names

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_errors_say_what_to_mend(bucket, monkeypatch):
    """A missing bucket and wrong keys are a person's to cure; a store that does not answer may later."""
    with pytest.raises(ConfigError, match="does not exist") as raised:
        Bucket("s3://nobodys/lake").names("landing", "**/*")
    assert raised.value.reason == "lake_missing"
    store = Bucket(bucket)
    with pytest.raises(ConfigError, match="NEWSWIRE_DATABASE_URL"):
        store.land("landing/x", lambda: b"x")
    with answering(403) as endpoint:
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
        for ask in (lambda s: s.put("a", b"x"), lambda s: s.find("a"), lambda s: s.names("a", "*")):
            with pytest.raises(ConfigError, match="AWS_SECRET_ACCESS_KEY") as raised:
                ask(Bucket(bucket))
            assert raised.value.reason == "lake_forbidden"
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    with pytest.raises(TransientError, match="NEWSWIRE_LAKE") as unreachable:
        Bucket(bucket).put("a", b"x")
    assert unreachable.value.reason == "lake_unreachable"


@contextmanager
def recording() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A server of one object, which is there once it was put; the header fields of every PUT."""
    puts: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.answer(200 if puts else 404, b"old" if puts else b"")

        def do_PUT(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            puts.append({name.lower(): value for name, value in self.headers.items()})
            self.answer(201, b"")

        def answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            for name, value in VERSION.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", puts
        server.shutdown()
        thread.join()


VERSION = {"ETag": '"0x1"', "x-goog-generation": "17", "Last-Modified": "Mon, 02 Mar 2026 09:00:00 GMT"}


@pytest.mark.parametrize(
    ("url", "create", "update"),
    [
        ("az://box/lake", ("if-none-match", "*"), ("if-match", '"0x1"')),
        ("gs://box/lake", ("x-goog-if-generation-match", "0"), ("x-goog-if-generation-match", "17")),
    ],
)
def test_every_provider_is_asked_to_refuse_what_is_older(monkeypatch, tmp_path, url, create, update):
    """Azure and Google are told which version may be replaced, in their own words, and entered by the environment."""
    with recording() as (endpoint, puts):
        key = {"gcs_base_url": endpoint, "disable_oauth": True}
        key |= dict.fromkeys(("client_email", "private_key", "private_key_id"), "")
        (tmp_path / "key.json").write_text(json.dumps(key))
        monkeypatch.setenv("GOOGLE_SERVICE_ACCOUNT", str(tmp_path / "key.json"))
        monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", "agency")
        monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_KEY", "czNjcmV0")
        monkeypatch.setenv("AZURE_STORAGE_ENDPOINT", endpoint)
        store = Bucket(url, lambda _: nullcontext(lambda: None))
        for _ in range(2):
            with store.claimed("x", "x.lock") as claim:
                claim.put(b"new")
    assert [headers[name] for headers, (name, _) in zip(puts, (create, update), strict=True)] == [create[1], update[1]]
    assert puts[0]["authorization"].startswith("SharedKey agency:" if url.startswith("az:") else "Bearer")


@BUCKET
def test_the_settings_of_an_installation_lead_to_its_bucket(desk):
    """The commands' own way from the settings to a lake that can be written."""
    spelt = desk.layout.store.url.replace("s3:", "S3:") + "/"
    assert Layout.at(spelt).store.url == desk.layout.store.url  # or there were two locks of one object
    settings = Settings(lake=spelt, database_url=desk.database_url, partners=Path("nowhere"))
    with lake_of(settings).store.locked("state/locks/x.lock"), held(desk.database_url, "another"):
        pass
