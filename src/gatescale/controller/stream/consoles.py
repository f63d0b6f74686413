"""Consoles that are open: what changed is read once for each tenant, and told to all of them.

News of a tenant is collected for a moment and told together, so that nothing floods anybody; what
a console has not taken yet is merged with what comes after, so that a slow one holds little.

Revisions come by the announcements of every commit. Who comes and goes is no commit: replicas
announce it of tenants at which somebody looks, which replicas with consoles say again and again.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass, field

import msgspec
import sqlalchemy as sa
import structlog

from gatescale.contract.live import LiveEvent
from gatescale.controller.caller import system
from gatescale.controller.clock import stamp
from gatescale.controller.store import tables
from gatescale.controller.store.session import Store
from gatescale.controller.store.statements import NOW, TENANT
from gatescale.controller.stream.feed import event
from gatescale.policy.vocabulary import Change, Put, Remove

HEARTBEAT_SECONDS = 15
PAUSE_SECONDS = 0.2
"""Between two events of one console, and between two tellings of all of them."""
WATCH_SECONDS = 20
WATCHED_SECONDS = 50.0
"""How long another replica's consoles are believed in after they were last heard of."""

EVERYTHING = "*"
_MOST_REVISIONS = 1000
_MOST_IDS = 150
"""Ids that are told together; more are everybody. PostgreSQL announces less than 8,000 bytes."""

_KINDS = {"rule": "admission rule", "settings": "tenant"}
"""What the audit log calls the engine's entities where the names differ."""

d = tables.devices
_REVISION = sa.select(tables.tenants.c.revision).where(tables.tenants.c.id == TENANT)
_after, _upto = sa.bindparam("after", type_=sa.Integer), sa.bindparam("upto", type_=sa.Integer)
_FACTS = sa.select(tables.changes.c.facts).where(
    tables.changes.c.revision > _after, tables.changes.c.revision <= _upto
)
_TARGETS = (
    sa.select(tables.audit_events.c.target_kind)
    .where(tables.audit_events.c.revision > _after, tables.audit_events.c.revision <= _upto)
    .distinct()
)
_LAPSED = (
    sa.select(d.c.id)
    .where(
        d.c.active,
        d.c.online_until > sa.bindparam("since", type_=sa.String),
        d.c.online_until <= NOW,
    )
    .limit(_MOST_IDS + 1)
)
_decode_facts = msgspec.json.Decoder(tuple[Change, ...]).decode

log = structlog.get_logger()


class Moved(msgspec.Struct):
    """Agents that came or went, and devices that were denied something, by id."""

    devices: set[str] = msgspec.field(default_factory=set)
    gateways: set[str] = msgspec.field(default_factory=set)
    denied: set[str] = msgspec.field(default_factory=set)

    def add(self, more: "Moved") -> None:
        """Merge what moved besides; too many are everybody."""
        self.devices = _bounded(self.devices | more.devices)
        self.gateways = _bounded(self.gateways | more.gateways)
        self.denied = _bounded(self.denied | more.denied)

    def __bool__(self) -> bool:
        return bool(self.devices or self.gateways or self.denied)


_decode_moved = msgspec.json.Decoder(Moved).decode


class Console:
    """One open stream, and what it has not been told yet."""

    def __init__(self) -> None:
        self.revision = 0
        self.kinds: set[str] = set()
        self.moved = Moved()
        self.news = asyncio.Event()

    def change(self, revision: int, kinds: Iterable[str]) -> None:
        """Tell of revisions."""
        self.revision = revision
        self.kinds |= set(kinds)
        self.news.set()

    def move(self, moved: Moved) -> None:
        """Tell of agents that came or went."""
        self.moved.add(moved)
        self.news.set()

    def take(self) -> bytes:
        """Return the events that are to be sent."""
        self.news.clear()
        sent = b""
        if self.kinds:
            kinds = [EVERYTHING] if EVERYTHING in self.kinds else sorted(self.kinds)
            sent = _event("change", LiveEvent(revision=self.revision, kinds=kinds), self.revision)
            self.kinds = set()
        if self.moved.devices or self.moved.gateways:
            devices, gateways = sorted(self.moved.devices), sorted(self.moved.gateways)
            sent += _event("presence", LiveEvent(devices=devices, gateways=gateways))
        if self.moved.denied:
            sent += _event("denial", LiveEvent(devices=sorted(self.moved.denied)))
        self.moved = Moved()
        return sent


@dataclass(slots=True)
class _Room:
    """The consoles of one tenant.

    Attributes:
        revision: up to which they were told.
        looked: until when it is known who fell silent.
        stale: there may be a later revision.
        moved: who came or went, and was not told yet.
    """

    revision: int
    looked: str
    stale: bool = False
    moved: Moved = field(default_factory=Moved)
    consoles: set[Console] = field(default_factory=set)


class Consoles:
    """All consoles that are open at this replica."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._rooms: dict[str, _Room] = {}
        self._news = asyncio.Event()
        self._closing = False
        self._unsaid: set[str] = set()
        self._to_announce: dict[str, Moved] = {}
        # Until the others had the time to say at whom they look, it may be anybody.
        self._anybody_until = time.monotonic() + WATCHED_SECONDS
        self._watched_until: dict[str, float] = {}

    async def follow(self, tenant_id: str, held: int | None) -> AsyncGenerator[bytes]:
        """Yield what a console is told, from a revision on that it knows already."""
        console = Console()
        room = await self._entered(tenant_id, console)
        try:
            yield _event("hello", LiveEvent(revision=room.revision), room.revision)
            if held is not None and held != room.revision:
                kinds = await self._kinds(tenant_id, held, room.revision)
                console.change(room.revision, kinds)
            while not self._closing:
                try:
                    async with asyncio.timeout(HEARTBEAT_SECONDS):
                        await console.news.wait()
                except TimeoutError:
                    yield b": still here\n\n"
                    continue
                if told := console.take():
                    yield told
                    await asyncio.sleep(PAUSE_SECONDS)
        finally:
            room.consoles.discard(console)
            if not room.consoles and self._rooms.get(tenant_id) is room:
                del self._rooms[tenant_id]

    async def _entered(self, tenant_id: str, console: Console) -> _Room:
        if tenant_id not in self._rooms:
            async with self._store.reading(system(tenant_id)) as session:
                row = await session.find(_REVISION, "tenant")
            if tenant_id not in self._rooms:
                # What is committed from here on is heard; what was meanwhile is looked for.
                room = _Room(row["revision"], stamp(self._store.clock()), stale=True)
                self._rooms[tenant_id] = room
                self._unsaid.add(tenant_id)
                self._news.set()
        room = self._rooms[tenant_id]
        room.consoles.add(console)
        return room

    def committed(self, tenant_id: str) -> None:
        """Take in that a tenant has a new revision."""
        if room := self._rooms.get(tenant_id):
            room.stale = True
            self._news.set()

    def lost(self) -> None:
        """Take in that any tenant may have a new revision."""
        for tenant_id in self._rooms:
            self.committed(tenant_id)

    def watched(self, tenant_id: str) -> None:
        """Take in that another replica has consoles of a tenant."""
        self._watched_until[tenant_id] = time.monotonic() + WATCHED_SECONDS

    def came_or_went(self, tenant_id: str, kind: str, agent_id: str) -> None:
        """Take in that an agent of this replica came or went, or that a gateway fared otherwise."""
        known = {agent_id}
        self._tell_all(
            tenant_id, Moved(devices=known) if kind == "device" else Moved(gateways=known)
        )

    def denied(self, tenant_id: str, device_ids: set[str]) -> None:
        """Take in that something was denied to devices."""
        if device_ids:
            self._tell_all(tenant_id, Moved(denied=device_ids))

    def _tell_all(self, tenant_id: str, moved: Moved) -> None:
        until = self._watched_until.get(tenant_id, self._anybody_until)
        if until > time.monotonic():
            self._to_announce.setdefault(tenant_id, Moved()).add(moved)
            self._news.set()
        self._move(tenant_id, moved)

    def heard(self, tenant_id: str, message: str) -> None:
        """Take in who came or went at another replica."""
        try:
            self._move(tenant_id, _decode_moved(message))
        except msgspec.MsgspecError as error:
            log.warning("another replica is not understood", kind="presence", why=str(error))

    def _move(self, tenant_id: str, moved: Moved) -> None:
        if room := self._rooms.get(tenant_id):
            room.moved.add(moved)
            self._news.set()

    async def tell(self) -> None:
        """Wait for news, and tell them."""
        await self._news.wait()
        self._news.clear()
        try:
            while self._unsaid:
                tenant_id = next(iter(self._unsaid))
                await self._store.announce(f"watch {tenant_id}")
                self._unsaid.discard(tenant_id)
            while self._to_announce:
                tenant_id, moved = self._to_announce.popitem()
                text = msgspec.json.encode(moved).decode()
                await self._store.announce(f"presence {tenant_id} {text}")
            for tenant_id, room in list(self._rooms.items()):
                await self._tell(tenant_id, room)
        except BaseException:
            self._news.set()
            raise

    async def _tell(self, tenant_id: str, room: _Room) -> None:
        if room.moved:
            for console in room.consoles:
                console.move(room.moved)
            room.moved = Moved()
        if not room.stale:
            return
        # A commit meanwhile sets it anew.
        room.stale = False
        try:
            async with self._store.reading(system(tenant_id)) as session:
                row = await session.first(_REVISION)
            if row is None or row["revision"] <= room.revision:
                return
            kinds = await self._kinds(tenant_id, room.revision, row["revision"])
        except BaseException:
            room.stale = True
            raise
        room.revision = row["revision"]
        for console in room.consoles:
            console.change(room.revision, kinds)

    async def _kinds(self, tenant_id: str, after: int, upto: int) -> set[str]:
        """Return the kinds of what some revisions changed."""
        if not 0 <= upto - after <= _MOST_REVISIONS:
            return {EVERYTHING}
        async with self._store.reading(system(tenant_id)) as session:
            facts, targets = await session.each(_FACTS, _TARGETS, after=after, upto=upto)
        if len(facts) < upto - after:
            # Older ones are not kept.
            return {EVERYTHING}
        kinds = {_kind(change) for row in facts for change in _decode_facts(row["facts"])}
        # A revision says that something changed, even if it does not say what.
        return kinds | {row["target_kind"] for row in targets} or {EVERYTHING}

    async def look_for_lapsed(self) -> None:
        """Find the devices that fell silent, of which no row says so."""
        for tenant_id, room in list(self._rooms.items()):
            async with self._store.reading(system(tenant_id)) as session:
                rows = await session.all(_LAPSED, since=room.looked)
            room.looked = session.stamp
            if rows:
                self._move(tenant_id, Moved(devices={row["id"] for row in rows}))

    async def watch(self) -> None:
        """Tell the other replicas which tenants' consoles are open here."""
        for tenant_id in list(self._rooms):
            await self._store.announce(f"watch {tenant_id}")
        now = time.monotonic()
        self._watched_until = {t: until for t, until in self._watched_until.items() if until > now}

    def close(self) -> None:
        """End every stream."""
        self._closing = True
        for room in self._rooms.values():
            for console in room.consoles:
                console.news.set()


def _kind(change: Change) -> str:
    if isinstance(change, Put):
        name = type(change.entity).__name__.lower()
    elif isinstance(change, Remove):
        name = change.kind.value
    else:
        name = "time"
    return _KINDS.get(name, name)


def _bounded(ids: set[str]) -> set[str]:
    return {EVERYTHING} if EVERYTHING in ids or len(ids) > _MOST_IDS else ids


def _event(kind: str, said: LiveEvent, revision: int | None = None) -> bytes:
    return event(kind, msgspec.json.encode(said), revision)
