"""Addresses and networks of the internet as text that sorts like the numbers: for storing them and finding them."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

_V4_BASE = int(IPv6Address("::ffff:0:0"))


def _address(address: IPv4Address | IPv6Address) -> IPv6Address:
    return address if isinstance(address, IPv6Address) else IPv6Address(_V4_BASE + int(address))


def place(ip: str) -> str | None:
    """An address as 32 hexadecimal digits, IPv4 mapped into IPv6; None where it is none."""
    try:
        address = ip_address(ip.strip())
    except ValueError:
        return None
    return f"{int(_address(address)):032x}"


def plain(ip: str) -> str:
    """The address in its shortest form, without a mapping; the text itself where it is no address."""
    try:
        address = ip_address(ip.strip())
    except ValueError:
        return ip
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)


def span(text: str) -> tuple[str, str, str] | None:
    """(network as text, first place, last place) of an address or a network with its length; None where it is none.

    Bits beyond the length are dropped; an address alone is the network of just it.
    """
    try:
        network = ip_network(text.strip(), strict=False)
    except ValueError:
        return None
    if isinstance(network, IPv6Network):
        mapped = network.network_address.ipv4_mapped
        if mapped is not None and network.prefixlen >= 96:
            return span(f"{mapped}/{network.prefixlen - 96}")
    low, high = _address(network.network_address), _address(network.broadcast_address)
    return str(network), f"{int(low):032x}", f"{int(high):032x}"
