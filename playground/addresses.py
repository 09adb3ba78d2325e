"""Where visitors come from: network addresses as the limits count them, never as they are.

One person has as many names as they like, but few addresses. An address is known to the server's own
process only by a hash under a key that is made anew at every start and never written, so what is
stored tells of two runs that they came from one place, and nothing of which place.
"""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
from typing import NamedTuple

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

HOST_BITS_OF_IPV6 = 64
"""One IPv6 subscriber has a whole /64 (RFC 6177, RFC 7421), so its addresses count as one."""


def networks(text: str) -> tuple[Network, ...]:
    """Return the addresses and networks that a text lists, separated by spaces or commas.

    Raises:
        ValueError: if one of them is neither.
    """
    return tuple(ipaddress.ip_network(part) for part in text.replace(",", " ").split())


class Origin(NamedTuple):
    """Where a request comes from.

    Attributes:
        name: The hash of the address, the same for a whole IPv6 /64; empty for what is no address.
        counted: The same, empty where limits do not count it.
    """

    name: str = ""
    counted: str = ""


class Addresses:
    """Gives every address the name under which the limits count it.

    Args:
        shared: Addresses and networks that many people share; they are not counted.
        behind_proxy: Whether the proxies in front of the server are known, so that addresses are those of visitors.
    """

    def __init__(self, shared: str = "", behind_proxy: bool = False) -> None:
        self._shared = networks(shared)
        self._behind_proxy = behind_proxy
        self._key = secrets.token_bytes(32)

    def origin(self, address: str, forwards: bool = False) -> Origin:
        """Return the names of an address.

        Not counted are shared addresses, and an address outside the public internet that forwards for others
        while no proxy is known: it is a proxy, and all visitors would count as one.

        Args:
            address: As the server sees it.
            forwards: Whether the request says that it was forwarded.
        """
        try:
            found = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return Origin()
        found = getattr(found, "ipv4_mapped", None) or found
        place = int(found) >> (HOST_BITS_OF_IPV6 if found.version == 6 else 0)
        name = hashlib.blake2b(f"{found.version} {place:x}".encode(), key=self._key, digest_size=16).hexdigest()
        shared = any(found in network for network in self._shared)
        unknown_proxy = forwards and not self._behind_proxy and not found.is_global
        return Origin(name, "" if shared or unknown_proxy else name)
