"""People of a tenant: invited by mail, active once they accept, cut off at once when they go."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from gatescale.contract.users import CreateUser, UpdateUser, User, UserGroup
from gatescale.controller import (
    browser_sessions,
    devices,
    emails,
    enrolments,
    facts,
    invitees,
    roles,
    sessions,
    signals,
)
from gatescale.controller.clock import later
from gatescale.controller.store import search, tables
from gatescale.controller.store.database import Row
from gatescale.controller.store.fields import Choice, Folded, Related, link, pairs
from gatescale.controller.store.folding import folded, key
from gatescale.controller.store.listing import Listing, ListQuery
from gatescale.controller.store.pages import fetch
from gatescale.controller.store.session import Target, TenantSession, Transaction, new_id
from gatescale.controller.store.statements import NOW, TENANT
from gatescale.errors import ConflictError, NotFoundError
from gatescale.policy.vocabulary import Kind, Remove

u, m, ur, gr = tables.users, tables.group_members, tables.user_roles, tables.group_roles
_id = sa.bindparam("id", type_=sa.String)
_ids = sa.bindparam("ids", expanding=True, type_=sa.String)

STATUS = sa.case(
    (sa.and_(u.c.status == "INVITED", u.c.invited_until <= NOW), "EXPIRED"), else_=u.c.status
)
"""A user's status as people see it."""

COLUMNS = (
    u.c.id,
    u.c.created_at,
    u.c.updated_at,
    u.c.last_connection,
    u.c.email,
    STATUS.label("status"),
    u.c.first_name,
    u.c.last_name,
    u.c.is_owner,
    u.c.max_devices,
    u.c.image,
    u.c.department,
    u.c.title,
    u.c.attributes,
)
_ROWS = sa.select(*COLUMNS)
_ONE = _ROWS.where(u.c.id == _id)
_SOME = _ROWS.where(u.c.id.in_(_ids))

_has_lapsed = sa.and_(u.c.status == "INVITED", u.c.invited_until <= NOW)
_has_none = ~sa.exists().where(ur.c.tenant_id == m.c.tenant_id, ur.c.user_id == m.c.user_id)
_HELD = sa.union_all(
    sa.select(ur.c.tenant_id, ur.c.user_id, ur.c.role_id).where(ur.c.tenant_id == TENANT),
    sa.select(m.c.tenant_id, m.c.user_id, gr.c.role_id)
    .select_from(
        m.join(gr, sa.and_(gr.c.tenant_id == m.c.tenant_id, gr.c.group_id == m.c.group_id))
    )
    .where(m.c.tenant_id == TENANT, _has_none),
).subquery("held")
"""Who holds which role: given directly, else inherited (API contract, section 4)."""

LISTING = Listing(
    rows=_ROWS,
    key=u.c.id,
    fields={
        "id": u.c.id,
        "createdAt": u.c.created_at,
        "updatedAt": u.c.updated_at,
        "lastConnection": u.c.last_connection,
        "email": Folded(u.c.email, u.c.email_key),
        "status": Choice(
            {
                "EXPIRED": _has_lapsed,
                "INVITED": sa.and_(u.c.status == "INVITED", u.c.invited_until > NOW),
                "DEACTIVATED": u.c.status == "DEACTIVATED",
                "ACTIVE": u.c.status == "ACTIVE",
            },
            STATUS,
        ),
        "firstName": Folded(u.c.first_name, u.c.first_name_key),
        "lastName": Folded(u.c.last_name, u.c.last_name_key),
        "isOwner": Choice({"true": u.c.is_owner, "false": sa.not_(u.c.is_owner)}, u.c.is_owner),
        "maxDevices": u.c.max_devices,
        "image": u.c.image,
        "department": u.c.department,
        "title": u.c.title,
        "attributes.*": pairs(tables.user_attributes, "user_id", u.c.id),
        "groups.id": link(m, "group_id", "user_id", u.c.id),
        "roles.id": Related(
            *(_HELD.c.role_id, _HELD.c.user_id, _HELD, u.c.id), is_once=False, total=roles.holders
        ),
    },
    search=search.Texts(
        tables.user_search.c.text, u.c.seq, fields=frozenset({"email", "firstName", "lastName"})
    ),
    count=tables.tenants.c.user_count,
)


async def page(session: TenantSession, query: ListQuery) -> tuple[list[User], int]:
    """Return a page of users and how many there are under the filters."""
    found = await fetch(session, LISTING, query)
    return await _complete(session, found.rows), found.total


async def find(session: TenantSession, user_id: str) -> User:
    """Return a user.

    Raises:
        NotFoundError: there is none of this id.
    """
    row = await session.find(_ONE, f"user {user_id}", id=user_id)
    return (await _complete(session, [row]))[0]


async def create(
    transaction: Transaction, wanted: Sequence[CreateUser], *, bulk: bool
) -> list[User]:
    """Invite people: each becomes a user and gets an invitation mail; all of them or none.

    Args:
        transaction: of the inviting tenant.
        wanted: whom to invite.
        bulk: they came as an array, so that errors point into it.

    Raises:
        InvalidError: an email twice.
        NotFoundError: a group that does not exist.
        ConflictError: an email that is a user's already.
    """
    await invitees.refuse_wrong(transaction, wanted, bulk=bulk)
    now = transaction.stamp
    until = later(transaction.now, days=enrolments.INVITATION_DAYS)
    numbers = await search.next_numbers(transaction, len(wanted))
    rows: list[dict[str, Any]] = [
        {
            "id": new_id(),
            "seq": number,
            "created_at": now,
            "updated_at": now,
            "email": emails.canonical(person.email),
            "email_key": emails.mailbox(person.email),
            "first_name": person.first_name,
            "first_name_key": key(person.first_name or ""),
            "last_name": person.last_name,
            "last_name_key": key(person.last_name or ""),
            "department": person.department,
            "title": person.title,
            "attributes": _encoded(person.attributes),
            "status": "INVITED",
            "is_owner": False,
            "invited_until": until,
        }
        for number, person in zip(numbers, wanted, strict=True)
    ]
    await transaction.insert(u, *rows)
    texts = (
        search.text_row(row["seq"], row["email"], row["first_name"], row["last_name"])
        for row in rows
    )
    await transaction.insert(tables.user_search, *texts)
    await transaction.insert(
        tables.user_attributes,
        *(
            each
            for row, person in zip(rows, wanted, strict=True)
            for each in signals.value_rows({"user_id": row["id"]}, person.attributes)
        ),
    )
    await transaction.insert(
        m,
        *(
            {"user_id": row["id"], "group_id": group_id, "created_at": now}
            for row, person in zip(rows, wanted, strict=True)
            for group_id in dict.fromkeys(person.groups)
        ),
    )
    await enrolments.invite(transaction, [(row["id"], row["email"]) for row in rows])
    ids = [row["id"] for row in rows]
    transaction.changed(*facts.put(await facts.users(transaction, ids)))
    found = {user.id: user for user in await some(transaction, ids)}
    made = [found[user_id] for user_id in ids]
    for user in made:
        transaction.record("UsersController_create", _target(user), after=user)
    return made


_SET_STATUS = (
    sa.update(u)
    .where(u.c.id == _id)
    .values(status=sa.bindparam("status"), updated_at=sa.bindparam("at"))
)


async def deactivate(transaction: Transaction, user_id: str) -> User:
    """Cut a user and their devices off at once; everything stays and can come back.

    Raises:
        NotFoundError: there is no such user.
        ConflictError: deactivated already, or the owner.
    """
    user = await find(transaction, user_id)
    if user.is_owner:
        raise ConflictError("The owner cannot be deactivated.")
    if user.status == "DEACTIVATED":
        raise ConflictError(f"{user.email} is deactivated already.")
    await transaction.run(_SET_STATUS, id=user_id, status="DEACTIVATED", at=transaction.stamp)
    await browser_sessions.end_all(transaction, user_id)
    await sessions.cut_user(transaction, user_id, "DEACTIVATED")
    return await _changed(transaction, user, "UsersController_deactivate")


async def reactivate(transaction: Transaction, user_id: str) -> User:
    """Let a deactivated user back in; one who never accepted is invited still.

    Raises:
        NotFoundError: there is no such user.
        ConflictError: not deactivated.
    """
    user = await find(transaction, user_id)
    if user.status != "DEACTIVATED":
        raise ConflictError(f"{user.email} is not deactivated.")
    row = await transaction.find(_INVITATION_STATE, f"user {user_id}", id=user_id)
    status = "INVITED" if row["invited_until"] else "ACTIVE"
    await transaction.run(_SET_STATUS, id=user_id, status=status, at=transaction.stamp)
    return await _changed(transaction, user, "UsersController_reactivate")


_INVITATION_STATE = sa.select(u.c.email, u.c.status, u.c.invited_until).where(u.c.id == _id)
_EXTEND = (
    sa.update(u)
    .where(u.c.id == _id)
    .values(invited_until=sa.bindparam("until"), updated_at=sa.bindparam("at"))
)


async def invite(transaction: Transaction, user_id: str) -> None:
    """Send a new invitation; the links of earlier ones lapse.

    Raises:
        NotFoundError: there is no such user.
        ConflictError: they have accepted, or are deactivated.
    """
    row = await transaction.find(_INVITATION_STATE, f"user {user_id}", id=user_id)
    if row["status"] != "INVITED":
        raise ConflictError(f"{row['email']} is {row['status']}, so no invitation is pending.")
    until = later(transaction.now, days=enrolments.INVITATION_DAYS)
    await transaction.run(_EXTEND, id=user_id, until=until, at=transaction.stamp)
    await enrolments.withdraw(transaction, user_id)
    await enrolments.invite(transaction, [(user_id, row["email"])])
    target = Target("user", user_id, row["email"])
    transaction.record("UsersController_invite", target)


_DELETE = sa.delete(u).where(u.c.id == _id)


async def delete(transaction: Transaction, user_id: str) -> None:
    """Remove a user and their devices for good; they lose access at once.

    Raises:
        NotFoundError: there is no such user.
        ConflictError: the owner.
    """
    user = await find(transaction, user_id)
    if user.is_owner:
        raise ConflictError("The owner cannot be deleted; transfer the ownership first.")
    await sessions.cut_user(transaction, user_id, "DELETED")
    await transaction.run(_DELETE, id=user_id)
    transaction.changed(
        *(Remove(Kind.DEVICE, device.id) for device in user.devices), Remove(Kind.USER, user_id)
    )
    for device in user.devices:
        target = Target("device", device.id, device.name)
        transaction.record("UsersController_delete", target, before=device)
    transaction.record("UsersController_delete", _target(user), before=user)


_GROUPS = sa.select(tables.groups.c.id).where(tables.groups.c.id.in_(_ids))
_LEAVE = sa.delete(m).where(m.c.user_id == _id, m.c.group_id == sa.bindparam("group_id"))


async def add_group(transaction: Transaction, user_id: str, group_id: str) -> User:
    """Make a user a member of a group; a member stays one.

    Raises:
        NotFoundError: there is no such user or group.
    """
    user = await find(transaction, user_id)
    if not await transaction.all(_GROUPS, ids=[group_id]):
        raise NotFoundError(f"There is no group {group_id}.", pointer="/groupId")
    if group_id not in {group.id for group in user.groups}:
        row = {"user_id": user_id, "group_id": group_id, "created_at": transaction.stamp}
        await transaction.insert(m, row)
    return await _changed(transaction, user, "UsersController_addGroup")


async def remove_group(transaction: Transaction, user_id: str, group_id: str) -> None:
    """Take a user out of a group.

    Raises:
        NotFoundError: no such user, or they are no member.
        ConflictError: it is the user's only group.
    """
    user = await find(transaction, user_id)
    if group_id not in {group.id for group in user.groups}:
        raise NotFoundError(f"{user.email} is no member of a group {group_id}.")
    if len(user.groups) == 1:
        raise ConflictError(f"{user.email} is in no other group; every user stays in at least one.")
    await transaction.run(_LEAVE, id=user_id, group_id=group_id)
    await _changed(transaction, user, "UsersController_removeGroup")


_NAMES = sa.select(u.c.seq, u.c.email, u.c.first_name, u.c.last_name).where(u.c.id == _id)
_SET_NAME_KEYS = (
    sa.update(u)
    .where(u.c.id == _id)
    .values(first_name_key=sa.bindparam("first"), last_name_key=sa.bindparam("last"))
)
_SET_TEXT = (
    sa.update(tables.user_search)
    .where(tables.user_search.c.seq == sa.bindparam("seq"))
    .values(text=sa.bindparam("new_text"))
)


async def renamed(transaction: Transaction, user_id: str) -> None:
    """Let a user and their devices be found and sorted by their present email and names."""
    row = await transaction.find(_NAMES, f"user {user_id}", id=user_id)
    first, last = row["first_name"], row["last_name"]
    keys = {"first": key(first or ""), "last": key(last or "")}
    await transaction.run(_SET_NAME_KEYS, id=user_id, **keys)
    text = folded(row["email"], first, last)
    await transaction.run(_SET_TEXT, seq=row["seq"], new_text=text)
    await devices.owner_renamed(transaction, user_id, (row["email"], first, last))


_CROWN = (
    sa.update(u)
    .where(u.c.id == _id)
    .values(is_owner=sa.bindparam("value", type_=sa.Boolean), updated_at=sa.bindparam("at"))
)
_OWNER = sa.select(u.c.id).where(u.c.is_owner)
_ROLE = sa.select(tables.roles.c.id).where(tables.roles.c.type == sa.bindparam("type"))
_GIVEN = sa.delete(tables.user_roles).where(tables.user_roles.c.user_id == _id)


async def transfer_ownership(transaction: Transaction, user_id: str) -> User:
    """Make a user the tenant's owner; who was the owner becomes an admin.

    Raises:
        NotFoundError: there is no such user.
        ConflictError: they are the owner already, or not active.
    """
    heir = await find(transaction, user_id)
    if heir.is_owner:
        raise ConflictError(f"{heir.email} is the owner already.")
    if heir.status != "ACTIVE":
        raise ConflictError(f"{heir.email} is {heir.status}; the owner must be ACTIVE.")
    owner = await find(transaction, (await transaction.find(_OWNER, "owner"))["id"])
    for user, role_type in ((owner, "ADMIN"), (heir, "OWNER")):
        role = await transaction.find(_ROLE, f"role {role_type}", type=role_type)
        await transaction.run(_GIVEN, id=user.id)
        await transaction.insert(tables.user_roles, {"user_id": user.id, "role_id": role["id"]})
        await transaction.run(_CROWN, id=user.id, value=role_type == "OWNER", at=transaction.stamp)
        await _changed(transaction, user, "UsersController_transferOwnership")
    return await find(transaction, user_id)


_FORGET_ATTRIBUTES = sa.delete(tables.user_attributes).where(
    tables.user_attributes.c.user_id == _id
)


async def update(transaction: Transaction, user_id: str, wanted: UpdateUser) -> User:
    """Change what is said of a user; what is left out stays.

    Raises:
        NotFoundError: there is no such user.
    """
    user = await find(transaction, user_id)
    said = {
        name: value
        for name, value in msgspec.structs.asdict(wanted).items()
        if value is not msgspec.UNSET
    }
    if "attributes" in said:
        await transaction.run(_FORGET_ATTRIBUTES, id=user_id)
        rows = signals.value_rows({"user_id": user_id}, said["attributes"])
        await transaction.insert(tables.user_attributes, *rows)
        said["attributes"] = _encoded(said["attributes"])
    await transaction.update(u, user_id, {**said, "updated_at": transaction.stamp})
    await renamed(transaction, user_id)
    return await _changed(transaction, user, "UsersController_update")


def _encoded(attributes: signals.Values) -> str:
    return msgspec.json.encode(attributes, order="deterministic").decode()


async def _changed(transaction: Transaction, before: User, operation: str) -> User:
    transaction.changed(*facts.put(await facts.users(transaction, [before.id])))
    user = await find(transaction, before.id)
    transaction.record(operation, _target(user), before=before, after=user)
    return user


def _target(user: User) -> Target:
    return Target("user", user.id, user.email)


async def some(session: TenantSession, ids: Sequence[str]) -> list[User]:
    """Return those of these users that exist, in no particular order."""
    return await _complete(session, await session.all(_SOME, ids=list(ids)))


_GROUPS_OF = (
    sa.select(
        m.c.user_id,
        tables.groups.c.id,
        tables.groups.c.created_at,
        tables.groups.c.updated_at,
        tables.groups.c.name,
        tables.groups.c.description,
    )
    .select_from(m.join(tables.groups))
    .where(m.c.user_id.in_(_ids))
    .order_by(tables.groups.c.name_key)
)


async def _complete(session: TenantSession, rows: Iterable[Row]) -> list[User]:
    """Return users with their roles, groups and devices."""
    rows = list(rows)
    ids = [row["id"] for row in rows]
    if not ids:
        return []
    groups: dict[str, list[UserGroup]] = {}
    for row in await session.all(_GROUPS_OF, ids=ids):
        groups.setdefault(row["user_id"], []).append(
            UserGroup(
                id=row["id"],
                created_at=row["created_at"],
                updated_at=row["updated_at"],
                name=row["name"],
                description=row["description"],
            )
        )
    held = await roles.of_users(session, ids)
    owned = await devices.of_users(session, ids)
    return [
        User(
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
            department=row["department"],
            title=row["title"],
            attributes=signals.values(row["attributes"]),
            roles=held.get(row["id"], []),
            groups=groups.get(row["id"], []),
            devices=owned.get(row["id"], []),
        )
        for row in rows
    ]
