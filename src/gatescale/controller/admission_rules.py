"""Admission rules: conditions that policies may carry; two are built in."""

from collections.abc import Sequence

import sqlalchemy as sa

from gatescale.contract.admission_rules import AdmissionRule
from gatescale.controller.store import tables
from gatescale.controller.store.database import Row
from gatescale.controller.store.session import TenantSession

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
