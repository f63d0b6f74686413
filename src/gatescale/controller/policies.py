"""Policies: ordered lists, one per type, of who may reach what."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import get_args

import msgspec
import sqlalchemy as sa

from gatescale.contract.admission_rules import AdmissionRule
from gatescale.contract.fields import PolicyType
from gatescale.contract.policies import (
    CreatePolicy,
    Policy,
    PolicyFields,
    ReorderPolicies,
    UpdatePolicy,
)
from gatescale.controller import admission_rules, facts, policy_scope, policy_terms
from gatescale.controller.store import tables
from gatescale.controller.store.database import Row
from gatescale.controller.store.fields import Folded, link
from gatescale.controller.store.listing import Listing, ListQuery
from gatescale.controller.store.pages import fetch
from gatescale.controller.store.session import Target, TenantSession, Transaction, new_id
from gatescale.errors import ConflictError, Violation, refuse
from gatescale.policy.vocabulary import Kind, Remove

p = tables.policies
_id = sa.bindparam("id", type_=sa.String)

COLUMNS = (
    p.c.id,
    p.c.created_at,
    p.c.updated_at,
    p.c.name,
    p.c.description,
    p.c.action,
    p.c.order,
    p.c.is_default,
    p.c.type,
    p.c.mode,
    p.c.all_groups,
    p.c.all_users,
    p.c.all_devices,
    p.c.all_resources,
    p.c.source_ips,
    p.c.rule_id,
)
_ROWS = sa.select(*COLUMNS)
_ONE = _ROWS.where(p.c.id == _id)


LISTING = Listing(
    rows=_ROWS,
    key=p.c.id,
    fields={
        "id": p.c.id,
        "createdAt": p.c.created_at,
        "updatedAt": p.c.updated_at,
        "name": Folded(p.c.name, p.c.name_key),
        "description": p.c.description,
        "action": p.c.action,
        "order": p.c.order,
        "isDefault": p.c.is_default,
        "type": p.c.type,
        "mode": p.c.mode,
        "allGroups": p.c.all_groups,
        "allUsers": p.c.all_users,
        "allDevices": p.c.all_devices,
        "allResources": p.c.all_resources,
        "rule.id": p.c.rule_id,
        "groups.id": link(tables.policy_groups, "group_id", "policy_id", p.c.id),
        "users.id": link(tables.policy_users, "user_id", "policy_id", p.c.id),
        "devices.id": link(tables.policy_devices, "device_id", "policy_id", p.c.id),
        "resources.id": link(tables.policy_resources, "resource_id", "policy_id", p.c.id),
        "gateways.id": link(tables.policy_gateways, "gateway_id", "policy_id", p.c.id),
    },
    search=p.c.search,
    order=(("type", False), ("order", False)),
    values={"type": get_args(PolicyType), "mode": ("LOCAL", "RESTRICTED", "REMOTE")},
)


async def page(session: TenantSession, query: ListQuery) -> tuple[list[Policy], int]:
    """Return a page of policies and how many there are under the filters."""
    found = await fetch(session, LISTING, query)
    return await _complete(session, found.rows), found.total


_EVERY = _ROWS.order_by(p.c.type, p.c.order)


async def every(session: TenantSession) -> list[Policy]:
    """Return all policies, by type and order."""
    return await _complete(session, await session.all(_EVERY))


async def find(session: TenantSession, policy_id: str) -> Policy:
    """Return a policy.

    Raises:
        NotFoundError: there is none of this id.
    """
    row = await session.find(_ONE, f"policy {policy_id}", id=policy_id)
    return (await _complete(session, [row]))[0]


_is_movable = sa.and_(p.c.type == sa.bindparam("type", type_=sa.String), sa.not_(p.c.is_default))
_COUNT = sa.select(sa.func.count(p.c.id).label("count")).where(_is_movable)


async def create(transaction: Transaction, wanted: CreatePolicy) -> Policy:
    """Add a policy, last before the default of its type.

    Raises:
        NotFoundError: something that it names does not exist.
        InvalidError: something does not fit its type or action.
    """
    rule_id = wanted.rule or (await admission_rules.unrestricted(transaction)).id
    columns = await policy_terms.checked(transaction, wanted, wanted.type, rule_id)
    before = await transaction.find(_COUNT, "policies", type=wanted.type)
    row = {
        "id": new_id(),
        "created_at": transaction.stamp,
        "type": wanted.type,
        "order": before["count"],
        "is_default": False,
        **columns,
    }
    await transaction.insert(p, row)
    await policy_scope.replace(transaction, row["id"], wanted)
    return await _changed(transaction, row["id"], "PoliciesController_create", before=None)


async def update(transaction: Transaction, policy_id: str, wanted: UpdatePolicy) -> Policy:
    """Change all of a policy but its type and place.

    Raises:
        NotFoundError: there is no such policy, or something that it names does not exist.
        InvalidError: something does not fit its type or action.
    """
    policy = await find(transaction, policy_id)
    whole = _completed(wanted, policy)
    columns = await policy_terms.checked(transaction, whole, policy.type, wanted.rule)
    await transaction.update(p, policy_id, columns)
    await policy_scope.replace(transaction, policy_id, whole)
    return await _changed(transaction, policy_id, "PoliciesController_update", before=policy)


def _completed(wanted: UpdatePolicy, policy: Policy) -> PolicyFields:
    """Return all that the policy shall say: what was left out stays."""
    said = {
        name: value
        for name, value in msgspec.structs.asdict(wanted).items()
        if value is not msgspec.UNSET and name != "rule"
    }
    held = {
        "groups": [group.id for group in policy.groups],
        "users": [user.id for user in policy.users],
        "devices": [device.id for device in policy.devices],
        "resources": [resource.id for resource in policy.resources],
        "gateways": [gateway.id for gateway in policy.gateways],
        "source_ips": policy.source_ips,
        "mode": policy.mode,
        "description": policy.description,
    }
    return PolicyFields(**{**held, **said})


_MOVABLE = sa.select(p.c.id, p.c.name, p.c.order).where(_is_movable).order_by(p.c.order)
_MOVE = (
    sa.update(p)
    .where(p.c.id == _id)
    .values(order=sa.bindparam("place"), updated_at=sa.bindparam("at"))
)
_DELETE = sa.delete(p).where(p.c.id == _id)


async def delete(transaction: Transaction, policy_id: str) -> None:
    """Remove a policy; those behind it move up.

    Raises:
        NotFoundError: there is no such policy.
        ConflictError: a default policy.
    """
    policy = await find(transaction, policy_id)
    if policy.is_default:
        raise ConflictError(f"{policy.name} is always there and cannot be deleted.")
    await transaction.run(_DELETE, id=policy_id)
    transaction.changed(Remove(Kind.POLICY, policy_id))
    await _place(transaction, await transaction.all(_MOVABLE, type=policy.type))
    target = Target("policy", policy_id, policy.name)
    transaction.record("PoliciesController_delete", target, before=policy)


_ids = sa.bindparam("ids", expanding=True, type_=sa.String)
_SOME = _ROWS.where(p.c.id.in_(_ids))
_EXISTING = sa.select(p.c.id).where(p.c.id.in_(_ids))


async def reorder(transaction: Transaction, wanted: ReorderPolicies) -> list[Policy]:
    """Put the policies of a type into a new order; return them in it.

    Raises:
        NotFoundError: one more than all of the type, which does not exist.
        InvalidError: they are not exactly all of the type but its default; names which are
            missing, unknown or there twice.
    """
    movable = {row["id"]: row for row in await transaction.all(_MOVABLE, type=wanted.type)}
    rows = await transaction.all_of(_EXISTING, wanted.policies)
    refuse(_wrong_order(wanted, movable, {row["id"] for row in rows}))
    await _place(transaction, [movable[policy_id] for policy_id in wanted.policies])
    target = Target("policy", None, f"all of type {wanted.type}")
    held = [row["id"] for row in sorted(movable.values(), key=lambda row: int(row["order"]))]
    before = ReorderPolicies(type=wanted.type, policies=held)
    transaction.record("PoliciesController_reorder", target, before=before, after=wanted)
    rows = await transaction.all(_SOME, ids=wanted.policies)
    return await _complete(transaction, sorted(rows, key=lambda row: int(row["order"])))


def _wrong_order(
    wanted: ReorderPolicies, movable: Mapping[str, Row], existing: Collection[str]
) -> list[Violation]:
    violations = []
    missing = dict(movable)
    for place, policy_id in enumerate(wanted.policies):
        if policy_id not in movable:
            detail = f"There is no {wanted.type} policy {policy_id} whose place can change."
            unknown = policy_id not in existing
            violations.append(Violation(f"/policies/{place}", detail, unknown=unknown))
        elif missing.pop(policy_id, None) is None:
            detail = f"{movable[policy_id]['name']} ({policy_id}) stands here twice."
            violations.append(Violation(f"/policies/{place}", detail))
    violations += [
        Violation("/policies", f"{row['name']} ({row['id']}) is missing.")
        for row in missing.values()
    ]
    return violations


async def _place(transaction: Transaction, rows: Sequence[Row]) -> None:
    """Number policies from 0 in this order."""
    moved = [(place, row["id"]) for place, row in enumerate(rows) if row["order"] != place]
    for place, policy_id in moved:
        await transaction.run(_MOVE, id=policy_id, place=place, at=transaction.stamp)
    ids = [policy_id for _, policy_id in moved]
    transaction.changed(*facts.put(await facts.policies(transaction, ids)))


async def _changed(
    transaction: Transaction, policy_id: str, operation: str, *, before: Policy | None
) -> Policy:
    transaction.changed(*facts.put(await facts.policies(transaction, [policy_id])))
    policy = await find(transaction, policy_id)
    target = Target("policy", policy_id, policy.name)
    transaction.record(operation, target, before=before, after=policy)
    return policy


async def _complete(session: TenantSession, rows: Iterable[Row]) -> list[Policy]:
    """Return policies with what they name and their rules."""
    rows = list(rows)
    if not rows:
        return []
    scopes = await policy_scope.of_policies(session, [row["id"] for row in rows])
    rule_ids = {row["rule_id"] for row in rows if row["rule_id"]}
    rules = await admission_rules.some(session, list(rule_ids))
    return [_shown(row, scopes[row["id"]], rules.get(row["rule_id"])) for row in rows]


def _shown(row: Row, scope: policy_scope.Scope, rule: AdmissionRule | None) -> Policy:
    return Policy(
        id=row["id"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        name=row["name"],
        description=row["description"],
        action=bool(row["action"]),
        order=row["order"],
        is_default=bool(row["is_default"]),
        type=row["type"],
        mode=row["mode"],
        all_groups=bool(row["all_groups"]),
        all_users=bool(row["all_users"]),
        all_devices=bool(row["all_devices"]),
        all_resources=bool(row["all_resources"]),
        groups=scope.groups,
        users=scope.users,
        devices=scope.devices,
        resources=scope.resources,
        gateways=scope.gateways,
        source_ips=msgspec.json.decode(row["source_ips"], type=list[str]),
        rule=rule,
    )
