"""SFTP, FTP and FTP with TLS, with real servers: the same promises for all, and each one's own."""

import asyncio
import logging
import os
from dataclasses import replace

import pytest
from tests.transport.conftest import collected
from tests.transport.servers import PASSWORD, USER, certificate, ftp_serving, sftp_serving

from newswire.transport import Credentials, Unfetched
from newswire.transport import listing as rules

US = Credentials(login=USER, password=PASSWORD)


@pytest.fixture
def folder(tmp_path):
    """A wire of files: two at the top, two below, unfinished uploads, a name in no encoding."""
    root = tmp_path / "wire"
    for name in ["out/b.xml", "out/a.xml", "out/sub/d.xml", "out/sub/deep/e.xml", "out/.h.xml", "out/c.xml.part"]:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(path.name.encode())
        os.utime(path, (1_000_000_000, 1_000_000_000))
    (root / "out").joinpath(os.fsdecode(b"z\xff *.xml")).write_bytes(b"latin")
    return root


@pytest.fixture(params=["sftp", "ftp", "ftp-old", "ftps"])
def server(request, folder, tmp_path, monkeypatch):
    """One server of each kind; ``ftp-old`` knows only names."""
    if request.param == "sftp":
        running = sftp_serving(folder)
    elif request.param == "ftps":
        secured = certificate(tmp_path, "127.0.0.1")
        monkeypatch.setenv("SSL_CERT_FILE", str(secured.public))
        running = ftp_serving(folder, secured)
    else:
        running = ftp_serving(folder)
    with running as wire:
        if request.param == "ftp-old":
            known = {name: said for name, said in wire.handler.proto_cmds.items() if name not in {"MLSD", "MLST"}}
            monkeypatch.setattr(wire.handler, "proto_cmds", known, raising=False)
        yield wire


def pull(url, policy, server=None, **changes):
    asked = {"credentials": US}
    if hasattr(server, "fingerprint"):
        asked["host_keys"] = frozenset({server.fingerprint})
    return collected(url, policy, **asked | changes)


def told(results, server):
    """Per file below /out: its bytes, or why there are none."""
    prefix = server.url("/out/")
    return {r.url.removeprefix(prefix): r.reason if isinstance(r, Unfetched) else r.body for r in results}


def test_a_folder_is_its_own_files_sorted(server, policy):
    """With or without its slash, a folder yields its own files by name, without folders and unfinished uploads."""
    expected = [("a.xml", b"a.xml"), ("b.xml", b"b.xml"), ("z%FF%20%2A.xml", b"latin")]
    assert list(told(pull(server.url("/out"), policy, server), server).items()) == expected
    assert list(told(pull(server.url("/out/"), policy, server), server).items()) == expected


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("a.xml", ["a.xml"]),
        ("[ab].xml", ["a.xml", "b.xml"]),
        ("*/*.xml", ["sub/d.xml"]),
        ("*/deep/e.xml", ["sub/deep/e.xml"]),
        ("**/?.xml", ["a.xml", "b.xml", "sub/d.xml", "sub/deep/e.xml"]),
        ("sub/**", ["sub/d.xml", "sub/deep/e.xml"]),
        ("z%FF *.xml", ["z%FF%20%2A.xml"]),
        ("?%FF %2A.*", ["z%FF%20%2A.xml"]),
        ("?%2A.xml", []),
        (".h*", [".h.xml"]),
        ("*.none", []),
    ],
)
def test_a_pattern_says_which_files(server, policy, pattern, names):
    """Wildcards choose among names at any depth; percent-encoded ones are letters."""
    assert list(told(pull(server.url(f"/out/{pattern}"), policy, server), server)) == names


def test_only_what_changed_has_a_body(server, folder, policy):
    """Size and time tell a changed file from one that is had already, file by file."""
    url = server.url("/out/*.xml")
    known = {result.url: result.validators for result in pull(url, policy, server)}
    assert all(result.body is None for result in pull(url, policy, server, validators=known))
    (folder / "out/a.xml").write_bytes(b"longer than before")
    os.utime(folder / "out/b.xml", (1_000_000_060, 1_000_000_060))
    again = told(pull(url, policy, server, validators=known), server)
    assert again == {"a.xml": b"longer than before", "b.xml": b"b.xml", "z%FF%20%2A.xml": None}


def test_bad_files_fail_alone(server, folder, policy):
    """What is too large has its reason; links are not followed; all else comes."""
    out = folder / "out"
    (out / "e-empty").touch()
    (out / "f-large").write_bytes(b"x" * 101)
    (out / "g-limit").write_bytes(b"x" * 100)
    if server.url("").startswith("sftp"):
        (folder.parent / "secret").write_bytes(b"secret")
        (out / "h-leaves").symlink_to(folder.parent / "secret")
        (out / "i-folder").symlink_to(folder.parent)
        os.mkfifo(out / "m-pipe")
    found = told(pull(server.url("/out/?-*"), policy, server), server)
    assert found == {"e-empty": b"", "f-large": "too_large", "g-limit": b"x" * 100}


def test_one_pull_takes_no_more_than_agreed(server, policy):
    """What is left for the next time is told, and what is had does not count."""
    url = server.url("/out/[ab].xml")
    first = pull(url, policy, server, max_documents=1)
    assert list(told(first, server).values()) == [b"a.xml", "too_many"]
    assert "1 of 2 new documents" in first[1].detail
    known = {first[0].url: first[0].validators}
    assert told(pull(url, policy, server, max_documents=1, validators=known), server) == {
        "a.xml": None,
        "b.xml": b"b.xml",
    }
    assert list(told(pull(url, policy, server, max_total_bytes=7), server).values()) == [b"a.xml", "too_many"]


def test_a_listing_without_end_is_refused(server, policy, monkeypatch):
    """Neither the number of names nor the depth of folders is up to the server."""
    monkeypatch.setattr(rules, "MOST_NAMES", 3)
    assert [result.reason for result in pull(server.url("/out/**"), policy, server)] == ["listing_too_large"]
    monkeypatch.setattr(rules, "MOST_NAMES", 100)
    monkeypatch.setattr(rules, "DEEPEST", 2)
    assert [result.reason for result in pull(server.url("/out/**"), policy, server)] == ["listing_too_large"]


@pytest.mark.parametrize(
    ("path", "reason"),
    [("/none", "not_found"), ("/none/", "not_found"), ("/none/*.xml", "not_found"), ("/out/../x", "bad_url")],
)
def test_a_missing_source_is_one_result(server, policy, path, reason):
    """A source that is not there fails as a whole, under its own URL."""
    (result,) = pull(server.url(path), policy, server)
    assert (result.url, result.reason) == (server.url(path), reason)


def test_a_wrong_password_is_final(server, policy, naps, caplog):
    """It is tried once, and shows nowhere."""
    caplog.set_level(logging.DEBUG)
    wrong = Credentials(login=USER, password="wr0ng-word")
    (result,) = pull(server.url("/out"), policy, server, credentials=wrong)
    assert (result.reason, naps) == ("forbidden", [])
    assert "wr0ng" not in result.detail + caplog.text + repr(wrong)


def test_private_addresses_are_refused(server, policy):
    """A host inside is not connected to, unless the feed may."""
    (result,) = pull(server.url("/out"), policy, server, allow_private_addresses=False)
    assert result.reason == "address_refused"


def test_the_checked_address_is_the_one_that_is_used(server, policy):
    """A name is resolved once; what it resolves to later does not matter."""
    answers = [["127.0.0.1"], ["127.0.0.9"]]

    async def resolve(_host, _port):
        return answers.pop(0)

    url = server.url("/out/a.xml").replace("127.0.0.1", "wire.example")
    (result,) = pull(url, replace(policy, resolve=resolve), server)
    expected = "certificate" if url.startswith("ftps") else b"a.xml"
    assert getattr(result, "reason", None) == expected or result.body == expected


def test_nobody_listening_is_tried_again(policy, naps):
    """A connection that cannot be made is transient, after the policy's tries."""
    for scheme in ("sftp", "ftp", "ftps"):
        (result,) = pull(f"{scheme}://127.0.0.1:1/out", policy)
        assert (result.reason, result.transient) == ("connection", True)
    assert len(naps) == 3 * (policy.attempts - 1)


@pytest.mark.parametrize("scheme", ["sftp", "ftp", "ftps"])
def test_a_silent_server_is_cut_off(wire, policy, scheme):
    """A server that accepts and says nothing costs the timeout, not more."""

    async def silent(_writer):
        await asyncio.sleep(30)

    wire.on("x", silent)
    (result,) = pull(f"{scheme}://127.0.0.1:{wire.port}/out", replace(policy, attempts=1), timeout=0.3)
    assert (result.reason, result.transient) == ("time_limit", True)


@pytest.mark.parametrize("url", ["sftp:///out", "ftp://", "sftp://host:0/out", "ftp://[broken/out"])
def test_bad_urls_are_results(policy, url):
    """Nothing is raised for a URL that cannot be fetched."""
    assert [result.reason for result in pull(url, policy)] == ["bad_url"]


# SFTP's own


@pytest.fixture
def sftp(folder):
    with sftp_serving(folder) as running:
        yield running


def test_another_host_key_is_refused_before_a_word_is_said(sftp, policy, naps):
    """No user name and no password reach a server that is not known by its key; its fingerprint is told."""
    for keys in (frozenset(), frozenset({"SHA256:" + "A" * 43})):
        (result,) = pull(sftp.url("/out"), policy, host_keys=keys)
        assert (result.reason, result.transient) == ("host_key", False)
        assert sftp.fingerprint in result.detail
    assert (sftp.logins, naps) == ([], [])


def test_a_private_key_logs_in(sftp, policy):
    """The connection's private key, encrypted or not, is used instead of a password."""
    for passphrase in (None, "s3cret-phrase"):
        text = sftp.client_key.export_private_key("pkcs8-pem", passphrase=passphrase).decode()
        extra = {"private_key": text} | ({"private_key_passphrase": passphrase} if passphrase else {})
        (result,) = pull(sftp.url("/out/a.xml"), policy, sftp, credentials=Credentials(login=USER, extra=extra))
        assert result.body == b"a.xml"


def test_an_unreadable_private_key_is_told(sftp, policy):
    """The failure names the key's place, and repeats nothing of it."""
    known = Credentials(login=USER, extra={"private_key": "-----BEGIN s3cret-key"})
    (result,) = pull(sftp.url("/out"), policy, sftp, credentials=known)
    assert result.reason == "forbidden"
    assert "private_key" in result.detail
    assert "s3cret" not in result.detail


def test_names_from_a_server_become_no_paths(sftp, policy):
    """Names that climb, start at the root, or hold control characters are told and never asked for."""
    sftp.odd = [b"../../etc/passwd", b"/etc/passwd", b"new\nline.xml", b"nul\0.xml", b"..", b"."]
    found = told(pull(sftp.url("/out/*"), policy, sftp), sftp)
    assert [name for name, reason in found.items() if reason == "bad_name"] == [
        "..%2F..%2Fetc%2Fpasswd",
        "%2Fetc%2Fpasswd",
        "new%0Aline.xml",
        "nul%00.xml",
    ]
    assert found["a.xml"] == b"a.xml"
    assert all(path.startswith(b"/out/") for path in sftp.reads)


def test_a_server_that_lists_names_alone_is_asked_for_the_rest(sftp, policy):
    """Where a listing says nothing of a file's kind, the file is looked at."""
    sftp.names_alone = True
    assert list(told(pull(sftp.url("/out/?.xml"), policy, sftp), sftp)) == ["a.xml", "b.xml"]


# FTP's own


def test_ftp_goes_only_where_it_was_checked(folder, policy):
    """The address in a passive reply is not ours to follow."""
    with ftp_serving(folder, masquerade_address="10.11.12.13") as server:
        assert told(pull(server.url("/out/a.xml"), policy), server) == {"a.xml": b"a.xml"}


def test_ftp_without_a_connection_is_anonymous(folder, policy):
    """No credentials means the anonymous user."""
    with ftp_serving(folder) as server:
        assert told(pull(server.url("/out/a.xml"), policy, credentials=None), server) == {"a.xml": b"a.xml"}


def test_ftps_verifies_the_server(folder, tmp_path, policy):
    """A certificate that nobody vouches for ends the connection before the password is sent."""
    with ftp_serving(folder, certificate(tmp_path, "127.0.0.1")) as server:
        (result,) = pull(server.url("/out"), policy)
    assert (result.reason, result.transient) == ("certificate", False)


def test_ftps_does_not_fall_back_to_clear_text(folder, policy):
    """A server without TLS gets no password from an ftps feed."""
    with ftp_serving(folder) as server:
        (result,) = pull(server.url("/out").replace("ftp:", "ftps:"), policy)
    assert (result.reason, result.transient) == ("no_tls", False)
