"""From rows to the policy engine's words.

Every writing noun says what it changed with these; loading a tenant's model uses the same, so
that a model that followed the changes equals one that is loaded afresh.
"""

import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
import structlog

from gatescale.controller import signals
from gatescale.controller.clock import moment
from gatescale.controller.store import tables
from gatescale.controller.store.database import Row
from gatescale.controller.store.session import TenantSession
from gatescale.controller.store.statements import TENANT
from gatescale.policy import vocabulary

log = structlog.get_logger()

NETWORK4 = ipaddress.IPv4Network("100.64.0.0/11")
"""IPv4 tunnel network of every tenant: the lower half of RFC 6598's shared address space.

Tenants never meet, so each has all of it; the upper half stays free for resources."""

u, d, g, r, p = (
    tables.users,
    tables.devices,
    tables.gateways,
    tables.resources,
    tables.policies,
)
_ids = sa.bindparam("ids", expanding=True, type_=sa.String)

_TENANT = sa.select(tables.tenants.c.network6).where(tables.tenants.c.id == TENANT)
_SETTINGS = sa.select(tables.tenants.c.zone, tables.tenants.c.posture_seconds).where(
    tables.tenants.c.id == TENANT
)


async def tunnel_networks(session: TenantSession) -> tuple[str, str]:
    """Return the tenant's IPv4 and IPv6 tunnel networks, in CIDR form."""
    row = await session.find(_TENANT, "tenant")
    return str(NETWORK4), row["network6"]


def tunnel_addresses(host: int, network6: str) -> tuple[str, str]:
    """Return the IPv4 and IPv6 tunnel addresses of a host number.

    >>> tunnel_addresses(258, "fd00:1:2::/64")
    ('100.64.1.2', 'fd00:1:2::102')
    """
    return str(NETWORK4[host]), str(ipaddress.IPv6Network(network6)[host])


async def settings(session: TenantSession) -> list[vocabulary.Entity]:
    """Return what holds for the whole tenant, as the engine knows it."""
    row = await session.find(_SETTINGS, "tenant")
    return [vocabulary.Settings(zone=row["zone"], posture_seconds=row["posture_seconds"])]


_GROUPS = sa.select(tables.groups.c.id, tables.groups.c.name)
_GROUP_ROLES = (
    sa.select(tables.group_roles.c.group_id, tables.roles.c.type)
    .select_from(tables.group_roles.join(tables.roles))
    .order_by(tables.roles.c.type)
)
_SOME_GROUPS = _GROUPS.where(tables.groups.c.id.in_(_ids))
_SOME_GROUP_ROLES = _GROUP_ROLES.where(tables.group_roles.c.group_id.in_(_ids))


async def groups(
    session: TenantSession, ids: Sequence[str] | None = None
) -> list[vocabulary.Entity]:
    """Return these groups, or all of them, as the engine knows them."""
    rows = await _some(session, ids, _GROUPS, _SOME_GROUPS)
    roles = _grouped(await _some(session, ids, _GROUP_ROLES, _SOME_GROUP_ROLES), "group_id", "type")
    return [
        vocabulary.Group(row["id"], row["name"], tuple(roles.get(row["id"], ()))) for row in rows
    ]


async def _some(
    session: TenantSession,
    ids: Sequence[str] | None,
    every: sa.Select[Any],
    some: sa.Select[Any],
) -> Sequence[Row]:
    """Return the rows of these ids, or all."""
    return await session.all(every) if ids is None else await session.all_of(some, ids)


_USERS = sa.select(u.c.id, u.c.status, u.c.email, u.c.department, u.c.title, u.c.attributes)
_MEMBERS = sa.select(tables.group_members.c.user_id, tables.group_members.c.group_id)
_SOME_USERS = _USERS.where(u.c.id.in_(_ids))
_ROLES = (
    sa.select(tables.user_roles.c.user_id, tables.roles.c.type)
    .select_from(tables.user_roles.join(tables.roles))
    .order_by(tables.roles.c.type)
)
_SOME_MEMBERS = _MEMBERS.where(tables.group_members.c.user_id.in_(_ids))
_SOME_ROLES = _ROLES.where(tables.user_roles.c.user_id.in_(_ids))


async def users(
    session: TenantSession, ids: Sequence[str] | None = None
) -> list[vocabulary.Entity]:
    """Return these users, or all of them, as the engine knows them."""
    rows = await _some(session, ids, _USERS, _SOME_USERS)
    members = await _some(session, ids, _MEMBERS, _SOME_MEMBERS)
    roles = _grouped(await _some(session, ids, _ROLES, _SOME_ROLES), "user_id", "type")
    groups = _grouped(members, "user_id", "group_id")
    return [
        vocabulary.User(
            row["id"],
            row["status"] == "ACTIVE",
            tuple(sorted(groups.get(row["id"], ()))),
            tuple(roles.get(row["id"], ())),
            _of_user(row),
        )
        for row in rows
    ]


def _of_user(row: Row) -> vocabulary.Facts:
    found: dict[str, vocabulary.Fact | None] = {
        "user.email": row["email"].lower(),
        "user.domain": row["email"].rpartition("@")[2],
        "user.department": row["department"],
        "user.title": row["title"],
        "user.attributes": signals.values(row["attributes"]),
    }
    return _known(found)


def _known(found: Mapping[str, vocabulary.Fact | None]) -> vocabulary.Facts:
    return {name: value for name, value in found.items() if value is not None}


_DEVICES = sa.select(
    d.c.id,
    d.c.user_id,
    d.c.active,
    d.c.public_key,
    d.c.host,
    d.c.name,
    d.c.hardware_id,
    d.c.app_version,
    d.c.owned,
    d.c.origin,
    d.c.origin_country,
    d.c.checked_at,
    d.c.posture,
)
_SOME_DEVICES = _DEVICES.where(d.c.id.in_(_ids))


async def devices(
    session: TenantSession, ids: Sequence[str] | None = None
) -> list[vocabulary.Entity]:
    """Return these devices, or all of them, as the engine knows them."""
    _, network6 = await tunnel_networks(session)
    rows = await _some(session, ids, _DEVICES, _SOME_DEVICES)
    return [
        vocabulary.Device(
            row["id"],
            row["user_id"],
            bool(row["active"]),
            row["public_key"],
            tunnel_addresses(row["host"], network6),
            _of_device(row),
        )
        for row in rows
    ]


def _of_device(row: Row) -> vocabulary.Facts:
    found: dict[str, vocabulary.Fact | None] = {
        "device.name": row["name"],
        "device.hardwareId": row["hardware_id"],
        "device.appVersion": row["app_version"],
        "device.owned": None if row["owned"] is None else bool(row["owned"]),
        "origin.ip": row["origin"],
        "origin.country": row["origin_country"],
    }
    if row["checked_at"] is not None:
        found["device.lastCheck"] = moment(row["checked_at"]).timestamp()
        found |= signals.facts(row["posture"])
    return _known(found)


_GATEWAYS = sa.select(
    g.c.id,
    g.c.name,
    g.c.public_key,
    g.c.endpoint,
    g.c.observed_address,
    g.c.wireguard_port,
    g.c.available,
    g.c.maintenance,
)
_SOME_GATEWAYS = _GATEWAYS.where(g.c.id.in_(_ids))


async def gateways(
    session: TenantSession, ids: Sequence[str] | None = None
) -> list[vocabulary.Entity]:
    """Return these gateways, or all of them, as the engine knows them."""
    if ids is None:
        rows = await session.all(_GATEWAYS)
    else:
        rows = await session.all(_SOME_GATEWAYS, ids=list(ids))
    return [
        vocabulary.Gateway(
            row["id"],
            row["name"],
            row["public_key"] or "",
            endpoint(row),
            bool(row["available"]),
            row["wireguard_port"],
            bool(row["maintenance"]),
        )
        for row in rows
    ]


def endpoint(row: Row) -> str:
    """Return where devices reach a gateway: as given, else where it was seen; "" if unknown."""
    if row["endpoint"]:
        given: str = row["endpoint"]
        return given if _has_port(given) else f"{given}:{row['wireguard_port']}"
    if not row["observed_address"]:
        return ""
    address = ipaddress.ip_address(row["observed_address"])
    host = f"[{address}]" if address.version == 6 else str(address)
    return f"{host}:{row['wireguard_port']}"


def _has_port(endpoint: str) -> bool:
    return endpoint.rpartition("]")[2].count(":") == 1


_RESOURCES = sa.select(r.c.id, r.c.type)
_ADDRESSES = (
    sa.select(
        tables.resource_addresses.c.resource_id,
        tables.addresses.c.id.label("address_id"),
        tables.addresses.c.address,
    )
    .select_from(tables.resource_addresses.join(tables.addresses))
    .where(tables.addresses.c.is_ip)
    .order_by(tables.resource_addresses.c.resource_id, tables.resource_addresses.c.position)
)
_SERVICES = (
    sa.select(
        tables.address_protocols.c.address_id,
        tables.protocols.c.type,
        tables.protocols.c.network_protocols,
    )
    .select_from(tables.address_protocols.join(tables.protocols))
    .order_by(tables.address_protocols.c.address_id, tables.protocols.c.id)
)
_SERVING = sa.select(
    tables.resource_gateways.c.resource_id, tables.resource_gateways.c.gateway_id
).order_by(tables.resource_gateways.c.resource_id, tables.resource_gateways.c.position)
_SOME_RESOURCES = _RESOURCES.where(r.c.id.in_(_ids))
_SOME_ADDRESSES = _ADDRESSES.where(tables.resource_addresses.c.resource_id.in_(_ids))
_SOME_SERVICES = _SERVICES.where(
    sa.exists().where(
        tables.resource_addresses.c.tenant_id == tables.address_protocols.c.tenant_id,
        tables.resource_addresses.c.address_id == tables.address_protocols.c.address_id,
        tables.resource_addresses.c.resource_id.in_(_ids),
    )
)
_SOME_SERVING = _SERVING.where(tables.resource_gateways.c.resource_id.in_(_ids))


async def resources(
    session: TenantSession, ids: Sequence[str] | None = None
) -> list[vocabulary.Entity]:
    """Return these resources, or all of them, as the engine knows them."""
    if ids is None:
        statements, params = (_RESOURCES, _ADDRESSES, _SERVICES, _SERVING), {}
    else:
        statements = (_SOME_RESOURCES, _SOME_ADDRESSES, _SOME_SERVICES, _SOME_SERVING)
        params = {"ids": list(ids)}
    rows, addresses, services, serving = [await session.all(s, **params) for s in statements]
    spoken = _spoken(services)
    destinations: dict[str, list[vocabulary.Destination]] = {}
    for row in addresses:
        try:
            network = str(ipaddress.ip_network(row["address"]))
        except ValueError as error:
            # One bad row must not hide the others from every gateway.
            log.error("an address cannot be read", address=row["address_id"], reason=str(error))  # noqa: TRY400
            continue
        destination = vocabulary.Destination(network, spoken.get(row["address_id"], ()))
        destinations.setdefault(row["resource_id"], []).append(destination)
    gateways = _grouped(serving, "resource_id", "gateway_id")
    return [
        vocabulary.Resource(
            row["id"],
            row["type"],
            tuple(destinations.get(row["id"], ())),
            tuple(gateways.get(row["id"], ())),
        )
        for row in rows
    ]


class _Spoken(msgspec.Struct):
    protocol: str
    port: str | None = None


def _spoken(rows: Iterable[Row]) -> dict[str, tuple[vocabulary.Service, ...]]:
    """Return the services of each address; an address with an ALL protocol gets none: all."""
    services: dict[str, list[vocabulary.Service]] = {}
    unlimited = {row["address_id"] for row in rows if row["type"] == "ALL"}
    for row in rows:
        for item in msgspec.json.decode(row["network_protocols"], type=list[_Spoken]):
            low, _, high = (item.port or "0-65535").partition("-")
            service = vocabulary.Service(item.protocol, int(low), int(high or low))
            services.setdefault(row["address_id"], []).append(service)
    return {key: tuple(value) for key, value in services.items() if key not in unlimited}


_RULES = sa.select(tables.admission_rules.c.id, tables.admission_rules.c.rule)
_SOME_RULES = _RULES.where(tables.admission_rules.c.id.in_(_ids))


async def rules(
    session: TenantSession, ids: Sequence[str] | None = None
) -> list[vocabulary.Entity]:
    """Return these admission rules, or all of them, as the engine knows them."""
    rows = await _some(session, ids, _RULES, _SOME_RULES)
    return [vocabulary.Rule(row["id"], row["rule"]) for row in rows]


_POLICIES = sa.select(
    p.c.id,
    p.c.type,
    p.c.order,
    p.c.action,
    p.c.all_groups,
    p.c.all_users,
    p.c.all_devices,
    p.c.all_resources,
    p.c.rule_id,
    p.c.source_ips,
)
_UNRESTRICTED = sa.select(tables.admission_rules.c.id).where(
    tables.admission_rules.c.type == "ALLOW"
)
_NAMED = {
    "groups": tables.policy_groups.c.group_id,
    "users": tables.policy_users.c.user_id,
    "devices": tables.policy_devices.c.device_id,
    "resources": tables.policy_resources.c.resource_id,
}
_ALL_NAMED = {
    what: sa.select(column.table.c.policy_id, column.label("other")).order_by(column)
    for what, column in _NAMED.items()
}
_SOME_POLICIES = _POLICIES.where(p.c.id.in_(_ids))
_SOME_NAMED = {
    what: _ALL_NAMED[what].where(column.table.c.policy_id.in_(_ids))
    for what, column in _NAMED.items()
}


async def policies(
    session: TenantSession, ids: Sequence[str] | None = None
) -> list[vocabulary.Entity]:
    """Return these policies, or all of them, as the engine knows them."""
    statement, named = (_POLICIES, _ALL_NAMED) if ids is None else (_SOME_POLICIES, _SOME_NAMED)
    params: dict[str, Any] = {} if ids is None else {"ids": list(ids)}
    rows = await session.all(statement, **params)
    others = {
        what: _grouped(await session.all(select, **params), "policy_id", "other")
        for what, select in named.items()
    }
    unrestricted = {row["id"] for row in await session.all(_UNRESTRICTED)}
    return [
        _policy(
            row, {what: tuple(others[what].get(row["id"], ())) for what in _NAMED}, unrestricted
        )
        for row in rows
    ]


def _policy(
    row: Row, named: dict[str, tuple[str, ...]], unrestricted: set[str]
) -> vocabulary.Policy:
    return vocabulary.Policy(
        id=row["id"],
        type=row["type"],
        order=row["order"],
        allow=bool(row["action"]),
        all_groups=bool(row["all_groups"]),
        all_users=bool(row["all_users"]),
        all_devices=bool(row["all_devices"]),
        all_resources=bool(row["all_resources"]),
        groups=named["groups"],
        users=named["users"],
        devices=named["devices"],
        resources=named["resources"],
        source_ips=tuple(msgspec.json.decode(row["source_ips"], type=list[str])),
        rule=_rule(row, unrestricted),
    )


def _rule(row: Row, unrestricted: set[str]) -> str | None:
    """Return the rule that must hold; None for a deny, which is unconditional."""
    if not row["action"] or row["rule_id"] in unrestricted:
        return None
    # An allow without any rule never holds: no rule has this id.
    return row["rule_id"] or ""


async def everything(session: TenantSession) -> list[vocabulary.Entity]:
    """Return all that the engine knows of the tenant."""
    return [
        *await settings(session),
        *await groups(session),
        *await rules(session),
        *await users(session),
        *await devices(session),
        *await gateways(session),
        *await resources(session),
        *await policies(session),
    ]


def put(entities: Iterable[vocabulary.Entity]) -> list[vocabulary.Change]:
    """Return the changes that set these entities."""
    return [vocabulary.Put(entity) for entity in entities]


def _grouped(rows: Iterable[Row], key: str, value: str) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for row in rows:
        grouped.setdefault(row[key], []).append(row[value])
    return grouped
