"""End established flows that a program no longer permits.

The ruleset already stops what a device sends without a grant. What the other side sends back
passes as long as connection tracking knows the flow, so the flow is taken out of it. Flows that
stay permitted get the mark of the profile that decides them now: so every flow's mark is a
current one, and the next change finds it by its mark.
"""

import errno
import socket
from collections.abc import AsyncIterator, Iterable, Sequence
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Final

import msgspec
from pyroute2.netlink.exceptions import NetlinkError
from pyroute2.netlink.nfnetlink.nfctsocket import AsyncNFCTSocket, NFCTAttrTuple, nfct_msg

from gatescale.errors import GatescaleError
from gatescale.gateway import ruleset
from gatescale.policy.program import Delta, Judge, Peer, Program


class FlowsError(GatescaleError):
    """Connection tracking could not be read or changed."""

    title = "Flows not ended"


FEW: Final = 8
"""Up to so many sources are asked for one by one. Each costs a walk over the whole table: 4 ms
with the 262,144 buckets of a machine with much memory."""


class Suspicion(msgspec.Struct, frozen=True):
    """Which flows may have lost their permission.

    Attributes:
        sources: tunnel addresses whose flows must be judged.
        marks: marks of profiles that decide otherwise than before.
        everything: judge every flow that came through the tunnel.
    """

    sources: frozenset[str] = frozenset()
    marks: frozenset[int] = frozenset()
    everything: bool = False

    def __bool__(self) -> bool:
        return bool(self.sources or self.marks or self.everything)


class Flow(msgspec.Struct, frozen=True):
    """A flow that connection tracking knows.

    Attributes:
        opened: addresses, protocol and ports of the packet that opened it, before any NAT.
        mark: of the profile that accepted it.
    """

    opened: NFCTAttrTuple
    mark: int


def suspicion(before: Program, after: Program, delta: Delta) -> Suspicion:
    """Return which flows ``delta`` may have taken the permission from."""
    marks = {
        ruleset.mark(before, key)
        for key in ruleset.touched_profiles(before, delta) & before.profiles.keys()
        if key not in after.profiles or ruleset.mark(before, key) != ruleset.mark(after, key)
    }
    lost = [before.peers[device] for device in delta.peers.keys() & before.peers.keys()]
    sources = {_canonical(address) for peer in lost for address in peer.addresses}
    # Linux (6.18 too) inverts its filter by IPv6 address: such flows are found by mark instead.
    by_mark = lost if len(sources) > FEW else [peer for peer in lost if _has_ipv6(peer)]
    marks |= {
        ruleset.mark(before, key)
        for key in {peer.profile for peer in by_mark} & before.profiles.keys()
    }
    return Suspicion(
        sources=frozenset(
            source for source in sources if len(sources) <= FEW and ":" not in source
        ),
        marks=frozenset(marks),
    )


async def end_forbidden(suspected: Suspicion, program: Program, networks: Iterable[str]) -> int:
    """Take suspected flows that ``program`` does not permit out of connection tracking.

    Args:
        suspected: which flows to look at.
        program: says what is permitted.
        networks: the tenant's tunnel networks; flows opened from elsewhere are not ours.

    Returns:
        How many flows were ended.

    Raises:
        FlowsError: the kernel refused.
    """
    ours = [ip_network(network) for network in networks]
    try:
        return sum(
            [
                await _end_forbidden(family, suspected, program, ours)
                for family in (socket.AF_INET, socket.AF_INET6)
                if suspected
            ]
        )
    except (NetlinkError, OSError) as error:
        raise FlowsError(f"connection tracking refused: {error}") from None


async def _end_forbidden(
    family: socket.AddressFamily,
    suspected: Suspicion,
    program: Program,
    ours: Sequence[IPv4Network | IPv6Network],
) -> int:
    async with AsyncNFCTSocket(nfgen_family=family) as conntrack:
        flows = [
            flow
            async for flow in _find(conntrack, family, suspected)
            if any(ip_address(flow.opened.saddr) in network for network in ours)
        ]
        court = _Court(program, {flow.opened.saddr for flow in flows})
        return sum([await _settle(conntrack, flow, court.mark(flow)) for flow in flows])


async def _find(
    conntrack: AsyncNFCTSocket, family: socket.AddressFamily, suspected: Suspicion
) -> AsyncIterator[Flow]:
    filters: list[dict[str, object]] = [{"mark": mark} for mark in suspected.marks]
    if family == socket.AF_INET:
        filters += [
            {"tuple_orig": NFCTAttrTuple(family, saddr=source)} for source in suspected.sources
        ]
    for kernel_filter in [{}] if suspected.everything else filters:
        async for message in await conntrack.dump(**kernel_filter):
            yield Flow(_opened(message, family), message.get_attr("CTA_MARK") or 0)


def _opened(message: nfct_msg, family: socket.AddressFamily) -> NFCTAttrTuple:
    """Return the original tuple with all that it takes to name the flow to the kernel again."""
    original = message.get_attr("CTA_TUPLE_ORIG")
    addresses, protocol = original.get_attr("CTA_TUPLE_IP"), original.get_attr("CTA_TUPLE_PROTO")
    version, icmp = ("V4", "ICMP") if family == socket.AF_INET else ("V6", "ICMPV6")
    return NFCTAttrTuple(
        family,
        saddr=addresses.get_attr(f"CTA_IP_{version}_SRC"),
        daddr=addresses.get_attr(f"CTA_IP_{version}_DST"),
        proto=protocol.get_attr("CTA_PROTO_NUM"),
        sport=protocol.get_attr("CTA_PROTO_SRC_PORT"),
        dport=protocol.get_attr("CTA_PROTO_DST_PORT"),
        icmp_id=protocol.get_attr(f"CTA_PROTO_{icmp}_ID"),
        icmp_type=protocol.get_attr(f"CTA_PROTO_{icmp}_TYPE"),
        icmp_code=protocol.get_attr(f"CTA_PROTO_{icmp}_CODE"),
    )


@lru_cache(maxsize=1 << 17)
def _canonical(address: str) -> str:
    """Return the form in which conntrack's addresses are read."""
    return str(ip_address(address))


class _Court:
    """Judges the flows of some sources; reads only these sources' part of the program."""

    def __init__(self, program: Program, sources: set[str]) -> None:
        peers = {
            device: peer
            for device, peer in program.peers.items()
            if sources and any(_canonical(text) in sources for text in peer.addresses)
        }
        self._judge = Judge(Program(peers, program.profiles, program.destinations))
        marks = {key: ruleset.mark(program, key) for key in {p.profile for p in peers.values()}}
        self._marks = {
            _canonical(text): marks[peer.profile]
            for peer in peers.values()
            for text in peer.addresses
        }

    def mark(self, flow: Flow) -> int:
        """Return the mark that the flow should bear; 0: it is not permitted."""
        opened = flow.opened
        if self._judge.permits(opened.saddr, opened.daddr, opened.proto, opened.dport or 0):
            return self._marks[opened.saddr]
        return 0


async def _settle(conntrack: AsyncNFCTSocket, flow: Flow, mark: int) -> bool:
    """Bring one flow to its due mark; return whether it was ended instead."""
    try:
        if not mark:
            await conntrack.entry("del", tuple_orig=flow.opened)
        elif mark != flow.mark:
            await conntrack.entry("set", tuple_orig=flow.opened, mark=mark)
    except NetlinkError as error:
        if error.code != errno.ENOENT:  # it has ended by itself meanwhile
            raise
        return False
    return not mark


def _has_ipv6(peer: Peer) -> bool:
    return any(":" in address for address in peer.addresses)
