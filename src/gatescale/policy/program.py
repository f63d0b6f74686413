"""What a gateway enforces and what a device connects to, as plain data.

A gateway's program has three parts. *Peers* say which devices may come and which profile each
follows. A *profile* is an ordered list of rules that devices with the same policies share; the
first rule whose destination holds the packet decides, and a packet that none holds is dropped.
A *destination* is the set of (address, protocol, port) boxes of one policy on this gateway.

Whole program and difference have one form, ``Delta``: a whole program is the difference to the
empty one.
"""

from functools import cache
from typing import TypeVar

import msgspec

from gatescale.policy.addresses import number

T = TypeVar("T")


class Peer(msgspec.Struct, frozen=True):
    """A device that may come.

    Attributes:
        public_key: WireGuard public key, base64.
        addresses: tunnel addresses, without prefix length; its allowed IPs on the gateway.
        profile: key of the profile that decides its packets.
    """

    public_key: str
    addresses: tuple[str, ...]
    profile: str


class Rule(msgspec.Struct, frozen=True, array_like=True):
    """One policy on one gateway.

    Attributes:
        allow: accept or drop what the destination holds.
        destination: key of the destination, the policy's id.
    """

    allow: bool
    destination: str


class Box(msgspec.Struct, frozen=True, array_like=True, order=True):
    """Every address with every protocol and every port of these; all bounds are included.

    Attributes:
        first, last: IP addresses of one family.
        protocol_low, protocol_high: IP protocol numbers (IANA "Protocol Numbers").
        port_low, port_high: destination ports; 0 and 65535 where the protocol has none.
    """

    first: str
    last: str
    protocol_low: int
    protocol_high: int
    port_low: int
    port_high: int


class Delta(msgspec.Struct, frozen=True, omit_defaults=True):
    """What changes in a gateway's program: a value sets its key, None takes the key away.

    Attributes:
        peers: by device id.
        profiles: rules in order, by profile key.
        destinations: boxes that do not overlap, by destination key.
    """

    peers: dict[str, Peer | None] = {}
    profiles: dict[str, tuple[Rule, ...] | None] = {}
    destinations: dict[str, tuple[Box, ...] | None] = {}

    def __bool__(self) -> bool:
        return bool(self.peers or self.profiles or self.destinations)


class Program(msgspec.Struct):
    """All that a gateway enforces; the empty one lets nothing pass."""

    peers: dict[str, Peer] = {}
    profiles: dict[str, tuple[Rule, ...]] = {}
    destinations: dict[str, tuple[Box, ...]] = {}

    def apply(self, delta: Delta) -> None:
        """Change the program in place by ``delta``; taking away what is not there is no error."""
        _apply(self.peers, delta.peers)
        _apply(self.profiles, delta.profiles)
        _apply(self.destinations, delta.destinations)

    def whole(self) -> Delta:
        """Return the difference between the empty program and this one."""
        return Delta(dict(self.peers), dict(self.profiles), dict(self.destinations))


def _apply(held: dict[str, T], changes: dict[str, T | None]) -> None:
    for key, value in changes.items():
        if value is None:
            held.pop(key, None)
        else:
            held[key] = value


class Judge:
    """Decides packets as a gateway with this program does.

    Built once for many packets: it reads the program when it is made, and does not follow later
    changes of it.
    """

    def __init__(self, program: Program) -> None:
        self._profiles = {
            number(address): program.profiles.get(peer.profile, ())
            for peer in program.peers.values()
            for address in peer.addresses
        }
        self._destinations = dict(program.destinations)
        self._boxes = cache(self._read)

    def permits(self, source: str, destination: str, protocol: int, port: int) -> bool:
        """Say whether a packet that comes through the tunnel passes.

        Args:
            source: tunnel address of the sender.
            destination: IP address.
            protocol: IP protocol number.
            port: destination port; 0 where the protocol has none.

        Raises:
            ValueError: an address is none.
        """
        place = number(destination)
        for rule in self._profiles.get(number(source), ()):
            for first, last, box in self._boxes(rule.destination):
                if (
                    first <= place <= last
                    and box.protocol_low <= protocol <= box.protocol_high
                    and box.port_low <= port <= box.port_high
                ):
                    return rule.allow
        return False

    def _read(self, destination: str) -> list[tuple[int, int, Box]]:
        boxes = self._destinations.get(destination, ())
        return [(number(box.first), number(box.last), box) for box in boxes]


def permits(  # noqa: PLR0917 -- the words of a packet, in their usual order
    program: Program, source: str, destination: str, protocol: int, port: int
) -> bool:
    """Say whether one packet passes; see ``Judge``, which is faster for many."""
    return Judge(program).permits(source, destination, protocol, port)


class Route(msgspec.Struct, frozen=True):
    """One gateway as a device sees it.

    Attributes:
        gateway: id.
        name: the gateway's name, for people.
        public_key: its WireGuard public key, base64.
        endpoint: ``host:port``.
        allowed_ips: networks in CIDR form that this device may reach through it, and no others.
    """

    gateway: str
    name: str
    public_key: str
    endpoint: str
    allowed_ips: tuple[str, ...]
