"""``bin/newswire`` on what changes over time, as a person types it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
import yaml
from tests.pipeline.conftest import HOUR, Desk, partner_file, story

from newswire.cli import main
from newswire.pipeline.facts import article_id

pytestmark = pytest.mark.ledger

NOW = datetime.now(UTC).replace(microsecond=0)
ONE = article_id("tpa", "urn:one")


@pytest.fixture
def typed(desk: Desk, wire, monkeypatch, capsys):
    """Type a command in an installation that pulled a story of its own and one credited to someone else."""
    monkeypatch.setenv("NEWSWIRE_PARTNERS", str(desk.folder))
    monkeypatch.setenv("NEWSWIRE_LAKE", str(desk.layout.store.root))
    monkeypatch.setenv("NEWSWIRE_DATABASE_URL", desk.database_url)
    monkeypatch.delenv("NEWSWIRE_ADMINS", raising=False)

    def command(*words: str, code: int = 0):
        assert main(words) == code
        said = capsys.readouterr()
        return json.loads(said.err if code else said.out)

    command.printed = lambda: json.loads(capsys.readouterr().out)
    wire.feeds["/a.xml"] = [
        story("one", published=NOW - HOUR),
        story("two", published=NOW - HOUR).replace("(TPA)", "(Reuters)"),
    ]
    command("run", "tpa")
    return command


def test_explain_tells_and_refuses(typed):
    """A known item's life is printed; an unknown one exits 1 and says what to give."""
    now = typed("explain", ONE)["now"]
    assert (now["state"], now["version"], now["terms"]["expires_at"]) == ("published", None, None)
    assert now["terms"]["permitted_uses"] == ["store", "analyse"]
    assert typed("explain", "urn:two", "--partner", "tpa")["now"]["reasons"] == ["third_party_credit"]
    error = typed("explain", "tpa:0", code=1)
    assert (error["error"], "--partner" in error["remedy"]) == ("unknown_item", True)


@pytest.mark.parametrize(
    "command",
    [
        ["explain"],
        ["takedown", "article", "--by", "selin", "--why", "w"],
        ["override", "add", "--to", "hold", "--by", "selin", "--why", "w", "--until", "2100-01-01T00:00Z"],
        ["tombstone", "lift", "--by", "ada", "--why", "w"],
    ],
    ids=lambda command: command[0],
)
def test_a_slip_in_an_id_is_refused_with_what_it_may_have_meant(typed, command, monkeypatch):
    """Every command that names an item exits 1 at one that nobody knows, and tells ids that are spelled like it."""
    monkeypatch.setenv("NEWSWIRE_ADMINS", "ada")
    slip = ONE[:-1] + ("0" if ONE[-1] != "0" else "1")
    refused = typed(*command, slip, code=1)
    assert (refused["error"], repr(ONE) in refused["message"]) == ("unknown_item", True)
    refused = typed(*command, "urn:onne", "--partner", "tpa", code=1) if command[1:2] != ["article"] else refused
    assert refused["error"] in {"unknown_item", "no_tombstone"}


def test_status_of_a_partner_that_is_not_there(typed):
    """An unknown name is an error that lists the known ones, not an empty report."""
    [row] = typed("status", "tpa")["partners"]
    assert row["published"] == 1
    assert typed("status", "nobody", code=1)["error"] == "unknown_partner"


def test_what_if_reads_a_draft(typed, wire, tmp_path):
    """A draft of the partner file, wherever it lies, is tried and changes nothing."""
    drafts = tmp_path / "drafts"
    drafts.mkdir()
    draft = drafts / "tpa.yaml"
    draft.write_text(yaml.safe_dump({**partner_file(wire), "contracts": []}))
    found = typed("sweep", "--what-if", str(draft))
    [left] = found["leave"]
    assert (left["article_id"], left["from"], left["to"], left["reasons"]) == (
        ONE,
        "published",
        "rejected",
        ["no_contract"],
    )
    [swept] = typed("sweep")["swept"]
    assert (swept["decided"], swept["left"]) == (0, [])
    assert typed("sweep", "--what-if", str(drafts / "none.yaml"), code=1)["error"] == "unreadable"
    other = draft.rename(drafts / "next-year.yaml")
    assert typed("sweep", "--what-if", str(other), "--partner", "tpa")["leave"] == found["leave"]
    assert "--partner" in typed("sweep", "--what-if", str(other), code=1)["remedy"]


def test_the_sweep_of_one_partner(typed, desk, wire):
    """Changed terms take effect with the typed sweep."""
    desk.configure({**partner_file(wire), "contracts": []})
    [swept] = typed("sweep", "--partner", "tpa")["swept"]
    assert swept["left"] == [ONE]
    assert typed("status")["partners"][0]["readable"] == 0


def test_an_override_from_the_command_line(typed):
    """Added, listed and revoked; each says what the item is then."""
    until = (NOW + timedelta(days=1)).isoformat()
    who = ("--by", "selin", "--why", "agreed by phone")
    said = typed("override", "add", "urn:two", "--partner", "tpa", "--to", "publish", *who, "--until", until)
    assert (said["override"]["outcome"], said["item"]["now"]["state"]) == ("publish", "published")
    name = said["override"]["override_id"]
    [listed] = typed("override", "list", "--partner", "tpa")["overrides"]
    assert (listed["override_id"], listed["by"], listed["revoked_at"]) == (name, "selin", None)
    assert (listed["partner"], listed["article_id"]) == ("tpa", article_id("tpa", "urn:two"))
    assert typed("override", "list", "--partner", "nobody", code=1)["error"] == "unknown_partner"
    revoked = typed("override", "revoke", name, *who)
    assert revoked["item"]["now"]["state"] == "held"
    assert typed("override", "revoke", name, *who, code=1)["error"] == "unknown_override"


@pytest.mark.parametrize(
    "words", ["override add x --to hold --until 2099-01-01T00:00Z", "override revoke x", "tombstone lift x"]
)
@pytest.mark.parametrize("said", [("--by", " ", "--why", "agreed"), ("--by", "selin", "--why", "")])
def test_who_and_why_are_words(words, said, capsys):
    """A ruling for the record says who and why: blanks are refused before anything is asked of the ledger."""
    with pytest.raises(SystemExit, match="2"):
        main([*words.split(), *said])
    assert "it says nothing" in capsys.readouterr().err


def test_what_is_on_record_is_listed_though_its_file_is_gone(typed, desk):
    """Overrides and tombstones are listed by what the ledger has, not by which files there are."""
    until = (NOW + timedelta(days=1)).isoformat()
    typed("override", "add", ONE, "--to", "hold", "--by", "selin", "--why", "asked", "--until", until)
    (desk.folder / "tpa.yaml").rename(desk.folder / "tpa.gone")
    for words in (("override", "list"), ("override", "list", "--partner", "tpa")):
        assert [entry["article_id"] for entry in typed(*words)["overrides"]] == [ONE]
    assert typed("tombstone", "list") == {"tombstones": []}


def test_an_override_without_effect_is_refused(typed):
    """What the rules give no way to exits 1 with why."""
    until = (NOW + timedelta(days=1)).isoformat()
    error = typed("override", "add", ONE, "--to", "publish", "--by", "x", "--why", "y", "--until", until, code=1)
    assert error["error"] == "override_without_effect"


def test_a_review_from_the_command_line(typed, desk, wire):
    """Waiting reviews are listed and shown; a yes lets the stories back in."""
    desk.configure({**partner_file(wire), "contracts": []})
    typed("sweep")
    desk.configure({**partner_file(wire), "mass_reentry": {"stories": 0, "share": 0}})
    review = typed("sweep")["swept"][0]["review"]
    assert [r["review_id"] for r in typed("review", "list")["reviews"]] == [review]
    assert [item["article_id"] for item in typed("review", "show", review)["items"]] == [ONE]
    answered = typed("review", "answer", review, "yes", "--by", "selin")
    assert (answered["review"]["answered_by"], answered["swept"]["entered"]) == ("selin", [ONE])
    assert typed("review", "list")["reviews"] == []
    assert typed("review", "show", "reentry-0", code=1)["error"] == "unknown_review"


def test_only_a_named_admin_lifts_a_tombstone(typed, wire, monkeypatch):
    """Who is not named in NEWSWIRE_ADMINS is refused; who is lifts it, with the reason on record."""
    killed = f'<at:deleted-entry ref="urn:one" when="{(NOW - HOUR / 2).isoformat()}"/>'
    wire.feeds["/a.xml"] = [killed]
    typed("run", "tpa")
    who = ("--by", "selin", "--why", "killed by mistake")
    assert typed("tombstone", "lift", ONE, *who, code=1)["error"] == "not_an_admin"
    monkeypatch.setenv("NEWSWIRE_ADMINS", "deniz, selin")
    assert typed("tombstone", "lift", ONE, *who)["lifted"] == "urn:one"
    [stone] = typed("tombstone", "list")["tombstones"]
    assert (stone["article_id"], stone["lifted_by"]) == (ONE, "selin")
    assert typed("tombstone", "lift", ONE, *who, code=1)["error"] == "no_tombstone"


def test_the_views_are_printed(typed, tmp_path, monkeypatch, capsys):
    """``views`` prints SQL that filters what has expired; before anything is published it says so instead."""
    assert main(["views"]) == 0
    assert "expires_at > now()" in capsys.readouterr().out
    monkeypatch.setenv("NEWSWIRE_LAKE", str(tmp_path / "empty"))
    assert typed("views", code=1)["error"] == "nothing_published"
    assert typed("review", "list", "--partner", "nobody", code=1)["error"] == "unknown_partner"


def test_what_is_published_is_rebuilt_from_the_command_line(typed, desk):
    """What verify names is told by the dry run, mended by the command that verify prints, and exits 0 then."""
    [name] = desk.files()
    path = desk.layout.store.path(f"published/articles/{name}")
    path.write_bytes(b"PAR1")
    assert main(["verify"]) == 1
    [remedy] = typed.printed()["remedies"]
    words = remedy.removeprefix("bin/newswire ").split()
    told = typed(*words, "--dry-run")
    assert (told["dry_run"], path.read_bytes()) == (True, b"PAR1")
    done = typed(*words)
    assert (
        [r["changed"] for r in done["rebuilt"]]
        == [r["changed"] for r in told["rebuilt"]]
        == [[f"published/articles/{name}"]]
    )
    assert typed("verify")["problems"] == []
    assert typed("rebuild")["rebuilt"][0]["changed"] == []


def test_a_rebuild_that_is_asked_wrongly(typed):
    """An unknown partner and dates in the wrong order exit 1 with the remedy; what is no date is a usage error."""
    assert typed("rebuild", "--partner", "nobody", code=1)["error"] == "unknown_partner"
    assert typed("rebuild", "--from", "2026-03-02", "--to", "2026-03-01", code=1)["error"] == "empty_span"
    with pytest.raises(SystemExit, match="2"):
        main(["rebuild", "--from", "yesterday"])


def test_a_backup_is_taken_and_put_back(typed, desk, monkeypatch):
    """The commands tell what they did and what comes next; without the database's name nothing is replaced."""
    monkeypatch.setenv("NEWSWIRE_BACKUPS", str(desk.folder / "backups"))
    done = typed("backup")
    assert (len(done["kept"]), done["rows"] > 0, done["removed"]) == (1, True, [])
    error = typed("restore", done["file"], code=1)
    assert error["error"] == "ledger_not_empty"
    name = error["remedy"].split("--replace ")[1].split()[0]
    assert typed("restore", done["file"], "--replace", "other", code=1)["error"] == "another_database"
    told = typed("restore", done["file"], "--replace", name)
    assert told["next"][0].split(":")[0] == "bin/newswire reconcile"
    assert typed("reconcile")["failed"] == {}
    assert typed("explain", ONE)["now"]["state"] == "published"
    assert typed("backup", "--into", str(desk.folder / "tpa.yaml"), code=1)["error"] == "disk"


def test_a_number_of_backups_that_is_none(typed, monkeypatch):
    """A setting that would delete every backup is refused."""
    monkeypatch.setenv("NEWSWIRE_BACKUPS_KEPT", "0")
    assert typed("backup", code=1)["error"] == "bad_setting"


def test_a_replay_from_the_command_line(typed, desk, wire):
    """What landed is read again, by itself or as a dry run; what is asked wrongly exits 1 with what there is."""
    asked = wire.asked.total()
    span = ("--start", (NOW - HOUR).isoformat(), "--end", (NOW + timedelta(days=1)).isoformat())
    told = typed("replay", "tpa", *span, "--dry-run")
    assert (told["stories"], told["enter"], told["leave"]) == (2, [], [])
    done = typed("replay", "tpa", *span, "--feed", "a")
    assert (done["documents"], done["after"]["states"]) == (1, {"published": 1, "held": 1})
    assert wire.asked.total() == asked
    error = typed("replay", "tpa", "--start", "2020-01-01T00:00:00Z", "--end", "2020-01-02T00:00:00Z", code=1)
    assert error["error"] == "nothing_landed"
    assert typed("replay", "tpa", *span, "--feed", "b", code=1)["error"] == "unknown_feed"
    assert typed("replay", "tpa", "--start", span[3], "--end", span[1], code=1)["error"] == "empty_interval"
    desk.configure({**partner_file(wire), "contracts": []})
    assert typed("replay", "tpa", *span)["left"] == [ONE]


def test_housekeeping_is_done_by_hand(typed, desk, monkeypatch, capsys):
    """Every step tells its counts; one that finds something wrong is named, and the others are done."""
    monkeypatch.setenv("NEWSWIRE_BACKUPS", str(desk.folder / "backups"))
    told = typed("housekeeping")
    assert [step["step"] for step in told["done"]] == ["clean", "retention", "docs", "backup", "check"]
    [payload] = desk.layout.store.path("landing").rglob("*.zst")
    payload.write_bytes(b"")
    assert main(("housekeeping",)) == 1
    told = json.loads(capsys.readouterr().out)
    assert ([step["step"] for step in told["done"]], list(told["failed"])) == (
        ["clean", "retention", "docs", "backup"],
        ["check"],
    )
    assert list(typed("housekeeping", "--only", "backup")["done"][0]["counts"]) == ["rows", "bytes", "kept", "removed"]


def test_takedown_as_a_person_types_it(typed, monkeypatch):
    """A look changes nothing; then the article is gone, the proof is printed, shown, and printed again as it was."""
    who = ("--by", "selin", "--why", "the court ordered it")
    looked = typed("takedown", "article", ONE, *who, "--dry-run")
    assert looked["stories"] == [ONE]
    assert typed("takedown", "list")["takedowns"] == []
    proof = typed("takedown", "article", ONE, *who, "--purge-raw")
    assert (proof["left"], proof["stories"][0]["article_id"], proof["asked"][0]["by"]) == ([], ONE, "selin")
    assert typed("explain", ONE)["now"]["state"] == "withdrawn"
    assert typed("takedown", "article", ONE, *who, "--purge-raw") == proof
    assert typed("takedown", "show", proof["takedown_id"])["proof"] == proof
    [listed] = typed("takedown", "list", "--partner", "tpa")["takedowns"]
    assert (listed["takedown_id"], listed["done_at"] is not None) == (proof["takedown_id"], True)
    assert typed("verify", "--payloads")["problems"] == []
    monkeypatch.setenv("NEWSWIRE_ADMINS", "ada")
    lifted = typed("tombstone", "lift", ONE, "--by", "ada", "--why", "the court thought again")["item"]["now"]
    assert lifted["state"] == "held"
    assert "until its source sends it again" in lifted["means"]["raw_purged"]


def test_takedown_refuses_what_it_does_not_know(typed, capsys):
    """Unknown articles, partners and takedowns exit 1; a story without its partner is a usage error."""
    who = ("--by", "selin", "--why", "w")
    assert typed("takedown", "article", "tpa:0", *who, code=1)["error"] == "unknown_item"
    wrong = typed("takedown", "partner", "tpb", *who, code=1)
    assert (wrong["error"], "known are tpa" in wrong["message"]) == ("unknown_partner", True)
    assert typed("takedown", "story", "urn:one", "--partner", "tpb", *who, code=1)["error"] == "unknown_partner"
    slip = typed("takedown", "story", "urn:onne", "--partner", "tpa", *who, code=1)
    assert (slip["error"], "'urn:one'" in slip["message"], "--unseen" in slip["remedy"]) == ("unknown_item", True, True)
    assert typed("takedown", "story", "urn:x", "--partner", "tpa", "--unseen", *who)["stories"][0]["seen"] is False
    assert typed("takedown", "show", "takedown-0", code=1)["error"] == "unknown_takedown"
    with pytest.raises(SystemExit, match="2"):
        main(("takedown", "story", "urn:one", *who))
    assert "--partner" in capsys.readouterr().err
    assert typed("explain", ONE)["now"]["state"] == "published"


def test_the_stories_of_a_partner_that_is_gone_are_taken_down(typed, desk):
    """Its file is not needed: the last valid one is known."""
    (desk.folder / "tpa.yaml").unlink()
    proof = typed("takedown", "partner", "tpa", "--by", "selin", "--why", "the contract was void", "--purge-raw")
    assert {taken["item_id"] for taken in proof["stories"]} == {"urn:one", "urn:two"}
    assert desk.rows() == {}
