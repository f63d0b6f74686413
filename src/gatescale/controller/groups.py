"""Groups: people who share roles, a number of devices, and what policies grant them."""

from collections.abc import Iterable
from typing import Any

import msgspec
import sqlalchemy as sa

from gatescale.contract.groups import Group, GroupMember, WriteGroup
from gatescale.controller import facts, roles
from gatescale.controller.store import tables
from gatescale.controller.store.database import DuplicateError, Row
from gatescale.controller.store.fields import Folded, link
from gatescale.controller.store.folding import folded, key
from gatescale.controller.store.listing import Listing, ListQuery
from gatescale.controller.store.pages import fetch
from gatescale.controller.store.session import Target, TenantSession, Transaction, new_id
from gatescale.controller.store.statements import TENANT
from gatescale.errors import ConflictError, refuse
from gatescale.policy.vocabulary import Kind, Remove

DEFAULT_MAX_DEVICES = 5
"""Devices per member, unless the group says otherwise (API contract, section 3)."""

g, m, gr, u = tables.groups, tables.group_members, tables.group_roles, tables.users
_id = sa.bindparam("id", type_=sa.String)
_ids = sa.bindparam("ids", expanding=True, type_=sa.String)

COLUMNS = (
    g.c.id,
    g.c.created_at,
    g.c.updated_at,
    g.c.name,
    g.c.description,
    g.c.deleteable,
    g.c.max_devices,
    g.c.is_saml_default_group,
    g.c.idp_mapping,
)
_ROWS = sa.select(*COLUMNS)
_ONE = _ROWS.where(g.c.id == _id)

LISTING = Listing(
    rows=_ROWS,
    key=g.c.id,
    fields={
        "id": g.c.id,
        "createdAt": g.c.created_at,
        "updatedAt": g.c.updated_at,
        "name": Folded(g.c.name, g.c.name_key),
        "description": g.c.description,
        "deleteable": g.c.deleteable,
        "maxDevices": g.c.max_devices,
        "isSamlDefaultGroup": g.c.is_saml_default_group,
        "roles.id": link(gr, "role_id", "group_id", g.c.id),
        "users.id": link(m, "user_id", "group_id", g.c.id),
    },
    search=g.c.search,
)


def idp_mapping(row: Row) -> list[str]:
    """Return the names that an identity provider has for a group."""
    return msgspec.json.decode(row["idp_mapping"], type=list[str])


async def page(
    session: TenantSession, query: ListQuery, *, with_users: bool = True
) -> tuple[list[Group], int]:
    """Return a page of groups and how many there are under the filters.

    Args:
        session: of the tenant.
        query: which page.
        with_users: also who is in them; how many are is always told.
    """
    found = await fetch(session, LISTING, query)
    return await _complete(session, found.rows, with_users=with_users), found.total


async def find(session: TenantSession, group_id: str, *, with_users: bool = True) -> Group:
    """Return a group; ``with_users`` as in ``page``.

    Raises:
        NotFoundError: there is none of this id.
    """
    row = await session.find(_ONE, f"group {group_id}", id=group_id)
    return (await _complete(session, [row], with_users=with_users))[0]


async def create(transaction: Transaction, wanted: WriteGroup) -> Group:
    """Make a group without members.

    Raises:
        NotFoundError: a role that does not exist.
        InvalidError: a role that no group may grant.
        ConflictError: the name is taken.
    """
    refuse(await roles.ungrantable(transaction, wanted.roles, "/roles"))
    row = {
        "id": new_id(),
        "created_at": transaction.stamp,
        "deleteable": True,
        "is_saml_default_group": False,
        "max_devices": DEFAULT_MAX_DEVICES,
        "idp_mapping": "[]",
        **_written(transaction, wanted),
    }
    try:
        await transaction.insert(g, row)
    except DuplicateError:
        raise _name_taken(wanted) from None
    await _grant(transaction, row["id"], wanted)
    made = await _recorded(transaction, row["id"], "GroupsController_create", before=None)
    return msgspec.structs.replace(made, users=[])


_REVOKE = sa.delete(gr).where(gr.c.group_id == _id)


async def update(
    transaction: Transaction, group_id: str, wanted: WriteGroup, *, with_users: bool = True
) -> Group:
    """Change all of a group but its members; return it, ``with_users`` as in ``page``.

    Raises:
        NotFoundError: there is no such group, or no such role.
        InvalidError: a role that no group may grant.
        ConflictError: the name is taken, or the Default Group would lose the end user's role.
    """
    group = await find(transaction, group_id, with_users=False)
    refuse(await roles.ungrantable(transaction, wanted.roles, "/roles"))
    end_user = next((role for role in group.roles if role.type == "DEFAULT"), None)
    if not group.deleteable and end_user and end_user.id not in wanted.roles:
        detail = f"{group.name} always grants the role {end_user.name} ({end_user.id})."
        raise ConflictError(detail, pointer="/roles")
    try:
        await transaction.update(g, group_id, _written(transaction, wanted))
    except DuplicateError:
        raise _name_taken(wanted) from None
    await transaction.run(_REVOKE, id=group_id)
    await _grant(transaction, group_id, wanted)
    changed = await _recorded(transaction, group_id, "GroupsController_update", before=group)
    return await find(transaction, group_id) if with_users else changed


_other = m.alias("other")
_IN_NO_OTHER = sa.select(m.c.user_id).where(
    m.c.group_id == _id,
    ~sa.exists().where(
        _other.c.tenant_id == TENANT,
        _other.c.user_id == m.c.user_id,
        _other.c.group_id != m.c.group_id,
    ),
)
_DEFAULT = sa.select(g.c.id, g.c.name).where(sa.not_(g.c.deleteable))
_DELETE = sa.delete(g).where(g.c.id == _id)


async def default_name(session: TenantSession) -> str:
    """Return what the Default Group is called."""
    return str((await session.find(_DEFAULT, "Default Group"))["name"])


async def delete(transaction: Transaction, group_id: str) -> None:
    """Remove a group and what it granted; who was in no other moves to the Default Group.

    Raises:
        NotFoundError: there is no such group.
        ConflictError: the Default Group.
    """
    group = await find(transaction, group_id, with_users=False)
    if not group.deleteable:
        raise ConflictError(f"{group.name} exists in every tenant and cannot be deleted.")
    moved = [row["user_id"] for row in await transaction.all(_IN_NO_OTHER, id=group_id)]
    default = await transaction.find(_DEFAULT, "Default Group")
    await transaction.run(_DELETE, id=group_id)
    member = {"group_id": default["id"], "created_at": transaction.stamp}
    await transaction.insert(m, *({**member, "user_id": user_id} for user_id in moved))
    transaction.changed(
        Remove(Kind.GROUP, group_id), *facts.put(await facts.users(transaction, moved))
    )
    target = Target("group", group_id, group.name)
    transaction.record("GroupsController_delete", target, before=group)


def _written(transaction: Transaction, wanted: WriteGroup) -> dict[str, Any]:
    return {
        "updated_at": transaction.stamp,
        "name": wanted.name,
        "name_key": key(wanted.name),
        "search": folded(wanted.name, wanted.description),
        "description": wanted.description,
        **_ours(wanted),
    }


def _ours(wanted: WriteGroup) -> dict[str, Any]:
    """Return the columns that clients of the documented API do not know: left out, they stay."""
    columns: dict[str, Any] = {}
    if wanted.max_devices is not msgspec.UNSET:
        columns["max_devices"] = wanted.max_devices
    if wanted.idp_mapping is not msgspec.UNSET:
        columns["idp_mapping"] = msgspec.json.encode(wanted.idp_mapping).decode()
    return columns


async def _grant(transaction: Transaction, group_id: str, wanted: WriteGroup) -> None:
    links = [{"group_id": group_id, "role_id": role_id} for role_id in dict.fromkeys(wanted.roles)]
    await transaction.insert(gr, *links)


async def _recorded(
    transaction: Transaction, group_id: str, operation: str, *, before: Group | None
) -> Group:
    transaction.changed(*facts.put(await facts.groups(transaction, [group_id])))
    group = await find(transaction, group_id, with_users=False)
    target = Target("group", group_id, group.name)
    transaction.record(operation, target, before=before, after=group)
    return group


def _name_taken(wanted: WriteGroup) -> ConflictError:
    return ConflictError(f"There is a group {wanted.name!r} already.", pointer="/name")


_MEMBERS = (
    sa.select(
        m.c.group_id,
        m.c.created_at,
        u.c.id,
        u.c.updated_at,
        u.c.first_name,
        u.c.last_name,
        u.c.email,
    )
    .select_from(m.join(u))
    .where(m.c.group_id.in_(_ids))
    .order_by(u.c.email_key)
)
_COUNTS = (
    sa.select(m.c.group_id, sa.func.count().label("count"))
    .where(m.c.group_id.in_(_ids))
    .group_by(m.c.group_id)
)


async def _complete(
    session: TenantSession, rows: Iterable[Row], *, with_users: bool
) -> list[Group]:
    """Return groups with their roles and the number of their members, or also who these are."""
    rows = list(rows)
    ids = [row["id"] for row in rows]
    if not ids:
        return []
    members: dict[str, list[GroupMember]] = {}
    if with_users:
        members = await _members(session, ids)
        counts = {group_id: len(found) for group_id, found in members.items()}
    else:
        counts = {row["group_id"]: row["count"] for row in await session.all(_COUNTS, ids=ids)}
    granted = await roles.of_groups(session, ids)
    return [
        Group(
            id=row["id"],
            created_at=row["created_at"],
            updated_at=row["updated_at"],
            name=row["name"],
            description=row["description"],
            roles=granted.get(row["id"], []),
            deleteable=bool(row["deleteable"]),
            users=members.get(row["id"], []) if with_users else msgspec.UNSET,
            user_count=counts.get(row["id"], 0),
            max_devices=row["max_devices"],
            is_saml_default_group=bool(row["is_saml_default_group"]),
            idp_mapping=idp_mapping(row),
        )
        for row in rows
    ]


async def _members(session: TenantSession, ids: list[str]) -> dict[str, list[GroupMember]]:
    """Return the members of each group that has any, by email."""
    members: dict[str, list[GroupMember]] = {}
    for row in await session.all(_MEMBERS, ids=ids):
        members.setdefault(row["group_id"], []).append(
            GroupMember(
                id=row["id"],
                created_at=row["created_at"],
                updated_at=row["updated_at"],
                first_name=row["first_name"],
                last_name=row["last_name"],
                email=row["email"],
            )
        )
    return members
