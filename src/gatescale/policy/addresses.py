"""IP addresses as points on one line of ints, so that both families take one path."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network, summarize_address_range

_IPV6 = 1 << 128


@lru_cache(maxsize=1 << 16)
def number(address: str) -> int:
    """Return the place of ``address`` on the line.

    IPv4 lies at 0 to 2**32 - 1 and IPv6 from 2**128 on. The gap keeps the families apart: ``::/0``
    holds no IPv4 address, and the last IPv4 address is no neighbour of ``::``.

    Raises:
        ValueError: it is no IP address.
    """
    parsed = ip_address(address)
    return int(parsed) + (_IPV6 if parsed.version == 6 else 0)


def bounds(network: str) -> tuple[int, int, int]:
    """Return the first and last number of ``network``, and its prefix length.

    Host bits are ignored: ``10.0.0.5/24`` is read as the /24 that it names.

    Raises:
        ValueError: it is no IP network.
    """
    parsed = ip_network(network, strict=False)
    offset = _IPV6 if parsed.version == 6 else 0
    first = int(parsed.network_address) + offset
    return first, first + parsed.num_addresses - 1, parsed.prefixlen


def version(place: int) -> int:
    """Return the IP version of the address at ``place``: 4 or 6."""
    return 6 if place >= _IPV6 else 4


def text(place: int) -> str:
    """Return the address at ``place`` in its canonical form (RFC 5952 for IPv6)."""
    return str(_parsed(place))


def networks(first: int, last: int) -> list[str]:
    """Return the fewest networks that hold exactly ``first`` to ``last``, of one family."""
    return [str(each) for each in summarize_address_range(_parsed(first), _parsed(last))]


def _parsed(place: int) -> IPv4Address | IPv6Address:
    return IPv6Address(place - _IPV6) if place >= _IPV6 else IPv4Address(place)
