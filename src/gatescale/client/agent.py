"""``connect``: follow the channel and bring the interface to what it says."""

import asyncio
from contextlib import aclosing, suppress
from functools import partial
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

import msgspec
import structlog

from gatescale import __version__
from gatescale.channel.channel import Channel, Connected, Disconnected, Dismissed, Event, Received
from gatescale.channel.controller import Controller
from gatescale.client.bypass import Bypass
from gatescale.client.folder import Device, Folder, Running
from gatescale.client.network import changes, resolve
from gatescale.client.posture.reports import Reports
from gatescale.client.state import Desired, RefusedError, State
from gatescale.errors import ConflictError, GatescaleError
from gatescale.wire.messages import Bye, DeviceStatus
from gatescale.wireguard import keys
from gatescale.wireguard.commands import WireGuardError, run
from gatescale.wireguard.interface import Interface, Peer

log = structlog.get_logger()

LOOK: Final = 30.0
"""Seconds after which the interface is looked after even if the kernel reported no change:
names of endpoints may lead elsewhere by then."""
SETTLING: Final = 0.2
"""Seconds."""


class Agent:
    """One device's tunnels, from ``run`` to its end.

    Args:
        folder: where the device's keys lie and where it is said what runs.
        device: the enrolment.
        controller: its controller.
        interface: name of the WireGuard interface.
    """

    def __init__(
        self, folder: Folder, device: Device, *, controller: Controller, interface: str
    ) -> None:
        self._folder = folder
        self._device = device
        self._controller = controller
        self._private_key = folder.private_key()
        self._channel = Channel(
            controller,
            agent_id=device.enrolled.agent_id,
            identity=folder.identity(),
            controller_key=device.enrolled.controller_key,
        )
        self._posture = Reports(
            folder, device.enrolled.agent_id, partial(self._channel.send, "posture")
        )
        self._interface = Interface(interface)
        self._bypass = Bypass(interface)
        self._state = State(device.enrolled.agent_id)
        self._running = Running(interface)
        self._applying = asyncio.Lock()
        self._greeting: asyncio.Task[None] | None = None
        self._failed = False
        self._addresses: tuple[str, ...] = ()
        self._networks: tuple[str, ...] = ()
        self._known: dict[str, tuple[IPv4Address | IPv6Address, ...]] = {}
        """Addresses of hosts as last resolved, for when they cannot be."""

    async def run(self, stop: asyncio.Event) -> Bye | None:
        """Keep the tunnels until ``stop`` is set, and leave nothing of them behind.

        Returns:
            What the controller said if it removed the device.

        Raises:
            GatescaleError: the interface cannot be made here.
        """
        await tidy(self._folder, keep=self._interface.name)
        await _refuse_foreign(self._interface, self._private_key)
        self._report()
        try:
            await self._up(self._device.enrolled.addresses)
            follow = asyncio.create_task(self._follow())
            others = [asyncio.create_task(self._tend()), asyncio.create_task(stop.wait())]
            # Not among the others: whatever becomes of it, the tunnels stay.
            posture = asyncio.create_task(self._posture.run())
            try:
                done, _ = await asyncio.wait([follow, *others], return_when=asyncio.FIRST_COMPLETED)
            finally:
                await _cancel(follow, posture, *others)
            for task in done:
                task.result()
            return follow.result() if follow in done else None
        finally:
            await self._leave()

    async def _follow(self) -> Bye | None:
        """Do what the controller says until it removes the device."""
        events = self._channel.events(lambda: self._state.revision)
        async with aclosing(events):
            async for event in events:
                if isinstance(event, Dismissed) and event.bye.reason == "deleted":
                    return event.bye
                await self._hear(event)
        return None

    async def _hear(self, event: Event) -> None:
        match event:
            case Connected():
                log.info("connected to the controller", controller=self._controller.url)
                self._report(controller_connected=True, last_error="")
                # Aside, so that what the device must do never waits for it.
                self._greeting = asyncio.create_task(self._greet())
                self._posture.connected()
            case Disconnected(reason):
                log.warning("the controller is away, the tunnels stay as they are", reason=reason)
                self._posture.disconnected()
                self._report(controller_connected=False, last_error=reason)
            case Dismissed(bye):
                log.warning("this device is deactivated, its tunnels are gone", reason=bye.detail)
                self._posture.disconnected()
                self._state.suspend()
                await self._apply()
                self._report(
                    controller_connected=False, revision=None, routes=(), last_error=bye.detail
                )
            case Received(message=message):
                await self._take(message)

    async def _take(self, message: msgspec.Struct) -> None:
        try:
            self._state.take(message)
        except RefusedError as error:
            log.warning("the controller's word is not followed", reason=error.detail)
            return
        await self._apply()

    async def _greet(self) -> None:
        enrolled = self._device.enrolled
        try:
            await self._channel.send("status", DeviceStatus(__version__, enrolled.name))
        except GatescaleError as error:
            log.warning("the controller did not take this device's status", reason=error.detail)

    async def _tend(self) -> None:
        """Put right what others change: routes move, names lead elsewhere, interfaces vanish."""
        with changes() as changed:
            while True:
                with suppress(TimeoutError):
                    await asyncio.wait_for(changed.wait(), LOOK)
                    # One event on the network is many changes.
                    await asyncio.sleep(SETTLING)
                changed.clear()
                if self._failed or not await self._interface.exists():
                    await self._apply()
                elif self._state.desired:
                    await self._apply(routes_only=True)

    async def _apply(self, *, routes_only: bool = False) -> None:
        """Bring the interface to the desired state; a failure is told, and tried again later."""
        async with self._applying:
            desired = self._state.desired
            try:
                if not routes_only:
                    await self._up(desired.addresses if desired else self._addresses)
                if desired:
                    await self._bring_to(desired)
            except WireGuardError as error:
                if not self._failed:
                    log.error("the tunnels are not as they should be", reason=error.detail)  # noqa: TRY400 - told in words
                self._failed = True
                self._report(last_error=error.detail)
                return
            self._failed = False
            if not routes_only and desired:
                self._tell()

    def _tell(self) -> None:
        state = self._state
        self._report(revision=state.revision, routes=state.routes, last_error="")
        if state.revision is not None:
            gateways = ", ".join(route.name for route in state.routes) or "none"
            log.info(
                "the tunnels are as they should be",
                revision=state.revision,
                gateways=gateways,
                networks=len(self._networks),
            )

    async def _up(self, addresses: tuple[str, ...]) -> None:
        wanted = addresses or self._device.enrolled.addresses
        if wanted != self._addresses or not await self._interface.exists():
            await self._interface.up(self._private_key, wanted)
            self._addresses = wanted

    async def _bring_to(self, desired: Desired) -> None:
        """Set peers and routes; what carries the tunnel is outside at every moment."""
        peers = [await self._located(peer) for peer in desired.peers]
        carriers = [
            *(ip_address(_host(peer.endpoint)) for peer in peers if peer.endpoint),
            *await self._resolved(self._controller.next_host()),
        ]
        both = (*self._networks, *desired.networks)
        outside = {str(ip_network(address)) for address in await self._bypass.set(both, carriers)}
        await self._interface.set_peers(peers)
        # A carrier that is itself a destination can only be reached outside.
        networks = tuple(network for network in desired.networks if network not in outside)
        await self._interface.set_routes(networks)
        await self._bypass.set(desired.networks, carriers)
        self._networks = desired.networks

    async def _located(self, peer: Peer) -> Peer:
        """Return ``peer`` with an address for its endpoint's name, if there is one now."""
        host, _, port = peer.endpoint.rpartition(":")
        addresses = await self._resolved(host.strip("[]")) if host else ()
        if not addresses:
            return msgspec.structs.replace(peer, endpoint="", keepalive=0)
        first = addresses[0]
        literal = f"[{first}]" if isinstance(first, IPv6Address) else str(first)
        return msgspec.structs.replace(peer, endpoint=f"{literal}:{port}")

    async def _resolved(self, host: str) -> tuple[IPv4Address | IPv6Address, ...]:
        if addresses := await resolve(host):
            self._known[host] = addresses
        return self._known.get(host, ())

    async def _leave(self) -> None:
        if self._greeting:
            await _cancel(self._greeting)
        await self._controller.close()
        await self._interface.down()
        await self._bypass.clear()
        self._folder.forget_running()
        log.info("the tunnels are gone", interface=self._interface.name)

    def _report(self, **changed: object) -> None:
        running = msgspec.structs.replace(self._running, **changed)
        if running == self._running and changed:
            return
        self._running = running
        try:
            self._folder.report(running)
        except OSError as error:
            # A full disk is no reason to lose the tunnels.
            log.warning("what runs cannot be noted for `gatescale status`", reason=str(error))


async def tidy(folder: Folder, *, keep: str = "") -> bool:
    """Remove what a ``connect`` left behind that was killed; return whether there was anything.

    To be called with the lock held. An interface of that name that has another key is not ours.

    Args:
        folder: where it is said what ran.
        keep: name of an interface that is to be taken over as it is.
    """
    left = folder.running()
    if left is None or left.interface == keep:
        return False
    interface = Interface(left.interface)
    if await _is_ours(interface, folder.private_key()):
        await interface.down()
    await Bypass(left.interface).clear()
    folder.forget_running()
    return True


async def _refuse_foreign(interface: Interface, private_key: str) -> None:
    if await interface.exists() and not await _is_ours(interface, private_key):
        raise ConflictError(
            f"there is an interface {interface.name} that is not this device's: "
            "choose another name with --interface"
        )


async def _is_ours(interface: Interface, private_key: str) -> bool:
    try:
        shown = await run("wg", "show", interface.name, "public-key")
    except WireGuardError:
        return False
    return shown.strip() in {keys.public_key(private_key), "(none)"}


async def _cancel(*tasks: asyncio.Task[object]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


def _host(endpoint: str) -> str:
    return endpoint.rpartition(":")[0].strip("[]")
