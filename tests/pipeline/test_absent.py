"""Partner files that are broken or gone: what becomes of the stories meanwhile, and what a person is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update
from tests.pipeline.conftest import HOUR, NINE, Desk, partner_file, story

from newswire import ledger
from newswire.config import Settings, load_partner, load_partners
from newswire.ledger.tables import items
from newswire.ledger.tables import partners as files
from newswire.pipeline.absent import GRACE
from newswire.pipeline.rulings import answer_review
from newswire.pipeline.sweep import Sweep, sweep_all, sweep_these

pytestmark = pytest.mark.ledger

MICROSECOND = timedelta(microseconds=1)
TEN = NINE + HOUR


@pytest.fixture
def sweep_at(desk, wire) -> Callable[[datetime], Sweep]:
    """Sweeps every partner at a time; ``tpa`` has a story, one that lapses at eleven and one that expires then."""
    folder = desk.folder / "partners"
    folder.mkdir()
    desk.file, other = folder / "tpa.yaml", folder / "other.yaml"
    for file in (desk.file, other):
        file.write_text((desk.folder / "tpa.yaml").read_text())
    desk.settings = Settings(lake=str(desk.layout.store.root), database_url=desk.database_url, partners=folder)
    valid = f"<dcterms:valid>end={(NINE + 2 * HOUR).isoformat()}; scheme=W3C-DTF</dcterms:valid><link"
    wire.feeds["/a.xml"] = [
        story("one"),
        story("lapses", embargo=NINE + 2 * HOUR),
        story("expires").replace("<link", valid),
    ]
    desk.run(0)

    def sweep_at(at: datetime) -> Sweep:
        desk.now = at
        return sweep_all(*load_partners(folder), desk.settings, lambda: desk.now)

    assert sweep_at(NINE + HOUR / 2).failed == {}
    return sweep_at


def reasons(desk: Desk) -> set[str]:
    with ledger.transaction(desk.database_url) as connection:
        return {row.reasons[0] for row in connection.execute(items.select())}


@pytest.mark.parametrize("how", ["does not validate", "is no YAML", "cannot be read"])
def test_a_broken_file_is_no_ended_contract(desk, sweep_at, how):
    """Under a broken file stories stay by its last valid terms, and time goes on for them: one lapses, one expires."""
    if how == "cannot be read":
        desk.file.unlink()
        desk.file.symlink_to("nowhere")
    else:
        desk.file.write_text("name: [" if how == "is no YAML" else desk.file.read_text().replace("uses:", "usage:"))
    assert sweep_at(TEN).failed.keys() == {"tpa"}
    assert set(desk.rows()) == {"urn:one", "urn:expires"}
    result = sweep_at(NINE + 2 * HOUR)
    assert "tpa.yaml" in result.failed["tpa"]
    assert set(desk.rows()) == {"urn:one", "urn:lapses"}
    sweep_at(NINE + timedelta(days=9))
    assert set(desk.rows()) == {"urn:one", "urn:lapses"}


def test_a_contract_s_end_comes_under_a_broken_file(desk, wire, sweep_at):
    """A term that ends while the file is broken ends: the last valid terms say when."""
    file = partner_file(wire)
    file["contracts"][0]["delivery_term"] = {"from": "2026-01-01", "until": "2026-03-02"}
    desk.configure(file)
    desk.file.write_text((desk.folder / "tpa.yaml").read_text())
    sweep_at(TEN)
    desk.file.write_text("name: [")
    sweep_at(NINE.replace(hour=23, minute=59))
    assert "urn:one" in desk.rows()
    sweep_at(datetime(2026, 3, 3, tzinfo=NINE.tzinfo))
    assert desk.rows() == {}


def test_a_file_that_is_gone_is_a_contract_that_is_gone(desk, sweep_at):
    """Its stories leave once it was missed for a while; until then a person is told when that will be, and why."""
    desk.file.unlink()
    told = sweep_at(TEN).failed["tpa"]
    assert "tpa.yaml" in told
    assert f"{TEN + GRACE:%H:%M}" in told
    assert sweep_at(TEN + GRACE - MICROSECOND).failed.keys() == {"tpa"}
    assert set(desk.rows()) == {"urn:one", "urn:expires"}
    result = sweep_at(TEN + GRACE)
    assert result.failed == {}
    assert {name for one in result.swept for name in one.left} == {"tpa:" + n for n in ids(desk, "one", "expires")}
    assert desk.rows() == {}
    assert reasons(desk) == {"no_contract"}
    again = sweep_at(NINE + 3 * HOUR)
    assert (again.failed, desk.rows()) == ({}, {})


def ids(desk: Desk, *names: str) -> list[str]:
    with ledger.transaction(desk.database_url) as connection:
        named = connection.execute(items.select().where(items.c.item_id.in_([f"urn:{name}" for name in names])))
        return [row.article_id.partition(":")[2] for row in named]


def test_a_file_that_comes_back_in_time_was_never_gone(desk, sweep_at):
    """A file that is missed while files are being replaced takes nothing out, and a later wait starts anew."""
    said = desk.file.read_text()
    desk.file.unlink()
    sweep_at(TEN)
    desk.file.write_text(said)
    assert sweep_at(TEN + GRACE - MICROSECOND).failed == {}
    desk.file.unlink()
    assert sweep_at(TEN + GRACE).failed.keys() == {"tpa"}
    assert set(desk.rows()) == {"urn:one", "urn:expires"}


def test_what_comes_back_with_its_file_waits_for_a_person(desk, sweep_at):
    """Stories that left with a file are put to a person when it is back, as any mass re-entry is."""
    said = desk.file.read_text()
    desk.file.unlink()
    sweep_at(TEN)
    sweep_at(TEN + GRACE)
    desk.file.write_text(said)
    [review] = {one.review for one in sweep_at(TEN + 2 * GRACE).swept if one.review}
    assert desk.rows() == {}
    answer_review(desk.place, review, "yes", by="selin")
    sweep_at(TEN + 3 * GRACE)
    assert "urn:one" in desk.rows()


def test_no_file_at_all_is_a_missing_folder(desk, sweep_at):
    """Where no partner has a file, nothing leaves however long it lasts, and a person is told how to withdraw."""
    for file in desk.settings.partners.glob("*.yaml"):
        file.unlink()
    for at in (TEN, TEN + GRACE, TEN + timedelta(days=30)):
        assert "so is every partner file" in sweep_at(at).failed["tpa"]
    assert set(desk.rows()) == {"urn:one", "urn:expires"}


def test_the_sweep_of_one_partner_misses_no_other_file(desk, sweep_at):
    """A sweep of one partner says nothing about the files of others."""
    for at in (TEN, TEN + GRACE):
        desk.now = at
        sweep_these([load_partner(desk.settings.partners / "other.yaml")], desk.settings, lambda: desk.now)
    assert sweep_at(TEN + GRACE).failed == {}
    assert set(desk.rows()) == {"urn:one", "urn:expires"}


def test_a_kept_file_that_is_not_valid_any_more_is_told(desk, sweep_at):
    """Stories whose last valid file this version cannot read stay as they are, and a person is told."""
    with ledger.transaction(desk.database_url) as connection:
        connection.execute(update(files).where(files.c.partner == "tpa").values(file={"name": "T"}))
    desk.file.unlink()
    sweep_at(TEN)
    assert "bring a valid file" in sweep_at(TEN + GRACE).failed["tpa"]
    assert set(desk.rows()) == {"urn:one", "urn:expires"}
