"""Network addresses that may be asked for a document: public ones, on the web's ports."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address

__all__ = ["Address", "Policy", "resolve"]

Address = IPv4Address | IPv6Address


def resolve(host: str) -> list[Address]:
    """Return every address of a host, in the system's order; OSError if it has none.

    The system's own resolver also reads numbers that look like a name: `2130706433`, `0x7f.1`.
    """
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    # an IPv6 address may carry a zone after a percent sign
    addresses = (ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found)
    return list(dict.fromkeys(addresses))


@dataclass(frozen=True, slots=True)
class Policy:
    """The limits of fetching: from where, how much (bytes), and in how much time.

    `inside` are addresses that are allowed although they are not public.
    """

    ports: frozenset[int] = frozenset({80, 443})
    inside: frozenset[Address] = field(default_factory=frozenset)
    bytes: int = 20 * 1024 * 1024
    seconds: float = 30.0
    redirects: int = 5
    resolve: Callable[[str], list[Address]] = resolve

    def allows(self, address: Address) -> bool:
        """Return True if an address is public or expressly allowed."""
        return address in self.inside or all(map(_is_public, _meant(address)))


_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def _meant(address: Address) -> list[Address]:
    """Return the address and those it leads to: IPv6 has ways to write an IPv4 address."""
    if isinstance(address, IPv4Address):
        return [address]
    if address.ipv4_mapped:
        return [address.ipv4_mapped]
    if address.sixtofour:
        return [address, address.sixtofour]
    if address.teredo:
        return [address, *address.teredo]
    if address in _NAT64:
        # an address of the translator, which is not a place of its own
        return [IPv4Address(int(address) & 0xFFFFFFFF)]
    return [address]


# Addresses that the IANA tables call special, and those at which clouds serve their machines. They
# are listed here because the tables of the running Python may be older:
# https://www.iana.org/assignments/iana-ipv4-special-registry
# https://www.iana.org/assignments/iana-ipv6-special-registry
_SPECIAL = tuple(
    map(
        ipaddress.ip_network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            # Azure's host agent, public by every table
            "168.63.129.16/32",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "192.175.48.0/24",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/3",
        ),
    )
)
# All addresses that are allocated to the public; the rest is special or unallocated.
_GLOBAL = ipaddress.ip_network("2000::/3")
_SPECIAL_6 = tuple(
    map(
        ipaddress.ip_network,
        (
            "2001::/23",
            "2001:db8::/32",
            "2002::/16",
            "2620:4f:8000::/48",
            "3fff::/20",
        ),
    )
)


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address):
        special = address not in _GLOBAL or any(address in one for one in _SPECIAL_6)
    else:
        special = any(address in one for one in _SPECIAL)
    return not special and address.is_global and not address.is_multicast
