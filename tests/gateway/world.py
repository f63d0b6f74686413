"""A gateway's surroundings in namespaces, and programs to enforce there.

    alice ──┐ 192.0.2.0/24                   10.1.0.0/24, fd01::/64
            ├──────────────── gateway ─────────────────────── office
    bob ────┘ 100.64.0.1, fd64::1 in its tunnels              10.1.0.2, .3, .4; fd01::2, ::3

alice and bob are devices with a tunnel to the gateway. The office knows the way back to them, so
what does not arrive there was stopped by the gateway.
"""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from gatescale.gateway.enforcement import Enforcement
from gatescale.gateway.state import Desired, Surroundings
from gatescale.policy.program import Box, Peer, Program, Rule
from gatescale.wireguard import keys
from net.lab import Lab, Namespace

PORT = 51820
NETWORKS = ("100.64.0.0/16", "fd64::/64")
GATEWAY = ("100.64.0.1", "fd64::1")
LOST = 0.3
"""Seconds after which a packet that must not pass counts as lost."""
PATIENCE = 20.0
"""Seconds that what must pass may take. WireGuard begins a handshake at most every 5 s, so a packet
that came while the gateway did not know the peer keeps the next one waiting."""


class Device:
    """A namespace with a WireGuard tunnel to the gateway."""

    def __init__(self, name: str, number: int, namespace: Namespace) -> None:
        self.name = name
        self.namespace = namespace
        self.private_key = keys.generate()
        self.public_key = keys.public_key(self.private_key)
        self.addresses = (f"100.64.0.{number}", f"fd64::{number:x}")
        self.tunnel = ""

    def shake_hands_anew(self) -> None:
        """Forget WireGuard's session, which the gateway forgets whenever it removes the peer.

        WireGuard itself notices that after 15 seconds without an answer.
        """
        tunnel = self.tunnel
        line = self.namespace.run("wg", "show", tunnel, "dump").splitlines()[1].split("\t")
        key, endpoint, allowed = line[0], line[2], line[3]
        self.namespace.run("wg", "set", tunnel, "peer", key, "remove")
        self.namespace.run(
            "wg", "set", tunnel, "peer", key, "endpoint", endpoint, "allowed-ips", allowed
        )

    def peer(self, profile: str) -> Peer:
        """Return the device as a gateway's program says it."""
        return Peer(self.public_key, self.addresses, profile)


class World:
    """See the picture above."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.gateway = lab.namespace("gateway")
        self.office = lab.namespace("office")
        self.interface = lab.interface()
        self.private_key = keys.generate()
        self._cable_office()
        self.alice = self._device("alice", 2)
        self.bob = self._device("bob", 3)
        self.enforcement = self.new_enforcement()

    def new_enforcement(self) -> Enforcement:
        """Return what a process that has just started has: it knows nothing of what is in force."""
        with self.gateway.entered():  # nftables' socket belongs where it is opened
            return Enforcement(self.interface, self.private_key, GATEWAY)

    async def enforce(self, program: Program, *, masquerade: bool = True) -> None:
        """Bring the gateway to ``program``; the caller is inside the gateway's namespace."""
        await self.enforcement.enforce(Desired(Surroundings(NETWORKS, PORT, masquerade), program))

    def program(self, **profiles: tuple[Rule, ...]) -> Program:
        """Return a program in which each device named follows these rules."""
        devices = {"alice": self.alice, "bob": self.bob}
        return Program(
            peers={name: devices[name].peer(f"of-{name}") for name in profiles},
            profiles={f"of-{name}": rules for name, rules in profiles.items()},
            destinations=dict(DESTINATIONS),
        )

    def _cable_office(self) -> None:
        _, end = self.lab.link(
            self.gateway, self.office, "10.1.0.1/24", "10.1.0.2/24", "fd01::1/64", "fd01::2/64"
        )
        for address in ("10.1.0.3/24", "10.1.0.4/24"):
            self.office.run("ip", "address", "add", address, "dev", end)
        self.office.run("ip", "address", "add", "fd01::3/64", "dev", end, "nodad")
        for network in NETWORKS:
            via = "fd01::1" if ":" in network else "10.1.0.1"
            self.office.run("ip", "route", "add", network, "via", via)

    def _device(self, name: str, number: int) -> Device:
        device = Device(name, number, self.lab.namespace(name))
        near, far = f"192.0.2.{number * 4 + 1}", f"192.0.2.{number * 4 + 2}"
        self.lab.link(self.gateway, device.namespace, f"{near}/30", f"{far}/30")
        device.tunnel = self.lab.tunnel(
            device.namespace,
            device.private_key,
            device.addresses,
            public_key=keys.public_key(self.private_key),
            endpoint=f"{near}:{PORT}",
            allowed_ips="10.1.0.0/16,fd01::/64,100.64.0.0/16,fd64::/64",
        )
        return device


def boxes(*networks: str, protocol: int | None = None, port: int | None = None) -> tuple[Box, ...]:
    """Return the boxes of these ranges (``first-last`` or one address)."""
    protocols = (0, 255) if protocol is None else (protocol, protocol)
    ports = (0, 65535) if port is None else (port, port)
    ends = (network.partition("-") for network in networks)
    return tuple(Box(first, last or first, *protocols, *ports) for first, _, last in ends)


DESTINATIONS = {
    "office": boxes("10.1.0.0-10.1.0.255", "fd01::-fd01::ff"),
    "two": boxes("10.1.0.2", "fd01::2"),
    "three": boxes("10.1.0.3", "fd01::3"),
    "web": boxes("10.1.0.2", "fd01::2", protocol=6, port=80),
    "gateway": boxes("10.1.0.1", protocol=17, port=53),
    "devices": boxes("100.64.0.0-100.64.255.255", "fd64::-fd64::ffff"),
}


def allow(destination: str) -> Rule:
    return Rule(allow=True, destination=destination)


def deny(destination: str) -> Rule:
    return Rule(allow=False, destination=destination)


class Datagrams:
    """A UDP socket in a namespace."""

    def __init__(self, namespace: Namespace, address: str, port: int = 0) -> None:
        self._socket = namespace.socket(_family(address), socket.SOCK_DGRAM)
        self._socket.bind((address, port))

    async def send(self, address: str, port: int, payload: bytes = b"?") -> None:
        await asyncio.get_running_loop().sock_sendto(self._socket, payload, (address, port))

    async def receive(self, seconds: float = PATIENCE) -> tuple[bytes, tuple[str, int]]:
        """Return the next datagram and its sender.

        Raises:
            OSError: none came (``TimeoutError``), or ICMP says that none will.
        """
        loop = asyncio.get_running_loop()
        receiving = loop.sock_recvfrom(self._socket, 2048)
        payload, sender = await asyncio.wait_for(receiving, seconds)
        return payload, sender[:2]

    async def receives_nothing(self) -> bool:
        """Return whether what was sent is lost."""
        try:
            await self.receive(LOST)
        except OSError:
            return True
        return False

    def close(self) -> None:
        self._socket.close()


async def passes(namespace: Namespace, address: str, port: int) -> bool:
    """Return whether a datagram to an echo server comes back, sooner or later."""
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            while await is_lost(namespace, address, port):
                await asyncio.sleep(0)  # what cannot even be sent is lost at once
            return True
    return False


async def is_lost(namespace: Namespace, address: str, port: int, *, source: str = "") -> bool:
    """Return whether a datagram to an echo server does not come back."""
    client = Datagrams(namespace, source or ("::" if ":" in address else "0.0.0.0"))
    try:
        with suppress(OSError):
            await client.send(address, port, b"hello")
            return await client.receives_nothing()
        return True
    finally:
        client.close()


@asynccontextmanager
async def echo(namespace: Namespace, address: str, port: int) -> AsyncIterator[None]:
    """Echo datagrams and TCP streams at an address while the block runs."""
    loop = asyncio.get_running_loop()
    kinds = (socket.SOCK_DGRAM, socket.SOCK_STREAM)
    datagrams, listener = (namespace.socket(_family(address), kind) for kind in kinds)
    for made in (datagrams, listener):
        made.bind((address, port))
    transport, _ = await loop.create_datagram_endpoint(_Echo, sock=datagrams)
    streams: set[asyncio.StreamWriter] = set()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        streams.add(writer)
        with suppress(OSError):
            while data := await reader.read(2048):
                writer.write(data)

    server = await asyncio.start_server(accept, sock=listener)
    try:
        yield
    finally:
        transport.close()
        server.close()
        for writer in streams:
            writer.transport.abort()
        await server.wait_closed()


class Stream:
    """An established TCP connection to an echo server."""

    def __init__(self, made: socket.socket) -> None:
        self._socket = made

    @classmethod
    async def open(
        cls, namespace: Namespace, address: str, port: int, seconds: float = PATIENCE
    ) -> "Stream":
        """Return a connection.

        Raises:
            TimeoutError: nobody answers.
        """
        made = namespace.socket(_family(address), socket.SOCK_STREAM)
        connecting = asyncio.get_running_loop().sock_connect(made, (address, port))
        try:
            await asyncio.wait_for(connecting, seconds)
        except TimeoutError:
            made.close()
            raise
        return cls(made)

    async def works(self) -> bool:
        """Return whether what is sent comes back, sooner or later."""
        return await self._comes_back(PATIENCE)

    async def is_cut(self) -> bool:
        """Return whether what is sent does not come back."""
        return not await self._comes_back(LOST)

    async def _comes_back(self, seconds: float) -> bool:
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(self._socket, b"hello")
        try:
            return bool(await asyncio.wait_for(loop.sock_recv(self._socket, 2048), seconds))
        except TimeoutError:
            return False

    def close(self) -> None:
        self._socket.close()


async def is_unanswered(namespace: Namespace, address: str, port: int) -> bool:
    """Return whether nobody answers who opens a connection."""
    try:
        (await Stream.open(namespace, address, port, LOST)).close()
    except TimeoutError:
        return True
    return False


class _Echo(asyncio.DatagramProtocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._transport.sendto(data, addr)


def _family(address: str) -> int:
    return socket.AF_INET6 if ":" in address else socket.AF_INET
