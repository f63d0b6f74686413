"""Whether an address lies in networks, of either family."""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network


@lru_cache(maxsize=1 << 14)
def network(text: str) -> IPv4Network | IPv6Network:
    """Return the network; a lone address is the network of itself, host bits are ignored.

    Raises:
        ValueError: it is none.
    """
    try:
        return ip_network(text, strict=False)
    except ValueError:
        raise ValueError(f"{text[:100]!r} is no address or network such as '10.0.0.0/8'") from None


@lru_cache(maxsize=1 << 16)
def within(address: str, networks: str | Sequence[str]) -> bool:
    """Say whether ``address`` lies in any of ``networks``.

    An IPv4 address in an IPv6 one's clothes (``::ffff:192.0.2.1``) counts as IPv4.

    Raises:
        ValueError: one of them cannot be read.
    """
    parsed = ip_address(address)
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    listed = [networks] if isinstance(networks, str) else networks
    return any(parsed in each for each in [network(text) for text in listed])
