"""The addresses of a resource with the protocols that each speaks: checked, stored, shown.

Resources with the same address and the same protocols share a row. What is written through one
resource holds for that resource alone.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from gatescale.contract.addresses import Address, UpdateAddress, WriteAddress
from gatescale.contract.protocols import Protocol
from gatescale.controller import address_forms, facts, protocols
from gatescale.controller.store import tables
from gatescale.controller.store.database import Row
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
COLUMNS = (a.c.id, a.c.address, a.c.is_ip, a.c.type)


@dataclass(frozen=True, slots=True)
class Place:
    """An address to store.

    Attributes:
        id: of the row to keep; None for a new one.
        address: in its canonical form.
        protocols: ids, in order.
    """

    id: str | None
    address: address_forms.Canonical
    protocols: tuple[str, ...]

    @property
    def content(self) -> tuple[str, tuple[str, ...]]:
        """What it says; places of the same type that say the same share a row."""
        return self.address.text, self.protocols


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
    known = await _known(transaction, {p for each in wanted for p in each.protocols})
    ids = [each.id for each in wanted if each.id is not None]
    existing = {row["id"] for row in await transaction.all(_EXISTING, ids=ids)}
    places: dict[tuple[str, tuple[str, ...]], Place] = {}
    violations: list[Violation] = []
    unclaimed = set(held)
    for index, each in enumerate(wanted):
        where = f"/addresses/{index}"
        if each.id is not None and each.id not in unclaimed:
            detail = f"The resource has no further address of the id {each.id}; leave it out."
            unknown = each.id not in existing
            violations.append(Violation(f"{where}/id", detail, unknown=unknown))
        unclaimed.discard(each.id or "")
        violations += _unknown_protocols(each.protocols, known, where)
        try:
            form = address_forms.canonical(each.address, resource_type, network6)
        except InvalidError as error:
            violations.append(Violation(f"{where}/address", error.detail))
            continue
        place = Place(each.id, form, tuple(sorted(set(each.protocols))))
        if places.setdefault(place.content, place) is not place:
            detail = f"{form.text} stands here twice with the same protocols."
            violations.append(Violation(f"{where}/address", detail))
    refuse(violations)
    return list(places.values())


async def changed_place(transaction: Transaction, address: Address, wanted: UpdateAddress) -> Place:
    """Return what an address shall be, in its one form.

    Raises:
        InvalidError: names the address, and every protocol that is wrong.
    """
    _, network6 = await facts.tunnel_networks(transaction)
    violations = _unknown_protocols(
        wanted.protocols, await _known(transaction, set(wanted.protocols)), ""
    )
    try:
        form = address_forms.canonical(wanted.address, address.type, network6)
    except InvalidError as error:
        raise InvalidError.of([Violation("/address", error.detail), *violations]) from None
    refuse(violations)
    return Place(address.id, form, tuple(sorted(set(wanted.protocols))))


async def _known(transaction: Transaction, protocol_ids: set[str]) -> set[str]:
    return {row["id"] for row in await transaction.all(_PROTOCOLS, ids=list(protocol_ids))}


def _unknown_protocols(wanted: Sequence[str], known: set[str], where: str) -> list[Violation]:
    return [
        Violation(f"{where}/protocols/{place}", f"There is no protocol {protocol}.", unknown=True)
        for place, protocol in enumerate(wanted)
        if protocol not in known
    ]


_HELD = sa.select(ra.c.address_id).where(ra.c.resource_id == _id)
_UNLINK = sa.delete(ra).where(ra.c.resource_id == _id)
_LINKED = sa.select(ra.c.address_id).where(ra.c.address_id.in_(_ids))
_DELETE = sa.delete(a).where(a.c.id.in_(_ids))
_ALIKE = sa.select(*COLUMNS).where(
    a.c.type == sa.bindparam("type", type_=sa.String),
    a.c.address.in_(sa.bindparam("texts", expanding=True, type_=sa.String)),
)


async def replace(
    transaction: Transaction, resource_id: str, resource_type: str, places: Sequence[Place]
) -> None:
    """Make these the addresses of a resource, in this order; rows that nobody has any more go."""
    held = [row["address_id"] for row in await transaction.all(_HELD, id=resource_id)]
    await transaction.run(_UNLINK, id=resource_id)
    elsewhere = {row["address_id"] for row in await transaction.all(_LINKED, ids=held)}
    alike = await _alike(transaction, resource_type, places)
    links = []
    for position, place in enumerate(places):
        address_id = alike.get(place.content)
        if place.id is not None and place.id not in elsewhere:
            address_id = place.id
            await rewrite(transaction, place)
        elif address_id is None:
            address_id = await _insert(transaction, place, resource_type)
        links.append({"resource_id": resource_id, "address_id": address_id, "position": position})
    await transaction.insert(ra, *links)
    kept = {link["address_id"] for link in links} | elsewhere
    await transaction.run(_DELETE, ids=[each for each in held if each not in kept])


async def _alike(
    transaction: Transaction, resource_type: str, places: Sequence[Place]
) -> dict[tuple[str, tuple[str, ...]], str]:
    """Return the ids of the rows that say what these places say."""
    texts = [place.address.text for place in places]
    rows = await transaction.all(_ALIKE, type=resource_type, texts=texts)
    return {
        (each.address, tuple(sorted(protocol.id for protocol in each.protocols))): each.id
        for each in await shown(transaction, rows)
    }


async def _insert(transaction: Transaction, place: Place, resource_type: str) -> str:
    address_id = new_id()
    row = {
        "id": address_id,
        "type": resource_type,
        "address": place.address.text,
        "is_ip": place.address.is_ip,
        "created_at": transaction.stamp,
        "updated_at": transaction.stamp,
    }
    await transaction.insert(a, row)
    spoken = [{"address_id": address_id, "protocol_id": each} for each in place.protocols]
    await transaction.insert(ap, *spoken)
    return address_id


_FORGET_PROTOCOLS = sa.delete(ap).where(ap.c.address_id == _id)


async def rewrite(transaction: Transaction, place: Place) -> None:
    """Make a stored address, which ``place`` names by its id, say what the place says."""
    assert place.id is not None  # noqa: S101  the caller's promise
    row = {"address": place.address.text, "is_ip": place.address.is_ip}
    await transaction.update(a, place.id, {**row, "updated_at": transaction.stamp})
    await transaction.run(_FORGET_PROTOCOLS, id=place.id)
    spoken = [{"address_id": place.id, "protocol_id": each} for each in place.protocols]
    await transaction.insert(ap, *spoken)


_ADDRESSES = (
    sa.select(ra.c.resource_id, *COLUMNS)
    .select_from(ra.join(a))
    .where(ra.c.resource_id.in_(_ids))
    .order_by(ra.c.position)
)
_SPOKEN = (
    sa.select(ap.c.address_id, *protocols.COLUMNS)
    .select_from(ap.join(pt))
    .where(ap.c.address_id.in_(_ids))
    .order_by(pt.c.name_key)
)


async def of_resources(
    session: TenantSession, resource_ids: Sequence[str]
) -> dict[str, list[Address]]:
    """Return the addresses of each of these resources, in their order."""
    rows = await session.all(_ADDRESSES, ids=list(resource_ids))
    found: dict[str, list[Address]] = {}
    for row, address in zip(rows, await shown(session, rows), strict=True):
        found.setdefault(row["resource_id"], []).append(address)
    return found


async def shown(session: TenantSession, rows: Iterable[Row]) -> list[Address]:
    """Return addresses from rows of ``COLUMNS``, with their protocols."""
    rows = list(rows)
    ids = list({row["id"] for row in rows})
    spoken: dict[str, list[Protocol]] = {}
    for row in await session.all_of(_SPOKEN, ids):
        spoken.setdefault(row["address_id"], []).append(protocols.shown(row))
    return [
        Address(
            id=row["id"],
            address=row["address"],
            is_ip=bool(row["is_ip"]),
            type=row["type"],
            protocols=spoken.get(row["id"], []),
        )
        for row in rows
    ]
