"""What a run pulls is decided by receipts, whatever Airflow calls the run."""

from __future__ import annotations

import logging
import random
import string
from datetime import timedelta

import pytest
from tests.pipeline.conftest import HOUR, NINE, partner_file, story

from newswire.errors import TransientError
from newswire.pipeline.pull import pull
from newswire.pipeline.work import Run

pytestmark = pytest.mark.ledger


def two_feeds(wire, **changes):
    feed = {"language": "en", "allow_private_addresses": True, "timeout": 60}
    return partner_file(
        wire, feeds={"a": {**feed, "url": f"{wire.root}/a.xml"}, "b": {**feed, "url": f"{wire.root}/b.xml"}}, **changes
    )


def test_the_latest_interval_is_pulled_live(desk, wire):
    """The latest complete interval without a pull gets the live feed."""
    wire.feeds["/a.xml"] = [story("one")]
    assert desk.run(0).mode == "live"
    assert wire.asked["/a.xml"] == 1


def test_the_log_has_a_line_for_each_feed_and_each_failure(desk, wire, caplog):
    """What came of each feed and each story is told in short lines; the log of a task is cut off at the right."""
    desk.configure(two_feeds(wire))
    wire.feeds["/a.xml"] = [story("one")]
    with caplog.at_level(logging.INFO, logger="newswire.pipeline"):
        published = desk.run(0)
    [failed] = published.failed
    told = caplog.messages
    assert {"a: feed landed 1", "b: feed failed 1", "live: published 1"} <= set(told)
    assert f"b failed: {failed.reason}: {failed.detail}" in told
    assert {f"written: {name}" for name in published.partitions} <= set(told)


def test_a_full_disk_is_an_error_to_try_again(desk, wire, monkeypatch):
    """One feed's error is raised as what it is, though all feeds are fetched at once: a task retries by its class."""
    desk.configure(two_feeds(wire))
    wire.feeds["/a.xml"] = [story("one")]

    def full(*_: object) -> None:
        msg = "no room"
        raise TransientError(msg, reason="disk_full")

    monkeypatch.setattr("newswire.pipeline.fetching.landing.land", full)
    with pytest.raises(TransientError, match="no room"):
        pull(desk.place, desk.interval(0))


def test_a_retry_uses_its_receipts(desk, wire):
    """The same run tried again asks for nothing that came before."""
    wire.feeds["/a.xml"] = [story("one")]
    pull(desk.place, desk.interval(0))
    again = pull(desk.place, desk.interval(0))
    assert wire.asked["/a.xml"] == 1
    assert len(again.receipts) == 1


def test_a_reprocessed_interval_is_replayed(desk, wire):
    """A run of an interval that has a complete pull replays it, hours later too, and changes nothing."""
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    before = desk.files()
    wire.feeds["/a.xml"] = [story("two")]
    assert desk.run(0, late=timedelta(hours=5)).mode == "replay"
    assert wire.asked["/a.xml"] == 1
    assert desk.files() == before


def test_a_live_feed_is_never_pulled_into_an_old_interval(desk, wire):
    """An interval that passed without a pull has no source, and the ledger says so."""
    wire.feeds["/a.xml"] = [story("one")]
    assert desk.run(0, late=timedelta(hours=2)).mode == "no_source"
    assert wire.asked == {}


def test_an_old_interval_is_pulled_from_the_archive(desk, wire):
    """A feed with an archive fills an old interval from it, asking for that interval."""
    partner = partner_file(wire)
    partner["feeds"]["a"]["archive"] = f"{wire.root}/archive.xml?from={{start}}&to={{end}}"
    desk.configure(partner)
    wire.feeds["/archive.xml"] = [story("old")]
    assert desk.run(0, late=timedelta(hours=9)).mode == "archive"
    assert list(wire.asked) == ["/archive.xml?from=2026-03-02T08:00:00Z&to=2026-03-02T09:00:00Z"]
    assert set(desk.rows()) == {"urn:old"}


def test_a_manual_run_pulls_live_beside_the_interval(desk, wire):
    """A person's pull is live, observed at its own time, and leaves the interval's pull alone."""
    wire.feeds["/a.xml"] = [story("one", published=None)]
    desk.run(0)
    wire.feeds["/a.xml"] = [story("one", published=None), story("two", published=None)]
    desk.now = NINE + timedelta(minutes=30)
    assert desk.manual().mode == "live"
    assert desk.rows()["urn:two"]["first_observed_at"] == NINE + timedelta(minutes=30)
    assert desk.rows()["urn:one"]["first_observed_at"] == NINE


def test_what_a_manual_run_landed_is_replayed_for_the_hour_it_fell_into(desk, wire):
    """An old interval without a pull of its own replays what a person pulled during it."""
    wire.feeds["/a.xml"] = [story("one")]
    desk.now = NINE + timedelta(minutes=30)
    desk.manual()
    assert desk.run(1, late=timedelta(hours=4)).mode == "replay"


def test_a_failed_feed_leaves_the_others_published(desk, wire):
    """One feed's failure is a receipt with its reason; the other feed is published."""
    desk.configure(two_feeds(wire))
    wire.feeds |= {"/a.xml": [story("one")], "/b.xml": 404}
    published = desk.run(0)
    assert [(f.feed, f.reason) for f in published.failed] == [("b", "not_found")]
    assert set(desk.rows()) == {"urn:one"}


def test_clearing_fetches_only_what_failed(desk, wire):
    """The run tried again, while its interval is the latest, asks the failed feed alone."""
    desk.configure(two_feeds(wire))
    wire.feeds |= {"/a.xml": [story("one")], "/b.xml": 404}
    desk.run(0)
    wire.feeds["/b.xml"] = [story("two")]
    published = desk.run(0, late=timedelta(minutes=20))
    assert published.failed == ()
    assert wire.asked == {"/a.xml": 1, "/b.xml": 2}
    assert set(desk.rows()) == {"urn:one", "urn:two"}


@pytest.mark.parametrize("status", [403, 404, 500])
def test_a_failure_that_has_passed_stays_a_failure(desk, wire, status):
    """A failed feed of an old interval is not pulled live into it: the run says that it failed."""
    desk.configure(two_feeds(wire))
    wire.feeds |= {"/a.xml": [story("one")], "/b.xml": status}
    desk.run(0)
    asked = wire.asked["/b.xml"]
    wire.feeds["/b.xml"] = [story("two")]
    assert [f.feed for f in desk.run(0, late=timedelta(hours=3)).failed] == ["b"]
    assert wire.asked["/b.xml"] == asked


def test_an_unchanged_feed_is_asked_conditionally(desk, wire, passing):
    """A second pull of the same feed gets a 304 and closes without reading or validating anything."""
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    before = len(passing)
    pulled = pull(desk.place, Run(run_id="manual__2"))
    assert (len(pulled.quiet), pulled.receipts) == (1, ())
    desk.run(1)
    assert len(passing) == before


def test_validators_wait_until_every_entry_has_an_outcome(desk, wire):
    """A payload that was landed but not yet decided is asked for in full again."""
    wire.feeds["/a.xml"] = [story("one")]
    pull(desk.place, desk.interval(0))
    desk.now += HOUR
    assert len(pull(desk.place, desk.interval(1)).receipts) == 1


def test_the_same_bytes_land_once(desk, wire):
    """Two pulls of the same bytes leave one file in the landing zone."""
    wire.feeds["/a.xml"] = [story("one")]
    pull(desk.place, desk.interval(0))
    desk.now += HOUR
    pull(desk.place, desk.interval(1))
    assert len(list(desk.layout.store.path("landing").rglob("*.zst"))) == 1


def test_an_unset_variable_fails_that_feed_only(desk, wire):
    """A URL with an unset variable is that feed's failure, naming the variable."""
    partner = two_feeds(wire)
    partner["feeds"]["b"]["url"] = "${nowhere_at_all}/b.xml"
    desk.configure(partner)
    wire.feeds["/a.xml"] = [story("one")]
    [failed] = desk.run(0).failed
    assert "NEWSWIRE_NOWHERE_AT_ALL" in failed.detail


def test_a_name_that_fits_into_no_index_stops_no_run(desk, wire):
    """An entry with an endless id is quarantined, and the story beside it is published."""
    endless = "".join(random.Random(1).choices(string.ascii_letters + string.digits, k=20_000))  # noqa: S311 - no secret
    far = story("far").replace("<title>", f'<link href="https://a.example/{endless}"/><title>', 1)
    wire.feeds["/a.xml"] = [story(endless), far, story("one")]
    published = desk.run(0)
    assert (published.counts["quarantined"], published.counts["published"]) == (1, 2)
