"""The gateway's shell: follows the controller, keeps what it says, enforces it, and tells.

    event ──► state (pure) ──► journal (on disk) ──► enforcement (kernel) ──► ack

One thing at a time, in the order in which the controller said it.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Final, Protocol

import msgspec
import structlog

from gatescale import __version__
from gatescale.channel.channel import Connected, Disconnected, Dismissed, Event, Received
from gatescale.channel.controller import DismissedError
from gatescale.errors import GatescaleError
from gatescale.gateway import probes
from gatescale.gateway.denials import Tally
from gatescale.gateway.enforcement import Enforcement
from gatescale.gateway.journal import Journal
from gatescale.gateway.report import Report
from gatescale.gateway.state import GapError, State
from gatescale.wire.messages import (
    Ack,
    Bye,
    Denials,
    GatewayStatus,
    GatewayUpdate,
    Lease,
    Probe,
    Signed,
)

log = structlog.get_logger()

WATCH: Final = 1.0
"""Seconds between two looks at the lease, and at table and interface, which others may remove."""
PATIENCE: Final = 30.0
"""Seconds between two attempts to enforce what was refused."""
REPORT: Final = 30.0
"""Seconds between two reports to the controller when nothing happens."""
LOOK: Final = 5.0
"""Seconds between two looks at the handshakes."""
DENIALS: Final = 2.0
"""Seconds between two looks at what was denied."""
PROBES: Final = 2
"""Tests that may run at the same time, beside everything else; more are ignored."""


class Conversation(Protocol):
    """What the agent needs of ``gatescale.channel.channel.Channel``."""

    def events(self, held: Callable[[], int | None]) -> AsyncGenerator[Event, None]:
        """Yield what the controller says."""
        ...

    async def send(self, path: str, message: msgspec.Struct) -> None:
        """Tell the controller."""
        ...


class Agent:
    """One gateway at work.

    Args:
        gateway_id: who it is.
        channel: to its controller.
        journal: what it holds on disk.
        enforcement: what it holds in the kernel.
        clock: returns seconds since 1970-01-01 UTC.
    """

    def __init__(
        self,
        gateway_id: str,
        *,
        channel: Conversation,
        journal: Journal,
        enforcement: Enforcement,
        clock: Callable[[], float],
    ) -> None:
        self._state = State(gateway_id)
        self._channel = channel
        self._journal = journal
        self._enforcement = enforcement
        self._clock = clock
        self._turn = asyncio.Lock()
        self._acks: asyncio.Queue[Ack] = asyncio.Queue()
        self._tally = Tally()
        self._probing: set[asyncio.Task[None]] = set()
        self._connected = asyncio.Event()
        self._whole_wanted = False
        self._retry_at = 0.0
        self._told: dict[str, int] = {}
        self._handshakes: dict[str, int] = {}
        self._revision: int | None = None
        self._peers = 0
        """What is in force."""
        self._error = ""
        """Why the desired state is not in force; empty: it is."""
        self.changed = asyncio.Event()
        """Set whenever ``report`` may say something else; for who waits to clear."""

    async def restore(self) -> None:
        """Enforce what the journal holds; needs no controller. If it holds nothing, nothing passes.

        Raises:
            GatescaleError: what an earlier process left could not be shut.
        """
        self._state = self._journal.restore(self._state.gateway_id)
        log.info("restored", revision=self._state.revision, peers=len(self._state.program.peers))
        if self._state.surroundings is None:
            await self._enforcement.shut()
        async with self._turn:
            await self._uphold()
        self.changed.set()

    async def run(self) -> None:
        """Follow the controller until cancelled; what is in force then stays in force.

        Raises:
            DismissedError: the gateway was deleted; nothing passes any more.
        """
        works = (self._watch, self._acknowledge, self._tell, self._tell_denials)
        helpers = [asyncio.create_task(work()) for work in works]
        follower = asyncio.create_task(self._follow())
        try:
            done, _ = await asyncio.wait([follower, *helpers], return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            tasks = (follower, *helpers, *self._probing)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def report(self, frame: Report) -> Report:
        """Return ``frame`` with how the gateway is."""
        return msgspec.structs.replace(
            frame,
            connected=self._connected.is_set(),
            revision=self._revision,
            lease_until=self._state.until,
            lapsed=self._state.lapsed(self._clock()),
            peers=self._peers,
            handshakes=self._handshakes,
            error=self._error,
        )

    async def _follow(self) -> None:
        while True:
            async with aclosing(self._channel.events(self._resume_from)) as events:
                async for event in events:
                    async with self._turn:
                        asked = self._whole_wanted
                        await self._take(event)
                    self.changed.set()
                    if self._whole_wanted and not asked:
                        break

    def _resume_from(self) -> int | None:
        return None if self._whole_wanted else self._state.revision

    async def _take(self, event: Event) -> None:
        match event:
            case Connected():
                log.info("connected to the controller")
                self._connected.set()
                self._acknowledge_held()
            case Disconnected(reason):
                log.warning("the controller is away; what is in force stays", why=reason)
                self._connected.clear()
            case Dismissed(bye):
                self._connected.clear()
                await self._leave(bye)
            case Received(signed, GatewayUpdate() | Lease() as message):
                await self._heed(signed, message)
            case Received(_, Probe() as probe):
                self._begin(probe)
            case Received():
                log.warning("a message is ignored", why="it is not for gateways")

    async def _heed(self, signed: Signed, message: GatewayUpdate | Lease) -> None:
        try:
            if isinstance(message, Lease):
                self._state = self._state.leased(message)
                await asyncio.to_thread(self._journal.keep_lease, signed)
                await self._uphold()
            else:
                await self._update(signed, message)
        except GapError as error:
            log.warning("asking for the whole program", why=error.detail)
            self._whole_wanted = True
        except GatescaleError as error:
            log.warning("a message is refused", why=error.detail)

    async def _update(self, signed: Signed, update: GatewayUpdate) -> None:
        state = self._state.updated(update)
        try:
            await asyncio.to_thread(self._journal.keep_update, signed, update)
        except GatescaleError as error:
            self._acks.put_nowait(Ack(update.revision, error.detail))
            self._whole_wanted = True
            raise
        self._state = state
        if update.base is None:
            self._whole_wanted = False
        elif self._journal.long:
            self._whole_wanted = True
        if not await self._enforce() and update.base is not None:
            self._whole_wanted = True

    async def _uphold(self) -> None:
        """Enforce if something else is in force, unless that was refused a moment ago."""
        desired = self._state.desired(self._clock())
        if desired is None or await self._enforcement.upholds(desired):
            return
        if asyncio.get_running_loop().time() >= self._retry_at:
            await self._enforce()

    async def _enforce(self) -> bool:
        """Bring the kernel to the desired state and acknowledge it; return whether it went well.

        What fails as a difference is tried once more as a whole, which heals what others did to
        our table or interface.
        """
        desired = self._state.desired(self._clock())
        revision = self._state.revision
        if desired is None:
            return True
        try:
            try:
                await self._enforcement.enforce(desired)
            except GatescaleError as error:
                log.warning("setting everything anew", revision=revision, why=error.detail)
                await self._enforcement.enforce(desired)
        except GatescaleError as error:
            log.warning("not enforced, what was stays", revision=revision, why=error.detail)
            self._retry_at = asyncio.get_running_loop().time() + PATIENCE
            self._error = error.detail
            if revision is not None:
                self._acks.put_nowait(Ack(revision, error.detail))
            return False
        lapsed = self._state.lapsed(self._clock())
        log.info(
            "every grant has lapsed" if lapsed else "enforced",
            revision=revision,
            peers=len(desired.program.peers),
        )
        self._revision, self._peers, self._error = revision, len(desired.program.peers), ""
        self.changed.set()
        self._acknowledge_held()
        return True

    async def _leave(self, bye: Bye) -> None:
        """Let nothing pass any more, and forget what was said.

        Raises:
            DismissedError: there is no way back.
        """
        log.warning("dismissed by the controller", reason=bye.reason, why=bye.detail)
        await asyncio.to_thread(self._journal.erase)
        self._state = self._state.dismissed()
        await self._enforce()
        if bye.reason == "deleted":
            raise DismissedError(bye)

    def _begin(self, probe: Probe) -> None:
        """Answer a probe in a task of its own, so that what is to be enforced need not wait."""
        if probe.gateway_id != self._state.gateway_id or len(self._probing) >= PROBES:
            log.warning("a test is not made", gateway=probe.gateway_id, others=len(self._probing))
            return
        task = asyncio.create_task(self._answer(probe))
        self._probing.add(task)
        task.add_done_callback(self._probing.discard)

    async def _answer(self, probe: Probe) -> None:
        lapsed = self._state.lapsed(self._clock())
        await self._send(
            "probes",
            await probes.answer(
                probe, self._enforcement, self._clock, lapsed=lapsed, error=self._error
            ),
        )

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(WATCH)
            async with self._turn:
                await self._uphold()

    def _acknowledge_held(self) -> None:
        """Tell which revision is in force; after the lease none is."""
        lapsed = self._state.lapsed(self._clock())
        if self._revision is not None and not self._error and not lapsed:
            self._acks.put_nowait(Ack(self._revision))

    async def _acknowledge(self) -> None:
        while True:
            ack = await self._acks.get()
            while not ack.error and not self._acks.empty():
                ack = self._acks.get_nowait()  # the newest revision includes those before
            await self._connected.wait()
            if not await self._send("acks", ack) and self._acks.empty():
                await asyncio.sleep(WATCH)
                self._acks.put_nowait(ack)

    async def _tell(self) -> None:
        """Report handshakes soon after they happen, and that we live every ``REPORT`` seconds."""
        clock = asyncio.get_running_loop().time
        due = clock()
        while True:
            await self._connected.wait()
            await self._read_handshakes()
            fresh = {
                device: time
                for device, time in self._handshakes.items()
                if self._told.get(device) != time
            }
            if fresh or clock() >= due:
                if await self._send("status", GatewayStatus(__version__, fresh)):
                    self._told |= fresh
                due = clock() + REPORT
            await asyncio.sleep(LOOK)

    async def _tell_denials(self) -> None:
        """Count what is denied, also while the controller is away, and report it."""
        while True:
            await asyncio.sleep(DENIALS)
            await self._count_denials()
            denied = self._tally.take() if self._connected.is_set() else ()
            if denied and not await self._send("denials", Denials(denied)):
                self._tally.put_back(denied)

    async def _count_denials(self) -> None:
        peers = self._state.program.peers
        try:
            counted = await self._enforcement.denied()
        except GatescaleError as error:
            log.warning("what was denied cannot be read", why=error.detail)
            return
        devices = {
            address: device
            for device, peer in (peers if counted else {}).items()
            for address in peer.addresses
        }
        self._tally.add(counted, devices, self._clock())

    async def _read_handshakes(self) -> None:
        devices = {peer.public_key: device for device, peer in self._state.program.peers.items()}
        try:
            times = await self._enforcement.handshakes()
        except GatescaleError as error:
            log.warning("the handshakes cannot be read", why=error.detail)
            return
        self._handshakes = {devices[key]: time for key, time in times.items() if key in devices}
        self._told = {device: self._told[device] for device in self._handshakes.keys() & self._told}
        self.changed.set()

    async def _send(self, path: str, message: msgspec.Struct) -> bool:
        try:
            await self._channel.send(path, message)
        except GatescaleError as error:
            log.warning("the controller did not take a message", path=path, why=error.detail)
            return False
        return True
