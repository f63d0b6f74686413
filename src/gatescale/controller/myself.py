"""What people may do for themselves: their own devices."""

from typing import cast

import sqlalchemy as sa

from gatescale.contract.devices import Device, EnrolmentCode
from gatescale.contract.fields import Named, RoleType
from gatescale.contract.me import (
    CreateWireguardDevice,
    Me,
    WireguardConfiguration,
    WireguardPeer,
)
from gatescale.controller import devices, enrolments, facts, tenants, users
from gatescale.controller.permissions import PERMISSIONS
from gatescale.controller.store import tables
from gatescale.controller.store.session import TenantSession, Transaction
from gatescale.controller.verdicts import DecisionPoint
from gatescale.errors import ForbiddenError, NotFoundError

d, t = tables.devices, tables.tenants
_id = sa.bindparam("id", type_=sa.String)


async def find(session: TenantSession) -> Me:
    """Return who asks."""
    caller = session.caller
    name, email = caller.name, None
    if caller.kind == "user":
        user = await users.find(session, str(caller.id))
        email = user.email
        name = " ".join(filter(None, (user.first_name, user.last_name))) or email
    return Me(
        kind="user" if email else "key",
        id=str(caller.id),
        name=name,
        email=email,
        role=cast("RoleType", caller.role),
        tenant=Named(id=session.tenant_id, name=await tenants.name_of(session)),
        permissions=sorted(each for each in PERMISSIONS if caller.may(each)),
    )


async def devices_of(session: TenantSession) -> list[Device]:
    """Return the caller's devices, newest first.

    Raises:
        ForbiddenError: the caller is no person.
    """
    user_id = _person(session)
    return (await devices.of_users(session, [user_id])).get(user_id, [])


async def create_code(transaction: Transaction, public_url: str) -> EnrolmentCode:
    """Make a one-time code for a further device of the caller.

    Raises:
        ForbiddenError: the caller is no person.
    """
    return await enrolments.create_code(transaction, _person(transaction), public_url)


async def create_device(transaction: Transaction, wanted: CreateWireguardDevice) -> Device:
    """Give the caller a device without our client.

    Raises:
        ForbiddenError: the caller is no person.
        ConflictError: they have as many devices as they may, or the key is in use.
    """
    user_id = _person(transaction)
    device_id = await enrolments.add(transaction, user_id, wanted.name, wanted.public_key)
    return await devices.find(transaction, device_id)


_HOST = sa.select(d.c.name, d.c.host, d.c.user_id, t.c.network6).where(
    d.c.id == _id, t.c.id == d.c.tenant_id
)


async def wireguard(
    session: TenantSession, point: DecisionPoint, device_id: str
) -> WireguardConfiguration:
    """Return the caller's device's configuration as policy stands now.

    Raises:
        ForbiddenError: the caller is no person.
        NotFoundError: they have no such device.
    """
    await _refuse_others(session, device_id)
    row = await session.find(_HOST, f"device {device_id} of yours", id=device_id)
    return WireguardConfiguration(
        id=device_id,
        name=row["name"],
        addresses=list(facts.tunnel_addresses(row["host"], row["network6"])),
        peers=[
            WireguardPeer(
                name=route.name,
                public_key=route.public_key,
                endpoint=route.endpoint,
                allowed_ips=list(route.allowed_ips),
            )
            for route in point.model.routes(device_id)
        ],
    )


async def delete_device(transaction: Transaction, device_id: str) -> None:
    """Remove the caller's device for good.

    Raises:
        ForbiddenError: the caller is no person.
        NotFoundError: they have no such device.
    """
    await _refuse_others(transaction, device_id)
    await devices.delete(transaction, device_id)


_OWNER = sa.select(d.c.user_id).where(d.c.id == _id)


async def _refuse_others(session: TenantSession, device_id: str) -> None:
    user_id = _person(session)
    row = await session.first(_OWNER, id=device_id)
    if row is None or row["user_id"] != user_id:
        raise NotFoundError(f"There is no device {device_id} of yours.")


def _person(session: TenantSession) -> str:
    if session.caller.kind != "user":
        raise ForbiddenError("This is for people who are signed in; an API key has no devices.")
    return str(session.caller.id)
