"""Ways around the tunnel for those who carry it.

If a network that is routed into the tunnel holds a gateway's endpoint or the controller, the
tunnel's own packets would be sent into the tunnel. Such an address gets a host route of its own,
by the way that the rest of the routing table has for it. Our host routes are told from others'
by protocol and metric, so they are found again after a crash.
"""

import json
import zlib
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import Final

import msgspec

from gatescale.wireguard.commands import run

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

PROTOCOL: Final = "217"
"""Marks our host routes in ``ip route``; free in rt_protos of iproute2."""


class Way(msgspec.Struct, frozen=True):
    """A route of the main table.

    Attributes:
        network: destination.
        device: interface name.
        gateway: next hop; empty: the destination is on the link.
        metric: the lower one is taken among those for the same network.
        protocol: who made it, as ``ip`` says it.
    """

    network: Network
    device: str
    gateway: str = ""
    metric: int = 0
    protocol: str = ""


def around(
    ways: Iterable[Way], tunnel: Iterable[Network], addresses: Iterable[Address]
) -> dict[Address, Way]:
    """Return the way outside for each of ``addresses`` that would fall into the tunnel.

    Args:
        ways: routes outside the tunnel, our host routes not among them.
        tunnel: networks that are routed into it.
        addresses: that must stay outside. One that has no other way is left out.
    """
    outside, inside = list(ways), list(tunnel)
    found = {}
    for address in addresses:
        covering = [network.prefixlen for network in inside if address in network]
        candidates = [way for way in outside if address in way.network]
        if covering and candidates:
            best = min(candidates, key=lambda way: (-way.network.prefixlen, way.metric))
            if best.network.prefixlen <= max(covering):
                found[address] = best
    return found


class Bypass:
    """The host routes that keep what carries an interface's tunnel out of it."""

    def __init__(self, interface: str) -> None:
        self._interface = interface
        # Two interfaces of one machine have their own; between 2^30 and 2^31.
        self._metric = 2**30 | zlib.crc32(interface.encode()) % 2**30

    async def set(self, tunnel: Iterable[str], addresses: Iterable[Address]) -> set[Address]:
        """Make the host routes those that are needed; return the addresses that have one.

        Args:
            tunnel: networks routed into the interface, in CIDR form.
            addresses: that must stay outside.
        """
        ways = [way for family in ("-4", "-6") for way in await _main_table(family)]
        held = {way for way in ways if self._is_ours(way)}
        outside = [way for way in ways if way.device != self._interface and way not in held]
        needed = around(outside, [ip_network(network) for network in tunnel], addresses)
        wanted = {self._host_route(address, way) for address, way in needed.items()}
        lines = [
            *(f"route del {_words(way)}" for way in held - wanted),
            *(f"route add {_words(way)}" for way in wanted - held),
        ]
        if lines:
            await run("ip", "-batch", "-", stdin="\n".join(lines) + "\n")
        return set(needed)

    async def clear(self) -> None:
        """Remove our host routes."""
        await self.set((), ())

    def _is_ours(self, way: Way) -> bool:
        return (way.protocol, way.metric) == (PROTOCOL, self._metric)

    def _host_route(self, address: Address, way: Way) -> Way:
        return Way(ip_network(address), way.device, way.gateway, self._metric, PROTOCOL)


async def _main_table(family: str) -> list[Way]:
    answer = json.loads(await run("ip", "-j", family, "route", "show", "table", "main") or "[]")
    return [way for route in answer if (way := _way(route, family)) is not None]


def _way(route: dict[str, object], family: str) -> Way | None:
    """Return a route as ``ip -j`` writes it; None if it leads nowhere."""
    everywhere = "0.0.0.0/0" if family == "-4" else "::/0"
    # Of several next hops, one is as good as the other.
    hops = route.get("nexthops")
    hop = route | (hops[0] if isinstance(hops, list) and hops else {})
    if "dev" not in hop or route.get("type", "unicast") != "unicast":
        return None
    via = hop.get("via")
    gateway = str(via["host"]) if isinstance(via, dict) else str(hop.get("gateway", ""))
    return Way(
        ip_network(everywhere if route["dst"] == "default" else str(route["dst"])),
        str(hop["dev"]),
        gateway,
        int(str(route.get("metric", 0))),
        str(route.get("protocol", "")),
    )


def _words(way: Way) -> str:
    family = "inet6 " if way.gateway and ":" in way.gateway and way.network.version == 4 else ""
    via = f"via {family}{way.gateway} " if way.gateway else ""
    return f"{way.network} {via}dev {way.device} metric {way.metric} proto {way.protocol}"
