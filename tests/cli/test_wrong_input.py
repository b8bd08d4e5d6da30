"""``bin/newswire`` in the hands of a person and a shell: what is mistyped, closed, full or stopped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from newswire.cli import main

FEED = b"<rss><channel><item><guid>1</guid><title>Quay works begin</title></item></channel></rss>"
INCLUDE = str(Path(__file__).parents[2] / "include")
SETTINGS = {**os.environ, "PYTHONPATH": INCLUDE, "PYTHONUNBUFFERED": ""}


@pytest.fixture
def feed(tmp_path: Path) -> str:
    path = tmp_path / "feed.xml"
    path.write_bytes(FEED)
    return str(path)


@pytest.fixture
def hears_ctrl_c() -> Iterator[None]:
    """A shell lets what it starts in the background ignore SIGINT; what starts in here hears it all the same."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def started(*words: str, **streams: object) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "newswire.cli", *words]
    return subprocess.Popen(command, env=SETTINGS, stderr=subprocess.PIPE, **streams)  # noqa: S603 - our own words


def ended(process: subprocess.Popen[bytes]) -> tuple[int, str]:
    _, errors = process.communicate(timeout=300)
    return process.returncode, errors.decode()


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    with pytest.raises(SystemExit) as stopped:
        main(words)
    assert stopped.value.code == 2
    return capsys.readouterr().err


def test_a_reader_that_left_is_no_error(feed: str):
    """``parse … | true``: what nobody reads is not written, and nothing is said about it."""
    reads, writes = os.pipe()
    os.close(reads)
    process = started("parse", feed, stdout=writes)
    os.close(writes)
    assert ended(process) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_told(feed: str):
    """What does not fit is one JSON error, though it only shows when the last of it is written."""
    with Path("/dev/full").open("wb") as full:
        code, errors = ended(started("parse", feed, stdout=full))
    assert (code, json.loads(errors)["error"]) == (1, "os_error")


def test_closed_standard_input_is_empty(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """``parse - <&-`` is refused as an empty payload is."""
    monkeypatch.setattr("sys.stdin", None)
    assert main(["parse", "-"]) == 1
    assert json.loads(capsys.readouterr().out)["refused"]["reason"] == "empty"


@pytest.mark.usefixtures("hears_ctrl_c")
def test_ctrl_c_stops_without_a_trace():
    """Exit 130, as of any command that a person stops, and what to do then."""
    process = started("detect", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin
    assert process.stdout
    process.stdin.write(b"The council met on Monday.\n" * 5000)
    process.stdin.close()
    process.stdin = None
    process.stdout.readline()  # it answers: it is at work, and its pipe fills up
    process.send_signal(signal.SIGINT)
    code, errors = ended(process)
    assert (code, json.loads(errors)["error"]) == (130, "interrupted")


def test_a_file_name_that_is_no_text_is_read_and_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """A name in another encoding is printed so that it can be opened again, of a refused file too."""
    name = os.fsdecode(os.fsencode(tmp_path) + b"/kav\xe9.xml")
    assert main(["notices", name]) == 1
    assert "kav" in json.loads(capsys.readouterr().err)["message"]
    assert main(["parse", name]) == 1
    assert json.loads(capsys.readouterr().out)["refused"]["reason"] == "unreadable"
    Path(name).write_bytes(FEED)
    for words in (["parse", name], ["decide", name, "--partner", "ilkha"]):
        assert main(words) == 0
        assert json.loads(capsys.readouterr().out)["file"] == name


@pytest.mark.parametrize(
    "words",
    [
        "explain {}",
        "override revoke {} --by a --why b",
        "review show {}",
        "tombstone lift x --by {} --why b",
        "override list --partner {}",
        "takedown article {} --by a --why b",
        "takedown story {} --partner ilkha --by a --why b",
        "takedown show {}",
        "explain x --partner {}",
    ],
)
def test_what_the_ledger_cannot_know_is_a_usage_error(words: str, capsys: pytest.CaptureFixture[str]):
    """Bytes that are no UTF-8 name nothing; no database is asked."""
    assert "no UTF-8 text" in refused(capsys, *words.format("a\udcff").split())


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "9999-12-31T23:59:59Z"])
def test_a_time_beyond_all_dates_is_a_usage_error(at: str, feed: str, capsys: pytest.CaptureFixture[str]):
    """Rather than an overflow where a term is added to it."""
    assert "outside the years 1900 to 2999" in " ".join(
        refused(capsys, "decide", feed, "--partner", "tarnvale", "--at", at).split()
    )


def test_a_format_or_channel_that_is_none_is_a_usage_error(feed: str, capsys: pytest.CaptureFixture[str]):
    """A format is named before any file is read, also for a report."""
    for words in (["parse", "--report"], ["parse"], ["decide", "--partner", "ilkha"]):
        assert "plain_text" in refused(capsys, *words, feed, "--format", "nope")
    assert "it says nothing" in refused(capsys, "decide", feed, "--partner", "ilkha", "--channel", " ")
