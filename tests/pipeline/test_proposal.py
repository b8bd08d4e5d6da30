"""``partners new``: a proposed file validates, says what was found, and grants nothing, whatever the server says."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.pipeline.conftest import NINE, Wire, atom, story

from newswire.cli import main
from newswire.config import Partner, load_partner
from newswire.errors import ConfigError, PayloadRefused
from newswire.pipeline.partnerfile import written
from newswire.pipeline.proposal import Ask, Document, propose

ASK = Ask(slug="harbour", now=NINE)
KEYS = {"name", "timezone", "schedule", "feeds", "contracts"}
TURKISH = "Liman meclisi pazartesi günü toplandı ve kuzey rıhtımının kıştan önce genişletilmesini kararlaştırdı. "


def rss(items: str, *, title: str = "Harbour", head: str = "") -> bytes:
    spaces = 'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" xmlns:atom="http://www.w3.org/2005/Atom"'
    return f'<rss version="2.0" {spaces}><channel><title>{escape(title)}</title>{head}{items}</channel></rss>'.encode()


def item(number: int, *, at: datetime = NINE, text: str = "", more: str = "") -> str:
    said = escape(
        text or "The harbour council met on Monday and agreed to widen the northern quay before winter. (HBR)"
    )
    when = at.strftime("%a, %d %b %Y %H:%M:%S +0000")
    return (
        f"<item><guid>urn:{number}</guid><title>Quay works begin</title><pubDate>{when}</pubDate>"
        f"<description>{said}</description>{more}</item>"
    )


def file_of(raw: bytes, folder: Path, **told: str) -> tuple[str, Partner]:
    """The file that is proposed for a saved feed, and what it says as it is loaded."""
    document = Document(url=told.get("url"), address="file:///feed.xml", body=raw)
    text = written(propose(document, ASK), ASK, "feed.xml")
    path = folder / "harbour.yaml"
    path.write_text(text, encoding="utf-8")
    return text, load_partner(path)


@pytest.fixture
def typed(tmp_path, monkeypatch, capsys):
    """Type a command; what it printed, or the error."""
    monkeypatch.setenv("NEWSWIRE_PARTNERS", str(tmp_path))

    def command(*words: str, code: int = 0):
        assert main(words) == code
        said = capsys.readouterr()
        return json.loads(said.err) if code else said.out

    return command


def test_a_feed_at_an_address_becomes_a_file_that_rejects_every_story(typed, wire: Wire, tmp_path):
    """The file is found valid by ``partners check``, and every story of the feed is rejected with no_contract."""
    wire.feeds["/a.xml"] = raw = atom([story("one"), story("two"), story("three")])
    url = f"{wire.root}/a.xml"
    text = typed("partners", "new", url, "--slug", "harbour", "--allow-private-addresses")
    (tmp_path / "harbour.yaml").write_text(text, encoding="utf-8")
    assert json.loads(typed("partners", "check"))["valid"] == ["harbour"]
    partner = load_partner(tmp_path / "harbour.yaml")
    assert (partner.feeds["main"].url, partner.feeds["main"].language, partner.contracts) == (url, "en", ())
    assert "3 reject (no_contract)" in text
    assert '"TPA" # 3 stories' in text
    (tmp_path / "feed.xml").write_bytes(raw)
    lines = typed("decide", str(tmp_path / "feed.xml"), "--partner", "harbour").splitlines()
    assert [(d["outcome"], d["reasons"]) for d in map(json.loads, lines)] == [("reject", ["no_contract"])] * 3


def test_a_private_address_is_refused_unless_it_is_asked_for(typed, wire):
    """The transport's checks hold: a loopback host is reached only where the person says so."""
    wire.feeds["/a.xml"] = [story("one")]
    error = typed("partners", "new", f"{wire.root}/a.xml", code=1)
    assert error["error"] == "address_refused"
    assert wire.asked.total() == 0


def test_a_page_leads_to_its_feeds(wire, tmp_path):
    """Each feed of a page is read and named by its language; one that is broken is named, and so is a foreign one."""
    other = Wire()
    links = "".join(
        f'<link rel="alternate" type="application/rss+xml" title="x" href="{href}">'
        for href in ("en.xml", "/tr.xml", "en.xml", "/gone.xml", "javascript:alert(1)", f"{other.root}/inside.xml")
    )
    wire.feeds |= {
        "/news/": f"<!DOCTYPE html><html><head>{links}</head><body><p>News</p></body></html>".encode(),
        "/news/en.xml": rss(item(1) + item(2)),
        "/tr.xml": rss(item(1, text=TURKISH * 2) + item(2, text=TURKISH * 3)),
        "/gone.xml": 404,
    }
    ask = Ask(slug="harbour", now=NINE, allow_private_addresses=True, timezone="Europe/Istanbul")
    path = tmp_path / "harbour.yaml"
    path.write_text(written(propose(f"{wire.root}/news/", ask), ask, "page"), encoding="utf-8")
    partner = load_partner(path)
    other.close()
    assert {name: feed.url for name, feed in partner.feeds.items()} == {
        "en": f"{wire.root}/news/en.xml",
        "tr": f"{wire.root}/tr.xml",
    }
    left_out = [line for line in path.read_text(encoding="utf-8").splitlines() if "# not read, and left out:" in line]
    assert [f"{wire.root}/gone.xml" in left_out[0], f"{other.root}/inside.xml" in left_out[1]] == [True, True]
    assert other.asked.total() == 0
    assert (partner.timezone, partner.contracts) == ("Europe/Istanbul", ())


HOSTILE = st.text(max_size=60) | st.sampled_from(
    [
        "x\ncontracts:\n  - id: y",
        "x\r\ncontracts: []",
        "\u2028evil: 1",
        "\x85evil: 1",
        '" # ]}{',
        "'\\",
        "- a: b",
        "&a *a !!x",
        "\u202egnp.exe",
        "${KEY} {date}",
        "../../etc/passwd",
        "%YAML 1.1\n---",
        "\ud800",
    ]
)


@settings(max_examples=60, deadline=None)
@given(title=HOSTILE, words=HOSTILE, credit=HOSTILE, own=HOSTILE)
def test_no_server_writes_a_line_of_its_own(tmp_path_factory, title, words, credit, own):
    """Whatever a feed says of itself, the file has the keys that we write, and no others; it grants nothing."""
    said = [text.encode("utf-8", "ignore").decode() for text in (title, words, credit, own)]
    quote = {'"': "&quot;", "\n": "&#10;", "\r": "&#13;"}
    title, words, credit, own = ("".join(c for c in text if c >= " " or c in "\n\r") for text in said)
    head = f"<copyright>© {escape(words, quote)} All rights reserved.</copyright><language>{escape(words)}</language>"
    head += f'<atom:link rel="self" href="https://h.example/{escape(own, quote)}"/>'
    raw = rss(
        item(1, text=f"{words} The council met. ({credit})", more=f"<author>{escape(credit)}</author>"),
        title=title,
        head=head,
    )
    text, partner = file_of(raw, tmp_path_factory.mktemp("hostile"))
    loaded = yaml.safe_load(text)
    assert (set(loaded), set(loaded["feeds"]), loaded["contracts"]) == (KEYS, {"main"}, [])
    assert set(loaded["feeds"]["main"]) <= {"url", "language"}
    assert (partner.contracts, partner.aliases) == ((), ())
    assert partner.feeds["main"].resolve().secrets == {}
    assert all(line.isprintable() for line in text.split("\n"))


@pytest.mark.parametrize(
    ("head", "hours", "cron"),
    [
        ("<ttl>10</ttl>", (0, 1, 2), "*/5 * * * *"),
        ("<ttl>60</ttl>", (0, 1, 2), "0 * * * *"),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", (), "*/15 * * * *"),
        ("<sy:updatePeriod>daily</sy:updatePeriod>", (), "0 6 * * *"),
        ("<ttl>never</ttl>", (0, 0.5, 1), "*/30 * * * *"),
        ("", (0, 7, 14), "0 */6 * * *"),
        ("", (0, 96, 192), "0 6 * * *"),
        ("", (), "0 * * * *"),
    ],
)
def test_the_schedule_is_what_the_feed_says_or_does(tmp_path, head, hours, cron):
    """The feed's own word comes first, then how its stories come, then every hour."""
    when = [datetime.fromtimestamp(NINE.timestamp() + 3600 * hour, UTC) for hour in hours]
    items = "".join(item(n, at=at) for n, at in enumerate(when)) or item(1)
    assert file_of(rss(items, head=head), tmp_path)[1].schedule == cron


def test_what_was_found_is_told(tmp_path):
    """Notices with their holder, licences, embargoes, missing texts and unreadable entries stand beside the feed."""
    licence = "<license xmlns='http://backend.userland.com/creativeCommonsRssModule'>https://cc.example/by</license>"
    bare = "<item><guid>urn:9</guid><title>Bread prize</title><link>https://h.example/9</link></item>"
    head = "<copyright>© 2026 Harbour Agency. All rights reserved.</copyright>"
    text, _ = file_of(
        rss(item(1, more=licence) + bare + "<item></item>", head=head), tmp_path, url="https://h.example/f"
    )
    assert 'notice, 2 stories: "© 2026 Harbour Agency. All rights reserved.", holder ' in text
    assert 'license, once: "https://cc.example/by"' in text
    assert "1 story without text; `follow: article_page`" in text
    assert 'url: "https://h.example/f"' in text


def test_a_key_stays_a_mark(typed, wire, monkeypatch):
    """A key that stands for a variable is sent, and never written."""
    monkeypatch.setenv("NEWSWIRE_HARBOUR_KEY", "s3cr3t")
    wire.feeds["/a.xml"] = [story("one")]
    said = typed("partners", "new", f"{wire.root}/a.xml?key=${{harbour_key}}", "--allow-private-addresses")
    assert wire.asked["/a.xml?key=s3cr3t"] == 1
    assert "${harbour_key}" in said
    assert "s3cr3t" not in said


@pytest.mark.parametrize("url", ["file:///etc/passwd", "drop:/in", "https://me:s3cr3t@h.example/f", "no url"])
def test_the_address_of_a_saved_feed_is_one_of_the_web(typed, url, tmp_path):
    """What is told as a saved feed's address is refused where it could not be pulled as one."""
    (tmp_path / "f.xml").write_bytes(rss(item(1)))
    error = typed("partners", "new", str(tmp_path / "f.xml"), "--url", url, code=1)
    assert error["error"] == "bad_url"
    assert "s3cr3t" not in json.dumps(error)


@pytest.mark.parametrize("url", ["https://me:s3cr3t@h.example/f", "https://h.example/f?api_key=s3cr3t"])
def test_a_password_is_refused_and_not_repeated(typed, url):
    """An address that no partner file may have is refused before it is asked, without being repeated."""
    error = typed("partners", "new", url, code=1)
    assert error["error"] == "bad_url"
    assert "s3cr3t" not in json.dumps(error)


def test_what_is_no_feed_is_refused(typed, wire, tmp_path):
    """A page without feeds, a saved page, a picture, another scheme and a missing file each say what to do."""
    page = '<html><head><link rel="alternate" type="application/rss+xml" href="/f"></head><body><p>x</p></body></html>'
    wire.feeds |= {
        "/p.html": b"<html><body><p>News</p></body></html>",
        "/broken.html": page.encode(),
        "/gif": b"GIF89a\x00\x01",
    }
    (tmp_path / "page.html").write_text(page)
    asked = {
        f"{wire.root}/p.html": "no_feed",
        f"{wire.root}/broken.html": "no_feed",
        f"{wire.root}/gif": "binary",
        f"{wire.root}/none": "not_found",
        str(tmp_path / "page.html"): "page_not_feed",
        str(tmp_path / "none.xml"): "unreadable",
        "sftp://h.example/out": "not_on_the_web",
    }
    found = {w: typed("partners", "new", w, "--allow-private-addresses", code=1)["error"] for w in asked}
    assert found == asked
    for wrong in (("--slug", "A b"), ("--timezone", "Mars")):
        with pytest.raises(SystemExit, match="2"):
            main(["partners", "new", "x", *wrong])


@pytest.mark.parametrize(
    ("where", "slug"),
    [
        ("https://www.agency.example/rss", "agency"),
        ("https://feeds.harbour.co.uk/x", "harbour"),
        ("https://[::1]/", "partner"),
    ],
)
def test_a_slug_comes_from_the_host(typed, where, slug, tmp_path):
    """Where none is told, the host's own name is the slug, and what is no slug is not made one."""
    (tmp_path / "f.xml").write_bytes(rss(item(1)))
    assert f"include/partners/{slug}.yaml" in typed("partners", "new", str(tmp_path / "f.xml"), "--url", where)


def test_errors_are_those_of_the_library():
    """Used as a library it raises, with a reason."""
    with pytest.raises(PayloadRefused):
        propose(Document(url=None, address="file:///x", body=b""), ASK)
    with pytest.raises(ConfigError, match="password"):
        propose("https://me:s3cr3t@h.example/f", ASK)
