"""Resources: what people reach, where it is, and through which gateways."""

from collections.abc import Iterable, Sequence
from typing import Any, get_args

import sqlalchemy as sa

from gatescale.contract.fields import LoadBalancing, ResourceType
from gatescale.contract.gateways import Gateway
from gatescale.contract.resources import (
    CreateResource,
    LoadBalancingChoice,
    Resource,
    UpdateResource,
)
from gatescale.controller import facts, gateways, resource_addresses
from gatescale.controller.store import tables
from gatescale.controller.store.database import DuplicateError, Row
from gatescale.controller.store.fields import Choice, Folded, Related, link
from gatescale.controller.store.folding import folded, key
from gatescale.controller.store.listing import Listing, ListQuery
from gatescale.controller.store.pages import fetch
from gatescale.controller.store.session import Target, TenantSession, Transaction, new_id
from gatescale.controller.store.statements import TENANT
from gatescale.errors import ConflictError, InvalidError, NotFoundError, Violation, refuse
from gatescale.policy.vocabulary import Kind, Remove

r, rg, ra, a, ap, g, pr = (
    tables.resources,
    tables.resource_gateways,
    tables.resource_addresses,
    tables.addresses,
    tables.address_protocols,
    tables.gateways,
    tables.policy_resources,
)
_id = sa.bindparam("id", type_=sa.String)
_ids = sa.bindparam("ids", expanding=True, type_=sa.String)

_is_served = sa.exists().where(
    rg.c.tenant_id == r.c.tenant_id,
    rg.c.resource_id == r.c.id,
    g.c.tenant_id == rg.c.tenant_id,
    g.c.id == rg.c.gateway_id,
    gateways.SERVES,
)
STATUS = sa.case((_is_served.correlate(r), "ONLINE"), else_="OFFLINE")
"""A resource's status as people see it: whether any of its gateways serves it."""

# To filter by: the gateways are few, and asked once instead of for each resource.
_IS_ONLINE = r.c.id.in_(
    sa.select(rg.c.resource_id).where(
        rg.c.tenant_id == TENANT,
        rg.c.gateway_id.in_(sa.select(g.c.id).where(g.c.tenant_id == TENANT, gateways.SERVES)),
    )
)

COLUMNS = (
    r.c.id,
    r.c.created_at,
    r.c.updated_at,
    r.c.name,
    r.c.type,
    r.c.load_balancing_mode,
    r.c.description,
)
_ROWS = sa.select(*COLUMNS, STATUS.label("status"))
_ONE = _ROWS.where(r.c.id == _id)

_spoken = ra.join(ap, sa.and_(ap.c.tenant_id == ra.c.tenant_id, ap.c.address_id == ra.c.address_id))

LISTING = Listing(
    rows=_ROWS,
    key=r.c.id,
    fields={
        "id": r.c.id,
        "createdAt": r.c.created_at,
        "updatedAt": r.c.updated_at,
        "name": Folded(r.c.name, r.c.name_key),
        "type": r.c.type,
        "loadBalancingMode": r.c.load_balancing_mode,
        "status": Choice({"OFFLINE": sa.not_(_IS_ONLINE), "ONLINE": _IS_ONLINE}, STATUS),
        "description": r.c.description,
        "policies.id": link(pr, "policy_id", "resource_id", r.c.id),
        "gateways.id": link(rg, "gateway_id", "resource_id", r.c.id),
        "addresses.protocols.id": Related(
            ap.c.protocol_id, ra.c.resource_id, _spoken, r.c.id, is_once=False
        ),
    },
    search=r.c.search,
    values={
        "type": get_args(ResourceType),
        "loadBalancingMode": get_args(LoadBalancing),
    },
)


async def page(session: TenantSession, query: ListQuery) -> tuple[list[Resource], int]:
    """Return a page of resources and how many there are under the filters."""
    found = await fetch(session, LISTING, query)
    return await _complete(session, found.rows), found.total


_EVERY = _ROWS.order_by(r.c.name_key)


async def every(session: TenantSession) -> list[Resource]:
    """Return all resources, by name."""
    return await _complete(session, await session.all(_EVERY))


async def find(session: TenantSession, resource_id: str) -> Resource:
    """Return a resource.

    Raises:
        NotFoundError: there is none of this id.
    """
    row = await session.find(_ONE, f"resource {resource_id}", id=resource_id)
    return (await _complete(session, [row]))[0]


async def create(transaction: Transaction, wanted: CreateResource) -> Resource:
    """Make a resource, which is reachable once it has a gateway.

    Raises:
        NotFoundError: a protocol that does not exist.
        InvalidError: an address that is none for its type.
        ConflictError: the name is taken.
    """
    places = await resource_addresses.canonical(transaction, wanted.addresses, wanted.type)
    row = {
        "id": new_id(),
        "created_at": transaction.stamp,
        "type": wanted.type,
        "load_balancing_mode": "MANUAL",
        **_written(transaction, wanted, places),
    }
    try:
        await transaction.insert(r, row)
    except DuplicateError:
        raise _name_taken(wanted) from None
    await resource_addresses.replace(transaction, row["id"], wanted.type, places)
    return await _changed(transaction, row["id"], "ResourceController_create", before=None)


_resource_id = sa.bindparam("resource_id", type_=sa.String)


async def update(transaction: Transaction, resource_id: str, wanted: UpdateResource) -> Resource:
    """Change a resource's name, description and addresses.

    An address with an id keeps its row; those that are not named are removed.

    Raises:
        NotFoundError: there is no such resource, address or protocol.
        InvalidError: an address that is none for its type or not the resource's.
        ConflictError: the name is taken.
    """
    resource = await find(transaction, resource_id)
    held = {address.id for address in resource.addresses}
    places = await resource_addresses.canonical(transaction, wanted.addresses, resource.type, held)
    try:
        await transaction.update(r, resource_id, _written(transaction, wanted, places))
    except DuplicateError:
        raise _name_taken(wanted) from None
    await resource_addresses.replace(transaction, resource_id, resource.type, places)
    return await _changed(transaction, resource_id, "ResourceController_update", before=resource)


_DELETE = sa.delete(r).where(r.c.id == _id)


async def delete(transaction: Transaction, resource_id: str) -> None:
    """Remove a resource; nobody reaches it any more, at once.

    Raises:
        NotFoundError: there is no such resource.
    """
    resource = await find(transaction, resource_id)
    await resource_addresses.replace(transaction, resource_id, resource.type, [])
    await transaction.run(_DELETE, id=resource_id)
    transaction.changed(Remove(Kind.RESOURCE, resource_id))
    target = Target("resource", resource_id, resource.name)
    transaction.record("ResourceController_delete", target, before=resource)


_SET_MODE = (
    sa.update(r)
    .where(r.c.id == _resource_id)
    .values(load_balancing_mode=sa.bindparam("mode"), updated_at=sa.bindparam("at"))
)
_TOUCH = sa.update(r).where(r.c.id == _resource_id).values(updated_at=sa.bindparam("at"))
_DISCONNECT_ALL = sa.delete(rg).where(rg.c.resource_id == _id)
_DISCONNECT = sa.delete(rg).where(
    rg.c.resource_id == _resource_id, rg.c.gateway_id == sa.bindparam("gateway_id", type_=sa.String)
)
_GATEWAYS = sa.select(g.c.id).where(g.c.id.in_(_ids))


async def balance(
    transaction: Transaction, resource_id: str, choice: LoadBalancingChoice
) -> Resource:
    """Choose how a resource's gateways share the work.

    For MANUAL, ``gateways`` are all of them in order of priority: one that is left out is
    disconnected. Without ``gateways`` they stay as they are.

    Raises:
        NotFoundError: there is no such resource, or no such gateway.
        InvalidError: a gateway that stands twice, or an order for AUTOMATIC.
    """
    resource = await find(transaction, resource_id)
    if choice.gateways and choice.mode == "AUTOMATIC":
        detail = "AUTOMATIC knows no order; leave this out, and add or remove gateways one by one."
        raise InvalidError(detail, pointer="/gateways")
    await _refuse_bad_gateways(transaction, choice.gateways or ())
    await transaction.run(
        _SET_MODE, resource_id=resource_id, mode=choice.mode, at=transaction.stamp
    )
    if choice.gateways is not None and choice.mode == "MANUAL":
        await transaction.run(_DISCONNECT_ALL, id=resource_id)
        await _connect(transaction, resource_id, choice.gateways)
    return await _changed(
        transaction, resource_id, "ResourceController_saveLoadBalancing", before=resource
    )


async def add_gateway(transaction: Transaction, resource_id: str, gateway_id: str) -> Resource:
    """Connect a resource to one more gateway, the last in priority; a connected one stays.

    Raises:
        NotFoundError: there is no such resource or gateway.
    """
    resource = await find(transaction, resource_id)
    if not await transaction.all(_GATEWAYS, ids=[gateway_id]):
        raise NotFoundError(f"There is no gateway {gateway_id}.", pointer="/gatewayId")
    connected = [gateway.id for gateway in resource.gateways]
    if gateway_id not in connected:
        await transaction.run(_DISCONNECT_ALL, id=resource_id)
        await _connect(transaction, resource_id, [*connected, gateway_id])
        await transaction.run(_TOUCH, resource_id=resource_id, at=transaction.stamp)
    return await _changed(
        transaction, resource_id, "ResourceController_addGateway", before=resource
    )


async def remove_gateway(transaction: Transaction, resource_id: str, gateway_id: str) -> None:
    """Disconnect a resource from a gateway.

    Raises:
        NotFoundError: no such resource, or they are not connected.
    """
    resource = await find(transaction, resource_id)
    given = {"resource_id": resource_id, "gateway_id": gateway_id}
    if not await transaction.run(_DISCONNECT, **given):
        raise NotFoundError(f"{resource.name} is not connected to a gateway {gateway_id}.")
    await transaction.run(_TOUCH, resource_id=resource_id, at=transaction.stamp)
    await _changed(transaction, resource_id, "ResourceController_removeGateway", before=resource)


async def _refuse_bad_gateways(transaction: Transaction, gateway_ids: Sequence[str]) -> None:
    known = {row["id"] for row in await transaction.all(_GATEWAYS, ids=list(gateway_ids))}
    violations = []
    for place, gateway_id in enumerate(gateway_ids):
        if gateway_id not in known:
            detail = f"There is no gateway {gateway_id}."
            violations.append(Violation(f"/gateways/{place}", detail, unknown=True))
        elif gateway_ids.index(gateway_id) != place:
            detail = f"The gateway {gateway_id} stands here twice."
            violations.append(Violation(f"/gateways/{place}", detail))
    refuse(violations)


async def _connect(transaction: Transaction, resource_id: str, gateway_ids: Iterable[str]) -> None:
    links = [
        {"resource_id": resource_id, "gateway_id": gateway_id, "position": position}
        for position, gateway_id in enumerate(gateway_ids)
    ]
    await transaction.insert(rg, *links)


async def readdressed(transaction: Transaction, resource_id: str) -> None:
    """Let a resource be found by its present addresses."""
    resource = await find(transaction, resource_id)
    texts = [address.address for address in resource.addresses]
    text = folded(resource.name, resource.description, *texts)
    await transaction.update(r, resource_id, {"search": text})


async def _changed(
    transaction: Transaction, resource_id: str, operation: str, *, before: Resource | None
) -> Resource:
    transaction.changed(*facts.put(await facts.resources(transaction, [resource_id])))
    resource = await find(transaction, resource_id)
    target = Target("resource", resource_id, resource.name)
    transaction.record(operation, target, before=before, after=resource)
    return resource


def _written(
    transaction: Transaction,
    wanted: CreateResource | UpdateResource,
    places: Sequence[resource_addresses.Place],
) -> dict[str, Any]:
    texts = [place.address.text for place in places]
    return {
        "updated_at": transaction.stamp,
        "name": wanted.name,
        "name_key": key(wanted.name),
        "search": folded(wanted.name, wanted.description, *texts),
        "description": wanted.description,
    }


def _name_taken(wanted: CreateResource | UpdateResource) -> ConflictError:
    return ConflictError(f"There is a resource {wanted.name!r} already.", pointer="/name")


_SERVING = (
    sa.select(rg.c.resource_id, *gateways.COLUMNS)
    .select_from(rg.join(g))
    .where(rg.c.resource_id.in_(_ids))
    .order_by(rg.c.position)
)


async def _complete(session: TenantSession, rows: Iterable[Row]) -> list[Resource]:
    """Return resources with their addresses and gateways."""
    rows = list(rows)
    ids = [row["id"] for row in rows]
    if not ids:
        return []
    serving = await session.all(_SERVING, ids=ids)
    unique = {row["id"]: row for row in serving}.values()
    known = {each.id: each for each in await gateways.shown(session, unique, within=True)}
    connected: dict[str, list[Gateway]] = {}
    for row in serving:
        connected.setdefault(row["resource_id"], []).append(known[row["id"]])
    places = await resource_addresses.of_resources(session, ids)
    return [
        Resource(
            id=row["id"],
            created_at=row["created_at"],
            updated_at=row["updated_at"],
            name=row["name"],
            type=row["type"],
            load_balancing_mode=row["load_balancing_mode"],
            status=row["status"],
            description=row["description"],
            addresses=places.get(row["id"], []),
            gateways=connected.get(row["id"], []),
        )
        for row in rows
    ]
