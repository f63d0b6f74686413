"""How a tenant is, at a glance: counts that indexes answer, and what the policy engine knows."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import sqlalchemy as sa

from gatescale.contract.overview import (
    Attention,
    AttentionCode,
    DeviceCounts,
    GatewayCounts,
    Overview,
    UserCounts,
)
from gatescale.controller import gateways
from gatescale.controller.clock import later
from gatescale.controller.store import tables
from gatescale.controller.store.database import Row
from gatescale.controller.store.session import TenantSession
from gatescale.controller.store.statements import NOW, TENANT
from gatescale.policy.model import Model

EXPIRING_DAYS = 14
"""How long before its end an API key is warned of."""
_TARGETS = 5
_GRANTING = {"PRIVATE", "SAAS"}

Severity = Literal["HIGH", "MEDIUM", "LOW"]
_SEVERITIES: tuple[Severity, ...] = ("HIGH", "MEDIUM", "LOW")

t, u, d, g, k = (
    tables.tenants,
    tables.users,
    tables.devices,
    tables.gateways,
    tables.api_keys,
)

_is_not_compliant = d.c.compliant_until <= NOW
_is_expired = sa.and_(u.c.status == "INVITED", u.c.invited_until <= NOW)
_is_expiring = sa.and_(
    k.c.revoked_at.is_(None),
    k.c.expires_at > NOW,
    k.c.expires_at <= sa.bindparam("soon", type_=sa.String),
)


def _count(table: sa.Table, condition: sa.ColumnElement[bool]) -> sa.ScalarSelect[Any]:
    counted = sa.select(sa.func.count()).select_from(table)
    return counted.where(table.c.tenant_id == TENANT, condition).scalar_subquery()


_COUNTS = sa.select(
    t.c.user_count,
    t.c.device_count,
    _count(u, u.c.status == "DEACTIVATED").label("users_deactivated"),
    _count(u, _is_expired).label("users_expired"),
    _count(u, sa.and_(u.c.status == "INVITED", u.c.invited_until > NOW)).label("users_invited"),
    _count(d, sa.not_(d.c.active)).label("devices_deactivated"),
    _count(d, sa.and_(d.c.active, d.c.online_until > NOW)).label("devices_online"),
    _count(d, _is_not_compliant).label("devices_not_compliant"),
).where(t.c.id == TENANT)
_GATEWAYS = sa.select(g.c.id, gateways.STATUS.label("status")).order_by(g.c.id)
_NOT_COMPLIANT = sa.select(d.c.id).where(_is_not_compliant).limit(_TARGETS)
_EXPIRED = sa.select(u.c.id).where(_is_expired).limit(_TARGETS)
_EXPIRING = sa.select(k.c.id).where(_is_expiring).order_by(k.c.expires_at)


async def find(session: TenantSession, model: Model) -> Overview:
    """Return how the tenant is."""
    soon = later(session.now, days=EXPIRING_DAYS)
    (counted,), sites, lax, expired, expiring = await session.each(
        _COUNTS, _GATEWAYS, _NOT_COMPLIANT, _EXPIRED, _EXPIRING, soon=soon
    )
    by_status: Counter[str] = Counter(row["status"] for row in sites)
    return Overview(
        users=_users(counted),
        devices=_devices(counted),
        gateways=GatewayCounts(
            total=len(sites),
            pending=by_status["PENDING"],
            online=by_status["ONLINE"],
            offline=by_status["OFFLINE"],
            error=by_status["ERROR"],
            maintenance=by_status["MAINTENANCE"],
        ),
        resources=len(model.resources),
        policies=len(model.policies),
        attention=_by_severity(
            *_of_gateways(sites),
            *_of_policy(model),
            *_about(
                ("deviceNotCompliant", "device", "MEDIUM"),
                _ids(lax),
                counted["devices_not_compliant"],
            ),
            *_about(("apiKeyExpiring", "api key", "MEDIUM"), _ids(expiring)),
            *_about(("invitationExpired", "user", "LOW"), _ids(expired), counted["users_expired"]),
        ),
    )


def _by_severity(*found: Attention) -> list[Attention]:
    return sorted(found, key=lambda each: _SEVERITIES.index(each.severity))


def _users(counted: Row) -> UserCounts:
    others = [counted[f"users_{each}"] for each in ("invited", "expired", "deactivated")]
    return UserCounts(
        total=counted["user_count"],
        active=counted["user_count"] - sum(others),
        invited=others[0],
        expired=others[1],
        deactivated=others[2],
    )


def _devices(counted: Row) -> DeviceCounts:
    total, gone = counted["device_count"], counted["devices_deactivated"]
    return DeviceCounts(
        total=total,
        online=counted["devices_online"],
        offline=total - gone - counted["devices_online"],
        deactivated=gone,
        not_compliant=counted["devices_not_compliant"],
    )


def _of_gateways(rows: Sequence[Row]) -> Iterator[Attention]:
    failing = [row["id"] for row in rows if row["status"] == "ERROR"]
    gone = [row["id"] for row in rows if row["status"] == "OFFLINE"]
    yield from _about(("gatewayError", "gateway", "HIGH"), failing)
    yield from _about(("gatewayOffline", "gateway", "HIGH"), gone)


def _of_policy(model: Model) -> Iterator[Attention]:
    """Yield what can be seen of the compiled policy."""
    for kind, held in (
        ("resource", model.resources),
        ("device", model.devices),
        ("admission rule", model.rules),
    ):
        yield from _about(("unreadable", kind, "HIGH"), sorted(model.faults.keys() & held.keys()))
    lost = sorted(each.id for each in model.resources.values() if not each.gateways)
    yield from _about(("resourceWithoutGateway", "resource", "MEDIUM"), lost)
    applying = model.applying if model.devices else model.policies.keys()
    idle = sorted(
        each.id
        for each in model.policies.values()
        if each.allow and each.type in _GRANTING and each.id not in applying
    )
    yield from _about(("policyForNobody", "policy", "LOW"), idle)


def _about(
    what: tuple[AttentionCode, str, Severity], ids: Sequence[str], count: int | None = None
) -> Iterator[Attention]:
    code, kind, severity = what
    if ids:
        yield Attention(
            code=code,
            kind=kind,
            severity=severity,
            count=len(ids) if count is None else count,
            target_ids=list(ids[:_TARGETS]),
        )


def _ids(rows: Sequence[Row]) -> list[str]:
    return [row["id"] for row in rows]
