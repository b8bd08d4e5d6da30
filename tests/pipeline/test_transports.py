"""A partner's feeds over every transport, from the server to the published row."""

from __future__ import annotations

import itertools
import logging
from dataclasses import replace

import boto3
import pytest
from sqlalchemy import text
from tests.pipeline.conftest import PARAGRAPH, atom, partner_file, story
from tests.transport.servers import (
    PASSWORD,
    USER,
    Mailbox,
    certificate,
    ftp_serving,
    mail_serving,
    sftp_serving,
)

from newswire import ledger
from newswire.transport.credentials import from_environment

pytestmark = pytest.mark.ledger

URI = f"sftp://{USER}:{PASSWORD}@127.0.0.1"
PAGE = (
    '<html lang="en"><head><title>One</title><meta property="og:type" content="article">'
    '<meta property="og:title" content="Quay works begin at one"></head>'
    f"<body><article><h1>Quay works begin at one</h1><p>{PARAGRAPH * 4}</p></article></body></html>"
)
_numbers = itertools.count(1)


class Source:
    """A feed of one kind: how a partner file names it, and how a story gets into it."""

    def __init__(self, feed, put, scheme=""):
        self.feed, self.put, self.scheme = feed, put, scheme


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "wire"
    root.mkdir()
    return root


def _put(folder):
    return lambda name, raw=None: (folder / f"{name}.xml").write_bytes(atom([story(name)]) if raw is None else raw)


@pytest.fixture
def sftp(folder):
    with sftp_serving(folder) as server:
        yield Source(
            {"url": server.url("/*.xml"), "connection": "agency", "host_keys": [server.fingerprint]}, _put(folder)
        )


@pytest.fixture
def ftp(folder):
    with ftp_serving(folder) as server:
        yield Source({"url": server.url("/"), "connection": "agency"}, _put(folder))


@pytest.fixture
def ftps(folder, tmp_path, monkeypatch):
    secured = certificate(tmp_path, "127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(secured.public))
    with ftp_serving(folder, secured) as server:
        yield Source({"url": server.url("/"), "connection": "agency"}, _put(folder))


@pytest.fixture
def s3(moto):
    known = {"aws_access_key_id": USER, "aws_secret_access_key": PASSWORD, "region_name": "us-east-1"}
    client = boto3.client("s3", endpoint_url=moto, **known)
    bucket = f"pipeline{next(_numbers)}"
    client.create_bucket(Bucket=bucket)

    def put(name, raw=None):
        client.put_object(Bucket=bucket, Key=f"out/{name}.xml", Body=atom([story(name)]) if raw is None else raw)

    return Source({"url": f"s3://{bucket}/out/", "connection": "agency", "endpoint": moto}, put)


@pytest.fixture
def imaps(tmp_path, monkeypatch):
    secured = certificate(tmp_path, "127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(secured.public))
    with mail_serving(secured) as server:
        server.boxes["INBOX"] = box = Mailbox(7, {})

        def put(name, raw=None):
            box.messages[next(_numbers)] = atom([story(name)]) if raw is None else raw

        yield Source({"url": server.url(), "connection": "agency"}, put)


@pytest.fixture
def file(folder):
    return Source({"url": folder.as_uri()}, _put(folder))


@pytest.fixture
def drop(folder):
    return Source({"url": f"drop://{folder}"}, _put(folder))


@pytest.fixture(params=["sftp", "ftp", "ftps", "s3", "imaps", "file", "drop"])
def source(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def agency(desk, wire, monkeypatch):
    """Configure the desk's partner with one feed; its connection stands in the environment."""
    monkeypatch.setenv("NEWSWIRE_CONN_AGENCY", URI)
    assert desk.place.credentials is from_environment

    def configure(source, **changes):
        common = {
            "language": "en",
            "allow_private_addresses": source.feed["url"].partition(":")[0] not in {"file", "drop"},
        }
        desk.configure(partner_file(wire, feeds={"a": common | source.feed | changes}))
        return desk

    return configure


def failures(published):
    return [failed.reason for failed in published.failed]


def everything(desk) -> str:
    """All that the ledger holds, as text."""
    with ledger.transaction(desk.database_url) as connection:
        tables = connection.execute(text("select tablename from pg_tables where schemaname = 'public'")).scalars().all()
        return "".join(str(connection.execute(text(f"select * from {name}")).all()) for name in tables)  # noqa: S608


def test_stories_come_once(agency, source, caplog):
    """What lies there is published once, also beside what cannot be read; no record shows the password."""
    caplog.set_level(logging.DEBUG)
    desk = agency(source)
    source.put("one")
    source.put("odd", b"<html><body>Not found</body></html>")
    source.put("void", b"")
    first = desk.run(0)
    assert (failures(first), first.counts["published"], first.counts["quarantined"]) == ([], 1, 2)
    assert "'empty'" in everything(desk)
    second = desk.run(1)
    assert (failures(second), sum(second.counts.values())) == ([], 0)
    source.put("two")
    third = desk.run(2)
    assert (failures(third), third.counts["published"]) == ([], 1)
    assert set(desk.rows()) == {"urn:one", "urn:two"}
    paths = [path.as_posix() for path in desk.layout.store.root.rglob("*")]
    assert PASSWORD not in caplog.text + everything(desk) + str(first) + str(paths)


@pytest.mark.parametrize("source", ["sftp", "file"], indirect=True)
def test_a_file_that_is_read_half_is_read_whole_later(agency, source, folder):
    """A file that grew after it was read is read again: no half story stays, and no run is red for it."""
    desk = agency(source)
    whole = atom([story("one"), story("two")])
    with (folder / "slow.xml").open("wb") as upload:
        upload.write(whole[: whole.rindex(b"<entry") + 60])
        upload.flush()
        first = desk.run(0)
        upload.write(whole[upload.tell() :])
    assert (failures(first), first.counts["published"], first.counts["quarantined"]) == ([], 1, 1)
    second = desk.run(1)
    assert (failures(second), second.counts["published"]) == ([], 1)
    assert set(desk.rows()) == {"urn:one", "urn:two"}
    assert failures(desk.run(2)) == []


@pytest.mark.parametrize("source", ["file", "imaps"], indirect=True)
def test_a_backlog_comes_over_several_runs_and_outlives_a_crash(agency, source):
    """More than one pull may take is told; what a run that died after its pull took is taken again."""
    from newswire.pipeline.pull import pull  # noqa: PLC0415

    desk = agency(source, max_documents=2)
    for name in ("one", "two", "three"):
        source.put(name)
    assert len(pull(desk.place, desk.interval(0)).receipts) == 2
    assert failures(desk.run(1)) == ["too_many"]
    assert failures(desk.run(2)) == []
    assert set(desk.rows()) == {"urn:one", "urn:two", "urn:three"}


def test_a_server_that_is_not_known_is_not_pulled(agency, folder):
    """Another host key is the feed's failure; with the right one, a cleared run fetches it."""
    with sftp_serving(folder) as server:
        feed = {"url": server.url("/"), "connection": "agency", "host_keys": [server.fingerprint]}
        _put(folder)("one")
        desk = agency(Source(feed, None), host_keys=["SHA256:" + "A" * 43])
        assert failures(desk.run(0)) == ["host_key"]
        agency(Source(feed, None))
        assert failures(desk.run(0)) == []
        assert set(desk.rows()) == {"urn:one"}


def test_a_retry_of_a_folder_asks_for_article_pages_that_did_not_come(agency, wire, file):
    """Entries in files lead to pages too; the same pull tried again fetches what failed and no file."""
    from newswire.pipeline.pull import pull  # noqa: PLC0415

    desk = agency(file, follow="article_page", allow_private_addresses=True)
    link = f"{wire.root}/one.html"
    file.put("one", atom([story("one").replace("https://example.org/one", link)]))
    pull(desk.place, desk.interval(0))
    wire.feeds["/one.html"] = PAGE.encode()
    assert failures(desk.run(0)) == []
    assert wire.asked == {"/one.html": 2}
    assert set(desk.rows()) == {"urn:one"}


def test_a_payload_leads_nowhere_but_to_the_web(agency, wire, file, monkeypatch):
    """A link to a file, a mailbox or a server of files is not followed, whatever a parser makes of it."""
    from newswire import formats  # noqa: PLC0415

    parse = formats.parse
    monkeypatch.setattr(formats, "parse", lambda *args: replace(parse(*args), links=(file.feed["url"],)))
    desk = agency(file, follow="article_page")
    file.put("one")
    assert failures(desk.run(0)) == ["foreign_link"]
    assert wire.asked == {}


# Drop folders


def lying(folder):
    """How many files lie where, without locks."""
    return {
        name: len([p for p in (folder / name).glob("*") if p.suffix == ".xml"])
        for name in ("claimed", "done", "failed")
    }


def test_dropped_files_end_up_done_or_failed(agency, drop, folder):
    """With the end of the run, what was read is done, what was refused has failed, and nothing is left."""
    desk = agency(drop)
    drop.put("one")
    drop.put("odd", b"<html><body>Not found</body></html>")
    drop.put("large", b"x" * 2000)
    agency(drop, max_bytes=1500)
    assert failures(desk.run(0)) == ["too_large"]
    assert lying(folder) == {"claimed": 0, "done": 1, "failed": 2}
    assert list(folder.glob("*.xml")) == []


def test_a_file_stays_claimed_until_its_entries_have_outcomes(agency, drop, folder):
    """A run that dies after its pull leaves its files claimed; the next run brings them to their end."""
    from newswire.pipeline.pull import pull  # noqa: PLC0415

    desk = agency(drop)
    drop.put("one")
    pull(desk.place, desk.interval(0))
    assert lying(folder) == {"claimed": 1, "done": 0, "failed": 0}
    desk.run(1)
    assert lying(folder) == {"claimed": 0, "done": 1, "failed": 0}
    assert set(desk.rows()) == {"urn:one"}


def test_a_run_that_dies_before_it_lets_go_is_made_up_for(agency, drop, folder, monkeypatch):
    """A file that is accounted for but still claimed is moved by the next run, and not read again."""
    desk = agency(drop)
    drop.put("one")
    with monkeypatch.context() as patch:
        patch.setattr("newswire.transport.drop.release", lambda *_: None)
        desk.run(0)
    assert lying(folder)["claimed"] == 1
    assert sum(desk.run(1).counts.values()) == 0
    assert lying(folder) == {"claimed": 0, "done": 1, "failed": 0}


def test_a_name_that_is_dropped_every_hour_is_another_story_every_time(agency, drop, folder):
    """The same file name is taken anew whenever it is dropped."""
    desk = agency(drop)
    for hour, name in enumerate(("one", "two")):
        (folder / "latest.xml").write_bytes(atom([story(name)]))
        desk.run(hour)
    assert set(desk.rows()) == {"urn:one", "urn:two"}
    assert lying(folder)["done"] == 2


def test_an_html_page_instead_of_a_feed_is_the_feeds_failure(desk, wire):
    """An error page with status 200 on the web fails its feed, and is kept."""
    wire.feeds["/a.xml"] = b"<!doctype html><html><body><h1>Service unavailable</h1></body></html>"
    assert failures(desk.run(0)) == ["html_instead_of_feed"]
    assert any(path.is_file() for path in desk.layout.store.path("landing").rglob("*.zst"))
