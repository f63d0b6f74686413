"""All tenants that have agents here: hears of every change, and passes it on.

The change log is the truth. What this process commits arrives at once, with its facts; what
other replicas commit arrives as an announcement, and is read from the log; a gap is read, too.
"""

import asyncio
from contextlib import AbstractAsyncContextManager
from datetime import datetime

import msgspec
import sqlalchemy as sa
import structlog

from gatescale.controller import facts
from gatescale.controller.caller import system
from gatescale.controller.clock import moment
from gatescale.controller.history import History
from gatescale.controller.metrics import Metrics
from gatescale.controller.store import tables
from gatescale.controller.store.session import Committed, Store
from gatescale.controller.store.statements import TENANT
from gatescale.controller.stream.consoles import Consoles
from gatescale.controller.stream.feed import Feed, Tenancy
from gatescale.controller.stream.probing import Probing
from gatescale.controller.stream.ticks import Ticks
from gatescale.controller.verdicts import DecisionPoint
from gatescale.policy.model import Model
from gatescale.policy.vocabulary import Change

log = structlog.get_logger()

_TENANT = sa.select(tables.tenants.c.revision, tables.tenants.c.lease_seconds).where(
    tables.tenants.c.id == TENANT
)
_CHANGES = (
    sa.select(tables.changes.c.revision, tables.changes.c.at, tables.changes.c.facts)
    .where(tables.changes.c.revision > sa.bindparam("after"))
    .order_by(tables.changes.c.revision)
)
_ENFORCED = (
    sa.update(tables.gateways)
    .where(tables.gateways.c.id == sa.bindparam("gateway_id"))
    .values(enforced_revision=sa.bindparam("new_revision"))
)
_decode = msgspec.json.Decoder(tuple[Change, ...]).decode


class Hub:
    """The feeds of the tenants that this process serves agents of."""

    def __init__(self, store: Store, metrics: Metrics) -> None:
        self.feeds: dict[str, Feed] = {}
        self.metrics = metrics
        self.consoles = Consoles(store)
        self.probing = Probing(store, self.feeds)
        self.ticks = Ticks(store, self.feeds)
        self.history = History(store, self.feeds)
        self.closing = False
        self.unsaved: dict[str, tuple[str, int]] = {}
        self.acknowledged = asyncio.Event()
        self._store = store
        self._loading: dict[str, asyncio.Lock] = {}

    async def feed(self, tenant_id: str) -> Feed:
        """Return a tenant's feed, loaded from its rows the first time.

        Raises:
            NotFoundError: the tenant is gone.
        """
        if tenant_id in self.feeds:
            return self.feeds[tenant_id]
        async with self._loading.setdefault(tenant_id, asyncio.Lock()):
            if tenant_id not in self.feeds:
                feed = await self._load(tenant_id)
                self.feeds[tenant_id] = feed
                self.ticks.moved()
                # What was committed while the rows were read.
                await self._catch_up(feed)
        return self.feeds[tenant_id]

    async def at(self, tenant_id: str, revision: int) -> Feed:
        """Return a tenant's feed once it is at a revision, the latest that is committed."""
        feed = await self.feed(tenant_id)
        if feed.revision < revision:
            await self._catch_up(feed)
        return feed

    def past(self, tenant_id: str, when: datetime) -> AbstractAsyncContextManager[DecisionPoint]:
        """Find a tenant's policy as it stood at a moment."""
        return self.history.at(tenant_id, when)

    async def _load(self, tenant_id: str) -> Feed:
        async with self._store.snapshot(system(tenant_id)) as session:
            row = await session.find(_TENANT, "tenant")
            networks = await facts.tunnel_networks(session)
            tenancy = Tenancy(tenant_id, networks, row["lease_seconds"])
            entities = await facts.everything(session)
        model = Model(entities, self._store.clock())
        return Feed(tenancy, row["revision"], model, self._store.vault)

    async def committed(self, change: Committed) -> None:
        """Take in what this process committed."""
        self.consoles.committed(change.tenant_id)
        feed = self.feeds.get(change.tenant_id)
        if feed is None:
            return
        async with feed.lock:
            if change.revision == feed.revision + 1:
                self._apply(feed, change.revision, change.facts, change.at)
                return
        if change.revision > feed.revision:
            await self._catch_up(feed)

    async def heard(self, message: str) -> None:
        """Take in an announcement.

        That is ``TENANT REVISION``, ``ack TENANT GATEWAY REVISION``, ``probe`` or ``report``
        ``TENANT GATEWAY JSON``, ``presence TENANT JSON``, ``watch TENANT``; or "" when some may
        have been lost.
        """
        match message.split(" ", 3):
            case ["watch", tenant_id]:
                self.consoles.watched(tenant_id)
            case ["presence", tenant_id, text]:
                self.consoles.heard(tenant_id, text)
            case ["ack", tenant_id, gateway_id, revision]:
                self.consoles.heard(tenant_id, f'{{"gateways":["{gateway_id}"]}}')
                feed = self.feeds.get(tenant_id)
                if feed is not None:
                    feed.enforcement(gateway_id)
                    await feed.acknowledge(gateway_id, int(revision))
            case ["probe" | "report" as kind, tenant_id, _, text]:
                self.probing.heard(kind, tenant_id, text)
            case [tenant_id, revision]:
                self.consoles.committed(tenant_id)
                feed = self.feeds.get(tenant_id)
                if feed is not None and int(revision) > feed.revision:
                    await self._catch_up(feed)
            case _:
                self.consoles.lost()
                for feed in list(self.feeds.values()):
                    await self._catch_up(feed)

    async def _catch_up(self, feed: Feed) -> None:
        """Apply what the change log holds beyond the feed's revision."""
        async with feed.lock, self._store.reading(system(feed.tenancy.id)) as session:
            for row in await session.all(_CHANGES, after=feed.revision):
                self._apply(feed, row["revision"], _decode(row["facts"]), row["at"])

    def _apply(self, feed: Feed, revision: int, changes: tuple[Change, ...], stamp: str) -> None:
        at = moment(stamp)
        age = (self._store.clock() - at).total_seconds()
        committed = asyncio.get_running_loop().time() - max(age, 0.0)
        feed.apply(revision, changes, at, committed)
        self.ticks.moved()

    async def acknowledge(self, tenant_id: str, gateway_id: str, revision: int) -> None:
        """Take in that a gateway connected here enforces a revision."""
        feed = await self.feed(tenant_id)
        now = asyncio.get_running_loop().time()
        for committed in await feed.acknowledge(gateway_id, revision):
            self.metrics.enforcement.observe(max(now - committed, 0.0))
        self.unsaved[gateway_id] = (tenant_id, revision)
        self.acknowledged.set()

    async def save_enforced(self) -> None:
        """Store what gateways acknowledged, and tell the other replicas."""
        await self.acknowledged.wait()
        self.acknowledged.clear()
        unsaved, self.unsaved = self.unsaved, {}
        for gateway_id, (tenant_id, revision) in unsaved.items():
            await self._store.run_anywhere(
                _ENFORCED,
                announce=f"ack {tenant_id} {gateway_id} {revision}",
                gateway_id=gateway_id,
                new_revision=revision,
            )
            self.consoles.heard(tenant_id, f'{{"gateways":["{gateway_id}"]}}')

    async def follow(self, tenant_id: str) -> None:
        """Make sure that the tenant's changes are followed from now on."""
        await self.feed(tenant_id)

    async def lagging(self, tenant_id: str, revision: int, seconds: float) -> list[str]:
        """Wait until every online gateway that a revision concerns enforces it.

        Returns the ids of those that do not after ``seconds``.
        """
        feed = await self.feed(tenant_id)
        return await feed.lagging(revision, seconds)

    def renew_leases(self, now: datetime) -> None:
        """Send every connected gateway whose lease is due a new one."""
        for feed in self.feeds.values():
            feed.renew_leases(now.timestamp())

    def close(self) -> None:
        """End every stream; agents reconnect, to another replica or after the restart."""
        self.closing = True
        self.consoles.close()
        self.probing.close()
        for feed in self.feeds.values():
            for agent_id in list(feed.lines):
                feed.disconnect(agent_id)
