"""Calls to addresses that others chose: only public ones are connected to, whatever names and redirects say."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, Any

from folkmoot.kit.lazy import lazy

if TYPE_CHECKING:
    import aiohttp
else:
    aiohttp = lazy("aiohttp")

Network = IPv4Network | IPv6Network
_CLOSED_4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
            "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
            "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        ),
    )
)  # fmt: skip
"""What is not the public Internet (IANA's registry of special-purpose IPv4 addresses, RFC 6890)."""
_OPEN_6 = IPv6Network("2000::/3")
_CLOSED_6 = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
"""Within the global addresses: protocol assignments with Teredo, examples, 6to4 (which hides an IPv4 address)."""


class NotPublic(OSError):
    """The address is not one of the public Internet, and not one that the operator allows."""


def networks(text: str) -> tuple[Network, ...]:
    """Networks written with commas, such as `127.0.0.1, 10.0.0.0/8`. Raises ValueError."""
    return tuple(ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip())


@lru_cache(maxsize=1024)
def is_public(address: str) -> bool:
    """Whether the IP address is one of the public Internet; what is no IP address is not."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    if isinstance(ip, IPv4Address):
        return not any(ip in network for network in _CLOSED_4)
    return ip in _OPEN_6 and not any(ip in network for network in _CLOSED_6)


def may_call(address: str, allowed: Iterable[Network] = ()) -> bool:
    """Whether to connect to the IP address: a public one, or one within *allowed*."""
    if is_public(address):
        return True
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    return any(ip in network for network in allowed if network.version == ip.version)


def connector(allowed: Iterable[Network] = (), **options: Any) -> aiohttp.TCPConnector:
    """A connector for aiohttp that looks at each address where it is connected to: names that change between asking
    and connecting, redirects, and numbers in any notation all come by here. Refusals are NotPublic inside aiohttp's
    ClientConnectorError."""
    allowed = tuple(allowed)

    def make(info: Any) -> socket.socket:
        family, kind, protocol, _, where = info
        if not may_call(str(where[0]), allowed):
            raise NotPublic(f"{where[0]} is not a public address")
        made = socket.socket(family=family, type=kind, proto=protocol)
        made.setblocking(False)
        return made

    from folkmoot.kit.naming import Names

    return aiohttp.TCPConnector(socket_factory=make, resolver=Names(), **options)


def session(
    allowed: Iterable[Network] = (), *, seconds: float = 10.0, per_host: int = 8, total: int = 64
) -> aiohttp.ClientSession:
    """A session over such a connector: *seconds* are the deadline of a whole call, no cookies are kept, proxies of the
    environment are not used. The caller closes it, reads no more than it wants, and follows redirects by itself."""
    asyncio.get_running_loop()
    return aiohttp.ClientSession(
        connector=connector(allowed, limit=total, limit_per_host=per_host, ttl_dns_cache=60),
        timeout=aiohttp.ClientTimeout(total=seconds),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        trust_env=False,
    )
