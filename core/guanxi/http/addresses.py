"""Which network addresses may be called: public unicast ones, by a list of our own.

``ipaddress.is_global`` is not enough: it lets NAT64, multicast and old site-local addresses
through. The lists are IANA's special-purpose registries (RFC 6890 and its updates).
"""

from ipaddress import IPv4Address, IPv6Address, ip_network
from typing import Final

_BLOCKED_V4: Final = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
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
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_UNICAST_V6: Final = ip_network("2000::/3")
_BLOCKED_V6: Final = tuple(
    ip_network(text)
    for text in (
        "2001::/23",  # protocol assignments, Teredo and ORCHID among them
        "2001:db8::/32",
        "2002::/16",  # 6to4 carries an IPv4 address
        "2620:4f:8000::/48",
        "3fff::/20",
    )
)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Say whether ``address`` is an ordinary one of the public internet.

    IPv6 addresses that carry an IPv4 address (mapped, NAT64, 6to4, Teredo) are not: they lie
    outside of 2000::/3 or on the list.
    """
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _BLOCKED_V4)
    return (
        address.scope_id is None
        and address in _UNICAST_V6
        and not any(address in network for network in _BLOCKED_V6)
    )
