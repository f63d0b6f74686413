"""What the controller does by the clock: presence, leases, cleaning up."""

import asyncio
from collections.abc import Awaitable, Callable

import sqlalchemy as sa
import structlog

from gatescale.controller import (
    alerts,
    api_keys,
    browser_sessions,
    denials,
    idempotency,
    posture,
    sessions,
)
from gatescale.controller.clock import stamp
from gatescale.controller.store import tables
from gatescale.controller.store.database import AWAY
from gatescale.controller.store.session import Store
from gatescale.controller.stream import presence
from gatescale.controller.stream.consoles import PAUSE_SECONDS, WATCH_SECONDS
from gatescale.controller.stream.hub import Hub

log = structlog.get_logger()

PRESENCE_SECONDS = 30
SWEEP_SECONDS = 5
LEASE_SECONDS = 1
LAPSED_SECONDS = 2
CLEANING_SECONDS = 300
KEYS_SECONDS = 5
ALERTS_SECONDS = 5
_SAVE_PAUSE_SECONDS = 0.2
_FAILURE_PAUSE_SECONDS = 1.0

_SPENT = sa.delete(tables.spent_challenges).where(
    tables.spent_challenges.c.expires_at <= sa.bindparam("at")
)

Task = Callable[[], Awaitable[None]]


class Upkeep:
    """The controller's recurring work."""

    def __init__(self, store: Store, hub: Hub) -> None:
        self._store = store
        self._hub = hub

    def tasks(self) -> list[tuple[float, Task]]:
        """Return what to do, and how many seconds to rest after it."""
        return [
            (PRESENCE_SECONDS, self._keep_online),
            (SWEEP_SECONDS, self._sweep),
            (LEASE_SECONDS, self._renew_leases),
            (CLEANING_SECONDS, self._clean),
            (KEYS_SECONDS, self._note_used_keys),
            (ALERTS_SECONDS, self._alert),
            (_SAVE_PAUSE_SECONDS, self._hub.save_enforced),
            (0, self._hub.ticks.tick),
            (PAUSE_SECONDS, self._hub.consoles.tell),
            (LAPSED_SECONDS, self._hub.consoles.look_for_lapsed),
            (WATCH_SECONDS, self._hub.consoles.watch),
        ]

    async def _keep_online(self) -> None:
        for feed in list(self._hub.feeds.values()):
            here = feed.lines.keys()
            devices = [device for device in here if device in feed.model.devices]
            owners = {feed.model.devices[device].user for device in devices}
            gateways = [gateway for gateway in here if gateway in feed.model.gateways]
            await presence.seen(
                self._store, devices=devices, users=sorted(owners), gateways=gateways
            )
            for kind, agents in (("device", devices), ("gateway", gateways)):
                for agent_id in await sessions.without(self._store, agents):
                    await sessions.began(self._store, kind, agent_id)

    async def _sweep(self) -> None:
        await presence.sweep(self._store)
        await sessions.end_silent(self._store)

    async def _renew_leases(self) -> None:
        self._hub.renew_leases(self._store.clock())

    async def _clean(self) -> None:
        await self._store.run_anywhere(_SPENT, at=stamp(self._store.clock()))
        await idempotency.forget_lapsed(self._store)
        await browser_sessions.forget_lapsed(self._store)
        await posture.forget_old(self._store)
        await sessions.forget_old(self._store)
        await denials.forget_old(self._store)
        await self._hub.history.keep()

    async def _alert(self) -> None:
        await alerts.look(self._store)

    async def _note_used_keys(self) -> None:
        await api_keys.note_used(self._store)
        await browser_sessions.note_used(self._store)


async def repeat(seconds: float, task: Task) -> None:
    """Do a task for ever; a database that is away is waited for."""
    while True:
        try:
            await task()
        except AWAY as error:
            log.warning("the database is away", task=task.__name__, reason=str(error))
            await asyncio.sleep(_FAILURE_PAUSE_SECONDS)
        await asyncio.sleep(seconds)
