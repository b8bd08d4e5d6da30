"""What a sweep promises: everything happens at its time, what must leave leaves, and nothing comes back unasked."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.pipeline.conftest import EITHER, HOUR, NINE, Desk, dying_in, kill, partner_file, story

import newswire
from newswire import ledger, quality
from newswire.config import Settings, load_partners
from newswire.errors import BatchRefused, LakeCorrupt, SweepFailed
from newswire.ledger.tables import changes, contracts, decisions, items, reviews
from newswire.model import Outcome
from newswire.pipeline.commit import Committer
from newswire.pipeline.rewrite import Partitions
from newswire.pipeline.rulings import add_override, answer_review
from newswire.pipeline.sweep import Swept, raise_for_failed, sweep, sweep_all
from newswire.pipeline.verify import verify
from newswire.quality import Report

pytestmark = pytest.mark.ledger

MICROSECOND = timedelta(microseconds=1)


def state(desk: Desk, name: str) -> str:
    with ledger.transaction(desk.database_url) as connection:
        return connection.execute(items.select().where(items.c.item_id == f"urn:{name}")).one().state


def sound(desk: Desk) -> bool:
    return verify(desk.layout, desk.database_url, payloads=True).problems == ()


def terms(wire, **changed: object) -> dict[str, object]:
    """The partner file with changed contract terms."""
    file = partner_file(wire)
    file["contracts"] = [{**file["contracts"][0], **changed}]
    return file


def swept_at(desk: Desk, now: datetime) -> Swept:
    desk.now = now
    return sweep(desk.place)


@EITHER
def test_an_embargo_lapses_at_its_time(desk, wire):
    """A story is held until the last microsecond before T and readable from the first sweep at T, from what landed."""
    until = NINE + 2 * HOUR
    wire.feeds["/a.xml"] = [story("one", embargo=until)]
    desk.run(0)
    assert swept_at(desk, until - MICROSECOND) == Swept(partner="tpa")
    assert desk.rows() == {}
    wire.feeds["/a.xml"] = 500
    [entered] = swept_at(desk, until).entered
    assert [row["article_id"] for row in desk.rows().values()] == [entered]
    assert sound(desk)


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "America/New_York"])
def test_the_machine_s_zone_does_not_move_an_embargo(desk, wire, monkeypatch, zone):
    """An embargo over a change of the clocks is one instant, wherever the machine believes to be."""
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        wire.feeds["/a.xml"] = [
            story("one").replace("<link", "<dcterms:available>2026-03-29T03:30:00+02:00</dcterms:available><link")
        ]
        desk.run(0)
        lapses = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
        assert swept_at(desk, lapses - MICROSECOND).entered == ()
        assert len(swept_at(desk, lapses).entered) == 1
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_clock_set_back_releases_nothing_early(desk, wire):
    """A sweep by a clock that was set back leaves a held story held and a released one as it is."""
    wire.feeds["/a.xml"] = [story("one", embargo=NINE + HOUR), story("two", embargo=NINE + 3 * HOUR)]
    desk.run(0)
    swept_at(desk, NINE + HOUR)
    swept_at(desk, NINE)
    assert set(desk.rows()) == {"urn:one"}
    assert sound(desk)


def test_a_release_is_decided_as_of_then(desk, wire):
    """A story whose contract ended while it was under embargo is not released."""
    desk.configure(terms(wire, delivery_term={"from": "2026-01-01", "until": "2026-03-02"}))
    wire.feeds["/a.xml"] = [story("one", embargo=NINE + 48 * HOUR)]
    desk.run(0)
    assert swept_at(desk, NINE + 48 * HOUR).entered == ()
    assert state(desk, "one") == "rejected"


def test_a_release_is_validated(desk, wire, monkeypatch):
    """A released row that fails validation is quarantined, not readable."""
    wire.feeds["/a.xml"] = [story("one", embargo=NINE + HOUR)]
    desk.run(0)

    def validate(rows, **_):
        bad = {r["article_id"]: ("body_length",) for r in rows.to_pylist()}
        return Report(success=True, failed_rows=bad, batch_failures=(), docs="none")

    monkeypatch.setattr(quality, "validate", validate)
    assert len(swept_at(desk, NINE + HOUR).quarantined) == 1
    assert (state(desk, "one"), desk.rows()) == ("quarantined", {})


@pytest.mark.parametrize(
    ("changed", "later", "reason"),
    [
        ({"delivery_term": {"from": "2026-01-01", "until": "2026-03-02"}}, timedelta(hours=15), "no_contract"),
        ({"retention": "10d"}, timedelta(days=10), "retention_ended"),
    ],
)
def test_what_the_contract_ends_leaves_at_that_time(desk, wire, changed, later, reason):
    """The end of a term and of a retention remove a story, and the ledger proves what left, when and why."""
    desk.configure(terms(wire, **changed))
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    swept_at(desk, NINE + later - MICROSECOND)
    [row] = desk.rows().values()
    assert row["expires_at"] == NINE + later
    assert swept_at(desk, NINE + later).left == (row["article_id"],)
    assert desk.rows() == {}
    with ledger.transaction(desk.database_url) as connection:
        entry, departure = connection.execute(changes.select().order_by(changes.c.change_id)).all()
        decided = connection.execute(decisions.select().where(decisions.c.decision_id == departure.decision_id)).one()
    assert departure.row_before == entry.row_after is not None
    assert (departure.row_after, departure.reasons[0], departure.cause) == (None, reason, "sweep")
    assert departure.left_at == NINE + later
    assert decided.as_of == NINE + later
    assert sound(desk)


def test_what_expires_leaves_with_the_sweep(desk, wire):
    """A story past its own expiry is out of the file after the sweep."""
    ends = (NINE + HOUR).isoformat()
    valid = f"<dcterms:valid>end={ends}; scheme=W3C-DTF</dcterms:valid><link"
    wire.feeds["/a.xml"] = [story("one").replace("<link", valid)]
    desk.run(0)
    assert len(desk.rows()) == 1
    assert len(swept_at(desk, NINE + HOUR).left) == 1
    assert desk.rows() == {}


def test_changed_terms_withdraw_without_asking(desk, wire):
    """Narrower terms empty the lake with the next sweep, however many stories leave."""
    wire.feeds["/a.xml"] = [story(name) for name in ("one", "two", "three")]
    desk.run(0)
    desk.configure(terms(wire, languages=["tr"]))
    assert len(sweep(desk.place).left) == 3
    assert (desk.rows(), state(desk, "one")) == ({}, "rejected")
    assert sweep(desk.place) == Swept(partner="tpa")
    assert sound(desk)


def test_changed_terms_change_what_stays(desk, wire):
    """A row that stays carries the contract that allows it now; both versions of the contract are kept."""
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    before = desk.rows()["urn:one"]["contract_hash"]
    desk.configure(terms(wire, obligations=["attribute"]))
    sweep(desk.place)
    row = desk.rows()["urn:one"]
    assert (row["obligations"], row["contract_hash"] != before) == (["attribute"], True)
    with ledger.transaction(desk.database_url) as connection:
        kept = {c.contract_hash: c.terms for c in connection.execute(contracts.select())}
    assert kept.keys() == {before, row["contract_hash"]}
    assert [len(kept[name]["obligations"]) for name in (before, row["contract_hash"])] == [0, 1]


def test_several_contracts_are_kept(desk, wire):
    """Each contract of a partner is kept with its terms."""
    file = partner_file(wire)
    file["contracts"] = [{**file["contracts"][0], "id": name} for name in ("c1", "c2", "c3")]
    desk.configure(file)
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    with ledger.transaction(desk.database_url) as connection:
        kept = connection.execute(contracts.select().order_by(contracts.c.contract_id)).all()
    assert [(c.contract_id, c.terms["id"]) for c in kept] == [("c1", "c1"), ("c2", "c2"), ("c3", "c3")]


def rejected(desk: Desk, wire, count: int) -> None:
    """Stories that no contract covers, then terms that do."""
    wire.feeds["/a.xml"] = [story(f"s{n}") for n in range(count)]
    desk.configure(terms(wire, languages=["tr"]))
    desk.run(0)
    assert desk.rows() == {}
    desk.configure({**partner_file(wire), "mass_reentry": {"stories": 2, "share": 1}})


def test_a_few_stories_come_back_by_themselves(desk, wire):
    """No more than the partner's number enter without a person."""
    rejected(desk, wire, 2)
    assert len(sweep(desk.place).entered) == 2
    assert len(desk.rows()) == 2


def test_many_stories_wait_for_a_yes(desk, wire):
    """More than that wait for a person: no sweep and no run lets them in before; who said yes is kept."""
    rejected(desk, wire, 3)
    found = sweep(desk.place)
    assert (found.entered, found.waiting) == ((), 3)
    assert state(desk, "s0") == "held"
    assert sweep(desk.place) == Swept(partner="tpa")
    desk.run(1)
    assert desk.rows() == {}
    answer_review(desk.place, found.review, "yes", by="selin")
    assert len(sweep(desk.place).entered) == 3
    assert len(desk.rows()) == 3
    with ledger.transaction(desk.database_url) as connection:
        asked = connection.execute(reviews.select()).one()
    assert (asked.answer, asked.answered_by, asked.answered_at) == ("yes", "selin", desk.now)
    assert sound(desk)


def test_a_run_lets_nothing_back_before_the_sweep_has_counted(desk, wire):
    """A run that reads the old stories again under wider terms leaves them to the sweep."""
    rejected(desk, wire, 3)
    wire.feeds["/a.xml"] = [*wire.feeds["/a.xml"], story("new")]
    desk.run(1)
    assert set(desk.rows()) == {"urn:new"}
    assert sound(desk)


def test_a_no_stands_until_the_terms_change(desk, wire):
    """Refused stories stay out; other terms ask again."""
    rejected(desk, wire, 3)
    first = sweep(desk.place).review
    answer_review(desk.place, first, "no", by="selin", note="not agreed yet")
    assert sweep(desk.place).entered == ()
    desk.configure({**terms(wire, obligations=["attribute"]), "mass_reentry": {"stories": 2, "share": 1}})
    second = sweep(desk.place)
    assert (second.entered, second.waiting, second.review != first) == ((), 3, True)


def test_silence_is_a_no(desk, wire):
    """A review that nobody answers in time is closed with a no, and nothing enters."""
    rejected(desk, wire, 3)
    sweep(desk.place)
    desk.now += timedelta(days=4)
    sweep(desk.place)
    with ledger.transaction(desk.database_url) as connection:
        assert connection.execute(reviews.select()).one().answer == "no"
    assert desk.rows() == {}


def test_a_new_version_is_no_reentry(desk, wire):
    """A story that waits for a yes and is sent anew under terms that cover it is published as news."""
    rejected(desk, wire, 3)
    sweep(desk.place)
    wire.feeds["/a.xml"] = [story("s0", hour=1, text="Now with more.")]
    desk.run(1)
    assert set(desk.rows()) == {"urn:s0"}


def test_an_embargo_lapses_though_the_terms_changed(desk, wire):
    """What time alone held is released at its time also if the terms changed meanwhile: it was never out by them."""
    wire.feeds["/a.xml"] = [story(f"s{n}", embargo=NINE + HOUR) for n in range(3)]
    desk.run(0)
    desk.configure({**terms(wire, obligations=["attribute"]), "mass_reentry": {"stories": 0, "share": 0}})
    assert len(swept_at(desk, NINE + HOUR).entered) == 3


def test_an_override_of_other_terms_lets_nothing_back_unasked(desk, wire):
    """A person's yes to a story under terms that are gone is none to its coming back under new ones."""
    wire.feeds["/a.xml"] = [story(f"s{n}").replace("(TPA)", "(Reuters)") for n in range(3)]
    desk.run(0)
    for n in range(3):
        add_override(desk.place, f"urn:s{n}", Outcome.PUBLISH, by="selin", why="agreed", until=NINE + 24 * HOUR)
    assert len(sweep(desk.place).entered) == 3
    desk.configure(terms(wire, languages=["tr"]))
    assert len(sweep(desk.place).left) == 3
    desk.configure({**terms(wire, third_party="allow"), "mass_reentry": {"stories": 2, "share": 1}})
    found = sweep(desk.place)
    assert (found.entered, found.waiting) == ((), 3)


@EITHER
def test_a_sweep_finishes_what_a_crash_left(desk, wire, monkeypatch):
    """Partitions that an interrupted run left to be rewritten are written by the next sweep."""
    wire.feeds["/a.xml"] = [story("one")]
    with dying_in(monkeypatch, Partitions, "_rewrite"):
        desk.run(0)
    assert desk.rows() == {}
    sweep(desk.place)
    assert set(desk.rows()) == {"urn:one"}
    assert desk.layout.objects("decisions", "tpa")
    assert sound(desk)


def test_a_crash_after_a_kill_was_recorded_is_made_good_by_the_sweep(desk, wire, monkeypatch):
    """A run that dies right after it recorded a kill leaves the story due: the next sweep withdraws it."""
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    wire.feeds["/a.xml"] = [kill("one", hour=1)]
    with dying_in(monkeypatch, Committer, "commit"):
        desk.run(1)
    sweep(desk.place)
    assert desk.rows() == {}


def test_a_refused_release_keeps_nothing_else_from_leaving(desk, wire, monkeypatch):
    """A batch that validation refuses fails the sweep; what had to leave has left."""
    desk.configure(terms(wire, retention="1d"))
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    wire.feeds["/a.xml"] = [story("two", embargo=NINE + 24 * HOUR)]
    desk.run(1)
    report = Report(success=False, failed_rows={}, batch_failures=("row_count",), docs="none")
    monkeypatch.setattr(quality, "validate", lambda *_, **__: report)
    with pytest.raises(BatchRefused):
        swept_at(desk, NINE + 24 * HOUR)
    assert desk.rows() == {}
    assert state(desk, "one") == "withdrawn"


def test_a_lost_payload_keeps_nothing_else_from_leaving(desk, wire):
    """A story that cannot be read again fails the sweep, after all else is done; a killed one leaves without it."""
    desk.configure(terms(wire, retention="1d"))
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    for path in desk.layout.store.path("landing").rglob("*.zst"):
        path.unlink()
    wire.feeds["/a.xml"] = [story("two")]
    desk.run(1)
    with pytest.raises(LakeCorrupt):
        swept_at(desk, NINE + 26 * HOUR)
    assert set(desk.rows()) == {"urn:one"}
    assert state(desk, "two") == "withdrawn"
    wire.feeds["/a.xml"] = [kill("one", hour=2)]
    desk.run(26)
    assert desk.rows() == {}


def test_one_partner_s_fault_stops_no_other(desk, wire, tmp_path):
    """A partner whose payloads are lost, and one whose file is broken, are named; the others are swept."""
    folder = tmp_path / "partners"
    folder.mkdir()
    wire.feeds["/a.xml"] = [story("one", embargo=NINE + HOUR)]
    places = {}
    for slug in ("abc", "xyz"):
        desk.configure(partner_file(wire))
        (folder / f"{slug}.yaml").write_text((tmp_path / "tpa.yaml").read_text())
    (folder / "broken.yaml").write_text("name: [")
    settings = Settings(lake=str(desk.layout.store.root), database_url=desk.database_url, partners=folder)
    partners, broken = load_partners(folder)
    for partner in partners:
        places[partner.slug] = desk.place = type(desk.place).of(partner, settings, lambda: desk.now)
        desk.run(0)
    for path in desk.layout.store.path("landing/abc").rglob("*.zst"):
        path.unlink()
    desk.now = NINE + HOUR
    result = sweep_all(partners, broken, settings, lambda: desk.now)
    assert [len(s.entered) for s in result.swept] == [1]
    assert result.failed.keys() == {"abc", "broken"}
    with pytest.raises(SweepFailed, match="abc"):
        raise_for_failed(result)


def test_a_sweep_with_nothing_due_is_light():
    """Finding nothing due imports no parser, no pandas and no Great Expectations."""
    heavy = ("newswire.formats", "newswire.language", "pandas", "great_expectations")
    code = f"import sys, newswire.pipeline.sweep; print([m for m in {heavy} if m in sys.modules])"
    known = {"PYTHONPATH": str(Path(newswire.__file__).parents[1])}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=known)  # noqa: S603
    assert done.stdout.strip() == "[]"
