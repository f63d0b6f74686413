"""Where to: ``ADDRESS:PORT/PROTOCOL`` or a resource by its name, as packets."""

import re
from collections.abc import Iterable, Iterator
from ipaddress import ip_address, ip_network

import msgspec

from gatescale.errors import InvalidError
from gatescale.policy.vocabulary import Resource, Service

_NUMBERS = {"ICMP": 1, "TCP": 6, "UDP": 17}
_ICMP6 = 58
_FORM = re.compile(
    r"(\[(?P<six>[0-9a-fA-F:.]+)\]|(?P<host>[^\[\]/]+?))"
    r"(:(?P<port>[0-9]{1,5}))?(/(?P<protocol>[a-zA-Z]+))?"
)
_ANY_PORT = 443
"""Asked about where everything is offered and no port is named."""


class Wanted(msgspec.Struct, frozen=True):
    """What is asked for.

    Attributes:
        host: IP address, or the name or id of a resource.
        protocol: ``TCP``, ``UDP`` or ``ICMP``; None: what is offered.
        port: None: any that is offered.
    """

    host: str
    protocol: str | None = None
    port: int | None = None


class Packet(msgspec.Struct, frozen=True):
    """Where a packet goes.

    Attributes:
        protocol: ``TCP``, ``UDP`` or ``ICMP``; the number of another one.
        number: IP protocol number.
        port: 0 where the protocol has none.
    """

    address: str
    protocol: str
    number: int
    port: int


def parse(text: str, pointer: str) -> Wanted:
    """Return what a text asks for.

    Raises:
        InvalidError: it is of another form.
    """
    if is_address(text):
        return Wanted(text)
    match = _FORM.fullmatch(text.strip())
    protocol = (match["protocol"] or "").upper() if match else ""
    port = int(match["port"]) if match and match["port"] else None
    if not match or protocol not in {"", *_NUMBERS} or (port or 0) > 65535:
        raise InvalidError(
            "Say it as ADDRESS:PORT, RESOURCE:PORT or either with /tcp, /udp or /icmp behind:"
            f" wiki:443, 10.0.0.5:53/udp, [fd00::5]:22, db/icmp; not {text[:100]!r}.",
            pointer=pointer,
        )
    if protocol == "ICMP" and port is not None:
        raise InvalidError("ICMP has no ports.", pointer=pointer)
    named = protocol or ("TCP" if port is not None else None)
    return Wanted(match["six"] or match["host"], named, port)


def is_address(text: str) -> bool:
    """Tell whether a text is an IP address."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def to_address(wanted: Wanted, pointer: str) -> Packet:
    """Return the packet to an address.

    Raises:
        InvalidError: the port is missing.
    """
    protocol = wanted.protocol
    if protocol is None or (protocol != "ICMP" and wanted.port is None):
        detail = f"Say to which port, as {wanted.host}:443 or {wanted.host}:53/udp, or /icmp."
        raise InvalidError(detail, pointer=pointer)
    return _packet(wanted.host, protocol, wanted.port or 0)


def to_resource(wanted: Wanted, resource: Resource) -> Iterator[Packet]:
    """Yield a packet to each address of a resource: of a network, to its first host."""
    for destination in resource.destinations:
        network = ip_network(destination.network, strict=False)
        address = str(network[0] if network.num_addresses <= 2 else network[1])
        protocol, port = _offered(wanted, destination.services)
        yield _packet(address, protocol, port)


def _offered(wanted: Wanted, services: Iterable[Service]) -> tuple[str, int]:
    fitting = (each for each in services if wanted.protocol in {None, each.protocol})
    service = next(fitting, None)
    protocol = wanted.protocol or (service.protocol if service else "TCP")
    if protocol == "ICMP":
        return protocol, 0
    if wanted.port is not None:
        return protocol, wanted.port
    return protocol, service.low if service and (service.low, service.high) != (
        0,
        65535,
    ) else _ANY_PORT


def numbered(address: str, number: int, port: int) -> Packet:
    """Return the packet of this protocol, by its IP number.

    Raises:
        InvalidError: the address is none.
    """
    if not is_address(address):
        raise InvalidError(f"{address[:50]!r} is no IP address.")
    names = {value: name for name, value in _NUMBERS.items()} | {_ICMP6: "ICMP"}
    return Packet(address, names.get(number, str(number)), number, port)


def _packet(address: str, protocol: str, port: int) -> Packet:
    is_ping6 = protocol == "ICMP" and ip_address(address).version == 6
    return Packet(address, protocol, _ICMP6 if is_ping6 else _NUMBERS[protocol], port)
