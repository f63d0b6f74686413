"""The addresses of a resource with the protocols that each speaks: checked, stored, shown."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from gatescale.contract.addresses import Address, WriteAddress
from gatescale.contract.protocols import Protocol
from gatescale.controller import addresses, facts, protocols
from gatescale.controller.store import tables
from gatescale.controller.store.session import TenantSession, Transaction, new_id
from gatescale.errors import InvalidError, Violation, refuse

a, ra, ap, pt = (
    tables.addresses,
    tables.resource_addresses,
    tables.address_protocols,
    tables.protocols,
)
_id = sa.bindparam("id", type_=sa.String)
_ids = sa.bindparam("ids", expanding=True, type_=sa.String)


@dataclass(frozen=True, slots=True)
class Place:
    """An address to store.

    Attributes:
        id: of the row to keep; None for a new one.
        address: in its canonical form.
        protocols: ids.
    """

    id: str | None
    address: addresses.Canonical
    protocols: tuple[str, ...]


_PROTOCOLS = sa.select(pt.c.id).where(pt.c.id.in_(_ids))
_EXISTING = sa.select(a.c.id).where(a.c.id.in_(_ids))


async def canonical(
    transaction: Transaction,
    wanted: Sequence[WriteAddress],
    resource_type: str,
    held: Collection[str] = (),
) -> list[Place]:
    """Return the addresses of a resource in their one form.

    Args:
        transaction: of the tenant.
        wanted: as they were sent, below ``/addresses`` of the body.
        resource_type: what the resource is.
        held: ids of the addresses that it has.

    Raises:
        NotFoundError: an id or protocol that does not exist.
        InvalidError: something else is wrong, too or alone; names every address that is.
    """
    _, network6 = await facts.tunnel_networks(transaction)
    named = {protocol for each in wanted for protocol in each.protocols}
    known = {row["id"] for row in await transaction.all(_PROTOCOLS, ids=list(named))}
    ids = [each.id for each in wanted if each.id is not None]
    existing = {row["id"] for row in await transaction.all(_EXISTING, ids=ids)}
    places: list[Place] = []
    violations: list[Violation] = []
    unclaimed = set(held)
    for index, each in enumerate(wanted):
        where = f"/addresses/{index}"
        if each.id is not None and each.id not in unclaimed:
            detail = f"The resource has no further address of the id {each.id}; leave it out."
            unknown = each.id not in existing
            violations.append(Violation(f"{where}/id", detail, unknown=unknown))
        unclaimed.discard(each.id or "")
        violations += [
            Violation(
                f"{where}/protocols/{place}", f"There is no protocol {protocol}.", unknown=True
            )
            for place, protocol in enumerate(each.protocols)
            if protocol not in known
        ]
        try:
            address = addresses.canonical(each.address, resource_type, network6)
        except InvalidError as error:
            violations.append(Violation(f"{where}/address", error.detail))
        else:
            places.append(Place(each.id, address, tuple(dict.fromkeys(each.protocols))))
    refuse(violations)
    return places


_HELD = sa.select(ra.c.address_id).where(ra.c.resource_id == _id)
_UNLINK = sa.delete(ra).where(ra.c.resource_id == _id)
_FORGET_PROTOCOLS = sa.delete(ap).where(ap.c.address_id.in_(_ids))
_DELETE = sa.delete(a).where(a.c.id.in_(_ids))


async def replace(
    transaction: Transaction, resource_id: str, resource_type: str, places: Sequence[Place]
) -> None:
    """Make these the addresses of a resource, in this order; rows that are not kept are deleted."""
    held = [row["address_id"] for row in await transaction.all(_HELD, id=resource_id)]
    kept = {place.id for place in places}
    await transaction.run(_UNLINK, id=resource_id)
    await transaction.run(_FORGET_PROTOCOLS, ids=held)
    await transaction.run(_DELETE, ids=[each for each in held if each not in kept])
    new, links, spoken = [], [], []
    for position, place in enumerate(places):
        address_id = place.id or new_id()
        row: dict[str, object] = {"address": place.address.text, "is_ip": place.address.is_ip}
        if place.id is None:
            new.append({"id": address_id, "type": resource_type, **row, **_stamps(transaction)})
        else:
            await transaction.update(a, address_id, {**row, "updated_at": transaction.stamp})
        links.append({"resource_id": resource_id, "address_id": address_id, "position": position})
        spoken += [{"address_id": address_id, "protocol_id": each} for each in place.protocols]
    await transaction.insert(a, *new)
    await transaction.insert(ra, *links)
    await transaction.insert(ap, *spoken)


def _stamps(transaction: Transaction) -> dict[str, object]:
    return {"created_at": transaction.stamp, "updated_at": transaction.stamp}


_ADDRESSES = (
    sa.select(ra.c.resource_id, a.c.id, a.c.address, a.c.is_ip, a.c.type)
    .select_from(ra.join(a))
    .where(ra.c.resource_id.in_(_ids))
    .order_by(ra.c.position)
)
_SPOKEN = (
    sa.select(ap.c.address_id, *protocols.COLUMNS)
    .select_from(ap.join(pt))
    .where(
        sa.exists().where(
            ra.c.tenant_id == ap.c.tenant_id,
            ra.c.address_id == ap.c.address_id,
            ra.c.resource_id.in_(_ids),
        )
    )
    .order_by(pt.c.name_key)
)


async def of_resources(
    session: TenantSession, resource_ids: Sequence[str]
) -> dict[str, list[Address]]:
    """Return the addresses of each of these resources, in their order."""
    spoken: dict[str, list[Protocol]] = {}
    for row in await session.all(_SPOKEN, ids=list(resource_ids)):
        spoken.setdefault(row["address_id"], []).append(protocols.shown(row))
    found: dict[str, list[Address]] = {}
    for row in await session.all(_ADDRESSES, ids=list(resource_ids)):
        found.setdefault(row["resource_id"], []).append(
            Address(
                id=row["id"],
                address=row["address"],
                is_ip=bool(row["is_ip"]),
                type=row["type"],
                protocols=spoken.get(row["id"], []),
            )
        )
    return found
