"""What one tenant's agents must hear: its policy model, and one line per connected agent.

Every update of a gateway leads from the revision of the one before to its own, so a gateway that
says which revision it holds gets what it missed, or the whole.
"""

import asyncio
import contextlib
from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

from gatescale.controller.vault import Vault
from gatescale.policy.model import Model
from gatescale.policy.program import Delta
from gatescale.policy.vocabulary import (
    Change,
    Device,
    Gateway,
    Kind,
    Put,
    Remove,
    User,
)
from gatescale.wire.messages import Bye, DeviceUpdate, GatewayUpdate, Lease, Probe, Signed

HISTORY = 256
"""Updates kept per gateway for those that reconnect."""

LEASE_RENEWAL_SECONDS = 60
"""A lease is renewed at least this often, and three times before it ends."""

GATEWAY_PATIENCE_SECONDS = 1.0
"""How long devices are not told of new routes while a gateway has not acknowledged them."""

_REMEMBERED_REVISIONS = 4096
_CLOCKS_DIFFER = timedelta(seconds=60)

_encode = msgspec.json.Encoder().encode


def event(kind: str, data: bytes, revision: int | None = None) -> bytes:
    """Return one Server-Sent Event."""
    head = f"event: {kind}\n" if revision is None else f"event: {kind}\nid: {revision}\n"
    return head.encode() + b"data: " + data + b"\n\n"


class Line:
    """One open stream: what is put into it is sent, in order; None ends it."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[bytes | None] = asyncio.Queue()

    def send(self, data: bytes) -> None:
        """Send an event."""
        self.queue.put_nowait(data)

    def end(self) -> None:
        """Close the stream after what was sent."""
        self.queue.put_nowait(None)


@dataclass(slots=True)
class Enforcement:
    """What a gateway has been told, and what it enforces.

    Attributes:
        revision: of the last update made for it.
        enforced: the latest that it acknowledged.
        history: its latest updates: base, revision, event.
        pending: when each unacknowledged revision was committed, seconds of the loop's clock.
    """

    revision: int
    enforced: int = 0
    history: deque[tuple[int, int, bytes]] = field(default_factory=lambda: deque(maxlen=HISTORY))
    pending: dict[int, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tenancy:
    """What a feed knows of its tenant besides policy.

    Attributes:
        networks: tunnel networks, in CIDR form.
        lease_seconds: how long a gateway may go without hearing from the controller.
    """

    id: str
    networks: tuple[str, str]
    lease_seconds: int


class Feed:
    """One tenant, as its agents see it."""

    def __init__(
        self,
        tenancy: Tenancy,
        revision: int,
        model: Model,
        vault: Vault,
    ) -> None:
        self.tenancy = tenancy
        self.revision = revision
        self.model = model
        self.lock = asyncio.Lock()
        self.gateways: dict[str, Enforcement] = {}
        self.lines: dict[str, Line] = {}
        self.concerned: OrderedDict[int, frozenset[str]] = OrderedDict()
        self._vault = vault
        self._sent: dict[str, DeviceUpdate] = {}
        self._moved = asyncio.Condition()
        self._telling: set[asyncio.Task[None]] = set()
        self._leases_due = 0.0

    def enforcement(self, gateway_id: str) -> Enforcement:
        """Return what is known of a gateway's enforcement."""
        return self.gateways.setdefault(gateway_id, Enforcement(self.revision))

    def apply(
        self, revision: int, changes: Iterable[Change], at: datetime, committed: float
    ) -> None:
        """Take the next revision in, and tell every agent that it concerns.

        Args:
            revision: its number.
            changes: what it changed.
            at: when it was made.
            committed: the same, in seconds of the loop's clock.
        """
        changes = tuple(changes)
        before = dict(self.model.gateways)
        effect = self.model.apply(changes, self._time(at))
        self.revision = revision
        deltas = dict(effect.gateways)
        for gateway_id, former in before.items():
            gateway = self.model.gateways.get(gateway_id)
            if gateway is not None and gateway.port != former.port:
                deltas.setdefault(gateway_id, Delta())
        for gateway_id, delta in deltas.items():
            self._tell_gateway(gateway_id, delta, committed)
        self.concerned[revision] = frozenset(deltas)
        while len(self.concerned) > _REMEMBERED_REVISIONS:
            self.concerned.popitem(last=False)
        self._tell_devices(self.lines.keys() & (effect.devices | self._named(changes)))
        self._dismiss_former(before)

    def _time(self, at: datetime) -> datetime:
        """Return a time that goes on: replicas' clocks differ a little, and are seldom set."""
        is_set = self.model.now - at > _CLOCKS_DIFFER
        return at if is_set else max(at, self.model.now)

    def _dismiss_former(self, before: Mapping[str, Gateway]) -> None:
        """Say goodbye to deleted gateways, and to software in whose place other was enrolled."""
        for gateway_id in self.gateways.keys() - self.model.gateways.keys():
            self._dismiss(gateway_id, Bye("deleted", "This gateway was deleted."))
            del self.gateways[gateway_id]
        for gateway_id, known in self.gateways.items():
            former = before.get(gateway_id)
            key = self.model.gateways[gateway_id].public_key
            if former is not None and former.public_key not in {"", key}:
                detail = "This gateway was enrolled anew, by other software in this one's place."
                self._dismiss(gateway_id, Bye("deleted", detail))
                known.enforced = 0

    def _tell_devices(self, device_ids: set[str]) -> None:
        """Tell devices: farewells at once, routes once the gateways let the devices in.

        A device that comes before its gateway knows it would be ignored, and try again only
        after five seconds (WireGuard whitepaper, section 6.1, Rekey-Timeout).
        """
        unwelcome = {device_id for device_id in device_ids if self._farewell(device_id)}
        for device_id in unwelcome:
            self._tell_device(device_id)
        if device_ids - unwelcome:
            telling = asyncio.create_task(self._tell_routes(self.revision, device_ids - unwelcome))
            self._telling.add(telling)
            telling.add_done_callback(self._telling.discard)

    async def _tell_routes(self, revision: int, device_ids: set[str]) -> None:
        await self.lagging(revision, GATEWAY_PATIENCE_SECONDS)
        for device_id in device_ids & self.lines.keys():
            self._tell_device(device_id)

    def _named(self, changes: Iterable[Change]) -> set[str]:
        """Return the connected devices that changes are about, with or without a grant."""
        named = {
            change.entity.id
            for change in changes
            if isinstance(change, Put) and isinstance(change.entity, User | Device)
        } | {
            change.id
            for change in changes
            if isinstance(change, Remove) and change.kind in {Kind.USER, Kind.DEVICE}
        }
        if not named:
            return named
        return {
            agent_id
            for agent_id in self.lines
            if agent_id in named
            or ((device := self.model.devices.get(agent_id)) and device.user in named)
        }

    def _tell_gateway(self, gateway_id: str, delta: Delta, committed: float) -> None:
        known = self.gateways.get(gateway_id)
        if known is None:
            return
        base, known.revision = known.revision, self.revision
        data = self._gateway_event(gateway_id, base, delta)
        known.history.append((base, self.revision, data))
        line = self.lines.get(gateway_id)
        if line is not None:
            known.pending[self.revision] = committed
            line.send(data)

    def _gateway_event(self, gateway_id: str, base: int | None, delta: Delta) -> bytes:
        revision = self.gateways[gateway_id].revision
        update = GatewayUpdate(
            gateway_id=gateway_id,
            revision=revision,
            base=base,
            delta=delta,
            network=self.tenancy.networks,
            wireguard_port=self.model.gateways[gateway_id].port,
        )
        return event("program", self._signed(update), revision)

    def _signed(self, message: GatewayUpdate | DeviceUpdate | Lease | Probe) -> bytes:
        payload = _encode(message)
        return _encode(Signed(msgspec.Raw(payload), self._vault.sign(payload)))

    def _farewell(self, device_id: str) -> Bye | None:
        """Return why the device may not be connected; None: it may."""
        device = self.model.devices.get(device_id)
        owner = self.model.users.get(device.user) if device else None
        if device is None or owner is None:
            return Bye("deleted", "This device was deleted.")
        if not (device.active and owner.active):
            return Bye("deactivated", "This device or its user is deactivated.")
        return None

    def _tell_device(self, device_id: str) -> None:
        if bye := self._farewell(device_id):
            self._dismiss(device_id, bye)
            return
        addresses = self.model.devices[device_id].addresses
        update = DeviceUpdate(device_id, self.revision, addresses, self.model.routes(device_id))
        before = self._sent.get(device_id)
        if before is None or before.routes != update.routes:
            self._sent[device_id] = update
            self.lines[device_id].send(event("program", self._signed(update), self.revision))

    def _dismiss(self, agent_id: str, bye: Bye) -> None:
        line = self.lines.get(agent_id)
        if line is not None:
            line.send(event("bye", _encode(bye)))
            line.end()

    def disconnect(self, agent_id: str) -> None:
        """End the agent's stream; it may open another."""
        if agent_id in self.lines:
            self.lines[agent_id].end()

    @contextlib.contextmanager
    def device_line(self, device_id: str) -> Iterator[Line]:
        """Connect a device: it hears the whole at once, then every change."""
        with self._line(device_id) as line:
            self._sent.pop(device_id, None)
            self._tell_device(device_id)
            yield line

    @contextlib.contextmanager
    def gateway_line(self, gateway_id: str, held: int | None, now: float) -> Iterator[Line]:
        """Connect a gateway that holds revision ``held``: it hears what it missed.

        Args:
            gateway_id: which.
            held: the revision of its program; None: none.
            now: seconds since 1970-01-01 UTC, for its lease, without which it grants nothing.
        """
        with self._line(gateway_id) as line:
            self.lease(gateway_id, now)
            known = self.enforcement(gateway_id)
            known.pending.clear()
            for data in self._missed(gateway_id, known, held):
                line.send(data)
            yield line

    def _missed(self, gateway_id: str, known: Enforcement, held: int | None) -> list[bytes]:
        if held is not None and held == known.revision:
            return []
        bases = [base for base, _, _ in known.history]
        if held in bases:
            return [data for base, _, data in known.history if base >= (held or 0)]
        whole = self.model.program(gateway_id).whole()
        return [self._gateway_event(gateway_id, None, whole)]

    def lease(self, gateway_id: str, now: float) -> None:
        """Let a connected gateway enforce what it holds for as long as the tenant allows.

        Args:
            gateway_id: which.
            now: seconds since 1970-01-01 UTC.
        """
        line = self.lines.get(gateway_id)
        if line is not None:
            until = int(now) + self.tenancy.lease_seconds
            line.send(event("lease", self._signed(Lease(gateway_id, until))))

    def ask(self, probe: Probe) -> None:
        """Have a gateway test itself, if it is connected here."""
        line = self.lines.get(probe.gateway_id)
        if line is not None and probe.gateway_id in self.gateways:
            line.send(event("probe", self._signed(probe)))

    def renew_leases(self, now: float) -> None:
        """Send every connected gateway a new lease, if it is time.

        Args:
            now: seconds since 1970-01-01 UTC.
        """
        if now < self._leases_due:
            return
        self._leases_due = now + min(LEASE_RENEWAL_SECONDS, self.tenancy.lease_seconds / 3)
        for gateway_id in self.gateways:
            self.lease(gateway_id, now)

    async def acknowledge(self, gateway_id: str, revision: int) -> list[float]:
        """Take an acknowledgement in.

        Returns when the revisions that it settles were committed, on the loop's clock.
        """
        known = self.gateways.get(gateway_id)
        if known is None or not known.enforced < revision <= known.revision:
            return []
        known.enforced = revision
        settled = [r for r in known.pending if r <= revision]
        async with self._moved:
            self._moved.notify_all()
        return [known.pending.pop(r) for r in settled]

    async def lagging(self, revision: int, seconds: float) -> list[str]:
        """Wait until the online gateways that a revision concerns enforce it.

        Returns the ids of those that do not after ``seconds``.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._moved:
                await self._moved.wait_for(lambda: not self._behind(revision))
        return self._behind(revision)

    def _behind(self, revision: int) -> list[str]:
        return sorted(
            gateway_id
            for gateway_id in self.concerned.get(revision, ())
            if self._is_online(gateway_id) and self.enforcement(gateway_id).enforced < revision
        )

    def _is_online(self, gateway_id: str) -> bool:
        gateway = self.model.gateways.get(gateway_id)
        return gateway is not None and (gateway.available or gateway_id in self.lines)

    def enforces(self, gateway_id: str) -> bool:
        """Tell whether the gateway is connected, and enforces all that it was told."""
        known = self.gateways.get(gateway_id)
        return (
            known is not None and self._is_online(gateway_id) and known.enforced >= known.revision
        )

    def behind(self, gateway_id: str) -> int:
        """Return how many updates the gateway has yet to enforce."""
        known = self.gateways[gateway_id]
        missing = sum(revision > known.enforced for _, revision, _ in known.history)
        return missing or int(known.enforced < known.revision)

    @contextlib.contextmanager
    def _line(self, agent_id: str) -> Iterator[Line]:
        self.disconnect(agent_id)
        line = self.lines[agent_id] = Line()
        try:
            yield line
        finally:
            if self.lines.get(agent_id) is line:
                del self.lines[agent_id]
                self._sent.pop(agent_id, None)
