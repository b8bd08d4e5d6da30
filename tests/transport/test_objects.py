"""Object stores: S3 against moto's server, Google's against the same (its listing is S3's), Azure against a script."""

import itertools

import boto3
import pytest
from tests.transport.conftest import answer, collected

from newswire.transport import Credentials, Unfetched

US = Credentials(login="us", password="s3cret-key")
NUMBERS = itertools.count()
BLOBS = b"""<?xml version="1.0" encoding="utf-8"?><EnumerationResults><Blobs><Blob><Name>out/a.xml</Name><Properties>
<Last-Modified>Mon, 02 Mar 2026 09:00:00 GMT</Last-Modified><Etag>0x8D1</Etag><Content-Length>5</Content-Length>
<Content-Type>text/xml</Content-Type><BlobType>BlockBlob</BlobType></Properties></Blob></Blobs>
<NextMarker /></EnumerationResults>"""


@pytest.fixture
def bucket(moto):
    """A bucket of the test's own, its objects readable by all."""
    client = boto3.client(
        "s3", endpoint_url=moto, aws_access_key_id="a", aws_secret_access_key="b", region_name="us-east-1"
    )
    name = f"wire{next(NUMBERS)}"  # no hyphen: it comes percent-encoded for Google, which moto does not undo
    client.create_bucket(Bucket=name)

    def put(key, body=None):
        body = key.rpartition("/")[2].encode() if body is None else body
        client.put_object(Bucket=name, Key=key, Body=body, ACL="public-read")

    for key in [
        "out/",
        "out/b.xml",
        "out/a.xml",
        "out/c \u00fc%#?.xml",
        "out/sub/d.xml",
        "out/.h.xml",
        "out/e.xml.tmp",
    ]:
        put(key)
    put.name, put.endpoint = name, moto
    return put


def pull(url, policy, **changes):
    return collected(url, policy, **{"credentials": US} | changes)


def told(results):
    """Per object, by what follows /out/ in its URL: its bytes, or why there are none."""
    return {r.url.rpartition("/out/")[2]: r.reason if isinstance(r, Unfetched) else r.body for r in results}


@pytest.mark.parametrize(("scheme", "who"), [("s3", None), ("s3", US), ("gs", None)])
def test_a_prefix_is_its_own_objects_sorted(bucket, policy, scheme, who):
    """A slash is a folder: its own objects come by key, without those below, markers and unfinished uploads."""
    for path in ("/out", "/out/", "/out/*.xml"):
        found = pull(f"{scheme}://{bucket.name}{path}", policy, endpoint=bucket.endpoint, credentials=who)
        expected = [("a.xml", b"a.xml"), ("b.xml", b"b.xml"), ("c%20%C3%BC%25%23%3F.xml", "c ü%#?.xml".encode())]
        assert list(told(found).items()) == expected


def test_a_pattern_reaches_below(bucket, policy):
    """Wildcards work as in folders, and a key can be named alone."""
    url = f"s3://{bucket.name}/out"
    assert list(told(pull(f"{url}/**/[ad].xml", policy, endpoint=bucket.endpoint))) == ["a.xml", "sub/d.xml"]
    assert told(pull(f"{url}/a.xml", policy, endpoint=bucket.endpoint)) == {"a.xml": b"a.xml"}
    assert len(pull(f"s3://{bucket.name}/**", policy, endpoint=bucket.endpoint)) == 4


def test_only_what_changed_has_a_body(bucket, policy):
    """Entity tag and size tell a changed object from one that is had already."""
    url = f"s3://{bucket.name}/out/[ab].xml"
    known = {result.url: result.validators for result in pull(url, policy, endpoint=bucket.endpoint)}
    bucket("out/a.xml", b"A.xml")
    again = told(pull(url, policy, endpoint=bucket.endpoint, validators=known))
    assert again == {"a.xml": b"A.xml", "b.xml": None}


def test_bad_objects_fail_alone_and_one_pull_takes_no_more_than_agreed(bucket, policy):
    """Each has its reason; what is left for the next time is told."""
    bucket("out/f-empty", b"")
    bucket("out/g-large", b"x" * 101)
    found = pull(f"s3://{bucket.name}/out/?-*", policy, endpoint=bucket.endpoint)
    assert told(found) == {"f-empty": b"", "g-large": "too_large"}
    found = pull(f"s3://{bucket.name}/out/[ab].xml", policy, endpoint=bucket.endpoint, max_documents=1)
    assert told(found) == {"a.xml": b"a.xml", "[ab].xml": "too_many"}


def test_a_key_that_no_file_could_have_is_told(bucket, policy):
    """Keys with empty or dotted parts are refused with their prefix, never silently left out."""
    bucket("odd/../../x.xml", b"x")
    [result] = pull(f"s3://{bucket.name}/odd/**", policy, endpoint=bucket.endpoint)
    assert result.reason == "bad_name"


def test_an_empty_prefix_is_no_failure_and_a_missing_bucket_is(bucket, policy):
    """A folder without objects does not exist in a bucket, so it cannot be missing."""
    assert pull(f"s3://{bucket.name}/none/", policy, endpoint=bucket.endpoint) == []
    [result] = pull(f"s3://{bucket.name}/none.xml", policy, endpoint=bucket.endpoint)
    assert result.reason == "not_found"
    [result] = pull("s3://nobodys-bucket/out/", policy, endpoint=bucket.endpoint)
    assert (result.reason, "NoSuchBucket" in result.detail) == ("not_found", True)


@pytest.mark.parametrize(
    ("status", "reason", "transient"),
    [("403 No", "forbidden", False), ("503 No", "server_error", True), ("418 No", "http_status", False)],
)
def test_what_the_store_says_has_a_reason(wire, policy, status, reason, transient):
    """The library's own text, which may hold signatures, is not repeated."""
    wire.on("/wire?delimiter=%2F&list-type=2&prefix=out%2F", answer(status, body=b"<Code>Odd</Code> s3cret-key"))
    [result] = pull("s3://wire/out/", policy, endpoint=wire.root)
    assert (result.reason, result.transient) == (reason, transient)
    assert "s3cret" not in result.detail


def test_private_addresses_are_refused(bucket, policy):
    """The endpoint's host is checked, also where the connection names it."""
    inside = Credentials(login="us", password="s3cret", extra={"endpoint_url": bucket.endpoint})
    for asked in ({"endpoint": bucket.endpoint}, {"credentials": inside}):
        [result] = pull(f"s3://{bucket.name}/out/", policy, allow_private_addresses=False, **asked)
        assert result.reason == "address_refused"


def test_nobody_listening_is_transient(policy):
    """A store that does not answer is a matter of connection."""
    [result] = pull("s3://wire/out/", policy, endpoint="http://127.0.0.1:1")
    assert (result.reason, result.transient) == ("connection", True)


def test_the_machines_own_keys_are_not_used(wire, policy, monkeypatch):
    """Without a connection nothing is signed; with one, its keys and session alone are."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "ambient")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    wire.on("/wire?delimiter=%2F&list-type=2&prefix=out%2F", answer("403 No"))
    pull("s3://wire/out/", policy, endpoint=wire.root, credentials=None)
    assert not {"authorization", "x-amz-security-token"} & set(wire.headers())
    pull("s3://wire/out/", policy, endpoint=wire.root)
    assert "credential=us/" in wire.headers()["authorization"]
    assert "x-amz-security-token" not in wire.headers()
    session = Credentials(login="us", password="s3cret", extra={"aws_session_token": "for-an-hour"})
    pull("s3://wire/out/", policy, endpoint=wire.root, credentials=session)
    assert wire.headers()["x-amz-security-token"] == "for-an-hour"


@pytest.mark.parametrize(
    ("credentials", "header", "query"),
    [
        (Credentials(login="agency"), None, ""),
        (Credentials(login="agency", password="czNjcmV0"), "sharedkey agency:", ""),
        (Credentials(login="agency", extra={"sas_token": "sv=1&sig=s3cret"}), None, "&sv=1&sig=s3cret"),
    ],
)
def test_azure_is_asked_with_the_account_key_or_a_shared_signature(wire, policy, credentials, header, query):
    """A container is listed and read; the signature shows in no result."""
    wire.on(f"/wire?restype=container&comp=list&prefix=out%2F&delimiter=%2F{query}", answer(body=BLOBS))
    said = {"Last_Modified": "Mon, 02 Mar 2026 09:00:00 GMT", "ETag": "0x8D1", "Content_Range": "bytes 0-4/5"}
    wire.on(f"/wire/out/a.xml{query.replace('&', '?', 1)}", answer("206 Partial Content", b"a.xml", **said))
    found = pull("az://wire/out/", policy, endpoint=wire.root, credentials=credentials)
    assert told(found) == {"a.xml": b"a.xml"}
    sent = [headers.get("authorization", "") for _, headers in wire.seen]
    assert [bool(text.startswith(header)) for text in sent] == [True, True] if header else sent == ["", ""]
    assert "s3cret" not in str(found)
