"""Admission rules: conditions that policies may carry; two are built in."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from gatescale.contract.admission_rules import AdmissionRule, WriteAdmissionRule
from gatescale.controller import facts
from gatescale.controller.store import tables
from gatescale.controller.store.database import DuplicateError, Row
from gatescale.controller.store.folding import key
from gatescale.controller.store.session import Target, TenantSession, Transaction, new_id
from gatescale.errors import ConflictError
from gatescale.policy.vocabulary import Kind, Remove

t = tables.admission_rules
_id = sa.bindparam("id", type_=sa.String)

COLUMNS = (
    t.c.id,
    t.c.created_at,
    t.c.updated_at,
    t.c.name,
    t.c.type,
    t.c.has_time_constraint,
    t.c.rule,
)
_ROWS = sa.select(*COLUMNS)
_ONE = _ROWS.where(t.c.id == _id)
_SOME = _ROWS.where(t.c.id.in_(sa.bindparam("ids", expanding=True, type_=sa.String)))
_ALL = _ROWS.order_by(t.c.type == "CUSTOM", t.c.name_key)
_UNRESTRICTED = _ROWS.where(t.c.type == "ALLOW")


def shown(row: Row) -> AdmissionRule:
    """Return a rule from a row of ``COLUMNS``."""
    return AdmissionRule(
        id=row["id"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        name=row["name"],
        type=row["type"],
        has_time_constraint=bool(row["has_time_constraint"]),
        rule=row["rule"],
    )


async def every(session: TenantSession) -> list[AdmissionRule]:
    """Return all rules, the built-in ones first."""
    return [shown(row) for row in await session.all(_ALL)]


async def some(session: TenantSession, ids: Sequence[str]) -> dict[str, AdmissionRule]:
    """Return those of these rules that exist, by id."""
    return {row["id"]: shown(row) for row in await session.all(_SOME, ids=list(ids))}


async def find(session: TenantSession, rule_id: str) -> AdmissionRule:
    """Return a rule.

    Raises:
        NotFoundError: there is none of this id.
    """
    return shown(await session.find(_ONE, f"admission rule {rule_id}", id=rule_id))


async def unrestricted(session: TenantSession) -> AdmissionRule:
    """Return the built-in rule that always holds."""
    return shown(await session.find(_UNRESTRICTED, "unrestricted admission rule"))


async def create(transaction: Transaction, wanted: WriteAdmissionRule) -> AdmissionRule:
    """Make a rule, for policies to carry.

    Raises:
        ConflictError: the name is taken.
    """
    row = {
        "id": new_id(),
        "created_at": transaction.stamp,
        "type": "CUSTOM",
        **_written(transaction, wanted),
    }
    try:
        await transaction.insert(t, row)
    except DuplicateError:
        raise _name_taken(wanted) from None
    rule = await find(transaction, row["id"])
    transaction.changed(*facts.put(await facts.rules(transaction, [rule.id])))
    transaction.record("AdmissionRulesController_create", _target(rule), after=rule)
    return rule


async def update(
    transaction: Transaction, rule_id: str, wanted: WriteAdmissionRule
) -> AdmissionRule:
    """Change a rule; it holds in its new form for every policy that carries it.

    Raises:
        NotFoundError: there is no such rule.
        ConflictError: a built-in rule, or the name is taken.
    """
    rule = await find(transaction, rule_id)
    _refuse_built_in(rule)
    try:
        await transaction.update(t, rule_id, _written(transaction, wanted))
    except DuplicateError:
        raise _name_taken(wanted) from None
    changed = await find(transaction, rule_id)
    transaction.changed(*facts.put(await facts.rules(transaction, [rule_id])))
    transaction.record("AdmissionRulesController_update", _target(rule), before=rule, after=changed)
    return changed


_CARRIERS = (
    sa.select(tables.policies.c.name)
    .where(tables.policies.c.rule_id == _id)
    .order_by(tables.policies.c.type, tables.policies.c.order)
)
_DELETE = sa.delete(t).where(t.c.id == _id)


async def delete(transaction: Transaction, rule_id: str) -> None:
    """Remove a rule that no policy carries.

    Raises:
        NotFoundError: there is no such rule.
        ConflictError: a built-in rule, or in use; names the policies that carry it.
    """
    rule = await find(transaction, rule_id)
    _refuse_built_in(rule)
    carriers = [row["name"] for row in await transaction.all(_CARRIERS, id=rule_id)]
    if carriers:
        raise ConflictError(f"{rule.name} is carried by the policies {', '.join(carriers)}.")
    await transaction.run(_DELETE, id=rule_id)
    transaction.changed(Remove(Kind.RULE, rule_id))
    transaction.record("AdmissionRulesController_delete", _target(rule), before=rule)


def _refuse_built_in(rule: AdmissionRule) -> None:
    if rule.type != "CUSTOM":
        raise ConflictError(f"{rule.name} is built in and stays as it is.")


def _written(transaction: Transaction, wanted: WriteAdmissionRule) -> dict[str, Any]:
    return {
        "updated_at": transaction.stamp,
        "name": wanted.name,
        "name_key": key(wanted.name),
        "rule": wanted.rule,
        "has_time_constraint": wanted.has_time_constraint,
    }


def _name_taken(wanted: WriteAdmissionRule) -> ConflictError:
    return ConflictError(f"There is an admission rule {wanted.name!r} already.", pointer="/name")


def _target(rule: AdmissionRule) -> Target:
    return Target("admission rule", rule.id, rule.name)
