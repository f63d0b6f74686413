"""One WireGuard interface, brought to a desired state with as little disturbance as possible.

The kernel's WireGuard is used where it exists. Where it does not, ``wireguard-go`` is started
detached: it outlives the agent, and an agent that starts again adopts it. Its control socket
lies in ``/var/run/wireguard``, which network namespaces share, so interface names must be unique
on a machine.
"""

import asyncio
import json
import socket
from collections.abc import Iterable
from ipaddress import ip_interface, ip_network
from pathlib import Path
from typing import Final

import msgspec

from gatescale.wireguard.commands import WireGuardError, run

SOCKETS: Final = Path("/var/run/wireguard")
IPV6_SETTINGS: Final = Path("/proc/sys/net/ipv6/conf")
PEERS_PER_COMMAND: Final = 500
"""Keeps a command line below 128 KiB at some hundred bytes a peer; Linux takes 2 MiB."""
FAREWELL: Final = 5.0
"""Seconds that wireguard-go may take to end after its interface is gone."""

METRIC: Final = 5
"""Of our routes: ahead of those that DHCP and network managers make for the same network."""


class Peer(msgspec.Struct, frozen=True):
    """Who is at the other end.

    Attributes:
        public_key: WireGuard public key, base64.
        allowed_ips: networks in CIDR form that may come from and are sent to this peer.
        endpoint: ``host:port`` to reach it at; empty: learned from its packets.
        keepalive: seconds between keep-alive packets; 0: none.
    """

    public_key: str
    allowed_ips: tuple[str, ...]
    endpoint: str = ""
    keepalive: int = 0


class Interface:
    """A WireGuard interface of this network namespace, by name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._endpoints: dict[str, str] = {}
        """By public key, as last set by us: a host name cannot be read back."""

    async def exists(self) -> bool:
        """Return whether there is a network interface of this name."""
        try:
            socket.if_nametoindex(self.name)
        except OSError:
            return False
        return True

    async def up(
        self,
        private_key: str,
        addresses: Iterable[str],
        *,
        listen_port: int | None = None,
        mtu: int = 1420,
    ) -> None:
        """Create the interface, or adopt the one that is there, and bring it up.

        Args:
            private_key: base64.
            addresses: all that the interface shall have, with or without prefix length.
            listen_port: UDP port; None: as it is, or any.
            mtu: bytes; 1420 fits 1500 below IPv6 (WireGuard's own default).

        Raises:
            WireGuardError: neither kind of WireGuard is there, or one refused.
        """
        if await self.exists():
            await self.refuse_another_kind()
        else:
            await self._create()
        await self._set_key_and_port(private_key, listen_port)
        self._allow_ipv6()
        await self._set_addresses(addresses)
        await run("ip", "link", "set", self.name, "mtu", str(mtu), "up")

    async def set_peers(self, peers: Iterable[Peer]) -> None:
        """Make ``peers`` all that there are; those that are as they should be are not touched."""
        held = await self._peers()
        wanted = {peer.public_key: peer for peer in peers}
        await self.change_peers(
            [peer for key, peer in wanted.items() if held.get(key) != _normal(peer)],
            [key for key in held if key not in wanted],
        )

    async def keep_peers(self, peers: Iterable[Peer]) -> None:
        """Take away all peers that are not exactly as one of ``peers``; add none."""
        wanted = {peer.public_key: _normal(peer) for peer in peers}
        held = await self._peers()
        await self.change_peers([], [key for key, peer in held.items() if wanted.get(key) != peer])

    async def change_peers(self, add_or_replace: Iterable[Peer], remove: Iterable[str]) -> None:
        """Set these peers and take away those with these public keys; leave all others alone."""
        for key in (gone := list(remove)):
            self._endpoints.pop(key, None)
        changes = [["peer", key, "remove"] for key in gone]
        for peer in add_or_replace:
            changes.append(self._setting(peer))
            self._endpoints[peer.public_key] = peer.endpoint
        for start in range(0, len(changes), PEERS_PER_COMMAND):
            some = changes[start : start + PEERS_PER_COMMAND]
            await run("wg", "set", self.name, *(word for change in some for word in change))

    async def set_routes(self, networks: Iterable[str]) -> None:
        """Make ``networks`` (CIDR form) all that is routed into this interface."""
        wanted = {str(ip_network(network)) for network in _spoken(networks)}
        held: set[str] = set()
        for family in ("-4", "-6"):
            answer = await run("ip", "-j", family, "route", "show", "dev", self.name)
            held |= {
                _destination(route["dst"], family)
                for route in json.loads(answer or "[]")
                if route.get("protocol") != "kernel"
            }
        await self._batch(
            *(f"route del {network} dev {self.name}" for network in sorted(held - wanted)),
            # Added, not replaced: `replace` would take the same network's route away from
            # another interface, such as the machine's own LAN, for good.
            *(
                f"route add {network} dev {self.name} metric {METRIC}"
                for network in sorted(wanted - held)
            ),
        )

    async def handshakes(self) -> dict[str, int]:
        """Return the time of the latest handshake (seconds since 1970 UTC) by public key.

        A peer that never had one is left out.
        """
        answer = await run("wg", "show", self.name, "latest-handshakes")
        times = (line.split("\t") for line in answer.splitlines())
        return {key: int(time) for key, time in times if int(time)}

    async def listen_port(self) -> int:
        """Return the UDP port that it listens on; 0: none."""
        return int(await run("wg", "show", self.name, "listen-port"))

    async def down(self) -> None:
        """Remove the interface with its addresses and routes; nothing to remove is no error."""
        self._endpoints.clear()
        if await self.exists():
            await run("ip", "link", "del", self.name)
            await self._until_wireguard_go_ended()

    async def refuse_another_kind(self) -> None:
        """Raise unless the interface, which is there, is WireGuard's.

        Raises:
            WireGuardError: it is another's, who needs it.
        """
        try:
            await run("wg", "show", self.name, "public-key")
        except WireGuardError:
            raise WireGuardError(
                f"there is a network interface {self.name} that is not WireGuard's: "
                "choose another name"
            ) from None

    async def _create(self) -> None:
        try:
            await run("ip", "link", "add", self.name, "type", "wireguard")
        except WireGuardError as no_kernel:
            try:
                await run("wireguard-go", self.name)
            except WireGuardError as no_userspace:
                raise WireGuardError(
                    f"no WireGuard here: the kernel says «{no_kernel.detail}», "
                    f"and its stand-in «{no_userspace.detail}»"
                ) from None

    async def _set_key_and_port(self, private_key: str, listen_port: int | None) -> None:
        port: list[str] = []
        if listen_port is not None:
            held = await self.listen_port()
            # Setting the port that is in use would close and open wireguard-go's socket.
            port = [] if held == listen_port else ["listen-port", str(listen_port)]
        key = ["private-key", "/dev/stdin"]
        await run("wg", "set", self.name, *port, *key, stdin=private_key + "\n")

    def _allow_ipv6(self) -> None:
        """Switch IPv6 on for the interface: containers often have it off by default.

        Raises:
            WireGuardError: it may not be.
        """
        path = IPV6_SETTINGS / self.name / "disable_ipv6"
        try:
            if path.exists() and path.read_text().strip() != "0":
                path.write_text("0")
        except OSError as error:
            raise WireGuardError(f"{path} cannot be set to 0: {error.strerror}") from None

    async def _set_addresses(self, addresses: Iterable[str]) -> None:
        wanted = {ip_interface(address).with_prefixlen for address in _spoken(addresses)}
        answer = await run("ip", "-j", "address", "show", "dev", self.name)
        held = {
            f"{address['local']}/{address['prefixlen']}"
            for link in json.loads(answer)
            for address in link.get("addr_info", ())
            if address["scope"] == "global"
        }
        await self._batch(
            *(f"address add {address} dev {self.name}" for address in sorted(wanted - held)),
            *(f"address del {address} dev {self.name}" for address in sorted(held - wanted)),
        )

    async def _peers(self) -> dict[str, Peer]:
        """Return what is set. Source of the columns: wg(8), ``dump``."""
        lines = (await run("wg", "show", self.name, "dump")).splitlines()[1:]
        held = {}
        for line in lines:
            key, _, _, allowed, _, _, _, keepalive = line.split("\t")
            networks = () if allowed == "(none)" else tuple(allowed.split(","))
            seconds = 0 if keepalive == "off" else int(keepalive)
            held[key] = _normal(Peer(key, networks, self._endpoints.get(key, ""), seconds))
        return held

    @staticmethod
    def _setting(peer: Peer) -> list[str]:
        words = ["peer", peer.public_key, "allowed-ips", ",".join(peer.allowed_ips)]
        words += ["persistent-keepalive", str(peer.keepalive)]
        return words + (["endpoint", peer.endpoint] if peer.endpoint else [])

    @staticmethod
    async def _batch(*lines: str) -> None:
        if lines:
            await run("ip", "-batch", "-", stdin="\n".join(lines) + "\n")

    async def _until_wireguard_go_ended(self) -> None:
        """Wait until nobody answers the control socket: wireguard-go closes it last.

        Nothing tells us of its end, as it is no child of ours.
        """
        path = SOCKETS / f"{self.name}.sock"
        deadline = asyncio.get_running_loop().time() + FAREWELL
        while await asyncio.to_thread(_answers, path):
            if asyncio.get_running_loop().time() > deadline:
                raise WireGuardError(f"wireguard-go of {self.name} did not end")
            await asyncio.sleep(0.01)


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connection.connect(str(path))
        except OSError:
            return False
        return True


def _spoken(networks: Iterable[str]) -> list[str]:
    """Return ``networks``, without those of IPv6 where the kernel has none."""
    has_ipv6 = IPV6_SETTINGS.exists()
    return [network for network in networks if has_ipv6 or ":" not in network]


def _normal(peer: Peer) -> Peer:
    """Return ``peer`` with its networks as a set would hold them, so that equal means equal."""
    return msgspec.structs.replace(peer, allowed_ips=tuple(sorted({*peer.allowed_ips})))


def _destination(text: str, family: str) -> str:
    """Return the network in CIDR form of a route's destination as ``ip -j`` writes it."""
    if text == "default":
        return "0.0.0.0/0" if family == "-4" else "::/0"
    return str(ip_network(text))


async def require_wireguard(name: str) -> None:
    """Raise unless an interface of this name is there or could be made.

    Raises:
        WireGuardError: says what is missing.
    """
    await run("ip", "-V")
    await run("wg", "--version")
    if await Interface(name).exists():
        await Interface(name).refuse_another_kind()
        return
    try:
        await run("wireguard-go", "--version")
    except WireGuardError as missing:
        try:
            await run("ip", "link", "add", name, "type", "wireguard")
        except WireGuardError:
            raise WireGuardError(
                f"the kernel has no WireGuard, and its stand-in {missing.detail}"
            ) from None
        await run("ip", "link", "del", name)
