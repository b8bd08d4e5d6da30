"""The sample wire over real sockets: what any client of a real wire relies on."""

import gzip
import http.client
import socket
import subprocess
import sys
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

FEED = "/ilkha/kmr.xml"
OPS = Path(__file__).parents[2] / "ops"


def test_etag_gets_304(wire):
    """A client that has the last edition is told so, without a body."""
    first = wire.pull(FEED)
    again = wire.pull(FEED)
    assert (first.status, again.status, again.body) == (200, 304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Last-Modified"] == first.headers["Last-Modified"]


def test_last_modified_gets_304(wire):
    """The date alone is enough, and an unreadable date is no condition at all."""
    modified = wire.ask(FEED).headers["Last-Modified"]
    assert wire.ask(FEED, If_Modified_Since=modified).status == 304
    assert wire.ask(FEED, If_Modified_Since="Thu, 01 Jan 1970 00:00:00 GMT").status == 200
    assert wire.ask(FEED, If_Modified_Since="yesterday").status == 200


def test_etag_wins_over_date(wire):
    """If-None-Match is the one that counts when both are sent (RFC 9110, 13.1.3)."""
    modified = wire.ask(FEED).headers["Last-Modified"]
    assert wire.ask(FEED, If_None_Match='"other"', If_Modified_Since=modified).status == 200


def test_gzip_only_when_asked(wire):
    """Packed and plain answers hold the same bytes, and either's validator serves for both."""
    plain = wire.ask(FEED)
    packed = wire.ask(FEED, Accept_Encoding="br, gzip;q=0.8")
    refused = wire.ask(FEED, Accept_Encoding="gzip;q=0")
    assert "Content-Encoding" not in plain.headers
    assert "Content-Encoding" not in refused.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(packed.body) == plain.body
    assert len(packed.body) < len(plain.body)
    assert wire.ask(FEED, If_None_Match=packed.headers["ETag"]).status == 304
    assert wire.ask(FEED, If_None_Match=plain.headers["ETag"], Accept_Encoding="gzip").status == 304


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        (FEED, "application/rss+xml; charset=utf-8"),
        ("/vaskaland/en.xml", "application/atom+xml; charset=utf-8"),
        ("/ilkha/ar/souk.html", "text/html; charset=utf-8"),
        ("/", "text/html; charset=utf-8"),
        ("/glitchford/error-page.xml", "text/html; charset=utf-8"),
    ],
)
def test_content_types(wire, path, content_type):
    """Each document says what it is and in which encoding."""
    assert wire.ask(path).headers["Content-Type"] == content_type


def test_head_has_headers_and_moves_nothing(wire):
    """HEAD answers as GET would, without the body, and never brings the next edition."""
    get = wire.ask("/ilkha/en.xml")
    head = wire.ask("/ilkha/en.xml", "HEAD", If_None_Match='"other"')
    assert (head.status, head.body) == (200, b"")
    assert head.headers["Content-Length"] == str(len(get.body))
    assert wire.ask("/ilkha/en.xml", "HEAD", If_None_Match=get.headers["ETag"]).status == 304
    assert wire.ask("/ilkha/en.xml").headers["ETag"] == get.headers["ETag"]


@pytest.mark.parametrize(
    "path", ["/nobody/en.xml", "/ilkha/xx.xml", "/ilkha/en/nothing.html", "/ilkha/en", "/../wire.py"]
)
def test_unknown_paths_are_404(wire, path):
    """What is not there is a 404 without validators."""
    answer = wire.ask(path)
    assert answer.status == 404
    assert "ETag" not in answer.headers


def test_future_page_is_404(wire):
    """A story of a later edition has no page yet."""
    assert wire.ask("/ilkha/en/orchestra.html").status == 404


def test_connection_is_kept(wire):
    """Several requests go through one connection (HTTP/1.1)."""
    wire.ask(FEED)
    kept = wire.connection.sock
    wire.ask("/nobody/en.xml")
    wire.pull(FEED)
    assert kept is not None
    assert wire.connection.sock is kept


def test_last_modified_is_not_ahead(wire):
    """No document claims to have changed after the answer was made."""
    answer = wire.ask(FEED)
    assert parsedate_to_datetime(answer.headers["Last-Modified"]) <= parsedate_to_datetime(answer.headers["Date"])


def test_binds_loopback_only(serve, tmp_path):
    """Nobody outside this machine reaches the wire."""
    with serve(tmp_path) as client:
        assert urlsplit(client.root).hostname == "127.0.0.1"


def test_runs_as_module(tmp_path):
    """``python -m sample_wire`` serves, says where, and a second one on its port fails with one clear line."""
    command = [sys.executable, "-m", "sample_wire", "--state", str(tmp_path), "--port"]
    environment = {"PYTHONPATH": str(OPS)}
    with subprocess.Popen(  # noqa: S603 - our own module on our own interpreter
        [*command, "0"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as server:
        try:
            assert server.stdout is not None
            root = server.stdout.readline().decode().removeprefix("sample wire: ").strip()
            port = urlsplit(root).port
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("GET", "/")
            assert connection.getresponse().status == 200
            connection.close()
            second = subprocess.run(  # noqa: S603 - as above
                [*command, str(port)], env=environment, capture_output=True, text=True, check=False, timeout=120
            )
        finally:
            server.kill()
    assert second.returncode == 1
    assert len(second.stderr.splitlines()) == 1
    assert str(port) in second.stderr


def test_endless_feed_survives_a_client_that_leaves(wire):
    """A client may hang up in the middle of the endless feed, and the wire goes on."""
    with socket.create_connection((urlsplit(wire.root).hostname, urlsplit(wire.root).port), timeout=60) as raw:
        raw.sendall(b"GET /glitchford/endless.xml HTTP/1.1\r\nHost: wire\r\n\r\n")
        got = 0
        while got < 3_000_000:
            got += len(raw.recv(65536))
    assert wire.ask(FEED).status == 200
