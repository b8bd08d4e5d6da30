"""Kills: whom they hit, in whatever order story and kill arrive, and what a person may do about them."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest
from tests.pipeline.conftest import HOUR, NINE, PARAGRAPH, Desk, kill, partner_file, story

from newswire import ledger
from newswire.errors import RulingRefused
from newswire.ledger import graves, reviews
from newswire.ledger.tables import items
from newswire.pipeline.publish import publish
from newswire.pipeline.pull import pull
from newswire.pipeline.refine import refine
from newswire.pipeline.rulings import answer_review, lift_tombstone
from newswire.pipeline.sweep import sweep
from newswire.pipeline.validate import validate
from newswire.pipeline.verify import verify

pytestmark = pytest.mark.ledger


def standing(desk: Desk, name: str) -> tuple[str, str]:
    """What an item is now, and the first reason."""
    with ledger.transaction(desk.database_url) as connection:
        row = connection.execute(items.select().where(items.c.item_id == name)).one()
    return row.state, row.reasons[0]


def sound(desk: Desk) -> bool:
    return verify(desk.layout, desk.database_url, payloads=True).problems == ()


def notice(name: str, *, hour: int, replaces: str = "", link: str = "") -> str:
    """A kill notice: an entry of its own that acts on another."""
    said = story(name, hour=hour, terms="kill", text="Editors: kill it.")
    acts_on = f"<dcterms:replaces>{replaces}</dcterms:replaces>" if replaces else ""
    return said.replace(f"https://example.org/{name}", link or "https://example.org/notices/").replace(
        "<link", f"{acts_on}<link"
    )


def message(slug: str, number: int, *, hour: int = 0, heading: str = "Quay works begin =") -> bytes:
    """A message of IPTC 7901, sent ``hour`` hours after nine."""
    sent = NINE + hour * HOUR
    text = f"{PARAGRAPH * 4}\r\n\r\nIt was told in full.\r\n"
    head = f"\x01tpa{number:03d} 4 i 5\r\n\r\n{slug}\r\n\x02{heading}\r\n\r\n"
    return f"{head}{text}\x03{sent:%d%H%M} GMT {sent:%b} {sent:%y}\r\n\x04".encode("latin-1")


KILLS = {
    "its own id": kill("one", hour=2),
    "a reference": notice("two", hour=2, replaces="urn:one"),
    "an address": notice("two", hour=2, link="https://example.org/one"),
    "a reference that is an address": notice("two", hour=2, replaces="https://example.org/one"),
}


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
@pytest.mark.parametrize("by", KILLS, ids=lambda by: by.replace(" ", "-"))
def test_a_kill_hits_in_every_order(desk, wire, by, order):
    """Two versions of a story and its kill, in any order: nothing is readable once the kill was seen, nor later."""
    editions = [[story("one")], [story("one", hour=1, text="More.")], [KILLS[by]]]
    seen = False
    for hour, edition in enumerate(order):
        wire.feeds["/a.xml"] = editions[edition]
        desk.run(hour)
        seen = seen or edition == 2
        assert not seen or desk.rows() == {}
    assert standing(desk, "urn:one") == ("withdrawn", "tombstone")
    assert sound(desk)


def nitf(name: str, number: int, docdata: str = "", key: str = "", attributes: str = "") -> bytes:
    """A document whose id is its key and the number of its version."""
    issued = (NINE + number * HOUR).strftime("%Y%m%dT%H%M%SZ")
    about = f'<doc-id id-string="{name}"/><date.issue norm="{issued}"/>{key}{docdata}'
    head = f"<head><docdata {attributes}>{about}</docdata></head>"
    text = f"<body><body.head><hedline><hl1>Quay works</hl1></hedline></body.head><body.content><p>{PARAGRAPH}</p>"
    return f'<nitf baselang="en">{head}{text}<p>{number}</p></body.content></body></nitf>'.encode()


TAKES_BACK = 'management-doc-idref="quay_1" management-idref-status="canceled"'
BY_OLD_ID = {
    "a notice of its own that names versions so": (
        nitf("kill_1", 3, "", '<du-key key="kill"/>', TAKES_BACK),
        "tombstone",
    ),
    "a notice that does not tell": (nitf("N-9", 3, attributes=TAKES_BACK), "kill_suspected"),
    "a version of the story": (nitf("quay_3", 3, "", '<du-key key="quay"/>', TAKES_BACK), "reissue_after_kill"),
}


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
@pytest.mark.parametrize("by", BY_OLD_ID, ids=lambda by: by.replace(" ", "-"))
def test_a_kill_that_names_an_old_version_hits_the_story(desk, wire, by, order):
    """Nothing of it is readable any more; where the kill does not tell whom it means, a person is asked."""
    raw, reason = BY_OLD_ID[by]
    editions = [nitf(f"quay_{number}", number, "", '<du-key key="quay"/>') for number in (1, 2)] + [raw]
    seen = False
    for hour, edition in enumerate(order):
        wire.feeds["/a.xml"] = editions[edition]
        desk.run(hour)
        seen = seen or edition == 2
        assert not (seen and any(row["item_id"] == "quay" for row in desk.rows().values()))
    assert standing(desk, "quay")[1] == reason
    assert sound(desk)


WITHHOLDS = 'management-doc-idref="{}" management-idref-status="withheld"'


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
@pytest.mark.parametrize(
    "ids",
    [("quay_{}", '<du-key key="quay"/>', "kill_suspected"), ("quay", "", "withheld")],
    ids=["versions", "no-versions"],
)
def test_what_withholds_a_story_by_reference_holds_it(desk, wire, order, ids):
    """In any order; of a story whose versions count a person is asked, of any other a later version decides anew."""
    name, key, reason = ids
    by = nitf("kill_1", 3, "", '<du-key key="kill"/>', WITHHOLDS.format(name.format(1)))
    editions = [nitf(name.format(number), number, "", key) for number in (1, 2)] + [by]
    seen = False

    def is_readable():
        return any(row["item_id"] == "quay" for row in desk.rows().values())

    for hour, edition in enumerate(order):
        wire.feeds["/a.xml"] = editions[edition]
        desk.run(hour)
        seen = seen or edition == 2
        assert not (seen and is_readable())
    assert standing(desk, "quay")[1] == reason
    assert sound(desk)
    wire.feeds["/a.xml"] = nitf(name.format(4), 4, "", key)
    desk.run(4)
    assert is_readable() == (reason == "withheld")
    if reason == "kill_suspected":
        with ledger.transaction(desk.database_url) as connection:
            [review] = reviews.listed(connection)
        assert "withholds" in review.question
        answer_review(desk.place, review.review_id, "no", by="selin")
        sweep(desk.place)
        assert is_readable()


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_a_kill_hits_in_every_order_of_backfill(desk, wire, order):
    """The same from an archive, its intervals filled in any order and then all of them again."""
    file = partner_file(wire)
    file["feeds"]["a"] |= {"url": f"{wire.root}/none.xml", "archive": f"{wire.root}/{{start}}.xml"}
    desk.configure(file)
    editions = [[story("one")], [story("one", hour=1, text="More.")], [kill("one", hour=2)]]
    for hour, edition in enumerate(editions):
        wire.feeds[f"/{(NINE + (hour - 1) * HOUR).strftime('%Y-%m-%dT%H:%M:%SZ')}.xml"] = edition
    for hour in (*order, *range(3)):
        desk.run(hour, late=timedelta(days=3))
        assert hour != 2 or desk.rows() == {}
    assert desk.rows() == {}
    assert sound(desk)


def test_a_kill_during_a_running_backfill_wins(desk, wire):
    """A backfill that decided before the kill was seen, and publishes after it, publishes nothing of the story."""
    wire.feeds["/a.xml"] = [story("one"), story("three")]
    desk.run(0)
    again = validate(desk.place, refine(desk.place, pull(desk.place, desk.interval(0))))
    wire.feeds["/a.xml"] = [story("one", hour=1, text="More."), story("three")]
    desk.now = NINE + HOUR + timedelta(minutes=1)
    staged = validate(desk.place, refine(desk.place, pull(desk.place, desk.interval(1))))
    wire.feeds["/a.xml"] = [notice("two", hour=2, link="https://example.org/one")]
    desk.run(2)
    publish(desk.place, staged)
    publish(desk.place, again)
    assert set(desk.rows()) == {"urn:three"}
    assert sound(desk)


def test_a_package_s_kill_spares_its_members(desk, wire):
    """A killed item takes nothing with it that it only links to."""
    related = (
        '<link rel="related" href="https://example.org/one"/><link rel="via" href="https://example.org/two"/><link h'
    )
    package = story("package", hour=1, terms="kill").replace("<link h", related)
    wire.feeds["/a.xml"] = [story("one"), story("two"), story("package")]
    desk.run(0)
    wire.feeds["/a.xml"] = [package]
    desk.run(1)
    assert set(desk.rows()) == {"urn:one", "urn:two"}


def test_the_front_page_is_no_story_s_address(desk, wire):
    """A kill notice that links to the agency's front page kills by its reference alone."""
    front = "https://example.org/"
    wire.feeds["/a.xml"] = [story("one"), story("two").replace("https://example.org/two", front)]
    desk.run(0)
    wire.feeds["/a.xml"] = [notice("three", hour=1, replaces="urn:one", link=front)]
    desk.run(1)
    assert set(desk.rows()) == {"urn:two"}


def test_a_notice_is_never_published(desk, wire):
    """A kill notice has its outcome and no row, also where it hits nothing."""
    wire.feeds["/a.xml"] = [notice("two", hour=0, replaces="urn:nobody")]
    desk.run(0)
    assert desk.rows() == {}
    assert standing(desk, "urn:two")[0] == "withdrawn"


def test_a_reissue_waits_for_a_person(desk, wire):
    """A usable version that was updated after the kill is held for review; a copy of what was killed is withdrawn."""
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    wire.feeds["/a.xml"] = [kill("one", hour=1)]
    desk.run(1)
    wire.feeds["/a.xml"] = [story("one", hour=2, text="Now without the mistake.")]
    desk.run(2)
    assert standing(desk, "urn:one") == ("held", "reissue_after_kill")
    assert desk.rows() == {}


@pytest.mark.parametrize("terms", ["correction", "update"])
def test_a_held_correction_removes_and_a_held_update_leaves(desk, wire, terms):
    """A new version that is held takes the earlier one away if it is a correction, else leaves it, flagged."""
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    foreign = story("one", hour=1, terms=terms, text="Copyright 2026 Northern Wire. All rights reserved.")
    wire.feeds["/a.xml"] = [foreign.replace("(TPA)", "(Reuters)")]
    desk.run(1)
    assert standing(desk, "urn:one")[0] == "held"
    rows = desk.rows()
    assert bool(rows) == (terms == "update")
    assert all(row["update_pending"] for row in rows.values())
    assert sound(desk)


def test_both_decisions_on_a_pending_update_are_kept(desk, wire):
    """While an update is held the decision on the version that stands below it is a row too."""
    from tests.lake import rows_of  # noqa: PLC0415

    wire.feeds["/a.xml"] = [story("one", hour=1, text="Copyright 2026 Northern Wire.").replace("(TPA)", "(Reuters)")]
    desk.run(0)
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(1)
    [row] = desk.rows().values()
    assert row["update_pending"]
    files = desk.layout.store.path("published/decisions").rglob("*.parquet")
    decided = {(r["content_hash"], r["outcome"]) for file in files for r in rows_of(file)}
    assert (row["content_hash"], "publish") in decided
    assert "hold" in {outcome for _, outcome in decided}


def test_usable_after_withheld_is_decided_anew(desk, wire):
    """A story that its provider withheld and releases again is published again."""
    withheld = '<media:status xmlns:media="http://search.yahoo.com/mrss/" state="blocked"/><link'
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    wire.feeds["/a.xml"] = [story("one", hour=1).replace("<link", withheld)]
    desk.run(1)
    assert (standing(desk, "urn:one"), desk.rows()) == (("held", "withheld"), {})
    wire.feeds["/a.xml"] = [story("one", hour=2)]
    desk.run(2)
    assert set(desk.rows()) == {"urn:one"}


def test_media_status_deleted_is_a_takedown(desk, wire):
    """``media:status`` deleted withdraws the story and leaves a tombstone."""
    deleted = '<media:status xmlns:media="http://search.yahoo.com/mrss/" state="deleted"/><link'
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    wire.feeds["/a.xml"] = [story("one", hour=1).replace("<link", deleted)]
    desk.run(1)
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(2)
    assert (standing(desk, "urn:one"), desk.rows()) == (("withdrawn", "tombstone"), {})


def slugged(desk: Desk, wire) -> None:
    file = partner_file(wire)
    file["feeds"]["a"]["format"] = "iptc7901"
    file["feeds"]["b"] = {**file["feeds"]["a"], "url": f"{wire.root}/b.xml"}
    desk.configure(file)
    wire.feeds["/b.xml"] = message("Weather-north/", 900)


def by_slug(desk: Desk) -> dict[str, tuple[str, str]]:
    """State and first reason of every item."""
    with ledger.transaction(desk.database_url) as connection:
        return {row.item_id: (row.state, row.reasons[0]) for row in connection.execute(items.select())}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["kill-last", "kill-first"])
def test_a_kill_by_slug_suspends_and_asks(desk, wire, order, caplog):
    """All stories with the slug are suspended within the run, others stay; an alarm is raised and a person is asked."""
    slugged(desk, wire)
    editions = [message("Harbour-lamp/", 1), message("Harbour-lamp/KILL", 2, hour=1, heading="Kill it =")]
    for hour, edition in enumerate(order):
        wire.feeds["/a.xml"] = editions[edition]
        desk.run(hour)
    assert sorted(by_slug(desk).values()) == [
        ("held", "kill_suspected"),
        ("published", "contract_grants"),
        ("withdrawn", "tombstone"),
    ]
    assert len(desk.rows()) == 1
    assert "suspended on suspicion of a kill" in caplog.text
    with ledger.transaction(desk.database_url) as connection:
        [review] = reviews.listed(connection, "tpa")
    assert (review.kind, review.answer) == ("kill", None)
    assert sound(desk)


@pytest.mark.parametrize(("answer", "state"), [("yes", "withdrawn"), ("no", "published")])
def test_a_person_confirms_or_dismisses_a_suspicion(desk, wire, answer, state):
    """A yes makes it a kill for good; a no brings the story back, and reading the kill again changes nothing."""
    slugged(desk, wire)
    for hour, edition in enumerate((message("Harbour-lamp/", 1), message("Harbour-lamp/KILL", 2, hour=1))):
        wire.feeds["/a.xml"] = edition
        desk.run(hour)
    with ledger.transaction(desk.database_url) as connection:
        [review] = reviews.listed(connection, "tpa")
    [suspect] = [name for name, (_, reason) in by_slug(desk).items() if reason == "kill_suspected"]
    answer_review(desk.place, review.review_id, answer, by="selin")
    sweep(desk.place)
    desk.run(1, late=timedelta(hours=5))
    assert by_slug(desk)[suspect][0] == state
    assert (suspect in desk.rows()) == (answer == "no")
    with ledger.transaction(desk.database_url) as connection:
        grave = graves.graves_of(connection, "tpa", [suspect])[suspect]
        assert reviews.find(connection, review.review_id).answered_by == "selin"
    assert (grave.lifted_by, grave.tombstone.suspected) == (("selin", True) if answer == "no" else (None, False))
    assert sound(desk)


def test_an_old_story_is_no_candidate(desk, wire):
    """A kill by slug suspends the stories of 72 hours; what is older is another story."""
    slugged(desk, wire)
    wire.feeds["/a.xml"] = message("Harbour-lamp/", 1)
    desk.run(0)
    wire.feeds["/a.xml"] = message("Harbour-lamp/KILL", 2, hour=73)
    desk.run(73)
    assert ("held", "kill_suspected") not in by_slug(desk).values()
    assert len(desk.rows()) == 2


def test_only_an_admin_lifts_a_tombstone(desk, wire):
    """Anyone else is refused; lifted by an admin, with the reason kept, a later copy is published again."""
    wire.feeds["/a.xml"] = [kill("one", hour=0)]
    desk.run(0)
    wire.feeds["/a.xml"] = [story("one", hour=1)]
    desk.run(1)
    assert desk.rows() == {}
    with pytest.raises(RulingRefused, match="only an admin"):
        lift_tombstone(desk.place, "urn:one", by="intern", why="please", admins=["selin"])
    lift_tombstone(desk.place, "urn:one", by="selin", why="killed by mistake, agency called", admins=["selin"])
    sweep(desk.place)
    assert set(desk.rows()) == {"urn:one"}
    desk.run(0, late=timedelta(hours=5))
    assert set(desk.rows()) == {"urn:one"}
    with ledger.transaction(desk.database_url) as connection:
        grave = graves.graves_of(connection, "tpa")["urn:one"]
    assert (grave.lifted_by, grave.lifted_because) == ("selin", "killed by mistake, agency called")


def test_a_later_kill_beats_a_lifted_tombstone(desk, wire):
    """A kill observed after the lifting puts the tombstone back in force."""
    wire.feeds["/a.xml"] = [kill("one", hour=0)]
    desk.run(0)
    lift_tombstone(desk.place, "urn:one", by="selin", why="mistake", admins=["selin"])
    wire.feeds["/a.xml"] = [story("one", hour=1)]
    desk.run(1)
    assert set(desk.rows()) == {"urn:one"}
    wire.feeds["/a.xml"] = [kill("one", hour=2)]
    desk.run(2)
    assert desk.rows() == {}
