"""TLS keeps to the host's name while the connection keeps to the checked address."""

import asyncio
from dataclasses import replace

import pytest
from tests.transport.conftest import Wire, answer, serving
from tests.transport.servers import certificate

from newswire.transport import Request, fetch


@pytest.fixture
def secure_wire(tmp_path, monkeypatch):
    """A server with a certificate for wire.example that this process trusts."""
    secured = certificate(tmp_path, "wire.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(secured.public))
    with serving(Wire(), ssl=secured.context) as running:
        yield running


def pull(url, policy):
    async def resolve(_host, _port):
        return ["127.0.0.1"]

    async def collect():
        request = Request(url=url, max_bytes=100, timeout=60.0, allow_private_addresses=True)
        return [result async for result in fetch(request, replace(policy, resolve=resolve))]

    (result,) = asyncio.run(collect())
    return result


def test_certificate_is_checked_against_the_name(secure_wire, policy, naps):
    """The right name is trusted at whatever address it has; another name at that address is refused for good."""
    secure_wire.on("/en", answer(body=b"feed"))
    assert pull(f"https://wire.example:{secure_wire.port}/en", policy).body == b"feed"
    refused = pull(f"https://other.example:{secure_wire.port}/en", policy)
    assert (refused.reason, refused.transient, naps) == ("certificate", False, [])


def test_redirect_may_not_leave_tls(secure_wire, policy):
    """An https feed never continues in the clear."""
    secure_wire.on("/en", answer("302 Found", Location=f"http://wire.example:{secure_wire.port}/en"))
    assert pull(f"https://wire.example:{secure_wire.port}/en", policy).reason == "redirect_refused"


def test_redirect_may_enter_tls_on_the_same_host(secure_wire, policy):
    """An http feed may move to https on its own host, and a password goes along between the default ports only."""
    secure_wire.on("/en", answer(body=b"feed"))
    with serving(Wire()) as plain:
        plain.on("/en", answer("301 Moved", Location=f"https://wire.example:{secure_wire.port}/en"))
        result = pull(f"http://user:word@wire.example:{plain.port}/en", policy)
        assert "authorization" in plain.headers()
    assert result.body == b"feed"
    assert "authorization" not in secure_wire.headers()
