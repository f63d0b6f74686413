"""When devices and gateways were online: a row from each coming to the going.

Rows are written at both ends only. Who falls silent is found by what keeps agents online anyway,
and their session ends with the last sign of life, even if no controller was there to see it.

A session is held by the latest stream of its agent. The end of an earlier one, which a replica may
notice late, ends nothing.
"""

from collections.abc import Sequence
from typing import Any, get_args

import sqlalchemy as sa

from gatescale.contract.sessions import AgentKind, AgentSession, EndReason
from gatescale.controller.clock import later, moment, stamp
from gatescale.controller.store import tables
from gatescale.controller.store.database import DuplicateError, Row
from gatescale.controller.store.fields import Choice
from gatescale.controller.store.folding import folded
from gatescale.controller.store.listing import Listing, ListQuery
from gatescale.controller.store.pages import fetch
from gatescale.controller.store.session import Store, TenantSession, Transaction, new_id

KEPT_DAYS = 90
"""How long it is known that a session was."""

t, d, g, u = tables.agent_sessions, tables.devices, tables.gateways, tables.users
_id = sa.bindparam("id", type_=sa.String)
_at = sa.bindparam("at", type_=sa.String)
_stream = sa.bindparam("stream", type_=sa.String)
_reason = sa.bindparam("reason", type_=sa.String)
_ids = sa.bindparam("ids", expanding=True, type_=sa.String)
_lasts = t.c.ended_at.is_(None)
STATUS = sa.case((_lasts, "ACTIVE"), else_="ENDED")
_ROWS = sa.select(
    t.c.id,
    t.c.kind,
    t.c.agent_id,
    t.c.agent_name,
    t.c.user_id,
    t.c.user_email,
    t.c.started_at,
    t.c.ended_at,
    t.c.origin,
    t.c.country,
    t.c.end_reason,
)

LISTING = Listing(
    rows=_ROWS,
    key=t.c.id,
    fields={
        "id": t.c.id,
        "kind": t.c.kind,
        "agentId": t.c.agent_id,
        "agentName": t.c.agent_name,
        "userId": t.c.user_id,
        "userEmail": t.c.user_email,
        "startedAt": t.c.started_at,
        "endedAt": t.c.ended_at,
        "origin": t.c.origin,
        "country": t.c.country,
        "status": Choice({"ACTIVE": _lasts, "ENDED": t.c.ended_at.is_not(None)}, STATUS),
        "endReason": sa.case((t.c.ended_at.is_not(None), t.c.end_reason)),
    },
    search=t.c.search,
    order=(("startedAt", True),),
    values={"kind": get_args(AgentKind), "endReason": get_args(EndReason)},
)


async def page(session: TenantSession, query: ListQuery) -> tuple[list[AgentSession], int]:
    """Return a page of sessions, the latest first, and how many there are under the filters."""
    found = await fetch(session, LISTING, query)
    return [_shown(row, session.stamp) for row in found.rows], found.total


def _shown(row: Row, now: str) -> AgentSession:
    ended = row["ended_at"]
    lasted = moment(max(ended or now, row["started_at"])) - moment(row["started_at"])
    return AgentSession(
        id=row["id"],
        kind=row["kind"],
        agent_id=row["agent_id"],
        agent_name=row["agent_name"],
        user_id=row["user_id"],
        user_email=row["user_email"],
        started_at=row["started_at"],
        ended_at=ended,
        duration=int(lasted.total_seconds()),
        origin=row["origin"],
        country=row["country"],
        status="ENDED" if ended else "ACTIVE",
        end_reason=row["end_reason"] if ended else None,
    )


_DEVICE = (
    sa.select(
        d.c.tenant_id,
        d.c.id.label("agent_id"),
        d.c.name.label("agent_name"),
        d.c.user_id,
        u.c.email.label("user_email"),
        d.c.origin,
        d.c.origin_country.label("country"),
    )
    .select_from(d.join(u))
    # Who was cut off while it came has no session.
    .where(d.c.id == _id, d.c.active, u.c.status != "DEACTIVATED")
)
_GATEWAY = sa.select(
    g.c.tenant_id,
    g.c.id.label("agent_id"),
    g.c.name.label("agent_name"),
    sa.null().label("user_id"),
    sa.null().label("user_email"),
    g.c.observed_address.label("origin"),
    sa.null().label("country"),
).where(g.c.id == _id)
_INSERT = sa.insert(t)
_HOLD = (
    sa.update(t)
    .where(t.c.agent_id == _id, _lasts)
    .values(stream=sa.func.coalesce(_stream, t.c.stream), end_reason=None)
)
_OPEN = sa.select(t.c.agent_id).where(t.c.agent_id.in_(_ids), _lasts)


async def began(
    store: Store,
    kind: str,
    agent_id: str,
    *,
    stream: str | None = None,
    country: str | None = None,
) -> None:
    """Note that an agent is online; if its session lasts, it goes on.

    Args:
        store: where.
        kind: ``device`` or ``gateway``.
        agent_id: which.
        stream: id of the stream that holds the session from here on; None: that which did.
        country: of a gateway's address, if it is known.
    """
    if await store.run_anywhere(_HOLD, id=agent_id, stream=stream):
        return
    row = await store.first_anywhere(_DEVICE if kind == "device" else _GATEWAY, id=agent_id)
    if row is None:
        return
    columns = {
        **dict(row),
        "id": new_id(),
        "kind": kind,
        "started_at": stamp(store.clock()),
        "ended_at": None,
        "country": row["country"] or country,
        "end_reason": None,
        "stream": stream,
        "search": folded(row["agent_name"], row["user_email"], row["origin"]),
    }
    try:
        await store.run_anywhere(_INSERT, **columns)
    except DuplicateError:
        # Another replica noted the same at the same time.
        await store.run_anywhere(_HOLD, id=agent_id, stream=stream)


async def without(store: Store, agent_ids: Sequence[str]) -> list[str]:
    """Return those of the agents that have no session."""
    if not agent_ids:
        return []
    there = {row["agent_id"] for row in await store.anywhere(_OPEN, ids=list(agent_ids))}
    return [each for each in agent_ids if each not in there]


_latest = sa.case((t.c.started_at > _at, t.c.started_at), else_=_at)
_is_held = sa.or_(t.c.stream.is_(None), t.c.stream == _stream)
_LEAVES = sa.update(t).where(t.c.agent_id == _id, _lasts, _is_held).values(end_reason=_reason)
_ENDS = _LEAVES.values(ended_at=_latest)


def held_elsewhere(agent_id: sa.Column[str]) -> sa.ColumnElement[bool]:
    """Return the condition that another stream than parameter ``stream`` holds the session."""
    there = sa.select(t.c.id).where(t.c.agent_id == agent_id, _lasts, t.c.stream != _stream)
    return there.exists()


async def left(store: Store, kind: str, agent_id: str, stream: str) -> None:
    """Note that an agent's stream ended; a gateway's session goes on if it comes back at once."""
    params = {"id": agent_id, "stream": stream, "reason": "DISCONNECTED"}
    if kind == "gateway":
        await store.run_anywhere(_LEAVES, **params)
    else:
        await store.run_anywhere(_ENDS, at=stamp(store.clock()), **params)


_cut = sa.update(t).where(_lasts).values(ended_at=_latest, end_reason=_reason)
_CUT = _cut.where(t.c.agent_id == _id)
_CUT_USER = _cut.where(t.c.user_id == _id)


async def cut(transaction: Transaction, agent_id: str, reason: EndReason) -> None:
    """End an agent's session: it may not be connected any more."""
    await transaction.run(_CUT, id=agent_id, at=transaction.stamp, reason=reason)


async def cut_user(transaction: Transaction, user_id: str, reason: EndReason) -> None:
    """End the sessions of all devices of a user."""
    await transaction.run(_CUT_USER, id=user_id, at=transaction.stamp, reason=reason)


def _silent(kind: str, agent: sa.Table, last: sa.Column[str]) -> sa.Update:
    mine = agent.c.id == t.c.agent_id
    is_online = sa.select(agent.c.id).where(mine, agent.c.online_until > _at).exists()
    seen = sa.select(last).where(mine, last > t.c.started_at).scalar_subquery()
    return (
        sa.update(t)
        .where(_lasts, t.c.kind == kind, ~is_online)
        .values(
            ended_at=sa.func.coalesce(seen, t.c.started_at),
            end_reason=sa.func.coalesce(t.c.end_reason, "SILENT"),
        )
    )


_SILENT = (_silent("device", d, d.c.last_connection), _silent("gateway", g, g.c.last_online))
_SILENT_OF = tuple(each.where(t.c.agent_id.in_(_ids)) for each in _SILENT)


async def end_silent(store: Store, agent_ids: Sequence[str] | None = None) -> None:
    """End the sessions of those who fell silent, of all or of some, with their last sign of life.

    Who comes back after a silence that nobody was there to notice has a new session then.
    """
    params: dict[str, Any] = {"at": stamp(store.clock())}
    if agent_ids is not None:
        params["ids"] = list(agent_ids)
    for statement in _SILENT if agent_ids is None else _SILENT_OF:
        await store.run_anywhere(statement, **params)


_LAPSED = sa.delete(t).where(t.c.ended_at <= sa.bindparam("since", type_=sa.String))


async def forget_old(store: Store) -> None:
    """Delete sessions that ended too long ago."""
    await store.run_anywhere(_LAPSED, since=later(store.clock(), days=-KEPT_DAYS))
