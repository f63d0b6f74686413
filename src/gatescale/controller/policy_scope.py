"""Whom and what a policy names: checked, stored, shown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from gatescale.contract.devices import Device
from gatescale.contract.gateways import Gateway
from gatescale.contract.policies import PolicyFields, PolicyGroup, PolicyResource, PolicyUser
from gatescale.controller import devices, gateways, groups, resources, users
from gatescale.controller.store import tables
from gatescale.controller.store.database import Row
from gatescale.controller.store.session import TenantSession, Transaction
from gatescale.errors import Violation

_ids = sa.bindparam("ids", expanding=True, type_=sa.String)


@dataclass(frozen=True, slots=True, eq=False)
class _Naming:
    """How policies name one kind of thing.

    Attributes:
        word: for one of them.
        link: the table of who names whom.
        column: its column of the named thing's id.
    """

    word: str
    link: sa.Table
    column: str
    known: sa.Select[tuple[str]]
    clear: sa.Delete
    named: sa.Select[tuple[str]]


def _naming(
    word: str, link: sa.Table, columns: Sequence[sa.ColumnElement[Any]], order: sa.Column[str]
) -> _Naming:
    noun = order.table
    return _Naming(
        word=word,
        link=link,
        column=f"{word}_id",
        known=sa.select(noun.c.id).where(noun.c.id.in_(_ids)),
        clear=sa.delete(link).where(link.c.policy_id == sa.bindparam("id", type_=sa.String)),
        named=sa.select(link.c.policy_id, *columns)
        .select_from(link.join(noun))
        .where(link.c.policy_id.in_(_ids))
        .order_by(order, noun.c.id),
    )


_NAMINGS = {
    "groups": _naming("group", tables.policy_groups, groups.COLUMNS, tables.groups.c.name_key),
    "users": _naming("user", tables.policy_users, users.COLUMNS, tables.users.c.email_key),
    "devices": _naming("device", tables.policy_devices, devices.COLUMNS, tables.devices.c.name),
    "resources": _naming(
        "resource", tables.policy_resources, resources.COLUMNS, tables.resources.c.name_key
    ),
    "gateways": _naming(
        "gateway", tables.policy_gateways, gateways.COLUMNS, tables.gateways.c.name_key
    ),
}
_RESOURCE_TYPES = {"SITETOSITE": "PRIVATE"}
"""Type of the resources of a policy, where it is not the policy's own."""


async def violations(
    transaction: Transaction, wanted: PolicyFields, policy_type: str
) -> list[Violation]:
    """Return what is wrong with the ids that a policy names."""
    found: list[Violation] = []
    for what, naming in _NAMINGS.items():
        ids: list[str] = getattr(wanted, what)
        known = {row["id"] for row in await transaction.all(naming.known, ids=ids)}
        found += [
            Violation(f"/{what}/{place}", f"There is no {naming.word} {each}.", unknown=True)
            for place, each in enumerate(ids)
            if each not in known
        ]
    return found + await _misplaced(transaction, wanted.resources, policy_type)


_TYPES = sa.select(tables.resources.c.id, tables.resources.c.name, tables.resources.c.type).where(
    tables.resources.c.id.in_(_ids)
)


async def _misplaced(
    transaction: Transaction, resource_ids: Sequence[str], policy_type: str
) -> list[Violation]:
    """Return what is wrong with the types of resources."""
    expected = _RESOURCE_TYPES.get(policy_type, policy_type)
    rows = {row["id"]: row for row in await transaction.all(_TYPES, ids=list(resource_ids))}
    return [
        Violation(
            f"/resources/{place}",
            f"{rows[each]['name']} is a {rows[each]['type']} resource; a {policy_type} policy"
            f" takes {expected} ones.",
        )
        for place, each in enumerate(resource_ids)
        if each in rows and rows[each]["type"] != expected
    ]


async def replace(transaction: Transaction, policy_id: str, wanted: PolicyFields) -> None:
    """Make a policy name these and nothing else."""
    for what, naming in _NAMINGS.items():
        await transaction.run(naming.clear, id=policy_id)
        links = [
            {"policy_id": policy_id, naming.column: each}
            for each in dict.fromkeys(getattr(wanted, what))
        ]
        await transaction.insert(naming.link, *links)


@dataclass(slots=True)
class Scope:
    """Whom and what one policy names."""

    groups: list[PolicyGroup] = field(default_factory=list)
    users: list[PolicyUser] = field(default_factory=list)
    devices: list[Device] = field(default_factory=list)
    resources: list[PolicyResource] = field(default_factory=list)
    gateways: list[Gateway] = field(default_factory=list)


async def of_policies(session: TenantSession, policy_ids: Sequence[str]) -> dict[str, Scope]:
    """Return the scope of each of these policies."""
    scopes = {policy_id: Scope() for policy_id in policy_ids}
    rows = {
        what: await session.all(naming.named, ids=list(policy_ids))
        for what, naming in _NAMINGS.items()
    }
    for row in rows["groups"]:
        scopes[row["policy_id"]].groups.append(_group(row))
    for row in rows["users"]:
        scopes[row["policy_id"]].users.append(_user(row))
    for row in rows["devices"]:
        scopes[row["policy_id"]].devices.append(devices.shown(row))
    for row in rows["resources"]:
        scopes[row["policy_id"]].resources.append(_resource(row))
    known = await _gateways(session, rows["gateways"])
    for row in rows["gateways"]:
        scopes[row["policy_id"]].gateways.append(known[row["id"]])
    return scopes


async def _gateways(session: TenantSession, rows: Iterable[Row]) -> dict[str, Gateway]:
    unique = {row["id"]: row for row in rows}.values()
    return {each.id: each for each in await gateways.shown(session, unique, within=True)}


def _group(row: Row) -> PolicyGroup:
    return PolicyGroup(
        id=row["id"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        name=row["name"],
        description=row["description"],
        max_devices=row["max_devices"],
        is_saml_default_group=bool(row["is_saml_default_group"]),
        idp_mapping=groups.idp_mapping(row),
    )


def _user(row: Row) -> PolicyUser:
    return PolicyUser(
        id=row["id"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        last_connection=row["last_connection"],
        email=row["email"],
        status=row["status"],
        first_name=row["first_name"],
        last_name=row["last_name"],
        is_owner=bool(row["is_owner"]),
        max_devices=row["max_devices"],
        image=row["image"],
    )


def _resource(row: Row) -> PolicyResource:
    return PolicyResource(
        id=row["id"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        name=row["name"],
        type=row["type"],
        load_balancing_mode=row["load_balancing_mode"],
        description=row["description"],
    )
