"""What the desk tells of every partner, and what there is to read about its quality."""

from __future__ import annotations

from datetime import date

import pytest
from tests.pipeline.conftest import HOUR, NINE, partner_file, story

from newswire import ledger
from newswire.config import Partner
from newswire.ledger import reviews
from newswire.ledger.reviews import Review
from newswire.pipeline import reports
from newswire.pipeline.desk import desk as tell
from newswire.pipeline.desk import endings, known
from newswire.pipeline.sweep import sweep_all

pytestmark = pytest.mark.ledger


def test_a_line_says_what_a_partner_needs(desk, wire, settings):
    """Counts with reasons, the last run, failed feeds with their reason, embargoes and reviews stand in one line."""
    feed = partner_file(wire)["feeds"]["a"]
    desk.configure(partner_file(wire, feeds={name: {**feed, "url": f"{wire.root}/{name}.xml"} for name in "abc"}))
    wire.feeds |= {"/a.xml": [story("one"), story("two", embargo=NINE + 2 * HOUR), story("three", embargo=NINE + HOUR)]}
    wire.feeds |= {"/b.xml": b"<html><body>Sorry</body></html>", "/c.xml": 500}
    desk.run(0)
    review = Review(
        review_id="r", partner="tpa", kind="kill", terms="k", question="Meant?", opened_at=NINE, due_at=NINE + HOUR
    )
    with ledger.transaction(desk.database_url) as connection:
        reviews.open_review(connection, review, {})
    [line] = tell(settings, ["tpa"], desk.now)
    assert (line.name, line.problem, line.mode, line.ran_at) == ("Test Press Agency", None, "live", desk.now)
    assert line.counts == {"published": 1, "held": 2, "rejected": 0, "withdrawn": 0, "quarantined": 1}
    assert line.stories["quarantined"] == 0
    assert line.reasons == {"embargo": 2, "html_instead_of_feed": 1}
    assert line.failed == {"b": "html_instead_of_feed", "c": "server_error"}
    assert [(w.until, w.of) for w in line.lifting] == [(NINE + HOUR, 2), (NINE + 2 * HOUR, 2)]
    assert [r.question for r in line.reviews] == ["Meant?"]
    assert line.covered


def test_a_feed_that_stays_broken_keeps_its_reason(desk, wire, settings):
    """A page that has not changed since it could not be read is told with the reason that it had then."""
    wire.feeds["/a.xml"] = b"<html><body>Sorry</body></html>"
    desk.run(0)
    desk.run(1)
    [line] = tell(settings, ["tpa"], desk.now)
    assert (line.ran_at, line.failed) == (desk.now, {"a": "html_instead_of_feed"})


def test_a_partner_that_is_not_asked_for_is_not_told(desk, wire, settings):
    """Only the partners that were named have a line."""
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    assert tell(settings, [], desk.now) == []


def test_a_broken_or_missing_file_is_told(desk, wire, settings):
    """A partner whose file cannot be read, or is gone, is known still, and its line says what is wrong."""
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    sweep_all([desk.place.partner], [], settings)
    (desk.folder / "tpa.yaml").write_text("name: [", encoding="utf-8")
    assert known(settings) == ["tpa"]
    assert "tpa.yaml:1" in tell(settings, ["tpa"], desk.now)[0].problem
    (desk.folder / "tpa.yaml").unlink()
    assert known(settings) == ["tpa"]
    assert "no such file" in tell(settings, ["tpa"], desk.now)[0].problem


def contract(name: str, **term: str) -> dict[str, object]:
    return {
        "id": name,
        "delivery_term": term,
        "uses": ["store"],
        "media": ["text"],
        "languages": ["en"],
        "territories": {"mode": "worldwide"},
    }


@pytest.mark.parametrize(
    ("contracts", "expected"),
    [
        ([contract("open", **{"from": "2026-01-01"})], []),
        ([contract("late", **{"from": "2026-01-01", "until": "2026-12-31"})], []),
        ([contract("soon", **{"from": "2026-01-01", "until": "2026-04-30"})], [("soon", False)]),
        ([contract("over", **{"from": "2025-01-01", "until": "2025-12-31"})], [("over", True)]),
        (
            [
                contract("over", **{"from": "2025-01-01", "until": "2025-12-31"}),
                contract("open", **{"from": "2026-01-01"}),
            ],
            [],
        ),
        ([contract("next", **{"from": "2026-06-01", "until": "2026-06-30"})], []),
    ],
    ids=["no end", "far end", "near end", "ended", "followed by another", "not begun"],
)
def test_contracts_that_end_are_named(contracts, expected):
    """Those in force that end within sixty days are; one that is over only where none has followed it."""
    partner = Partner.model_validate(
        {
            "slug": "p",
            "name": "P",
            "timezone": "UTC",
            "feeds": {"a": {"url": "https://a.example"}},
            "contracts": contracts,
        }
    )
    assert [(ending.contract, ending.is_over) for ending in endings(partner, NINE)] == expected


def test_the_last_day_of_a_contract_is_the_partners():
    """A term ends with the day in the partner's zone."""
    partner = Partner.model_validate(
        {
            "slug": "p",
            "name": "P",
            "timezone": "Europe/Istanbul",
            "feeds": {"a": {"url": "https://a.example"}},
            "contracts": [contract("soon", **{"from": "2026-01-01", "until": "2026-03-31"})],
        }
    )
    [ending] = endings(partner, NINE)
    assert (ending.last_day, ending.ends_at.isoformat()) == (date(2026, 3, 31), "2026-03-31T21:00:00+00:00")


def test_the_report_of_languages_is_read(desk, wire, settings):
    """What the runs found of languages can be read, and nothing is no error."""
    assert reports.reports(settings, "tpa") == reports.Reports(partner="tpa", runs=(), docs=False)
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    [run] = reports.reports(settings, "tpa").runs
    assert (run.stories, run.disagreeing) == (1, 0)


@pytest.mark.parametrize(
    "name",
    [
        "../../landing/secret.html",
        "docs/../../other/languages.html",
        "/etc/hostname.html",
        "docs//x.html",
        ".hidden.html",
        "docs/.hidden/x.html",
        "leads-out/secret.html",
        "link.html",
        "docs",
        "docs\\x.html",
        "docs/x\x00.html",
        "docs/x.parquet",
        "",
    ],
)
def test_no_name_leads_out_of_the_reports(settings, tmp_path, name):
    """Neither dots, slashes nor links lead to a file outside the partner's own reports, nor to one of another kind."""
    own = tmp_path / "lake" / "quality" / "tpa"
    (own / "docs" / ".hidden").mkdir(parents=True)
    outside = tmp_path / "lake" / "landing"
    outside.mkdir()
    other = tmp_path / "lake" / "quality" / "other"
    other.mkdir()
    for file in (
        outside / "secret.html",
        other / "languages.html",
        own / ".hidden.html",
        own / "docs" / ".hidden" / "x.html",
        own / "docs" / "x.html",
        own / "docs" / "x.parquet",
    ):
        file.write_text("secret")
    (own / "leads-out").symlink_to(outside)
    (own / "link.html").symlink_to(outside / "secret.html")
    assert reports.file(settings, "tpa", name) is None
    assert reports.file(settings, "../landing", "secret.html") is None
    assert reports.file(settings, "tpa", "docs/x.html").content == b"secret"
