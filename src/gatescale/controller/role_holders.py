"""Who holds which role: given to a user directly, or through a group."""

from collections.abc import Collection

import sqlalchemy as sa

from gatescale.contract.roles import Role, UpdateUserRoles
from gatescale.contract.users import SignInLink, User
from gatescale.controller import enrolments, facts, roles, users
from gatescale.controller.permissions import PRIVILEGE
from gatescale.controller.store import tables
from gatescale.controller.store.session import Target, TenantSession, Transaction
from gatescale.controller.store.statements import TENANT
from gatescale.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    Violation,
    refuse,
)

u, ur, m, gr = tables.users, tables.user_roles, tables.group_members, tables.group_roles
_role_id = sa.bindparam("role_id", type_=sa.String)
_user_id = sa.bindparam("user_id", type_=sa.String)
_BATCH = 1000
"""Users that are read at once: databases bound the number of parameters."""

_is_given = sa.exists().where(
    ur.c.tenant_id == TENANT, ur.c.user_id == u.c.id, ur.c.role_id == _role_id
)
_has_any_directly = sa.exists().where(ur.c.tenant_id == TENANT, ur.c.user_id == u.c.id)
_inherits = sa.exists().where(
    m.c.tenant_id == TENANT,
    m.c.user_id == u.c.id,
    gr.c.tenant_id == m.c.tenant_id,
    gr.c.group_id == m.c.group_id,
    gr.c.role_id == _role_id,
)
_IDS = sa.select(u.c.id).order_by(u.c.email_key)
_DIRECT = _IDS.where(_is_given)
_ALL = _IDS.where(sa.or_(_is_given, sa.and_(~_has_any_directly, _inherits)))


async def of_role(session: TenantSession, role_id: str, *, groups: bool) -> list[User]:
    """Return the users who were given a role, by email.

    Args:
        session: of the tenant.
        role_id: which role.
        groups: also those who hold it through a group.

    Raises:
        NotFoundError: there is no such role.
    """
    await roles.find(session, role_id)
    rows = await session.all(_ALL if groups else _DIRECT, role_id=role_id)
    ids = [row["id"] for row in rows]
    found: dict[str, User] = {}
    for start in range(0, len(ids), _BATCH):
        batch = await users.some(session, ids[start : start + _BATCH])
        found.update((user.id, user) for user in batch)
    return [found[user_id] for user_id in ids if user_id in found]


async def of_user(
    session: TenantSession, user_id: str, *, groups_only: bool = False, roles_only: bool = False
) -> list[Role]:
    """Return a user's roles, direct and of their groups, the most privileged first.

    Args:
        session: of the tenant.
        user_id: whose.
        groups_only: only those of their groups.
        roles_only: only those given directly.

    Raises:
        NotFoundError: there is no such user.
        InvalidError: both restrictions at once.
    """
    if groups_only and roles_only:
        detail = "Ask for groupsOnly or for rolesOnly, not for both."
        raise InvalidError(detail, pointer="query/rolesOnly")
    await users.find(session, user_id)
    direct = [] if groups_only else await roles.given_directly(session, user_id)
    inherited = [] if roles_only else await roles.inherited(session, user_id)
    return roles.by_privilege({role.id: role for role in [*direct, *inherited]}.values())


_TAKE = sa.delete(ur).where(ur.c.user_id == _user_id, ur.c.role_id == _role_id)


async def remove(transaction: Transaction, role_id: str, user_id: str) -> None:
    """Take a directly given role from a user; those of their groups hold again once none is left.

    Raises:
        NotFoundError: no such role or user, or it was not given to them directly.
        ConflictError: the owner's role.
    """
    role = await roles.find(transaction, role_id)
    user = await users.find(transaction, user_id)
    given = await roles.given_directly(transaction, user_id)
    if role_id not in {each.id for each in given}:
        raise NotFoundError(f"{user.email} was not given the role {role.name} directly.")
    _refuse_owner(role)
    await transaction.run(_TAKE, user_id=user_id, role_id=role_id)
    await _record(transaction, "RolesController_removeRole", user)


async def update(transaction: Transaction, user_id: str, wanted: UpdateUserRoles) -> list[Role]:
    """Give and take direct roles; return all that the user has then.

    Raises:
        NotFoundError: there is no such user, or no such role.
        InvalidError: a role to add that cannot be granted, or one to remove that was not given
            directly.
        ConflictError: the owner's role would be removed.
    """
    user = await users.find(transaction, user_id)
    given = {role.id: role for role in await roles.given_directly(transaction, user_id)}
    refuse(
        [
            *await roles.ungrantable(transaction, wanted.added_roles, "/addedRoles"),
            *await _not_given(transaction, user, given.keys(), wanted),
        ]
    )
    for role_id in set(wanted.removed_roles):
        _refuse_owner(given[role_id])
        await transaction.run(_TAKE, user_id=user_id, role_id=role_id)
    added = dict.fromkeys(role_id for role_id in wanted.added_roles if role_id not in given)
    links = [{"user_id": user_id, "role_id": role_id} for role_id in added]
    await transaction.insert(ur, *links)
    await _record(transaction, "UsersController_patchUserRoles", user)
    return await of_user(transaction, user_id)


async def _record(transaction: Transaction, operation: str, before: User) -> None:
    transaction.changed(*facts.put(await facts.users(transaction, [before.id])))
    after = await users.find(transaction, before.id)
    target = Target("user", before.id, before.email)
    transaction.record(operation, target, before=before, after=after)


async def _not_given(
    transaction: Transaction, user: User, given: Collection[str], wanted: UpdateUserRoles
) -> list[Violation]:
    known = {role.id: role for role in await roles.every(transaction)}
    violations = []
    for place, role_id in enumerate(wanted.removed_roles):
        pointer = f"/removedRoles/{place}"
        if role_id not in known:
            violations.append(roles.unknown(pointer, role_id))
        elif role_id not in given:
            detail = f"{user.email} was not given the role {known[role_id].name} directly."
            violations.append(Violation(pointer, detail))
    return violations


def _refuse_owner(role: Role) -> None:
    if role.type == "OWNER":
        raise ConflictError("A tenant always has an owner; transfer the ownership instead.")


async def create_sign_in_link(
    transaction: Transaction, user_id: str, public_url: str
) -> SignInLink:
    """Make a one-time link to a new way to sign in, for a user with no more rights than the caller.

    Raises:
        NotFoundError: there is no such user.
        ForbiddenError: their role exceeds the caller's, who could act as them.
        ConflictError: the user is not active.
    """
    user = await users.find(transaction, user_id)
    held = min((PRIVILEGE.index(role.type) for role in user.roles), default=len(PRIVILEGE))
    if held < PRIVILEGE.index(transaction.caller.role):
        raise ForbiddenError(
            f"{user.email} is {PRIVILEGE[held]}; who holds such a link could act as they may."
        )
    return await enrolments.create_sign_in_link(transaction, user_id, public_url)
