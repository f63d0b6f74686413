"""Built-in roles, and who holds them: given directly, else inherited from groups."""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from gatescale.contract.roles import Role
from gatescale.controller.permissions import PRIVILEGE
from gatescale.controller.store import tables
from gatescale.controller.store.database import Row
from gatescale.controller.store.session import TenantSession
from gatescale.controller.store.statements import TENANT
from gatescale.errors import Violation

BUILT_IN = (
    ("OWNER", "Owner", "Everything; held by the tenant's creator."),
    ("ADMIN", "Admin", "Everything but the owner's rights."),
    ("AUDITOR", "Auditor", "Reads all, changes nothing."),
    ("SUPPORT", "Support", "Reads users and devices."),
    ("BILLING", "Billing", "Reads what is billed."),
    ("DEFAULT", "User", "An end user: their own profile and devices."),
    ("BASIC", "Basic", "An end user: their own devices."),
)
"""Type, name and description of the roles that every tenant has."""

t, gr, ur, m = tables.roles, tables.group_roles, tables.user_roles, tables.group_members
g = tables.groups
_ids = sa.bindparam("ids", expanding=True, type_=sa.String)

COLUMNS = (
    t.c.id,
    t.c.created_at,
    t.c.updated_at,
    t.c.name,
    t.c.description,
    t.c.deleteable,
    t.c.type,
)
_ALL = sa.select(*COLUMNS)
_ONE = _ALL.where(t.c.id == sa.bindparam("id"))


def shown(row: Row) -> Role:
    """Return a role from a row of ``COLUMNS``."""
    return Role(
        id=row["id"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        name=row["name"],
        description=row["description"],
        deleteable=bool(row["deleteable"]),
        type=row["type"],
    )


def by_privilege(found: Iterable[Role]) -> list[Role]:
    """Return roles with the most privileged first."""
    return sorted(found, key=lambda role: PRIVILEGE.index(role.type))


_MANY = 20_000
"""Holders above which those are counted who are none."""


def holders(role: sa.BindParameter[str]) -> sa.Select[tuple[int]]:
    """Return the statement that counts who holds a role, as ``total``.

    Nearly everybody inherits the end user's role. They are counted as all users, who each are in a
    group, without those that are only in groups that do not grant it.
    """
    granting = sa.select(gr.c.group_id).where(gr.c.tenant_id == TENANT, gr.c.role_id == role)
    inherits = sa.and_(m.c.tenant_id == TENANT, m.c.group_id.in_(granting))
    some = sa.select(m.c.user_id).where(inherits).limit(sa.literal_column(str(_MANY + 1)))
    are_many = sa.select(sa.func.count()).select_from(some.subquery()).scalar_subquery() > _MANY
    people = sa.func.count(sa.distinct(m.c.user_id))
    few = sa.select(people).where(inherits).scalar_subquery()
    tenant = tables.tenants.c
    everybody = sa.select(tenant.user_count).where(tenant.id == TENANT).scalar_subquery()
    others = sa.select(g.c.id).where(g.c.tenant_id == TENANT, g.c.id.not_in(granting))
    also = m.alias("also")
    is_also_in_one = sa.exists().where(
        also.c.tenant_id == TENANT, also.c.user_id == m.c.user_id, also.c.group_id.in_(granting)
    )
    elsewhere = sa.and_(m.c.tenant_id == TENANT, m.c.group_id.in_(others), ~is_also_in_one)
    only_elsewhere = sa.select(people).where(elsewhere).scalar_subquery()
    inherited = sa.case((are_many, everybody - only_elsewhere), else_=few)
    directly = sa.and_(ur.c.tenant_id == TENANT, ur.c.role_id == role)
    given = sa.select(sa.func.count()).where(directly).scalar_subquery()
    # Roles given directly hold instead of those of the groups.
    inheriting = sa.exists().where(inherits, m.c.user_id == ur.c.user_id)
    overridden = (
        sa.select(sa.func.count(sa.distinct(ur.c.user_id)))
        .where(ur.c.tenant_id == TENANT, inheriting)
        .scalar_subquery()
    )
    return sa.select((inherited + given - overridden).label("total"))


async def every(session: TenantSession) -> list[Role]:
    """Return all roles, the most privileged first."""
    return by_privilege([shown(row) for row in await session.all(_ALL)])


async def find(session: TenantSession, role_id: str) -> Role:
    """Return a role.

    Raises:
        NotFoundError: there is none of this id.
    """
    return shown(await session.find(_ONE, f"role {role_id}", id=role_id))


async def ungrantable(
    session: TenantSession, role_ids: Sequence[str], pointer: str
) -> list[Violation]:
    """Return which roles cannot be given to somebody: what does not exist, and the owner's.

    Args:
        session: of the tenant.
        role_ids: as sent.
        pointer: where they stand in the body.
    """
    known = {role.id: role for role in await every(session)}
    violations = []
    for place, role_id in enumerate(role_ids):
        role = known.get(role_id)
        if role is None:
            violations.append(unknown(f"{pointer}/{place}", role_id))
        elif role.type == "OWNER":
            detail = f"The role {role.name} is the tenant's creator's alone; it cannot be granted."
            violations.append(Violation(f"{pointer}/{place}", detail))
    return violations


def unknown(pointer: str, role_id: str) -> Violation:
    """Return that a role does not exist."""
    return Violation(pointer, f"There is no role {role_id}.", unknown=True)


_DIRECT = (
    sa.select(ur.c.user_id.label("holder"), *COLUMNS)
    .select_from(ur.join(t))
    .where(ur.c.user_id.in_(_ids))
)
_INHERITED = (
    sa.select(m.c.user_id.label("holder"), *COLUMNS)
    .select_from(
        m.join(gr, sa.and_(gr.c.tenant_id == m.c.tenant_id, gr.c.group_id == m.c.group_id)).join(t)
    )
    .where(m.c.user_id.in_(_ids))
    .distinct()
)
_OF_GROUPS = (
    sa.select(gr.c.group_id.label("holder"), *COLUMNS)
    .select_from(gr.join(t))
    .where(gr.c.group_id.in_(_ids))
)


async def of_users(session: TenantSession, user_ids: Sequence[str]) -> dict[str, list[Role]]:
    """Return the roles that hold for each user, the most privileged first.

    Roles given directly hold instead of those of the groups (API contract, section 4).
    """
    direct = await _held(session, _DIRECT, user_ids)
    inherited = await _held(session, _INHERITED, user_ids)
    return {**inherited, **direct}


async def given_directly(session: TenantSession, user_id: str) -> list[Role]:
    """Return the roles given to a user directly, the most privileged first."""
    return (await _held(session, _DIRECT, [user_id])).get(user_id, [])


async def inherited(session: TenantSession, user_id: str) -> list[Role]:
    """Return the roles of a user's groups, the most privileged first."""
    return (await _held(session, _INHERITED, [user_id])).get(user_id, [])


async def of_groups(session: TenantSession, group_ids: Sequence[str]) -> dict[str, list[Role]]:
    """Return the roles of each group, the most privileged first."""
    return await _held(session, _OF_GROUPS, group_ids)


async def _held(
    session: TenantSession, statement: sa.Select[tuple[object, ...]], ids: Sequence[str]
) -> dict[str, list[Role]]:
    held: dict[str, list[Role]] = {}
    for row in await session.all(statement, ids=list(ids)):
        held.setdefault(row["holder"], []).append(shown(row))
    return {holder: by_privilege(found) for holder, found in held.items()}
