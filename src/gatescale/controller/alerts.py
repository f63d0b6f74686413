"""Watches gateways and seats, and has mails written when somebody should look.

What was told stands in the rows, so that replicas tell it once and a restart forgets nothing.
"""

from datetime import timedelta

import sqlalchemy as sa

from gatescale.controller import notifications
from gatescale.controller.caller import system
from gatescale.controller.clock import stamp
from gatescale.controller.store import tables
from gatescale.controller.store.database import Row
from gatescale.controller.store.session import Store
from gatescale.controller.store.statements import NOW, TENANT

GONE = timedelta(minutes=1)
"""How long a gateway is gone before that is told."""
REST = timedelta(minutes=15)
"""How long one gateway's going, and its coming back, are not told again."""

THRESHOLD, LIMIT = 1, 2
"""Levels of the seats' use, of which each is told once until it is left."""

g, t, u = tables.gateways, tables.tenants, tables.users
_at = sa.bindparam("at", type_=sa.String)
_gone_since = sa.bindparam("gone_since", type_=sa.String)
_rested_since = sa.bindparam("rested_since", type_=sa.String)
_gateway_id = sa.bindparam("gateway_id", type_=sa.String)

_has_gone = sa.and_(
    sa.not_(g.c.available),
    # Who works on it knows.
    sa.not_(g.c.maintenance),
    sa.not_(g.c.told_gone),
    g.c.last_online <= _gone_since,
    g.c.online_until <= _at,
    sa.or_(g.c.told_gone_at.is_(None), g.c.told_gone_at <= _rested_since),
)
_is_back = sa.and_(
    g.c.available,
    g.c.told_gone,
    sa.or_(g.c.told_back_at.is_(None), g.c.told_back_at <= _rested_since),
)
_GATEWAYS = sa.select(g.c.tenant_id, g.c.id, g.c.name, g.c.last_online, g.c.available).where(
    t.c.id == g.c.tenant_id, t.c.gateway_alerts, sa.or_(_has_gone, _is_back)
)
_TELL_GONE = (
    sa.update(g)
    .where(g.c.id == _gateway_id, _has_gone)
    .values(told_gone=sa.true(), told_gone_at=_at)
)
_TELL_BACK = (
    sa.update(g)
    .where(g.c.id == _gateway_id, _is_back)
    .values(told_gone=sa.false(), told_back_at=_at)
)
_WATCHED = sa.select(t.c.id).where(t.c.seat_limit.is_not(None))
_SEATS = sa.select(t.c.seat_limit, t.c.seat_threshold, t.c.seats_told).where(t.c.id == TENANT)
_USED = sa.select(sa.func.count().label("used")).where(
    sa.or_(u.c.status == "ACTIVE", sa.and_(u.c.status == "INVITED", u.c.invited_until > NOW)),
    u.c.tenant_id == TENANT,
)
_SET_TOLD = sa.update(t).where(t.c.id == TENANT).values(seats_told=sa.bindparam("level"))


async def look(store: Store) -> None:
    """Tell of gateways that went or came back, and of seats that run out."""
    now = store.clock()
    since = {"gone_since": stamp(now - GONE), "rested_since": stamp(now - REST)}
    for row in await store.anywhere(_GATEWAYS, at=stamp(now), **since):
        await _tell_gateway(store, row, since)
    for row in await store.anywhere(_WATCHED):
        await _watch_seats(store, row["id"])


async def _tell_gateway(store: Store, row: Row, since: dict[str, str]) -> None:
    tell, template = (
        (_TELL_BACK, "gateway_back") if row["available"] else (_TELL_GONE, "gateway_gone")
    )
    values = {"gateway": row["name"], "gateway_id": row["id"], "since": row["last_online"]}
    async with store.writing(system(row["tenant_id"])) as transaction:
        at = transaction.stamp
        if await transaction.run(tell, gateway_id=row["id"], at=at, **since):
            await notifications.post(transaction, template, values)


async def _watch_seats(store: Store, tenant_id: str) -> None:
    async with store.reading(system(tenant_id)) as session:
        seats, used = await session.find(_SEATS, "tenant"), await session.find(_USED, "users")
    if _level(seats, used["used"]) == seats["seats_told"]:
        return
    async with store.writing(system(tenant_id)) as transaction:
        seats = await transaction.find(_SEATS, "tenant")
        count = (await transaction.find(_USED, "users"))["used"]
        level = _level(seats, count)
        await transaction.run(_SET_TOLD, level=level)
        if level > seats["seats_told"]:
            values = {"used": count, "limit": seats["seat_limit"], "is_over": level == LIMIT}
            await notifications.post(transaction, "seats", values)


def _level(seats: Row, used: int) -> int:
    limit = seats["seat_limit"]
    if limit is None:
        return 0
    if used >= limit:
        return LIMIT
    return THRESHOLD if used * 100 >= limit * seats["seat_threshold"] else 0
