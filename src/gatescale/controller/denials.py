"""What gateways denied, and why: told by them, explained by the policy as it stands.

What a device tries again within an hour is one row. A device that tries more than is worth telling
apart has one row for all the rest, so that nobody fills the table.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, get_args

import sqlalchemy as sa

from gatescale.contract.access import Access
from gatescale.contract.denials import Denial, DenialCause
from gatescale.controller import access
from gatescale.controller.access import AskedPacket
from gatescale.controller.caller import Caller
from gatescale.controller.clock import later, stamp
from gatescale.controller.destinations import numbered
from gatescale.controller.store import tables
from gatescale.controller.store.database import Row
from gatescale.controller.store.folding import folded
from gatescale.controller.store.listing import Listing, ListQuery
from gatescale.controller.store.pages import fetch
from gatescale.controller.store.session import Store, TenantSession, new_id
from gatescale.controller.verdicts import DecisionPoint
from gatescale.wire import messages

KEPT_DAYS = 30
"""How long it is known that something was denied."""
APART = 200
"""Destinations of one device that are told apart within an hour."""
_HOUR = 3600
_WITH_PORTS = ("TCP", "UDP")
_LATE = 86_400
"""Seconds that a gateway may tell late: it keeps what it counted while the controller is away."""

n = tables.denials
_tenant, _device, _gateway = (
    sa.bindparam(name, type_=sa.String) for name in ("tenant", "device", "gateway")
)
_since = sa.bindparam("since", type_=sa.String)
_COLUMNS = [column for column in n.c if column.name not in {"tenant_id", "search"}]

LISTING = Listing(
    rows=sa.select(*_COLUMNS),
    key=n.c.id,
    fields={
        "id": n.c.id,
        "firstAt": n.c.first_at,
        "lastAt": n.c.last_at,
        "deviceId": n.c.device_id,
        "deviceName": n.c.device_name,
        "userId": n.c.user_id,
        "userEmail": n.c.user_email,
        "gatewayId": n.c.gateway_id,
        "gatewayName": n.c.gateway_name,
        "destination": n.c.destination,
        "protocol": n.c.protocol,
        "port": n.c.port,
        "resourceId": n.c.resource_id,
        "resourceName": n.c.resource_name,
        "policyId": n.c.policy_id,
        "policyName": n.c.policy_name,
        "cause": n.c.cause,
        "packets": n.c.packets,
    },
    search=n.c.search,
    order=(("lastAt", True),),
    values={"cause": get_args(DenialCause)},
)


async def page(session: TenantSession, query: ListQuery) -> tuple[list[Denial], int]:
    """Return a page of denials, the latest first, and how many there are under the filters."""
    found = await fetch(session, LISTING, query)
    return [_shown(row) for row in found.rows], found.total


def _shown(row: Row) -> Denial:
    return Denial(**{column.name: row[column.name] for column in _COLUMNS})


_APART = sa.select(sa.func.count().label("apart")).where(
    n.c.device_id == _device, n.c.last_at > _since, n.c.destination.is_not(None)
)


async def note(
    store: Store, gateway: Caller, point: DecisionPoint, told: Sequence[messages.Denial]
) -> None:
    """Keep what a gateway denied.

    Args:
        store: where.
        gateway: who tells.
        point: the policy that explains it.
        told: by the gateway; only of devices that it may know.

    Raises:
        InvalidError: a destination is no IP address.
    """
    now = store.clock()
    asked = [
        AskedPacket(each.device_id, numbered(each.destination, each.protocol, each.port))
        for each in told
    ]
    async with store.reading(gateway) as session:
        explained = await access.of_packets(session, point, asked)
        apart = {
            device: await _apart(session, device, now)
            for device in {found.device.id for found in explained.values()}
        }
    for each, about in zip(told, asked, strict=True):
        if (found := explained.get(about)) is None:
            continue
        row = {
            **_told(each, now),
            **_who(found),
            "tenant_id": gateway.tenant_id,
            "gateway_id": gateway.id,
            "gateway_name": gateway.name,
        }
        wanted = row | _what(found, gateway.id or "")
        if await _again(store, wanted, now):
            continue
        if apart[found.device.id] >= APART:
            wanted = row | _MANY
            if await _again(store, wanted, now):
                continue
        apart[found.device.id] += 1
        await _first(store, wanted)


async def _apart(session: TenantSession, device: str, now: datetime) -> int:
    row = await session.first(_APART, device=device, since=later(now, seconds=-_HOUR))
    return row["apart"] if row else 0


def _told(each: messages.Denial, now: datetime) -> dict[str, Any]:
    earliest = now.timestamp() - _LATE
    at = datetime.fromtimestamp(min(max(each.at, earliest), now.timestamp()), UTC)
    return {"packets": each.packets, "last_at": stamp(at)}


def _who(found: Access) -> dict[str, Any]:
    return {
        "device_id": found.device.id,
        "device_name": found.device.name,
        "user_id": found.user.id,
        "user_email": found.user.email,
    }


_MANY: dict[str, Any] = {
    "destination": None,
    "protocol": None,
    "port": None,
    "resource_id": None,
    "resource_name": None,
    "policy_id": None,
    "policy_name": None,
    "cause": "MANY",
    "reason": f"It tried more than {APART} destinations within an hour; these are the rest.",
}


def _what(found: Access, gateway_id: str) -> dict[str, Any]:
    there = found.destination
    cause, reason, policy = _why(found, gateway_id)
    return {
        "destination": there.address,
        "protocol": there.protocol,
        "port": int(there.port) if there.port and there.protocol in _WITH_PORTS else None,
        "resource_id": there.resource.id if there.resource else None,
        "resource_name": there.resource.name if there.resource else None,
        "policy_id": policy.id if policy else None,
        "policy_name": policy.name if policy else None,
        "cause": cause,
        "reason": reason,
    }


def _why(found: Access, gateway_id: str) -> tuple[DenialCause, str, Any]:
    if found.allowed:
        if found.gateway and found.gateway.id != gateway_id:
            return "GATEWAY", f"{found.gateway.name} leads there, not this gateway.", found.policy
        return "CHANGED", f"By now it is allowed. {found.sentence}", found.policy
    unmet = next((each for each in found.passed_over if each.reason == "RULE"), None)
    if found.cause == "DEFAULT" and unmet is not None:
        return "RULE", f"{unmet.policy.name} would allow it. {unmet.sentence}", unmet.policy
    return found.cause, found.sentence, found.policy


_SAME = sa.and_(
    n.c.tenant_id == _tenant,
    n.c.device_id == _device,
    n.c.gateway_id == _gateway,
    n.c.last_at > _since,
    n.c.destination.is_not_distinct_from(sa.bindparam("to", type_=sa.String)),
    n.c.protocol.is_not_distinct_from(sa.bindparam("over", type_=sa.String)),
    n.c.port.is_not_distinct_from(sa.bindparam("at_port", type_=sa.Integer)),
)
_at = sa.bindparam("at", type_=sa.String)
_AGAIN = (
    sa.update(n)
    .where(_SAME)
    .values(
        packets=n.c.packets + sa.bindparam("more", type_=sa.BigInteger),
        last_at=sa.case((n.c.last_at > _at, n.c.last_at), else_=_at),
        **{
            name: sa.bindparam(f"new_{name}", type_=n.c[name].type)
            for name in ("resource_id", "resource_name", "policy_id", "policy_name", "cause")
        },
        reason=sa.bindparam("new_reason", type_=sa.String),
    )
)
_FIRST = sa.insert(n)


async def _again(store: Store, row: dict[str, Any], now: datetime) -> bool:
    """Add to what the device tried within the last hour; return whether it did."""
    explained = ("resource_id", "resource_name", "policy_id", "policy_name", "cause", "reason")
    return bool(
        await store.run_anywhere(
            _AGAIN,
            tenant=row["tenant_id"],
            device=row["device_id"],
            gateway=row["gateway_id"],
            since=later(now, seconds=-_HOUR),
            to=row["destination"],
            over=row["protocol"],
            at_port=row["port"],
            at=row["last_at"],
            more=row["packets"],
            **{f"new_{name}": row[name] for name in explained},
        )
    )


async def _first(store: Store, row: dict[str, Any]) -> None:
    names = ("device_name", "user_email", "gateway_name", "destination", "resource_name")
    text = folded(*(row[name] for name in (*names, "policy_name")))
    values = {**row, "id": new_id(), "first_at": row["last_at"], "search": text}
    await store.run_anywhere(_FIRST, **values)


_LAPSED = sa.delete(n).where(n.c.last_at <= _since)


async def forget_old(store: Store) -> None:
    """Delete what is too long ago."""
    await store.run_anywhere(_LAPSED, since=later(store.clock(), days=-KEPT_DAYS))
