"""Devices of a tenant's users: seen, cut off, let back in, removed."""

from collections.abc import Mapping, Sequence
from operator import itemgetter

import msgspec
import sqlalchemy as sa

from gatescale.contract.devices import Device, DeviceUser, Origin
from gatescale.controller import facts, sessions
from gatescale.controller.store import search, tables
from gatescale.controller.store.database import Row
from gatescale.controller.store.fields import Choice, Folded, Part, Traits, pairs
from gatescale.controller.store.folding import folded
from gatescale.controller.store.listing import Listing, ListQuery
from gatescale.controller.store.pages import fetch
from gatescale.controller.store.session import Target, TenantSession, Transaction
from gatescale.controller.store.statements import NOW
from gatescale.errors import ConflictError
from gatescale.policy.vocabulary import Kind, Remove
from gatescale.wire.posture import Signals

d, u, k = tables.devices, tables.users, tables.device_traits
_id = sa.bindparam("id", type_=sa.String)

STATUS = sa.case(
    (sa.not_(d.c.active), "Deactivated"), (d.c.online_until > NOW, "Online"), else_="Offline"
)
"""A device's status as people see it."""

_is_compliant = d.c.compliant_until > NOW
_COMPLIANT: sa.ColumnElement[bool] = sa.type_coerce(
    sa.case(
        (d.c.compliant_until.is_(None), sa.null()), (_is_compliant, sa.true()), else_=sa.false()
    ),
    sa.Boolean,
)

_IS_ACTIVE, _IS_DEACTIVATED = Part(k.c.active), Part(sa.not_(k.c.active))
_ARE_ONLINE = Part(k.c.active, sa.and_(d.c.active, d.c.online_until > NOW))
_REPORTED = Part(k.c.complies.is_not(None))
_COMPLY = Part(k.c.complies, _is_compliant)

COLUMNS = (
    d.c.id,
    d.c.created_at,
    d.c.updated_at,
    d.c.name,
    d.c.active,
    d.c.last_connection,
    STATUS.label("status"),
    d.c.hardware_id,
    d.c.posture,
    d.c.reported_at,
    _COMPLIANT.label("compliant"),
    d.c.app_version,
    d.c.owned,
    d.c.origin,
    d.c.origin_country,
)
_ROWS = sa.select(
    *COLUMNS,
    u.c.id.label("user_id"),
    u.c.last_connection.label("user_last_connection"),
    u.c.email,
    u.c.first_name,
    u.c.last_name,
).select_from(d.join(u))
_ONE = _ROWS.where(d.c.id == _id)

LISTING = Listing(
    rows=_ROWS,
    key=d.c.id,
    fields={
        "id": d.c.id,
        "createdAt": d.c.created_at,
        "updatedAt": d.c.updated_at,
        "name": Folded(d.c.name, d.c.name_key),
        "active": Choice(
            {"false": sa.not_(d.c.active), "true": d.c.active},
            d.c.active,
            {"false": {_IS_DEACTIVATED: 1}, "true": {_IS_ACTIVE: 1}},
        ),
        "lastConnection": d.c.last_connection,
        "status": Choice(
            {
                "Deactivated": sa.not_(d.c.active),
                "Online": sa.and_(d.c.active, d.c.online_until > NOW),
                "Offline": sa.and_(d.c.active, d.c.online_until <= NOW),
            },
            STATUS,
            {
                "Deactivated": {_IS_DEACTIVATED: 1},
                "Online": {_ARE_ONLINE: 1},
                "Offline": {_IS_ACTIVE: 1, _ARE_ONLINE: -1},
            },
        ),
        "hardwareId": d.c.hardware_id,
        "appVersion": d.c.app_version,
        "owned": Choice(
            {"false": sa.not_(d.c.owned), "true": d.c.owned, "": d.c.owned.is_(None)},
            d.c.owned,
            {
                "false": {Part(sa.not_(k.c.owned)): 1},
                "true": {Part(k.c.owned): 1},
                "": {Part(k.c.owned.is_(None)): 1},
            },
        ),
        "origin.ip": d.c.origin,
        "origin.country": d.c.origin_country,
        "posture.compliant": Choice(
            {
                "": d.c.compliant_until.is_(None),
                "false": d.c.compliant_until <= NOW,
                "true": _is_compliant,
            },
            _COMPLIANT,
            {
                "": {Part(k.c.complies.is_(None)): 1},
                "false": {_REPORTED: 1, _COMPLY: -1},
                "true": {_COMPLY: 1},
            },
        ),
        "posture.lastCheck": d.c.reported_at,
        "posture.*": pairs(
            tables.device_signals, "device_id", d.c.id, tables.device_signal_totals.c.devices
        ),
        "user.id": d.c.user_id,
        "user.email": Folded(u.c.email, u.c.email_key),
    },
    search=search.Texts(
        tables.device_search.c.text, d.c.seq, fields=frozenset({"name", "user.email"})
    ),
    count=tables.tenants.c.device_count,
    traits=Traits(
        k.c.id,
        d.c.traits,
        k.c.devices,
        {
            "appVersion": k.c.app_version,
            "origin.country": k.c.origin_country,
            **{
                f"posture.{each.encode_name}": k.c[each.name]
                for each in msgspec.structs.fields(Signals)
                if each.name in tables.TRAIT_SIGNALS
            },
        },
    ),
)
_NULL = msgspec.Raw(b"null")


def shown(row: Row, user: DeviceUser | None = None) -> Device:
    """Return a device from a row of ``COLUMNS``."""
    return Device(
        id=row["id"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        name=row["name"],
        active=bool(row["active"]),
        last_connection=row["last_connection"],
        status=row["status"],
        user=user,
        hardware_id=row["hardware_id"],
        posture=_posture(row),
        app_version=row["app_version"],
        owned=None if row["owned"] is None else bool(row["owned"]),
        origin=Origin(ip=row["origin"], country=row["origin_country"]) if row["origin"] else None,
    )


def _posture(row: Row) -> msgspec.Raw:
    """Return what a device said last, with when, and whether nothing is missing and it counts."""
    if row["reported_at"] is None:
        return _NULL
    compliant = "true" if row["compliant"] else "false"
    known = f'{{"compliant":{compliant},"lastCheck":"{row["reported_at"]}",'
    return msgspec.Raw((known + row["posture"].removeprefix("{")).encode())


def _with_user(row: Row) -> Device:
    owner = DeviceUser(
        id=row["user_id"],
        last_connection=row["user_last_connection"],
        email=row["email"],
        first_name=row["first_name"],
        last_name=row["last_name"],
    )
    return shown(row, owner)


async def page(session: TenantSession, query: ListQuery) -> tuple[list[Device], int]:
    """Return a page of devices and how many there are under the filters."""
    found = await fetch(session, LISTING, query)
    return [_with_user(row) for row in found.rows], found.total


async def find(session: TenantSession, device_id: str) -> Device:
    """Return a device.

    Raises:
        NotFoundError: there is none of this id.
    """
    return _with_user(await session.find(_ONE, f"device {device_id}", id=device_id))


# Sorted here: asked for an order, SQLite walks all of the tenant's devices in that order instead.
_OF_USERS = sa.select(d.c.user_id, *COLUMNS).where(
    d.c.user_id.in_(sa.bindparam("ids", expanding=True, type_=sa.String))
)


async def of_users(session: TenantSession, user_ids: Sequence[str]) -> dict[str, list[Device]]:
    """Return the devices of each of these users, newest first."""
    owned: dict[str, list[Device]] = {}
    rows = sorted(await session.all(_OF_USERS, ids=list(user_ids)), key=itemgetter("id"))
    for row in sorted(rows, key=itemgetter("created_at"), reverse=True):
        owned.setdefault(row["user_id"], []).append(shown(row))
    return owned


_SET_ACTIVE = (
    sa.update(d)
    .where(d.c.id == _id)
    .values(active=sa.bindparam("value", type_=sa.Boolean), updated_at=sa.bindparam("at"))
)


async def deactivate(transaction: Transaction, device_id: str) -> Device:
    """Cut a device off at once; its configuration and owner stay.

    Raises:
        NotFoundError: there is no such device.
        ConflictError: deactivated already.
    """
    device = await find(transaction, device_id)
    if not device.active:
        raise ConflictError(f"{device.name} is deactivated already.")
    return await _set_active(transaction, device, "DevicesController_deactivate", value=False)


async def reactivate(transaction: Transaction, device_id: str) -> Device:
    """Let a deactivated device back in.

    Raises:
        NotFoundError: there is no such device.
        ConflictError: not deactivated.
    """
    device = await find(transaction, device_id)
    if device.active:
        raise ConflictError(f"{device.name} is not deactivated.")
    return await _set_active(transaction, device, "DevicesController_reactivate", value=True)


async def _set_active(
    transaction: Transaction, device: Device, operation: str, *, value: bool
) -> Device:
    await transaction.run(_SET_ACTIVE, id=device.id, value=value, at=transaction.stamp)
    if not value:
        await sessions.cut(transaction, device.id, "DEACTIVATED")
    transaction.changed(*facts.put(await facts.devices(transaction, [device.id])))
    changed = await find(transaction, device.id)
    target = Target("device", device.id, device.name)
    transaction.record(operation, target, before=device, after=changed)
    return changed


async def came_from(
    transaction: Transaction, device_id: str, address: str, country: str | None
) -> None:
    """Note the address that a device connects from, and its country."""
    await _told(transaction, device_id, {"origin": address, "origin_country": country})


async def runs(transaction: Transaction, device_id: str, version: str) -> None:
    """Note the version of a device's software."""
    columns = {"app_version": version, "updated_at": transaction.stamp}
    await _told(transaction, device_id, columns)


async def _told(
    transaction: Transaction, device_id: str, columns: Mapping[str, str | None]
) -> None:
    await transaction.update(d, device_id, columns)
    transaction.changed(*facts.put(await facts.devices(transaction, [device_id])))


_DELETE = sa.delete(d).where(d.c.id == _id)


async def delete(transaction: Transaction, device_id: str) -> None:
    """Remove a device for good; it is disconnected and loses all access at once.

    Raises:
        NotFoundError: there is no such device.
    """
    device = await find(transaction, device_id)
    await sessions.cut(transaction, device_id, "DELETED")
    await transaction.run(_DELETE, id=device_id)
    transaction.changed(Remove(Kind.DEVICE, device_id))
    target = Target("device", device_id, device.name)
    transaction.record("DevicesController_delete", target, before=device)


_SEARCHED = sa.select(d.c.seq, d.c.name, d.c.hardware_id).where(d.c.user_id == _id)
_SET_TEXT = (
    sa.update(tables.device_search)
    .where(tables.device_search.c.seq == sa.bindparam("seq"))
    .values(text=sa.bindparam("new_text"))
)


async def owner_renamed(
    transaction: Transaction, user_id: str, owner: Sequence[str | None]
) -> None:
    """Let a user's devices be found by their owner's present email and names."""
    for row in await transaction.all(_SEARCHED, id=user_id):
        text = folded(row["name"], row["hardware_id"], *owner)
        await transaction.run(_SET_TEXT, seq=row["seq"], new_text=text)
