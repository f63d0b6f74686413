"""Addresses, whichever resources have them: all of those change with it."""

from collections.abc import Sequence

import sqlalchemy as sa

from gatescale.contract.addresses import Address, UpdateAddress
from gatescale.contract.gateways import Gateway
from gatescale.controller import facts, gateways, resource_addresses, resources
from gatescale.controller.store import tables
from gatescale.controller.store.session import Target, TenantSession, Transaction

a, ra, rg, g = (
    tables.addresses,
    tables.resource_addresses,
    tables.resource_gateways,
    tables.gateways,
)
_id = sa.bindparam("id", type_=sa.String)

_ALL = sa.select(*resource_addresses.COLUMNS).order_by(a.c.address, a.c.id)
_ONE = sa.select(*resource_addresses.COLUMNS).where(a.c.id == _id)
_USERS = sa.select(ra.c.resource_id).where(ra.c.address_id == _id).order_by(ra.c.resource_id)
_LINKED = (
    sa.select(*gateways.COLUMNS)
    .where(
        sa.exists().where(
            ra.c.tenant_id == g.c.tenant_id,
            ra.c.address_id == _id,
            rg.c.tenant_id == ra.c.tenant_id,
            rg.c.resource_id == ra.c.resource_id,
            rg.c.gateway_id == g.c.id,
        )
    )
    .order_by(g.c.name_key)
)
_DELETE = sa.delete(a).where(a.c.id == _id)


async def every(session: TenantSession) -> list[Address]:
    """Return all addresses of all resources, in the order of their text."""
    return await resource_addresses.shown(session, await session.all(_ALL))


async def find(session: TenantSession, address_id: str) -> Address:
    """Return an address.

    Raises:
        NotFoundError: there is none of this id.
    """
    row = await session.find(_ONE, f"address {address_id}", id=address_id)
    return (await resource_addresses.shown(session, [row]))[0]


async def linked_gateways(session: TenantSession, address_id: str) -> list[Gateway]:
    """Return the gateways through which any resource of this address is reached, by name.

    Raises:
        NotFoundError: there is no such address.
    """
    await find(session, address_id)
    return await gateways.shown(session, await session.all(_LINKED, id=address_id))


async def update(transaction: Transaction, address_id: str, wanted: UpdateAddress) -> Address:
    """Change an address for every resource that has it.

    Raises:
        NotFoundError: there is no such address.
        InvalidError: it is none for its type, or a protocol does not exist.
    """
    address = await find(transaction, address_id)
    place = await resource_addresses.changed_place(transaction, address, wanted)
    await resource_addresses.rewrite(transaction, place)
    await _tell(transaction, await _resources(transaction, address_id))
    changed = await find(transaction, address_id)
    target = Target("address", address_id, changed.address)
    transaction.record("AddressController_update", target, before=address, after=changed)
    return changed


async def delete(transaction: Transaction, address_id: str) -> None:
    """Remove an address from every resource that has it.

    Raises:
        NotFoundError: there is no such address.
    """
    address = await find(transaction, address_id)
    resource_ids = await _resources(transaction, address_id)
    await transaction.run(_DELETE, id=address_id)
    await _tell(transaction, resource_ids)
    target = Target("address", address_id, address.address)
    transaction.record("AddressController_delete", target, before=address)


async def _resources(transaction: Transaction, address_id: str) -> Sequence[str]:
    return [row["resource_id"] for row in await transaction.all(_USERS, id=address_id)]


_TOUCH = (
    sa.update(tables.resources)
    .where(tables.resources.c.id.in_(sa.bindparam("ids", expanding=True, type_=sa.String)))
    .values(updated_at=sa.bindparam("at"))
)


async def _tell(transaction: Transaction, resource_ids: Sequence[str]) -> None:
    await transaction.run(_TOUCH, ids=list(resource_ids), at=transaction.stamp)
    for resource_id in resource_ids:
        await resources.readdressed(transaction, resource_id)
    transaction.changed(*facts.put(await facts.resources(transaction, resource_ids)))
