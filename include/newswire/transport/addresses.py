"""Connect only to addresses that were checked, so that a name that resolves anew cannot slip past the check."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

import httpcore

from newswire.transport.model import Policy, Reason, Refusal, without_credentials

_IPV6 = 6
_NAT64 = IPv6Network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether the internet at large reaches an address.

    False for private, loopback, link-local, shared, multicast, reserved and unspecified ones, and for an IPv6 address
    that carries such an IPv4 address (mapped, 6to4, NAT64).
    """
    parsed = ip_address(address)
    if isinstance(parsed, IPv6Address):
        carried = _carried(parsed)
        if carried is None:
            return parsed.is_global and not (parsed.is_multicast or parsed.is_reserved or parsed.is_site_local)
        parsed = carried
    return parsed.is_global and not parsed.is_multicast


def _carried(address: IPv6Address) -> IPv4Address | None:
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


class CheckedBackend(httpcore.AsyncNetworkBackend):
    """Opens TCP connections for httpcore to the very addresses it resolved and checked.

    TLS is none of its business: httpcore verifies the certificate against the URL's host name, which it keeps.

    Args:
        policy: Where names are resolved.
        allow_private: Whether any address will do.
    """

    def __init__(self, policy: Policy, *, allow_private: bool) -> None:
        self._policy = policy
        self._allow_private = allow_private
        self._tcp = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the base class's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Try a host's addresses in the resolver's order.

        Raises:
            Refusal: ``unresolved``; ``address_refused`` when any of them is not public and that is not allowed.
            httpcore.ConnectError: None of them answers.
        """
        failure: Exception = httpcore.ConnectError("no address")
        for address in await checked(self._policy, host, port, allow_private=self._allow_private):
            try:
                return await self._tcp.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure


async def checked(policy: Policy, host: str, port: int, *, allow_private: bool) -> list[str]:
    """A host's addresses, in the resolver's order.

    Raises:
        Refusal: ``unresolved``; ``address_refused`` when any of them is not public and that is not allowed.
    """
    try:
        addresses = list(await policy.resolve(host, port))
    except (OSError, UnicodeError) as error:
        msg = f"{host} does not resolve ({error})."
        raise Refusal(Reason.UNRESOLVED, msg) from error
    if not addresses:
        msg = f"{host} resolves to no address."
        raise Refusal(Reason.UNRESOLVED, msg)
    refused = [address for address in addresses if not (allow_private or is_public(address))]
    if refused:
        msg = f"{host} resolves to {', '.join(refused)}."
        raise Refusal(Reason.ADDRESS_REFUSED, msg)
    return addresses


async def connected(policy: Policy, host: str, port: int, *, allow_private: bool) -> socket.socket:
    """A TCP connection to one of a host's checked addresses, for a client that takes one ready-made.

    Raises:
        Refusal: As ``checked``; ``connection`` when none of them answers.
    """
    failure: OSError | None = None
    for address in await checked(policy, host, port, allow_private=allow_private):
        family = socket.AF_INET6 if ip_address(address).version == _IPV6 else socket.AF_INET
        opened = socket.socket(family, socket.SOCK_STREAM)
        opened.setblocking(False)
        try:
            async with asyncio.timeout(policy.connect_timeout):
                await asyncio.get_running_loop().sock_connect(opened, (address, port))
        except OSError as error:  # TimeoutError is one
            opened.close()
            failure = error
        except BaseException:
            opened.close()
            raise
        else:
            return opened
    msg = f"{host}:{port} does not answer ({failure or 'no reason given'})."
    raise Refusal(Reason.CONNECTION, msg) from failure


def host_and_port(url: str, default: int) -> tuple[str, int]:
    """Where a URL's host listens.

    Raises:
        Refusal: It names no host and port that exist.
    """
    try:
        parts = urlsplit(without_credentials(url))
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or port == 0:
        raise Refusal(Reason.BAD_URL, "it names no host and port that exist.")
    return host, port or default
