"""Whether an address lies in networks, of either family."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network


def network(text: str) -> IPv4Network | IPv6Network:
    """Return the network; a lone address is the network of itself, host bits are ignored.

    Raises:
        ValueError: it is none.
    """
    try:
        return ip_network(text, strict=False)
    except ValueError:
        raise ValueError(f"{text[:100]!r} is no address or network such as '10.0.0.0/8'") from None


def within(address: str, networks: str | tuple[str, ...]) -> bool:
    """Say whether ``address`` lies in any of ``networks``.

    An IPv4 address in an IPv6 one's clothes (``::ffff:192.0.2.1``) counts as IPv4.

    Raises:
        ValueError: one of them cannot be read.
    """
    parsed = _address(address)
    return any(parsed in each for each in _listed(networks))


@lru_cache(maxsize=1 << 14)
def _address(text: str) -> IPv4Address | IPv6Address:
    parsed = ip_address(text)
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return mapped or parsed


@lru_cache(maxsize=1 << 10)
def _listed(networks: str | tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(map(network, [networks] if isinstance(networks, str) else networks))
