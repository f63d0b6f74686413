"""Bring the kernel to the desired state: our nftables table, WireGuard, established flows."""

import asyncio
from pathlib import Path
from typing import Final, Literal

import msgspec
import structlog

from gatescale.errors import GatescaleError
from gatescale.gateway import denials, flows, ruleset
from gatescale.gateway.nftables import Nftables, table_exists
from gatescale.gateway.ruleset import Table
from gatescale.gateway.state import NOTHING, Desired, between
from gatescale.policy.program import Delta, Peer, Program
from gatescale.wireguard.interface import Interface
from gatescale.wireguard.interface import Peer as WireGuardPeer

log = structlog.get_logger()

IPV6: Final = Path("/proc/sys/net/ipv6/conf")
Family = Literal["IPv4", "IPv6"]
FORWARDING: Final[dict[Family, Path]] = {
    "IPv4": Path("/proc/sys/net/ipv4/ip_forward"),
    "IPv6": IPV6 / "all/forwarding",
}


class ForwardingError(GatescaleError):
    """This machine does not forward packets, and may not be made to."""

    title = "No forwarding"


class Standing(msgspec.Struct, frozen=True):
    """What is there in the kernel at a moment, whoever set it.

    Attributes:
        interface, table: WireGuard's interface and our nftables table.
        listen_port: UDP port of the interface; 0: none.
        forwarding: whether the kernel forwards, by ``IPv4`` and ``IPv6``, as far as it has them.
    """

    interface: bool = False
    table: bool = False
    listen_port: int = 0
    forwarding: dict[Family, bool] = {}


class Enforcement:
    """What is in force on one interface.

    Args:
        interface: the WireGuard interface, made when needed.
        private_key: its WireGuard key, base64.
        addresses: the gateway's own tunnel addresses, without prefix length.
    """

    def __init__(self, interface: str, private_key: str, addresses: tuple[str, ...]) -> None:
        self._interface = Interface(interface)
        self._private_key = private_key
        self._addresses = addresses
        self._nftables = Nftables()
        self._held: Desired | None = None
        """None: not known, so all of it must be set."""

    async def enforce(self, desired: Desired) -> None:
        """Bring everything to ``desired``: by the difference if what is in force is known.

        The packet filter changes in one step. What it drops is dropped before WireGuard forgets
        a peer; what it lets pass waits for nothing but WireGuard's new peers.

        Raises:
            GatescaleError: something refused. What was in force may partly stay, but nothing
                is open that neither the old nor the new program allows. The next call sets all.
        """
        held, self._held = self._held, None
        if held is None or held.surroundings != desired.surroundings:
            await self._set_all(desired)
        else:
            await self._change(held.program, desired)
        self._held = desired

    async def shut(self) -> None:
        """Let nothing pass, whatever an earlier process left; for when no program is known.

        Raises:
            GatescaleError: something refused.
        """
        self._held = None
        await self._nftables.apply(ruleset.whole(Table(self._interface.name), NOTHING))
        if await self._interface.exists():
            await self._interface.set_peers([])

    async def upholds(self, desired: Desired) -> bool:
        """Return whether ``desired`` is in force, and table and interface are still there.

        Others remove them: ``systemctl reload nftables`` flushes every table. Then the next
        call of ``enforce`` sets everything anew.
        """
        held = self._held
        if held is None or held.surroundings != desired.surroundings:
            return False
        if held.program is not desired.program:
            return False
        if not await self._intact(held):
            log.warning("table or interface was removed by someone else")
            self._held = None
        return self._held is not None

    async def handshakes(self) -> dict[str, int]:
        """Return the latest handshakes (seconds since 1970-01-01 UTC) by WireGuard public key."""
        return await self._interface.handshakes() if self._held is not None else {}

    async def denied(self) -> dict[denials.Denied, denials.Count]:
        """Return what the table counts as denied.

        Raises:
            GatescaleError: the kernel refused.
        """
        return await denials.read(Table(self._interface.name).name.removeprefix("inet "))

    async def standing(self) -> Standing:
        """Return what is there now; changes nothing, and may be called beside ``enforce``.

        Raises:
            GatescaleError: WireGuard cannot be asked.
        """
        exists = await self._interface.exists()
        return Standing(
            interface=exists,
            table=await asyncio.to_thread(table_exists, Table(self._interface.name).name),
            listen_port=await self._interface.listen_port() if exists else 0,
            forwarding={
                family: path.read_text().strip() != "0"
                for family, path in FORWARDING.items()
                if path.exists()
            },
        )

    def close(self) -> None:
        """Give the handles back; what is in force stays."""
        self._nftables.close()

    async def _set_all(self, desired: Desired) -> None:
        """Set everything; the packet filter first, so that the interface is never without it."""
        surroundings, program = desired.surroundings, desired.program
        peers = [_wireguard(peer) for peer in program.peers.values()]
        # An address that passed to another key must not be open to the old one meanwhile.
        if await self._interface.exists():
            await self._interface.keep_peers(peers)
        await self._nftables.apply(ruleset.whole(self._table(desired), program))
        await self._interface.up(self._private_key, self._addresses, listen_port=surroundings.port)
        await self._interface.set_peers(peers)
        await self._interface.set_routes(surroundings.networks)
        forward()
        everything = flows.Suspicion(everything=True)
        await flows.end_forbidden(everything, program, surroundings.networks)

    async def _change(self, before: Program, desired: Desired) -> None:
        after = desired.program
        if not (delta := between(before, after)):
            return
        gone, come = _peers(before, after, delta)
        # An address that passes to another key must not be open to the old one meanwhile.
        if passed_on := _passed_on(before, after, delta):
            await self._interface.change_peers([], passed_on)
        commands = ruleset.difference(self._table(desired), before, after, delta)
        await self._nftables.apply(commands)
        if gone or come:
            await self._interface.change_peers(come, gone - passed_on)
        suspected = flows.suspicion(before, after, delta)
        await flows.end_forbidden(suspected, after, desired.surroundings.networks)

    async def _intact(self, held: Desired) -> bool:
        if not await self._interface.exists():
            return False
        return await asyncio.to_thread(table_exists, self._table(held).name)

    def _table(self, desired: Desired) -> Table:
        return Table(self._interface.name, desired.surroundings.masquerade)


async def take_down(interface: str) -> None:
    """Remove interface, table and wireguard-go; what is not there is no error.

    Raises:
        GatescaleError: something refused.
    """
    await Interface(interface).down()
    nftables = Nftables()
    try:
        await nftables.apply(ruleset.gone(Table(interface)))
    finally:
        nftables.close()


def forward() -> None:
    """Make this machine (or network namespace) a router, as a gateway must be; log what changes.

    Raises:
        ForwardingError: the kernel's settings cannot be written here.
    """
    for path in FORWARDING.values():
        if path.exists() and path.read_text().strip() == "0":
            if path.is_relative_to(IPV6):
                _keep_router_advertisements()
            _set(path, "1")


def _keep_router_advertisements() -> None:
    """Have interfaces that learn their routes from routers go on doing so.

    With 1 the kernel stops as soon as it forwards, and the machine could lose its way out; with
    2 it does not. Source: linux/Documentation/networking/ip-sysctl.rst, ``accept_ra``.
    """
    for path in IPV6.glob("*/accept_ra"):
        if path.parent.name != "all" and path.read_text().strip() == "1":
            _set(path, "2")


def _set(path: Path, value: str) -> None:
    try:
        path.write_text(value)
    except OSError as error:
        raise ForwardingError(f"{path} cannot be set to {value}: {error.strerror}") from None
    log.info("a kernel setting is changed", setting=str(path), value=value)


def _peers(before: Program, after: Program, delta: Delta) -> tuple[set[str], list[WireGuardPeer]]:
    """Return the public keys to remove and the peers to set."""
    old = {before.peers[device].public_key for device in delta.peers.keys() & before.peers.keys()}
    new = [after.peers[device] for device in delta.peers.keys() & after.peers.keys()]
    held = {
        (peer.public_key, peer.addresses)
        for peer in (before.peers.get(device) for device in delta.peers)
        if peer is not None
    }
    come = [_wireguard(peer) for peer in new if (peer.public_key, peer.addresses) not in held]
    return old - {peer.public_key for peer in new}, come


def _passed_on(before: Program, after: Program, delta: Delta) -> set[str]:
    """Return the public keys that lose an address to another key."""
    owners = {
        address: peer.public_key
        for device in delta.peers
        if (peer := after.peers.get(device)) is not None
        for address in peer.addresses
    }
    return {
        peer.public_key
        for device in delta.peers
        if (peer := before.peers.get(device)) is not None
        for address in peer.addresses
        if owners.get(address, peer.public_key) != peer.public_key
    }


def _wireguard(peer: Peer) -> WireGuardPeer:
    networks = (f"{a}/{128 if ':' in a else 32}" for a in peer.addresses)
    return WireGuardPeer(peer.public_key, tuple(networks))
