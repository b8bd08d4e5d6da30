"""A partner file that does not validate names the line and what to write instead."""

from __future__ import annotations

import traceback
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from newswire.config import load_partner
from newswire.errors import ConfigError
from newswire.feeds import fingerprint
from newswire.urls import Address, expand

FILE = """\
name: Tepe Haber Ajansı
timezone: Europe/Istanbul
feeds:
  main: {url: https://tepe.example/rss}
contracts:
  - id: tepe-2026
    delivery_term: {from: 2026-01-01, until: 2026-12-31}
    uses: [store, analyse]
    media: [text]
    languages: [tr]
    territories: {mode: worldwide}
    obligations: [attribute, {action: notify, due: before}]
"""


def written(folder, text):
    path = folder / "tepe.yaml"
    path.write_text(text, encoding="utf-8")
    return load_partner(path)


def test_a_contract_says_when_its_duties_are_due(tmp_path):
    """A bare name is due with or after the use; a duty that is due before it says so."""
    [contract] = written(tmp_path, FILE).contracts
    assert [(duty.action, duty.due) for duty in contract.obligations] == [("attribute", "after"), ("notify", "before")]


def test_a_contracts_version_is_its_hash(tmp_path):
    """The same terms have the same hash however they are laid out, and any other term has another."""
    before = written(tmp_path, FILE).contracts[0].hash()
    assert (
        written(tmp_path, FILE.replace("[store, analyse]", "[store,   analyse]  # both")).contracts[0].hash() == before
    )
    assert written(tmp_path, FILE.replace("due: before", "due: after")).contracts[0].hash() != before


def test_no_is_norwegian_and_norway(tmp_path):
    """``no`` and ``NO`` are codes here, as in every other list of languages and countries; true and false are meant."""
    text = FILE.replace("languages: [tr]", "languages: [no, tr]").replace("worldwide", "only, codes: [NO, SE]")
    feed = "main: {url: https://tepe.example/rss, language: no, allow_private_addresses: true}"
    partner = written(tmp_path, text.replace("main: {url: https://tepe.example/rss}", feed))
    assert partner.contracts[0].languages == ("no", "tr")
    assert partner.contracts[0].territories.codes == ("NO", "SE")
    assert partner.feeds["main"].language == "no"
    assert partner.feeds["main"].allow_private_addresses is True


def test_a_list_whose_items_are_wrong_is_said_once(tmp_path):
    """One wrong value is one problem, and a problem of the whole file does not repeat the file."""
    with pytest.raises(ConfigError) as caught:
        written(tmp_path, FILE.replace("languages: [tr]", "languages: [turkish]"))
    assert caught.value.message.count("\n") == 0
    with pytest.raises(ConfigError) as caught:
        written(tmp_path, FILE + FILE[FILE.index("  - id") :])
    assert "share an id" in caught.value.message
    assert len(caught.value.message) < 200


@pytest.mark.parametrize(
    ("good", "bad", "line", "said"),
    [
        ("uses: [store, analyse]", "uses: [store, analyze]", 8, "'analyze' is not allowed; write one of"),
        ("timezone: Europe/Istanbul", 'timezone: Europe/Istanbul\nschedule: "61 * * * *"', 3, "is no cron expression"),
        ("timezone: Europe/Istanbul", 'timezone: Europe/Istanbul\nschedule: "@hourly"', 3, "write five fields"),
        ("media: [text]", "media: [text]\n    retention: 365", 10, "365 is not a period; write days as in 365d"),
        ("media: [text]", "media: [text]\n    retention: 999999d", 10, "write days as in 365d, 99999d at most"),
        ("until: 2026-12-31", "until: 9999-12-31", 7, "an end that is not stated is left out"),
        ("from: 2026-01-01", "from: 0001-01-01", 7, "outside the years 1900 to 2999"),
        ("media: [text]", 'media: [text]\n    use_after_end: "days:999999"', 10, "days:30 (99999 at most)"),
        ("until: 2026-12-31", "until: 2026-11-31", 7, "'2026-11-31' is no date; write it as 2026-12-31"),
        ("name: Tepe Haber Ajansı", "name: !!int seven", 1, "'seven' is not of the type int"),
        ("name: Tepe Haber Ajansı", "name: !!set x", 1, "expected a mapping node"),
        ("name: Tepe Haber Ajansı", "? [name, of]\n: Tepe", 1, "a key is plain text"),
        ("name: Tepe Haber Ajansı", "# a bell: \a\nname: Tepe", 1, "the character U+0007 has no place in YAML"),
        ("name: Tepe Haber Ajansı", f"name: {'[' * 3000}", 1, "is nested too deeply"),
        ("from: 2026-01-01", "from: yesterday", 7, "'yesterday' is no date; write it as 2026-12-31"),
        ("name: Tepe Haber Ajansı", "name: 7", 1, "7 is no text; put it in quotes"),
        ("mode: worldwide", "mode: only, codes: [UK]", 11, "'UK' is no country of ISO 3166-1; write two capitals"),
        ("mode: worldwide", "mode: worldwide, codes: [TR]", 11, "worldwide takes no codes"),
        ("languages: [tr]", "languages: [turkish]", 10, "'turkish' is no language here; write ISO 639-1"),
        ("media: [text]", "media: text", 9, "'text' is no list; write [a, b], or a line with a dash for each."),
        ("media: [text]", "media: []", 9, "media: is empty; give at least one."),
        ("timezone: ", "mass_reentry: 1\ntimezone: ", 2, "1 is no mapping; write its keys and their values below it"),
        ("name: Tepe Haber Ajansı", "name:", 1, "name: has no value; give it one, or remove the key."),
        ("due: before", "due: someday", 12, "'someday' is not allowed; write one of 'before' or 'after'"),
        ("until: 2026-12-31", "until: 2025-12-31", 7, "until 2025-12-31 lies before from 2026-01-01"),
        ("    media: [text]\n", "", 6, "media: is missing; add it."),
        ("media: [text]", "medium: [text]", 9, "medium: is not a known key"),
        ("timezone: Europe/Istanbul", "timezone: Istanbul", 2, "write one such as Europe/Istanbul"),
        ("name: ", "licensee: [us]\nname: ", 1, "licensee.0: 'us' is no IRI; write what the policies have as assignee"),
    ],
)
def test_an_error_names_line_and_remedy(tmp_path, good, bad, line, said):
    """Each mistake is told with its line and what to write."""
    assert good in FILE
    with pytest.raises(ConfigError) as caught:
        written(tmp_path, FILE.replace(good, bad))
    assert any(row.startswith(f"tepe.yaml:{line}: ") and said in row for row in str(caught.value).splitlines()), caught


def feed(folder, *lines):
    """The one feed of a partner file with these lines under it."""
    text = FILE.replace(
        "  main: {url: https://tepe.example/rss}\n", "  main:\n" + "".join(f"    {line}\n" for line in lines)
    )
    return written(folder, text).feeds["main"]


KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPKSUTyz1HwHReFVvD5obVsALAgJRNarH4TRpNePnAS"


@pytest.mark.parametrize(
    "lines",
    [
        ["url: https://tepe.example/rss?page={page}", "auth: query:api_key", "connection: tepe"],
        ["url: https://tepe.example/rss?key=${tepe_key}", "auth: 'header:X-Api-Key'", "paging: links"],
        ["url: sftp://tepe.example/out/*.xml", "connection: tepe_sftp", f"host_keys: ['{KEY}']"],
        ["url: 'ftps://tepe.example/out/{date:%Y/%m/%d}/'"],
        ["url: s3://tepe-wire/out/", "region: eu-west-1", "endpoint: https://s3.tepe.example"],
        ["url: az://wire/out/", "connection: tepe_blob"],
        ["url: imaps://mail.tepe.example/INBOX", "connection: tepe.mail"],
        ["url: drop:///srv/wire/tepe"],
        ["url: wire/tepe"],
        ["url: ${sample_wire}/tepe.xml", "archive: 'https://tepe.example/a?from={start}&to={end:%Y}'"],
        ["url: https://tepe.example/rss", "archive: prev-archive"],
        [
            "url: https://tepe.example/rss",
            "archive: 'sftp://tepe.example/{date}/'",
            "connection: a",
            f"host_keys: ['{KEY}']",
        ],
    ],
)
def test_a_feed_of_every_kind_is_valid(tmp_path, lines):
    """What docs/partners.md shows is accepted."""
    assert feed(tmp_path, *lines)


@pytest.mark.parametrize(
    ("lines", "line", "said"),
    [
        (["url: https://us:s3cret@tepe.example/rss"], 5, "url: a URL names no user and no password; store them"),
        (["url: 'ftp://${tepe_user}:s3cret@tepe.example/'"], 5, "write its id under connection"),
        (["url: https://tepe.example/rss?api_key=s3cret"], 5, "write auth: query:NAME, or write ${name}"),
        (["url: https://tepe.example/rss", "archive: https://u:s3cret@x.example/{date}"], 6, "archive: a URL names no"),
        (["url: gopher://tepe.example/"], 5, "there is no transport for gopher; write one of az, azure, drop"),
        (["url: https://tepe.example/{day}"], 5, "{day} is not known; write {date}"),
        (["url: https://tepe.example/{date:%Q}"], 5, "{date:%Q} is not known"),
        (
            ["url: https://tepe.example/rss", "archive: https://tepe.example/all"],
            6,
            "write {start} and {end}, or {date}",
        ),
        (
            ["url: sftp://tepe.example/", "host_keys: [SHA256:short]", "connection: a"],
            6,
            "'SHA256:short' is no host key",
        ),
        (["url: sftp://tepe.example/", "connection: tepe"], 4, "sftp needs host_keys, or any server could pose"),
        (["url: https://tepe.example/", "archive: 'sftp://tepe.example/{date}/'"], 4, "sftp needs a user; store it"),
        (["url: imaps://tepe.example/INBOX"], 4, "imaps needs a user; store it in a connection"),
        (["url: drop:///srv/wire", "connection: tepe"], 6, "it has no effect on drop, only on az, azure, ftp"),
        (["url: ftp://tepe.example/", "auth: bearer"], 6, "it has no effect on ftp, only on http, https; remove it"),
        (["url: ftp://tepe.example/", "paging: links"], 6, "it has no effect on ftp"),
        (["url: https://tepe.example/", "region: eu-west-1"], 6, "it has no effect on https, only on s3"),
        (
            ["url: https://tepe.example/", "connection: tepe", "auth: digest"],
            7,
            "auth: write basic, bearer, header:NAME",
        ),
        (["url: 'https://tepe.example/{page}'", "paging: links"], 4, "pages are numbered by {page} or linked"),
        (
            ["url: ftp://tepe.example/", "archive: prev-archive"],
            4,
            "prev-archive follows the links of a feed on the web",
        ),
        (["url: s3://tepe/", "endpoint: 'https://u:s3cret@s3.example'"], 6, "endpoint: write a URL such as"),
        (["url: https://tepe.example/", "connection: 'https://u:s3cret@x'"], 6, "write the id of a connection"),
        (["url: https://tepe.example/", "password: s3cret"], 6, "password: is not a known key"),
    ],
)
def test_a_feeds_error_names_line_and_remedy(tmp_path, lines, line, said):
    """Each mistake is told with its line and what to write, and no password is repeated, traceback included."""
    with pytest.raises(ConfigError) as caught:
        feed(tmp_path, *lines)
    assert any(row.startswith(f"tepe.yaml:{line}: ") and said in row for row in str(caught.value).splitlines()), caught
    assert "s3cret" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    ("template", "urls"),
    [
        ("x/{date}", ["x/2026-03-01", "x/2026-03-02"]),
        ("x/{date:%Y/%m/%d}/", ["x/2026/03/01/", "x/2026/03/02/"]),
        ("x/{date:%H}", ["x/23", "x/00", "x/01"]),
        ("x?from={start}&to={end}", ["x?from=2026-03-01T20:30:00Z&to=2026-03-01T22:30:00Z"]),
        ("x/{end:%Y%m%d}/{page}?k=${date}", ["x/20260301/{page}?k=${date}"]),
    ],
)
def test_a_template_names_every_day_of_an_interval(template, urls):
    """Days and hours are the partner's, the interval's ends are UTC; pages and variables stay."""
    start = datetime(2026, 3, 1, 20, 30, tzinfo=UTC)
    assert expand(template, start, start + timedelta(hours=2), ZoneInfo("Europe/Istanbul")) == urls


def test_variables_are_filled_in_and_keys_stay_marked(tmp_path, monkeypatch):
    """What stands in a query may be a key: it is told apart from the URL. Connections are no variables."""
    monkeypatch.setenv("NEWSWIRE_HOST", "tepe.example")
    monkeypatch.setenv("NEWSWIRE_KEY", "s3cret")
    monkeypatch.setenv("NEWSWIRE_CONN_TEPE", "x://us:s3cret@host")
    address = feed(tmp_path, "url: 'https://${host}/$$/rss?a=$$1&k=${key}'").resolve()
    assert address == Address(url="https://tepe.example/$/rss?a=$1&k=${key}", secrets={"${key}": "s3cret"})
    assert "s3cret" not in repr(address)
    with pytest.raises(ConfigError, match="NEWSWIRE_CONN_TEPE is not set"):
        feed(tmp_path, "url: https://x.example/?k=${conn_tepe}").resolve()


def test_a_host_key_and_its_fingerprint_are_one():
    """A key as known_hosts has it is compared by its fingerprint."""
    assert fingerprint(KEY) == fingerprint(f"{KEY} a comment") == fingerprint(fingerprint(KEY) + "=")
    for wrong in ("", "ssh-rsa " + KEY.split()[1], "ssh-ed25519 nonsense!", "MD5:00:11", "SHA256:AAAA"):
        with pytest.raises(ValueError, match="ssh-keygen -lf"):
            fingerprint(wrong)
