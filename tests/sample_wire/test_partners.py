"""The sample partner files, as the library reads them, and what the wire has for them."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newswire.cli import main
from newswire.config import load_partner, load_partners

PARTNERS = Path(__file__).parents[2] / "include" / "partners"
SAMPLES = ["glitchford", "ilkha", "tarnvale", "vaskaland"]


@pytest.mark.parametrize("slug", SAMPLES)
def test_sample_partner_loads(slug):
    """Each sample partner's file validates, is pulled hourly, and belongs to the sample wire."""
    partner = load_partner(PARTNERS / f"{slug}.yaml")
    assert partner.slug == slug
    assert partner.schedule == "0 * * * *"
    assert all(feed.allow_private_addresses for feed in partner.feeds.values())
    assert all(feed.url.startswith(f"${{sample_wire}}/{slug}/") for feed in partner.feeds.values())


def test_no_partner_file_is_refused():
    """Nothing in the directory is skipped."""
    partners, errors = load_partners(PARTNERS)
    assert errors == []
    assert set(SAMPLES) <= {partner.slug for partner in partners}


@pytest.mark.parametrize("slug", SAMPLES)
def test_every_feed_is_served(wire, monkeypatch, slug):
    """Each feed of a partner file has an answer on the wire; only the one that says so is an error."""
    monkeypatch.setenv("NEWSWIRE_SAMPLE_WIRE", wire.root)
    feeds = load_partner(PARTNERS / f"{slug}.yaml").feeds
    paths = {name: feed.resolve().url.removeprefix(wire.root) for name, feed in feeds.items()}
    statuses = {name: wire.ask(path, "HEAD").status for name, path in paths.items()}
    assert statuses == {name: 500 if name == "server-error" else 200 for name in feeds}


def test_ilkha_contract():
    """The first partner's contract began with the year 2026 in its zone; its aliases are the names in its notices."""
    partner = load_partner(PARTNERS / "ilkha.yaml")
    (contract,) = partner.contracts
    assert contract.id == "ilkha-2026"
    assert contract.delivery_term.starts_at(partner.zone) == datetime(2025, 12, 31, 21, tzinfo=UTC)
    assert set(contract.uses) == {"store", "analyse", "display"}
    assert {
        "ILKHA",
        "İLKHA",
        "İlke Haber Ajansı Basın Yayın San. Trade A.Ş.",
        "İlke Haber Ajansı Basın Yayın San. Tic. A.Ş.",
    } <= set(partner.names)


def test_vaskaland_contract_has_run_out():
    """The second partner's only contract ended before the sample stories were written."""
    partner = load_partner(PARTNERS / "vaskaland.yaml")
    assert all(
        contract.delivery_term.ends_at(partner.zone) <= datetime(2026, 1, 1, tzinfo=UTC)
        for contract in partner.contracts
    )


@pytest.mark.parametrize("slug", sorted({*SAMPLES} - {"vaskaland"}))
def test_no_other_contract_runs_out(slug):
    """Whoever starts the samples, in whatever year, sees what README shows."""
    assert [contract.delivery_term.until for contract in load_partner(PARTNERS / f"{slug}.yaml").contracts] == [None]


def test_broken_partner_says_so():
    """The partner whose run ends red by design is tagged as such, and is the only one."""
    partners, _ = load_partners(PARTNERS)
    assert [partner.slug for partner in partners if "broken-by-design" in partner.tags] == ["glitchford"]


def test_a_photo_of_others_is_left_out(wire, tmp_path, capsys):
    """The ferry's story is published with the agency's own photo, and without the one that it took from others."""
    feed = tmp_path / "en.xml"
    feed.write_bytes(wire.ask("/tarnvale/en.xml").body)
    assert main(["decide", str(feed), "--partner", "tarnvale"]) == 0
    [ferry] = [said for said in map(json.loads, capsys.readouterr().out.splitlines()) if "ferry" in said["item_id"]]
    photos = [(part["credit"], part["outcome"]) for part in ferry["components"] if part["kind"] == "photo"]
    assert (ferry["outcome"], photos) == ("publish", [("TPA", "publish"), ("Lakeside Pictures", "hold")])
    for part in ferry["components"][1:]:
        assert wire.ask(part["url"].removeprefix(wire.root)).body.startswith(b"\x89PNG")
