"""Who is online: a moment in each row that open streams and handshakes push ahead.

A device or gateway is online while that moment lies in the future, so a controller that dies
leaves nobody online for long, and any replica can tell. A gateway's coming and going is also a
change, because devices are routed by it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from gatescale.controller import devices, facts, sessions
from gatescale.controller.caller import Caller, system
from gatescale.controller.clock import later, stamp
from gatescale.controller.store import tables
from gatescale.controller.store.session import Store, Transaction
from gatescale.controller.stream.proofs import Agent

ONLINE_SECONDS = 90
"""How long a stream keeps its agent online after the last sign of life."""

HANDSHAKE_SECONDS = 180
"""How long a WireGuard handshake keeps a device online: a live tunnel makes one every 120 s
(WireGuard whitepaper, section 6.1, Rekey-After-Time)."""

VERSION_LENGTH = 50
"""Characters of a version that are kept."""

GRACE_SECONDS = 10
"""How long a gateway may be gone before devices are routed elsewhere."""

d, u, g = tables.devices, tables.users, tables.gateways
_ids = sa.bindparam("ids", expanding=True, type_=sa.String)
_until = sa.bindparam("until", type_=sa.String)
_at = sa.bindparam("at", type_=sa.String)

_DEVICES_SEEN = (
    sa.update(d).where(d.c.id.in_(_ids)).values(online_until=_until, last_connection=_at)
)
_USERS_SEEN = sa.update(u).where(u.c.id.in_(_ids)).values(last_connection=_at)
_GATEWAYS_SEEN = sa.update(g).where(g.c.id.in_(_ids)).values(online_until=_until, last_online=_at)
_DEVICE = sa.select(d.c.origin, d.c.origin_country).where(d.c.id == sa.bindparam("id"))
_VERSION = sa.select(d.c.app_version).where(d.c.id == sa.bindparam("id"))
_GATEWAY = sa.select(g.c.available, g.c.observed_address, g.c.app_version).where(
    g.c.id == sa.bindparam("id")
)
_GATEWAY_UP = (
    sa.update(g)
    .where(g.c.id == sa.bindparam("gateway_id"))
    .values(
        available=True,
        observed_address=sa.bindparam("address"),
        online_until=_until,
        last_online=_at,
    )
)
_SILENT_GATEWAYS = sa.select(g.c.tenant_id, g.c.id).where(
    g.c.available, g.c.online_until <= sa.bindparam("at")
)
_GATEWAY_DOWN = (
    sa.update(g)
    .where(g.c.id == sa.bindparam("gateway_id"), g.c.available, g.c.online_until <= _at)
    .values(available=False)
)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an agent's stream comes from.

    Attributes:
        address: None if it cannot be told.
        country: ISO 3166-1 code, if it is known.
    """

    address: str | None
    country: str | None = None


async def connected(store: Store, agent: Agent, origin: Origin, stream: str) -> None:
    """Note that an agent opened its stream, which has an id of its own."""
    await sessions.end_silent(store, [agent.id])
    if agent.kind == "device":
        await _device_connected(store, agent, origin)
    else:
        await _gateway_connected(store, agent, origin)
    await sessions.began(store, agent.kind, agent.id, stream=stream, country=origin.country)


async def _gateway_connected(store: Store, agent: Agent, origin: Origin) -> None:
    now = store.clock()
    address = origin.address
    async with store.reading(system(agent.tenant_id)) as session:
        row = await session.find(_GATEWAY, f"gateway {agent.id}", id=agent.id)
    if row["available"] and row["observed_address"] == address:
        await seen(store, gateways=[agent.id])
        return
    async with store.writing(agent.caller(address)) as transaction:
        await transaction.run(
            _GATEWAY_UP,
            gateway_id=agent.id,
            address=address,
            until=later(now, seconds=ONLINE_SECONDS),
            at=stamp(now),
        )
        await _gateway_changed(transaction, agent.id)


async def _device_connected(store: Store, agent: Agent, origin: Origin) -> None:
    """Note that a device is there; where it comes from is a change if it is another place."""
    caller = agent.caller(origin.address)
    async with store.reading(caller) as session:
        row = await session.first(_DEVICE, id=agent.id)
    known = row and (row["origin"], row["origin_country"])
    if origin.address and row and known != (origin.address, origin.country):
        async with store.writing(caller) as transaction:
            await devices.came_from(transaction, agent.id, origin.address, origin.country)
    await seen(store, devices=[agent.id], users=[agent.owner or ""])


async def runs(store: Store, caller: Caller, version: str) -> None:
    """Note the version of a device's software, which is a change if it is another."""
    version = version[:VERSION_LENGTH]
    async with store.reading(caller) as session:
        row = await session.first(_VERSION, id=caller.id)
    if row and row["app_version"] != version:
        async with store.writing(caller) as transaction:
            await devices.runs(transaction, str(caller.id), version)


async def seen(
    store: Store,
    *,
    devices: list[str] | None = None,
    users: list[str] | None = None,
    gateways: list[str] | None = None,
) -> None:
    """Keep those online whose streams are open."""
    now = store.clock()
    until, at = later(now, seconds=ONLINE_SECONDS), stamp(now)
    if devices:
        await store.run_anywhere(_DEVICES_SEEN, ids=devices, until=until, at=at)
    if users:
        await store.run_anywhere(_USERS_SEEN, ids=users, at=at)
    if gateways:
        await store.run_anywhere(_GATEWAYS_SEEN, ids=gateways, until=until, at=at)


_DEVICE_LEFT = _DEVICES_SEEN.where(~sessions.held_elsewhere(d.c.id))
_GATEWAY_LEFT = _GATEWAYS_SEEN.where(~sessions.held_elsewhere(g.c.id))


async def disconnected(store: Store, agent: Agent, stream: str) -> None:
    """Note that an agent's stream ended; if it has another since, at any replica, nothing did."""
    now = store.clock()
    params: dict[str, Any] = {"ids": [agent.id], "stream": stream, "at": stamp(now)}
    if agent.kind == "device":
        await store.run_anywhere(_DEVICE_LEFT, until=stamp(now), **params)
    else:
        await store.run_anywhere(_GATEWAY_LEFT, until=later(now, seconds=GRACE_SECONDS), **params)
    await sessions.left(store, agent.kind, agent.id, stream)


_HANDSHAKE = (
    sa.update(d)
    .where(d.c.id == sa.bindparam("device_id"))
    .values(
        # A handshake from before the stream ended says nothing of the time after.
        online_until=sa.case(
            (
                sa.and_(
                    d.c.online_until < _until,
                    sa.or_(d.c.last_connection.is_(None), d.c.last_connection < _at),
                ),
                _until,
            ),
            else_=d.c.online_until,
        ),
        last_connection=sa.case((d.c.last_connection > _at, d.c.last_connection), else_=_at),
    )
)
_OWNER_HANDSHAKE = (
    sa.update(u)
    .where(
        u.c.id.in_(
            sa.select(d.c.user_id).where(d.c.id == sa.bindparam("device_id")).scalar_subquery()
        )
    )
    .values(last_connection=sa.case((u.c.last_connection > _at, u.c.last_connection), else_=_at))
)


_OFFLINE = sa.select(d.c.id).where(d.c.id.in_(_ids), d.c.online_until <= _at)
_ONLINE = sa.select(d.c.id).where(d.c.id.in_(_ids), d.c.online_until > _at)


async def handshakes(store: Store, found: Mapping[str, int]) -> list[str]:
    """Keep devices online that a gateway saw handshakes of, by time in seconds since 1970.

    Returns the ids of those that were offline, and may not be any more.
    """
    now = store.clock()
    ids = list(found)
    silent = await store.anywhere(_OFFLINE, ids=ids, at=stamp(now)) if ids else ()
    offline = [row["id"] for row in silent]
    if offline:
        await sessions.end_silent(store, offline)
    for device_id, seconds in found.items():
        at = min(datetime.fromtimestamp(seconds, UTC), now)
        params = {"device_id": device_id, "at": stamp(at)}
        until = later(at, seconds=HANDSHAKE_SECONDS)
        await store.run_anywhere(_HANDSHAKE, until=until, **params)
        await store.run_anywhere(_OWNER_HANDSHAKE, **params)
    if offline:
        for row in await store.anywhere(_ONLINE, ids=offline, at=stamp(now)):
            await sessions.began(store, "device", row["id"])
    return offline


async def sweep(store: Store) -> None:
    """Route devices away from gateways that have been silent for too long."""
    for row in await store.anywhere(_SILENT_GATEWAYS, at=stamp(store.clock())):
        async with store.writing(system(row["tenant_id"])) as transaction:
            at = transaction.stamp
            if await transaction.run(_GATEWAY_DOWN, gateway_id=row["id"], at=at):
                await _gateway_changed(transaction, row["id"])


async def _gateway_changed(transaction: Transaction, gateway_id: str) -> None:
    transaction.changed(*facts.put(await facts.gateways(transaction, [gateway_id])))
