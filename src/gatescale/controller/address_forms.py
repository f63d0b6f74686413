"""Addresses of resources: what each type of resource may be at, in one form.

The canonical form is an IP network in CIDR form, a single IP address without prefix length, or a
lower-case name.
"""

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass

from gatescale.controller.facts import NETWORK4
from gatescale.errors import InvalidError, Violation

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_PRIVATE: tuple[Network, ...] = (
    ipaddress.IPv4Network("10.0.0.0/8"),
    ipaddress.IPv4Network("172.16.0.0/12"),
    ipaddress.IPv4Network("192.168.0.0/16"),
    ipaddress.IPv4Network("100.64.0.0/10"),
    ipaddress.IPv6Network("fc00::/7"),
)
"""RFC 1918, RFC 6598 (carrier-grade NAT) and RFC 4193 (IPv6 unique local addresses)."""

_NOT_PUBLIC4 = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
"""Not reachable on the internet: IANA's IPv4 special-purpose registry (RFC 6890), multicast."""

_PUBLIC6 = ipaddress.IPv6Network("2000::/3")
"""IPv6 global unicast (RFC 4291, section 2.4)."""

_NOT_PUBLIC_NAMES = ("localhost", "local", "internal", "home.arpa", "invalid", "test")
"""Names that the public DNS never has: RFC 6761, RFC 6762, RFC 8375, and ICANN's ``internal``."""

# A hyphen pair in the third place is left to international names (RFC 5891, section 4.2.3.1).
_LABEL = r"(?!(?!xn)..--)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_NAME = re.compile(rf"{_LABEL}(\.{_LABEL})*")
_MAX_NAME = 253
# Resolvers read a name that ends like this as an IPv4 address: 10.1, 0x7f000001.
_NUMBER = re.compile(r"([0-9]+|0x[0-9a-f]*)")

_WANTED = {
    "PRIVATE": (
        "give a private IPv4 or IPv6 address (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16,"
        " 100.96.0.0/11, fc00::/7), a network of such addresses, or a host name"
    ),
    "SAAS": "give a public name like app.example.com or *.example.com, or a public IP or network",
    "INTERNET": "give a public name like example.com or *.example.com, or a public IP or network",
}


@dataclass(frozen=True, slots=True)
class Canonical:
    """An address in its one form.

    Attributes:
        is_ip: it is an IP address or network, not a name.
    """

    text: str
    is_ip: bool


def canonical(text: str, resource_type: str, network6: str) -> Canonical:
    """Return the one form of an address of a resource.

    Args:
        text: as it was sent.
        resource_type: ``PRIVATE``, ``SAAS`` or ``INTERNET``.
        network6: IPv6 tunnel network of the tenant.

    Raises:
        InvalidError: no address, or none for such a resource; says what would be right.
    """
    network = parsed(text)
    if network is None:
        return Canonical(_canonical_name(text, resource_type), is_ip=False)
    if resource_type == "PRIVATE":
        _refuse_not_private(text, network, network6)
    elif not _is_public(network):
        raise InvalidError(f"{text} is not public; {_WANTED[resource_type]}.")
    return Canonical(shortest(network), is_ip=True)


def parsed(text: str) -> Network | None:
    """Return the network that a text means; None if it is no IP address or network.

    Raises:
        InvalidError: its address has bits beyond its prefix length; names the right network.

    >>> parsed("10.0.0.0/24"), parsed("10.0.0.5"), parsed("nas")
    (IPv4Network('10.0.0.0/24'), IPv4Network('10.0.0.5/32'), None)
    """
    _, slash, length = text.partition("/")
    if "%" in text or (slash and not re.fullmatch("[0-9]{1,3}", length)):
        return None
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
    address = ipaddress.ip_interface(text).ip
    if address != network.network_address:
        raise InvalidError(
            f"{text} lies inside of a network; the network is {network}, the single address"
            f" {address}."
        )
    return network


def networks(texts: Sequence[str], pointer: str) -> tuple[list[str], list[Violation]]:
    """Return IP networks in their one form, each once, and what is wrong with the others.

    Args:
        texts: as they were sent.
        pointer: where they stand in the body.
    """
    found: dict[str, None] = {}
    violations = []
    for place, text in enumerate(texts):
        try:
            network = parsed(text)
        except InvalidError as error:
            violations.append(Violation(f"{pointer}/{place}", error.detail))
            continue
        if network is None:
            detail = f"{text[:100]!r} is no IP address or network, like 192.0.2.7 or 192.0.2.0/24."
            violations.append(Violation(f"{pointer}/{place}", detail))
        else:
            found[shortest(network)] = None
    return list(found), violations


def shortest(network: Network) -> str:
    """Return a network's CIDR form, without prefix length if it is a single address.

    >>> shortest(ipaddress.ip_network("10.0.0.5/32"))
    '10.0.0.5'
    """
    single = network.prefixlen == network.max_prefixlen
    return str(network.network_address) if single else str(network)


def _refuse_not_private(text: str, network: Network, network6: str) -> None:
    if not any(_inside(network, wide) for wide in _PRIVATE):
        raise InvalidError(f"{text} is not private; {_WANTED['PRIVATE']}.")
    for tunnel in (NETWORK4, ipaddress.IPv6Network(network6)):
        if network.version == tunnel.version and network.overlaps(tunnel):
            raise InvalidError(
                f"{text} overlaps with {tunnel}, in which the tenant's devices and gateways have"
                f" their own addresses; {_WANTED['PRIVATE']}."
            )


def _is_public(network: Network) -> bool:
    if isinstance(network, ipaddress.IPv6Network):
        return network.subnet_of(_PUBLIC6)
    return not any(network.overlaps(narrow) for narrow in _NOT_PUBLIC4)


def _inside(network: Network, wide: Network) -> bool:
    if isinstance(network, ipaddress.IPv4Network):
        return isinstance(wide, ipaddress.IPv4Network) and network.subnet_of(wide)
    return isinstance(wide, ipaddress.IPv6Network) and network.subnet_of(wide)


def _canonical_name(text: str, resource_type: str) -> str:
    name = text.lower().removesuffix(".")
    is_wildcard = name.startswith("*.")
    host = name.removeprefix("*.")
    last = host.rpartition(".")[2]
    is_name = text.isascii() and _NAME.fullmatch(host) and not _NUMBER.fullmatch(last)
    if len(host) > _MAX_NAME or not is_name:
        raise InvalidError(
            f"{text!r} is neither an IP address or network nor a name; names beyond ASCII are"
            f" written in their xn-- form. {_sentence(_WANTED[resource_type])}."
        )
    if resource_type == "PRIVATE":
        if is_wildcard or last == "localhost":
            raise InvalidError(f"{text!r} names no host; {_WANTED['PRIVATE']}.")
    elif "." not in host or f".{host}".endswith(tuple(f".{end}" for end in _NOT_PUBLIC_NAMES)):
        raise InvalidError(f"{text!r} is no public name; {_WANTED[resource_type]}.")
    return name


def _sentence(words: str) -> str:
    return words[0].upper() + words[1:]
