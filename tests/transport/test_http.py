"""HTTP against a real server that behaves, and one that does not."""

import asyncio
import base64
import gzip
import logging
import zlib
from dataclasses import replace

import pytest
from tests.transport.conftest import Wire, answer, serving

from newswire.transport import (
    Credentials,
    Fetched,
    Policy,
    Reason,
    Request,
    Transports,
    Unfetched,
    Validators,
    fetch,
)
from newswire.transport.addresses import is_public
from newswire.transport.http import USER_AGENT

FEED = b"<rss><channel><title>Wire</title></channel></rss>"


def pull(url, policy, **changes):
    """The one result for a URL on loopback."""
    asked = {"max_bytes": 10_000, "timeout": 60.0, "allow_private_addresses": True} | changes

    async def collect():
        return [result async for result in fetch(Request(url=url, **asked), policy)]

    (result,) = asyncio.run(collect())
    return result


def reason(result):
    assert isinstance(result, Unfetched), result
    assert Reason(result.reason).transient == result.transient
    return result.reason


def test_document_comes_with_what_the_server_said(wire, policy):
    """A 200 yields the bytes, the validators and the content type, and the request names the project."""
    said = {"ETag": 'W/"1"', "Last_Modified": "Mon", "Content_Type": "application/rss+xml", "Content_Language": "en"}
    url = wire.on("/en", answer(body=FEED, **said))
    assert pull(url, policy) == Fetched(
        url=url,
        body=FEED,
        validators=Validators(etag='W/"1"', last_modified="Mon"),
        content_type="application/rss+xml",
        final_url=url,
        content_language="en",
    )
    assert wire.headers()["user-agent"] == USER_AGENT.lower()
    assert "newswire/" in USER_AGENT


def test_unchanged_document_has_no_body(wire, policy):
    """Known validators are sent back byte for byte, and a 304 keeps those it does not repeat."""
    url = wire.on("/en", answer("304 Not Modified", Content_Length=None, Last_Modified="Tue"))
    known = Validators(etag='"ä1"', last_modified="Mon")
    result = pull(url, policy, validators={url: known, f"{url}/other": Validators(etag="no")})
    assert (result.body, result.validators) == (None, Validators(etag='"ä1"', last_modified="Tue"))
    assert wire.headers()["if-none-match"] == '"ä1"'
    assert wire.headers()["if-modified-since"] == "mon"


def test_unasked_not_modified_is_no_document(wire, policy):
    """A 304 to an unconditional request is a failure: there is nothing it could stand for."""
    assert reason(pull(wire.on("/en", answer("304 Not Modified")), policy)) == "http_status"


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(FEED)),
        ("x-gzip", gzip.compress(FEED[:10]) + gzip.compress(FEED[10:]) + b"\0\0\0"),
        ("deflate", zlib.compress(FEED)),
        ("deflate", zlib.compress(FEED, wbits=-zlib.MAX_WBITS)),
        ("identity", FEED),
    ],
)
@pytest.mark.parametrize("pieces", [1, 1000])
def test_content_encoding_is_undone(wire, policy, encoding, body, pieces):
    """Gzip of several members, deflate with and without its header: decoded whole, however the network cuts them."""

    async def send(writer):
        writer.write(answer(Content_Encoding=encoding, Content_Length=str(len(body))))
        step = max(1, len(body) // pieces)
        for start in range(0, len(body), step):
            writer.write(body[start : start + step])
            await writer.drain()
            await asyncio.sleep(0)

    assert pull(wire.on("/en", send), policy).body == FEED


@pytest.mark.parametrize(
    ("encoding", "body", "expected"),
    [
        ("br", b"whatever", "bad_encoding"),
        ("gzip", FEED, "bad_encoding"),
        ("gzip", gzip.compress(FEED)[:-8], "truncated"),
        ("gzip", b"\x1f", "truncated"),
        ("gzip", gzip.compress(b"\0" * 50_000_000), "too_large"),
        ("deflate", zlib.compress(b"\0" * 50_000_000), "too_large"),
        ("gzip", gzip.compress(b""), "empty"),
    ],
)
def test_bad_encoding_has_its_reason(wire, policy, encoding, body, expected):
    """What cannot be decoded, or would not stop growing, is refused with the reason and never held in memory."""
    url = wire.on("/en", answer(body=body, Content_Encoding=encoding))
    assert reason(pull(url, policy, max_bytes=1_000_000)) == expected


def test_size_limit_needs_no_honest_header(wire, policy):
    """A body over the limit is refused with and without a Content-Length, and one of exactly the limit is taken."""
    url = wire.on("/en", answer(body=b"x" * 101), answer(body=b"x" * 101, Content_Length=None), answer(body=b"x" * 100))
    assert [reason(pull(url, policy, max_bytes=100)) for _ in range(2)] == ["too_large", "too_large"]
    assert len(pull(url, policy, max_bytes=100).body) == 100


@pytest.mark.parametrize("status", ["200 OK", "204 No Content"])
def test_empty_answer_is_not_a_document(wire, policy, status):
    """No bytes is an outcome with a reason, not a document."""
    assert reason(pull(wire.on("/en", answer(status)), policy)) == "empty"


def test_slow_drip_hits_the_time_limit(wire, policy, naps):
    """A server that sends a byte now and then is cut off by the limit on the whole answer, and not asked again."""

    async def drip(writer):
        writer.write(answer(Content_Length="10000"))
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

    assert reason(pull(wire.on("/en", drip), policy, timeout=0.3)) == "time_limit"
    assert naps == []


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (answer(body=FEED, Content_Length="1000"), "truncated"),
        (answer(Transfer_Encoding="chunked", Content_Length=None) + b"5\r\nhel", "truncated"),
        (answer("503 Service Unavailable"), "server_error"),
        (answer("429 Too Many Requests"), "rate_limited"),
        (b"220 mail.example ESMTP\r\n", "bad_answer"),
        (b"", "bad_answer"),
    ],
)
def test_faults_that_may_pass_are_tried_again(wire, policy, naps, fault, expected):
    """A fault is cured by the next try; if it stays, the tries end, with growing random waits between them."""
    assert pull(wire.on("/en", fault, answer(body=FEED)), policy).body == FEED
    assert len(naps) == 1
    result = pull(wire.on("/bad", fault), policy)
    assert reason(result) == expected
    assert [path for path, _ in wire.seen].count("/bad") == policy.attempts
    assert all(0 <= nap <= bound for nap, bound in zip(naps[1:], [1.0, 2.0, 4.0], strict=True))


def test_a_body_longer_than_it_says_is_cut_where_it_says(wire, policy):
    """What a server sends beyond its Content-Length is no part of the document."""
    assert pull(wire.on("/en", answer(body=FEED + b"more", Content_Length=str(len(FEED)))), policy).body == FEED


@pytest.mark.parametrize("length", ["-5", "many", "49, 50"])
def test_a_length_that_is_none_is_a_bad_answer(wire, policy, length):
    """A Content-Length that cannot be read tells of a faulty server."""
    assert reason(pull(wire.on("/en", answer(body=FEED, Content_Length=length)), policy)) == "bad_answer"


def test_redirects_in_a_wide_circle_end(wire, policy, naps):
    """Two addresses that lead to each other are left after the agreed number of hops."""
    url = wire.on("/en", answer("302 Found", Location="/other"))
    wire.on("/other", answer("302 Found", Location="/en"))
    assert reason(pull(url, policy)) == "too_many_redirects"
    assert (len(wire.seen), naps) == (policy.max_redirects + 1, [])


def test_reset_connection_is_tried_again(wire, policy):
    """A connection that the server resets in the middle is made anew."""

    async def reset(writer):
        writer.write(answer(body=b"half", Content_Length="1000"))
        await writer.drain()
        writer.transport.abort()

    assert pull(wire.on("/en", reset, answer(body=FEED)), policy).body == FEED


def test_refused_connection_is_transient(wire, policy, naps):
    """Nobody listening is tried again and then reported as a matter of connection."""
    wire.on("/en", answer())
    assert reason(pull("http://127.0.0.1:1/en", policy)) == "connection"
    assert len(naps) == policy.attempts - 1


@pytest.mark.parametrize(
    ("status", "expected"),
    [(401, "forbidden"), (403, "forbidden"), (404, "not_found"), (410, "gone"), (418, "http_status")],
)
def test_client_errors_are_final(wire, policy, status, expected):
    """A 4xx is asked once."""
    assert reason(pull(wire.on("/en", answer(f"{status} No", body=b"<html>no</html>")), policy)) == expected
    assert len(wire.seen) == 1


@pytest.mark.parametrize(
    ("value", "nap"),
    [("7", 7.0), ("Mon, 23 Nov 2026 12:00:30 GMT", 30.0), ("Mon, 23 Nov 2026 11:00:00 GMT", 0.0)],
)
def test_retry_after_is_honoured(wire, policy, naps, value, nap):
    """The wait is exactly what the server asks for, in seconds or as a date, with 429 and 503."""
    refusals = [answer(status, Retry_After=value) for status in ("429 Too Many Requests", "503 Service Unavailable")]
    assert pull(wire.on("/en", *refusals, answer(body=FEED)), policy).body == FEED
    assert naps == [nap, nap]


def test_long_retry_after_leaves_the_server_alone(wire, policy, naps):
    """A server that asks for more patience than we have is not asked again in this run."""
    result = pull(wire.on("/en", answer("429 Too Many Requests", Retry_After="3600")), policy)
    assert (reason(result), naps, len(wire.seen)) == ("rate_limited", [], 1)
    assert "3600 s" in result.detail


def test_unreadable_retry_after_falls_back(wire, policy, naps):
    """Nonsense in Retry-After leaves the usual wait."""
    url = wire.on("/en", answer("503 No", Retry_After="soon"), answer("503 No", Retry_After="-5"), answer(body=FEED))
    assert pull(url, policy).body == FEED
    assert len(naps) == 2


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See", "307 Temporary", "308 Permanent"])
def test_redirects_are_followed(wire, policy, status):
    """The document keeps the URL that was asked for and tells where it came from."""
    url = wire.on("/en", answer(status, Location="new/feed?x=1#top"))
    wire.on("/new/feed?x=1", answer(body=FEED))
    result = pull(url, policy)
    assert (result.url, result.final_url, result.body) == (url, f"{wire.root}/new/feed?x=1", FEED)


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("/en", "too_many_redirects"),
        ("file:///etc/passwd", "redirect_refused"),
        ("https://other.example/en", "redirect_refused"),
        ("gopher:anything", "redirect_refused"),
        ("http://[broken", "bad_redirect"),
        ("http://host:99999/", "bad_redirect"),
        (None, "too_many_redirects"),
    ],
)
def test_redirects_that_lead_astray_are_refused(wire, policy, naps, location, expected):
    """Circles, other schemes and unreadable targets end the fetch at once."""
    assert reason(pull(wire.on("/en", answer("302 Found", Location=location)), policy)) == expected
    assert not naps


def resolving(policy, **hosts):
    async def resolve(host, _port):
        if host in {"127.0.0.1", "10.0.0.1"}:
            return [host]
        return hosts[host.replace(".", "_")]

    return replace(policy, resolve=resolve)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.0.1",
        "172.16.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - nothing is bound
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fec0::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::127.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::a00:1",
    ],
)
def test_addresses_off_the_internet_are_refused(wire, policy, address):
    """A host in a network that the internet does not reach is refused, and no connection is made."""
    url = wire.on("/en", answer(body=FEED)).replace("127.0.0.1", "wire.example")
    result = pull(url, resolving(policy, wire_example=[address]), allow_private_addresses=False)
    assert reason(result) == "address_refused"
    assert not wire.seen


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822", "::ffff:93.184.216.34"]
)
def test_addresses_on_the_internet_are_public(address):
    """Ordinary hosts are not refused, also where IPv6 only carries their address."""
    assert is_public(address)


def test_one_refused_address_is_enough(wire, policy, monkeypatch):
    """A host that lies both inside and outside is refused whole."""
    monkeypatch.setattr("newswire.transport.addresses.is_public", lambda address: address == "127.0.0.1")
    url = wire.on("/en", answer(body=FEED)).replace("127.0.0.1", "wire.example")
    result = pull(url, resolving(policy, wire_example=["127.0.0.1", "127.0.0.2"]), allow_private_addresses=False)
    assert (reason(result), wire.seen) == ("address_refused", [])


def test_connection_goes_to_the_checked_address(wire, policy):
    """A name is resolved once for a connection, so that a second answer has nobody to deceive; Host keeps the name."""
    url = wire.on("/en", answer(body=FEED)).replace("127.0.0.1", "wire.example")
    asked = []

    async def rebinding(host, _port):
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["203.0.113.1"]

    assert pull(url, replace(policy, resolve=rebinding)).body == FEED
    assert asked == ["wire.example"]
    assert wire.headers()["host"] == f"wire.example:{wire.port}"


def test_next_address_is_tried(wire, policy):
    """A host with a dead address is reached at its living one."""
    url = wire.on("/en", answer(body=FEED)).replace("127.0.0.1", "wire.example")
    assert pull(url, resolving(policy, wire_example=["127.0.0.9", "127.0.0.1"])).body == FEED


def test_redirect_to_private_address_is_refused(wire, policy, monkeypatch):
    """Every hop is checked anew: a public host cannot send us into the network behind us."""
    monkeypatch.setattr("newswire.transport.addresses.is_public", lambda address: address == "127.0.0.1")
    url = wire.on("/en", answer("302 Found", Location="http://10.0.0.1/admin"))
    result = pull(url, resolving(policy), allow_private_addresses=False)
    assert reason(result) == "address_refused"
    assert "10.0.0.1" in result.detail


def test_unknown_host_is_transient(policy, naps):
    """A name that does not resolve, or cannot, is tried again and then reported."""

    async def nowhere(host, port):
        message = f"no {host}:{port}"
        raise OSError(message)

    assert reason(pull("http://nowhere.example/", replace(policy, resolve=nowhere))) == "unresolved"
    assert len(naps) == policy.attempts - 1
    assert reason(pull(f"http://{'a' * 70}.example/", policy)) == "unresolved"


def test_credentials_are_sent_and_never_shown(wire, policy, caplog):
    """User name and password reach their own host alone, and no result, text or log line."""
    caplog.set_level(logging.DEBUG)
    url = wire.on("/en?key=s3cret", answer("503 No"), answer("302 Found", Location="/new"))
    wire.on("/new", answer("302 Found", Location=f"http://evil:0ther@localhost:{wire.port}/elsewhere"))
    wire.on("/elsewhere", answer("404 No"))
    private = url.replace("://", "://us%40er:s3cret@")
    result = pull(private, resolving(policy, localhost=["127.0.0.1"]), validators={url: Validators(etag='"1"')})
    assert (reason(result), result.url) == ("not_found", url)
    sent = [headers.get("authorization") for _, headers in wire.seen]
    basic = base64.b64encode(b"us@er:s3cret").decode().lower()
    assert sent == [f"basic {basic}"] * 3 + [None]
    assert wire.headers(0)["if-none-match"] == '"1"'
    assert "s3cret" not in result.detail + caplog.text + repr(Request(url=private, max_bytes=1, timeout=1.0))
    assert "0ther" not in result.detail
    assert "next try" in caplog.text


@pytest.mark.parametrize(
    ("auth", "said"),
    [
        ("basic", {}),
        ("bearer", {"authorization": "bearer t0ken"}),
        ("header:X-Api-Key", {"x-api-key": "t0ken"}),
    ],
)
def test_a_connection_tells_who_we_are(wire, policy, auth, said):
    """As the feed says: user and password, a bearer token, or a key in a header; not to another origin."""
    known = Credentials(login="us", password="s3cret", extra={"token": "t0ken"})
    with serving(Wire()) as other:
        other.on("/new", answer(body=FEED))
        url = wire.on("/en", answer("302 Found", Location=f"http://127.0.0.1:{other.port}/new"))
        assert pull(url, policy, auth=auth, credentials=known).body == FEED
        sent, foreign = wire.headers(), other.headers()
    basic = base64.b64encode(b"us:s3cret").decode().lower()
    expected = {"authorization": f"basic {basic}"} if auth == "basic" else said
    assert sent.items() >= expected.items()
    assert not expected.keys() & foreign.keys()


@pytest.mark.parametrize("token", ["", "t0ken\r\nX-Evil: 1", "t\u00f6ken\u011f"])
def test_a_token_that_no_header_can_carry_is_refused(wire, policy, token):
    """It is told without being repeated, and nothing is sent."""
    known = Credentials(extra={"token": token})
    result = pull(wire.on("/en", answer()), policy, auth="bearer", credentials=known)
    assert (reason(result), wire.seen) == ("forbidden", [])
    assert "Evil" not in result.detail


def test_marks_stand_for_secrets(wire, policy):
    """The server gets the secret, and nothing that leaves the transport has it, even where the server repeats it."""
    wire.on("/en?key=s3cret/1", answer("302 Found", Location="/new?key=s3cret/1"))
    wire.on("/new?key=s3cret/1", answer(body=FEED), answer("404 No"))
    for expected in (FEED, None):
        url = f"{wire.root}/en?key=${{key}}"
        result = pull(url, policy, secrets={"${key}": "s3cret/1"})
        assert (result.url, getattr(result, "body", None)) == (url, expected)
        assert "s3cret" not in repr(result)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://", "bad_url"),
        ("http://u:s3cret@[broken", "bad_url"),
        ("http:u:s3cret@host/", "bad_url"),
        ("http://host:0/", "bad_url"),
        ("http://ho\x00st/", "bad_url"),
        ("gopher://u:s3cret@host/", "unknown_scheme"),
    ],
)
def test_bad_urls_are_results(policy, url, expected):
    """Nothing is raised for a URL that cannot be fetched, and it does not repeat a password."""
    result = pull(url, policy)
    assert reason(result) == expected
    assert "s3cret" not in result.detail + result.url


def test_many_feeds_share_a_loop(wire, policy):
    """Feeds are fetched at the same time; one host serves no more of them at once than the policy says."""

    async def slow(writer):
        await asyncio.sleep(0.1)
        writer.write(answer(body=FEED))
        await writer.drain()

    urls = [wire.on(f"/{number}", slow) for number in range(6)]

    async def one(transports, url):
        request = Request(url=url, max_bytes=1000, timeout=60.0, allow_private_addresses=True)
        return [result async for result in transports.fetch(request)]

    async def scenario():
        async with Transports(replace(policy, per_host=3)) as transports, asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(transports, url)) for url in urls]
        return [task.result() for task in tasks]

    assert [[item.url for item in result] for result in asyncio.run(scenario())] == [[url] for url in urls]
    assert wire.busiest == 3


def test_kept_connection_of_a_trusted_feed_serves_no_other(wire, policy):
    """A feed that may not reach private addresses cannot borrow the open connection of one that may."""

    async def keep(writer):
        writer.write(answer(body=FEED, Connection="keep-alive"))
        await asyncio.sleep(1)

    url = wire.on("/en", keep)

    async def scenario():
        async with Transports(policy) as transports:
            asked = [Request(url=url, max_bytes=100, timeout=60.0, allow_private_addresses=it) for it in (True, False)]
            return [result for request in asked async for result in transports.fetch(request)]

    trusted, other = asyncio.run(scenario())
    assert (trusted.body, reason(other)) == (FEED, "address_refused")


def test_every_reason_explains_itself():
    """The reasons are a closed list, each with a sentence that says what to do."""
    assert all(code.sentence.endswith(".") and len(code.sentence) > 20 for code in Reason)
    assert Policy().attempts > 1
