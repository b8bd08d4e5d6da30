"""Connections in the environment, and secrets that show nowhere."""

import asyncio
import json

import pytest

from newswire.errors import ConfigError
from newswire.transport import MOUNTS, Credentials, Request, fetch
from newswire.transport.credentials import concealed, from_environment


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("sftp://us:p%40ss%2F@h.example:22/", Credentials(login="us", password="p@ss/", host="h.example")),
        ("http://:t0ken@", Credentials(password="t0ken")),
        ("x://us@/?token=t%3D1&region_name=eu", Credentials(login="us", extra={"token": "t=1", "region_name": "eu"})),
        ("x:///?__extra__=%7B%22a%22%3A%20%7B%22b%22%3A1%7D%7D", Credentials(extra={"a": '{"b": 1}'})),
        (json.dumps({"login": "us", "extra": '{"a": "b"}'}), Credentials(login="us", extra={"a": "b"})),
        (
            json.dumps({"password": "p", "host": "h", "extra": {"n": [1]}}),
            Credentials(password="p", host="h", extra={"n": "[1]"}),
        ),
    ],
)
@pytest.mark.parametrize("prefix", ["NEWSWIRE_CONN_", "AIRFLOW_CONN_"])
def test_a_connection_is_a_variable(monkeypatch, prefix, written, expected):
    """A URI, or JSON as Airflow writes it, under either name."""
    monkeypatch.setenv(f"{prefix}AGENCY_1", written)
    assert from_environment("agency.1") == expected


def test_ours_comes_before_airflows(monkeypatch):
    """Where both are set, newswire's own counts."""
    monkeypatch.setenv("NEWSWIRE_CONN_AGENCY", "x://ours@")
    monkeypatch.setenv("AIRFLOW_CONN_AGENCY", "x://theirs@")
    assert from_environment("agency").login == "ours"


@pytest.mark.parametrize("written", ["s3cret", "{s3cret", '["s3cret"]', '{"extra": ["s3cret"]}', "x://h:s3cret:p[@"])
def test_an_unreadable_connection_is_told_without_its_value(monkeypatch, written):
    """The error names the variable and what it should be, and repeats nothing."""
    monkeypatch.setenv("NEWSWIRE_CONN_AGENCY", written)
    with pytest.raises(ConfigError, match="NEWSWIRE_CONN_AGENCY") as caught:
        from_environment("agency")
    assert "s3cret" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_missing_connection_is_told_with_its_variable():
    """The error says what to set."""
    with pytest.raises(ConfigError, match="NEWSWIRE_CONN_NO_ONE is not set") as caught:
        from_environment("no-one")
    assert caught.value.reason == "connection_missing"


@pytest.mark.parametrize(
    ("host", "url", "serves"),
    [
        (None, "sftp://a.example/", True),
        ("a.example", "sftp://a.example:22/x", True),
        ("A.example", "sftp://a.example/", True),
        ("https://a.example/base", "https://a.example/x", True),
        ("a.example", "sftp://b.example/", False),
        ("a.example", "sftp://a.example.evil/", False),
        ("s3.example", "s3://bucket/x", True),
    ],
)
def test_a_connection_may_be_for_one_host(host, url, serves):
    """With a host it serves that host alone; a bucket has none."""
    assert Credentials(host=host).serve(url) is serves


def test_secrets_are_blotted_out():
    """As they are and percent-encoded, the longest first; what is too short to be one stays."""
    known = Credentials(
        login="us", password="p@ssword", extra={"token": "p@ssword-2", "region_name": "eu-west-1", "k": "a"}
    )
    said = "us p@ssword p%40ssword p@ssword-2 eu-west-1 a"
    assert concealed(said, known.secrets) == "us *** *** *** eu-west-1 a"
    assert "p@ss" not in repr(known)


def test_a_client_that_fails_ends_its_own_source_alone(monkeypatch, caplog):
    """What a server makes a library raise is that source's result, its trace is logged, and no secret is in it."""

    class Broken:
        def __init__(self, policy):
            pass

        async def fetch(self, request):
            message = f"cannot parse what {request.credentials.password} got"
            raise KeyError(message)
            yield

        async def aclose(self):
            pass

    monkeypatch.setitem(MOUNTS, "sftp", Broken)
    known = Credentials(password="s3cret-word")

    async def collect():
        request = Request(url="sftp://us@h.example/x", max_bytes=1, timeout=1.0, credentials=known)
        return [result async for result in fetch(request)]

    [result] = asyncio.run(collect())
    assert (result.url, result.reason) == ("sftp://h.example/x", "bad_answer")
    assert "KeyError" in caplog.text
    assert "s3cret" not in caplog.text + result.detail
