"""Mailboxes, with the standard library's client against a small server of the tests."""

import asyncio
import logging
from dataclasses import replace

import pytest
from tests.transport.conftest import collected
from tests.transport.servers import PASSWORD, USER, Mailbox, certificate, mail_serving

from newswire.transport import Credentials, Unfetched

US = Credentials(login=USER, password=PASSWORD)


@pytest.fixture
def secured(tmp_path, monkeypatch):
    made = certificate(tmp_path, "127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(made.public))
    return made


@pytest.fixture(params=["imaps", "starttls"])
def server(request, secured):
    """A server with TLS from the start, and one that comes to it."""
    with mail_serving(secured, implicit=request.param == "imaps") as running:
        running.boxes["INBOX"] = Mailbox(7, {9: b"nine", 10: b"ten"})
        yield running


def pull(url, policy, **changes):
    return collected(url, policy, **{"credentials": US} | changes)


def told(results):
    """Per message: its bytes, or why there are none."""
    return {r.url.rpartition("/")[2]: r.reason if isinstance(r, Unfetched) else r.body for r in results}


def test_a_mailbox_is_its_messages_oldest_first(server, policy):
    """Each message is a document whose URL ends in UIDVALIDITY and UID."""
    found = pull(server.url(), policy)
    assert list(told(found).items()) == [("7-0000000009", b"nine"), ("7-0000000010", b"ten")]
    assert found[0].url == server.url("/INBOX/7-0000000009")
    assert told(pull(server.url(""), policy)) == told(found)


def test_nothing_in_the_mailbox_changes(server, policy):
    """It is opened read-only, and messages are peeked at: not even a flag is set."""
    pull(server.url(), policy)
    verbs = {command.partition(" ")[0] for command in server.heard}
    assert verbs <= {"CAPABILITY", "STARTTLS", "LOGIN", "EXAMINE", "UID"}
    fetched = [command for command in server.heard if "FETCH" in command]
    assert len(fetched) == 2
    assert all("BODY.PEEK[]" in command for command in fetched)


def test_only_new_messages_are_fetched(server, policy):
    """A message that is had is not asked for; in a mailbox that was made anew, none is had."""
    known = {result.url: result.validators for result in pull(server.url(), policy)}
    server.boxes["INBOX"].messages[11] = b"eleven"
    server.heard.clear()
    again = told(pull(server.url(), policy, validators=known))
    assert again == {"7-0000000009": None, "7-0000000010": None, "7-0000000011": b"eleven"}
    assert len([command for command in server.heard if "FETCH" in command]) == 1
    server.boxes["INBOX"].validity = 8
    assert all(result.body for result in pull(server.url(), policy, validators=known))


@pytest.mark.parametrize("ignores_ranges", [False, True])
def test_bad_messages_fail_alone(server, policy, ignores_ranges):
    """A message over the limit, which is never read whole, has its reason; the others come."""
    server.ignores_ranges = ignores_ranges
    large = b"x" * 200_000
    server.boxes["INBOX"].messages |= {11: large, 12: b"", 13: b"x" * 100}
    found = told(pull(server.url(), policy))
    assert found["7-0000000011"] == "too_large"
    assert found["7-0000000012"] == b""
    assert found["7-0000000013"] == b"x" * 100


def test_one_pull_takes_no_more_than_agreed(server, policy):
    """The oldest come first; that more are left is told."""
    found = told(pull(server.url(), policy, max_documents=1))
    assert found == {"7-0000000009": b"nine", "INBOX": "too_many"}


def test_a_mailbox_has_any_name(server, policy):
    """Spaces, quotes and letters beyond ASCII reach the server as its protocol writes them; no line end does."""
    server.boxes['Haber & "Foto\\" &AV8-u'.replace("& ", "&- ").replace('"', '\\"').replace("Foto\\", "Foto\\\\")] = (
        Mailbox(3, {1: b"one"})
    )
    asked = "/Haber%20%26%20%22Foto%5C%22%20%C5%9Fu"
    assert told(pull(server.url(asked), policy)) == {"3-0000000001": b"one"}
    [result] = pull(server.url("/a%0D%0Ab%20LOGOUT"), policy)
    assert result.reason == "bad_url"


def test_a_missing_mailbox_is_one_result(server, policy):
    """A mailbox that is not there fails as a whole."""
    [result] = pull(server.url("/Nowhere"), policy)
    assert (result.url, result.reason) == (server.url("/Nowhere"), "not_found")


@pytest.mark.parametrize("capabilities", ["IMAP4rev1", "IMAP4rev1 AUTH=PLAIN"])
def test_a_wrong_password_is_final_and_shown_nowhere(server, policy, naps, caplog, capabilities):
    """It is tried once; a server that repeats it cannot make us write it down."""
    caplog.set_level(logging.DEBUG)
    server.capabilities = capabilities
    assert len(pull(server.url(), policy)) == 2
    wrong = Credentials(login=USER, password="wr0ng-word")
    [result] = pull(server.url(), policy, credentials=wrong)
    assert (result.reason, naps) == ("forbidden", [])
    assert "wr0ng" not in result.detail + caplog.text + repr(wrong)


def test_the_server_is_verified_before_a_word_is_said(secured, policy, monkeypatch):
    """A certificate that nobody vouches for ends the connection."""
    monkeypatch.delenv("SSL_CERT_FILE")
    for implicit in (True, False):
        with mail_serving(secured, implicit=implicit) as server:
            [result] = pull(server.url(), policy)
            assert (result.reason, result.transient) == ("certificate", False)
            assert not [command for command in server.heard if "LOGIN" in command]


def test_a_server_without_tls_gets_no_password(policy):
    """What cannot be encrypted is not said."""
    with mail_serving(None, implicit=False) as server:
        [result] = pull(server.url(), policy)
        assert (result.reason, result.transient) == ("no_tls", False)
        assert server.heard == ["CAPABILITY"]


def test_private_addresses_are_refused(server, policy):
    """A host inside is not connected to, unless the feed may."""
    [result] = pull(server.url(), policy, allow_private_addresses=False)
    assert result.reason == "address_refused"
    assert server.heard == []


def test_a_silent_server_is_cut_off(wire, policy):
    """A server that accepts and says nothing costs the timeout, not more."""

    async def silent(_writer):
        await asyncio.sleep(30)

    wire.on("x", silent)
    for scheme in ("imap", "imaps"):
        [result] = pull(f"{scheme}://127.0.0.1:{wire.port}/INBOX", replace(policy, attempts=1), timeout=0.3)
        assert (result.reason, result.transient) == ("time_limit", True)


def test_nobody_listening_is_tried_again(policy, naps):
    """A connection that cannot be made is transient, after the policy's tries."""
    [result] = pull("imaps://127.0.0.1:1/INBOX", policy)
    assert (result.reason, len(naps)) == ("connection", policy.attempts - 1)
