"""From one document of a feed to the next: bounded, without circles, and losing nothing."""

from __future__ import annotations

import json
import logging
from datetime import timedelta

import pytest
from sqlalchemy import text
from tests.pipeline.conftest import HOUR, NINE, PARAGRAPH, Wire, atom, partner_file, story

from newswire import ledger
from newswire.transport import Credentials

pytestmark = pytest.mark.ledger


@pytest.fixture
def other():
    """A server of somebody else."""
    server = Wire()
    yield server
    server.close()


def configured(desk, wire, **changes):
    partner = partner_file(wire)
    partner["feeds"]["a"] |= changes
    desk.configure(partner)


def linked(wire, *pages):
    """Serve pages /1.xml, /2.xml …, each linking to the next; every page is a list of story names."""
    for number, names in enumerate(pages, 1):
        following = {"next": f"{wire.root}/{number + 1}.xml"} if number < len(pages) else {}
        wire.feeds[f"/{number}.xml"] = atom([story(name) for name in names], **following)


def receipts(desk) -> str:
    """Everything that the ledger says of receipts, as text."""
    with ledger.transaction(desk.database_url) as connection:
        return str(connection.execute(text("select * from receipts")).all())


def failures(published):
    return [(failed.feed, failed.reason) for failed in published.failed]


def test_links_lead_to_the_next_pages(desk, wire):
    """RFC 5005 `next` is followed to the last page; a later pull goes only as far as something is new."""
    configured(desk, wire, url=f"{wire.root}/1.xml", paging="links")
    linked(wire, ["three"], ["two"], ["one"])
    assert failures(desk.run(0)) == []
    assert set(desk.rows()) == {"urn:one", "urn:two", "urn:three"}
    linked(wire, ["four"], ["two"], ["one"])
    desk.run(1)
    assert wire.asked == {"/1.xml": 2, "/2.xml": 2, "/3.xml": 1}
    desk.run(2)
    assert wire.asked == {"/1.xml": 3, "/2.xml": 2, "/3.xml": 1}


def test_a_json_feed_names_its_next_page(desk, wire):
    """`next_url` of JSON Feed is followed as RFC 5005 `next` is."""
    configured(desk, wire, url=f"{wire.root}/1.json", paging="links")
    for number, name in ((1, "two"), (2, "one")):
        item = {"id": f"urn:{name}", "title": f"Quay works begin at {name}", "content_text": PARAGRAPH * 4}
        page = {"version": "https://jsonfeed.org/version/1.1", "title": "t", "language": "en", "items": [item]}
        page |= {"next_url": f"{wire.root}/2.json"} if number == 1 else {}
        wire.feeds[f"/{number}.json"] = json.dumps(page).encode()
    assert failures(desk.run(0)) == []
    assert set(desk.rows()) == {"urn:one", "urn:two"}


def test_pages_are_not_followed_unasked(desk, wire):
    """Without `paging`, one document is pulled."""
    configured(desk, wire, url=f"{wire.root}/1.xml")
    linked(wire, ["two"], ["one"])
    desk.run(0)
    assert wire.asked == {"/1.xml": 1}


def test_pages_in_a_circle_end(desk, wire, caplog):
    """A page that leads back to one that was read ends the walk, and nothing has failed."""
    configured(desk, wire, url=f"{wire.root}/1.xml", paging="links")
    wire.feeds["/1.xml"] = atom([story("one")], next=f"{wire.root}/2.xml")
    wire.feeds["/2.xml"] = atom([story("two")], next=f"{wire.root}/1.xml")
    assert failures(desk.run(0)) == []
    assert wire.asked == {"/1.xml": 1, "/2.xml": 1}
    assert "lead back" in caplog.text


def test_pages_are_bounded(desk, wire):
    """No more than `max_pages` are read; after the first pull, what is left out is told."""
    configured(desk, wire, url=f"{wire.root}/1.xml", paging="links", max_pages=2)
    linked(wire, ["c"], ["b"], ["a"])
    assert failures(desk.run(0)) == []
    linked(wire, ["f"], ["e"], ["d"])
    assert failures(desk.run(1)) == [("a", "too_many_pages")]
    assert wire.asked["/3.xml"] == 0
    assert failures(desk.run(2)) == []


def test_pages_are_bounded_in_bytes(desk, wire):
    """The walk ends when `max_total_bytes` have landed."""
    configured(desk, wire, url=f"{wire.root}/1.xml", paging="links", max_total_bytes=10)
    linked(wire, ["b"], ["a"])
    desk.run(0)
    assert wire.asked == {"/1.xml": 1}


def test_a_page_that_failed_is_asked_for_again(desk, wire):
    """A later pull walks the whole chain again, although its first page has not changed."""
    configured(desk, wire, url=f"{wire.root}/1.xml", paging="links")
    linked(wire, ["three"], ["two"], ["one"])
    wire.feeds["/3.xml"] = 404
    assert failures(desk.run(0)) == [("a", "not_found")]
    linked(wire, ["three"], ["two"], ["one"])
    assert failures(desk.run(1)) == []
    assert set(desk.rows()) == {"urn:one", "urn:two", "urn:three"}


def test_a_retry_goes_on_where_the_pages_stopped(desk, wire):
    """The same pull tried again asks for the page that failed and for none that came."""
    configured(desk, wire, url=f"{wire.root}/1.xml", paging="links")
    linked(wire, ["two"], ["one"])
    wire.feeds["/2.xml"] = 404
    desk.run(0)
    linked(wire, ["two"], ["one"])
    assert failures(desk.run(0, late=timedelta(minutes=20))) == []
    assert wire.asked == {"/1.xml": 1, "/2.xml": 2}
    assert set(desk.rows()) == {"urn:one", "urn:two"}


@pytest.mark.parametrize("end", [404, [], "repeat"])
def test_numbered_pages_end(desk, wire, end):
    """`{page}` counts from 1 until there is no page, an empty one, or one that was sent before."""
    configured(desk, wire, url=f"{wire.root}/a.xml?page={{page}}")
    wire.feeds["/a.xml?page=1"] = [story("two")]
    wire.feeds["/a.xml?page=2"] = [story("one")]
    wire.feeds["/a.xml"] = [story("one")] if end == "repeat" else end
    assert failures(desk.run(0)) == []
    assert wire.asked == {f"/a.xml?page={number}": 1 for number in (1, 2, 3)}
    assert set(desk.rows()) == {"urn:one", "urn:two"}


def test_a_feed_without_its_first_page_has_failed(desk, wire):
    """A missing first page is a failure, not an end."""
    configured(desk, wire, url=f"{wire.root}/a.xml?page={{page}}")
    assert failures(desk.run(0)) == [("a", "not_found")]


@pytest.mark.parametrize(
    "how",
    [
        ("basic", "authorization", "Basic dXM6czNjcmV0LWtleQ=="),
        ("bearer", "authorization", "Bearer s3cret-key"),
        ("header:X-Api-Key", "x-api-key", "s3cret-key"),
    ],
)
def test_credentials_stay_on_the_feeds_origin(desk, wire, other, caplog, how):
    """Pages of the same server get them, those of another get none, and no record shows them."""
    caplog.set_level(logging.DEBUG)
    auth, *said = how
    configured(desk, wire, url=f"{wire.root}/1.xml", paging="links", auth=auth, connection="agency")
    secret = Credentials(login="us", password="s3cret-key")
    desk.place = desk.with_credentials({"agency": secret})
    wire.feeds["/1.xml"] = atom([story("three")], next=f"{wire.root}/2.xml")
    wire.feeds["/2.xml"] = atom([story("two")], next=f"{other.root}/3.xml")
    other.feeds["/3.xml"] = atom([story("one")])
    assert failures(desk.run(0)) == []
    assert [tuple(said) in wire.heard[path].items() for path in ("/1.xml", "/2.xml")] == [True, True]
    assert not {"authorization", "x-api-key"} & set(other.heard["/3.xml"])
    assert "s3cret" not in caplog.text + receipts(desk) + repr(secret)


def test_a_key_in_the_query_is_written_nowhere(desk, wire, monkeypatch, caplog):
    """Neither a connection's key nor a variable's shows in receipts and logs, also where the server repeats it."""
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("NEWSWIRE_SITE_KEY", "s3cret-site")
    configured(desk, wire, url=f"{wire.root}/1.xml?s=${{site_key}}", auth="query:k", connection="c", paging="links")
    desk.place = desk.with_credentials({"c": Credentials(password="s3cret/key")})
    asked = "/1.xml?s=s3cret-site&k=s3cret%2Fkey"
    wire.feeds["/1.xml"] = atom([story("two")], next=f"{wire.root}/2.xml?s=s3cret-site&k=s3cret%2Fkey")
    wire.feeds["/2.xml"] = atom([story("one")])
    assert failures(desk.run(0)) == []
    assert list(wire.asked) == [asked, asked.replace("1", "2")]
    desk.run(1)
    assert wire.asked[asked] == 2
    assert wire.heard[asked]["if-none-match"]
    wire.feeds |= {"/1.xml": 403}
    desk.run(2)
    assert "s3cret" not in caplog.text + receipts(desk)
    assert "/1.xml?s=${site_key}&k=${connection}" in receipts(desk)


def test_a_variable_that_is_no_secret_may_be_as_short_as_it_likes(desk, wire, monkeypatch):
    """A value that also stands in the host does no harm there."""
    monkeypatch.setenv("NEWSWIRE_N", "1")
    configured(desk, wire, url=f"{wire.root}/1.xml?n=${{n}}", paging="links")
    wire.feeds["/1.xml"] = atom([story("two")], next=f"{wire.root}/2.xml?n=1&from=21")
    wire.feeds["/2.xml"] = atom([story("one")])
    assert failures(desk.run(0)) == []
    assert list(wire.asked) == ["/1.xml?n=1", "/2.xml?n=1&from=21"]


def test_a_connection_for_another_host_is_not_sent(desk, wire):
    """Credentials that name their host go nowhere else, whatever a partner file says."""
    configured(desk, wire, connection="agency")
    desk.place = desk.with_credentials({"agency": Credentials(password="s3cret", host="sftp.agency.example")})
    assert failures(desk.run(0)) == [("a", "connection_elsewhere")]
    assert wire.asked == {}


def test_the_command_line_takes_connections_from_the_environment(desk, wire, monkeypatch, capsys):
    """`bin/newswire run` logs in with NEWSWIRE_CONN_…, and prints nothing of it."""
    from newswire.cli import main  # noqa: PLC0415

    configured(desk, wire, connection="agency", auth="bearer")
    wire.feeds["/a.xml"] = [story("one")]
    monkeypatch.setenv("NEWSWIRE_PARTNERS", str(desk.folder))
    monkeypatch.setenv("NEWSWIRE_LAKE", str(desk.layout.store.root))
    monkeypatch.setenv("NEWSWIRE_DATABASE_URL", desk.database_url)
    monkeypatch.setenv("NEWSWIRE_CONN_AGENCY", "http://:s3cret-token@127.0.0.1")
    assert main(["run", "tpa"]) == 0
    assert wire.heard["/a.xml"]["authorization"] == "Bearer s3cret-token"
    assert "s3cret" not in "".join(capsys.readouterr()) + receipts(desk)
    assert set(desk.rows()) == {"urn:one"}


def test_a_missing_connection_fails_its_feed_alone(desk, wire):
    """The failure names the connection and how to set it."""
    partner = partner_file(wire)
    partner["feeds"]["b"] = partner["feeds"]["a"] | {"connection": "nobody_set_this"}
    desk.configure(partner)
    wire.feeds["/a.xml"] = [story("one")]
    [failed] = desk.run(0).failed
    assert (failed.feed, failed.reason) == ("b", "connection_missing")
    assert "NEWSWIRE_CONN_NOBODY_SET_THIS" in failed.detail
    assert set(desk.rows()) == {"urn:one"}


def archived(wire, live, *documents):
    """Serve a live feed whose archive documents are given newest first, each a list of (story, hour)."""
    names = [f"/archive-{number}.xml" for number in range(len(documents))]
    for name, older, stories in zip(names, [*names[1:], None], documents, strict=True):
        links = {"prev_archive": f"{wire.root}{older}"} if older else {}
        entries = [story(key, hour=hour, published=NINE + hour * HOUR) for key, hour in stories]
        wire.feeds[name] = atom(entries, **links)
    wire.feeds["/a.xml"] = atom(live, prev_archive=f"{wire.root}{names[0]}")


def test_an_old_interval_comes_from_the_archive_documents(desk, wire):
    """RFC 5005 `prev-archive` is followed to the interval's documents and no further; the live one is not landed."""
    configured(desk, wire, archive="prev-archive")
    archived(wire, [story("live")], [("c", 5)], [("b", 0), ("b2", -0.5)], [("a", -5)], [("z", -9)])
    published = desk.run(0, late=timedelta(hours=9))
    assert (published.mode, failures(published)) == ("archive", [])
    assert set(desk.rows()) == {"urn:b", "urn:b2"}
    assert "/archive-3.xml" not in wire.asked
    assert desk.run(0, late=timedelta(hours=10)).mode == "replay"


def test_an_interval_that_no_archive_document_touches_is_empty(desk, wire):
    """Nothing is landed for it, and it counts as pulled."""
    configured(desk, wire, archive="prev-archive")
    archived(wire, [], [("c", 5)], [("a", -5)])
    assert failures(desk.run(0, late=timedelta(hours=9))) == []
    assert desk.rows() == {}
    assert desk.run(0, late=timedelta(hours=10)).mode == "replay"


@pytest.mark.parametrize(("limit", "reason"), [(1, "too_many_pages"), (20, "not_found")])
def test_an_archive_that_cannot_be_walked_to_its_place_has_failed(desk, wire, limit, reason):
    """Too many documents, or one that is missing: the run says so, and a cleared run walks again."""
    configured(desk, wire, archive="prev-archive", max_pages=limit)
    archived(wire, [], [("c", 5)], [("b", -0.5)])
    gone = wire.feeds.pop("/archive-1.xml")
    assert failures(desk.run(0, late=timedelta(hours=9))) == [("a", reason)]
    wire.feeds["/archive-1.xml"] = gone
    configured(desk, wire, archive="prev-archive")
    assert failures(desk.run(0, late=timedelta(hours=10))) == []
    assert set(desk.rows()) == {"urn:b"}


def test_an_archive_of_dated_folders(desk, wire, tmp_path):
    """Every day that the interval touches is read, in the partner's zone; a day without a folder is no failure."""
    configured(desk, wire, archive=f"file://{tmp_path}/wire/{{date:%Y/%m/%d}}")
    partner = partner_file(wire) | {"timezone": "Pacific/Auckland", "schedule": "0 9 * * *"}
    partner["feeds"]["a"]["archive"] = f"file://{tmp_path}/wire/{{date:%Y/%m/%d}}"
    desk.configure(partner)
    folder = tmp_path / "wire/2026/03/02"
    folder.mkdir(parents=True)
    (folder / "x.xml").write_bytes(atom([story("one")]))
    assert failures(desk.run(0, late=timedelta(days=9))) == []
    assert set(desk.rows()) == {"urn:one"}
    (folder / "x.xml").unlink()
    folder.rmdir()
    assert failures(desk.run(24, late=timedelta(days=9))) == [("a", "not_found")]


def test_a_listing_that_was_cut_short_is_gone_through_again(desk, wire, tmp_path, monkeypatch):
    """A pull that dies between two files of a folder is completed by its next try."""
    from newswire.lake import landing  # noqa: PLC0415

    (tmp_path / "in").mkdir()
    for name in ("one", "two"):
        (tmp_path / "in" / f"{name}.xml").write_bytes(atom([story(name)]))
    configured(desk, wire, url=f"file://{tmp_path}/in")
    land, calls = landing.land, []

    def dies(*args):
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return land(*args)

    monkeypatch.setattr(landing, "land", dies)
    with pytest.raises(KeyboardInterrupt):
        desk.run(0)
    assert failures(desk.run(0, late=timedelta(minutes=9))) == []
    assert set(desk.rows()) == {"urn:one", "urn:two"}
