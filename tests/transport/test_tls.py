"""TLS keeps to the host's name while the connection keeps to the checked address."""

import asyncio
import ssl
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from tests.transport.conftest import NOW, Wire, answer, serving

from newswire.transport import Request, fetch


@pytest.fixture
def secure_wire(tmp_path, monkeypatch):
    """A server with a certificate for wire.example that this process trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "wire.example")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=4000))
        .not_valid_after(NOW + timedelta(days=4000))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("wire.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = tmp_path / "public.pem", tmp_path / "private.pem"
    public.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(public))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(public, private)
    with serving(Wire(), ssl=context) as running:
        yield running


def pull(url, policy):
    async def resolve(_host, _port):
        return ["127.0.0.1"]

    async def collect():
        request = Request(url=url, max_bytes=100, timeout=5.0, allow_private_addresses=True)
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
