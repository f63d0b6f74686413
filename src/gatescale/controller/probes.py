"""What is looked at when a gateway's configuration is tested."""

from dataclasses import dataclass
from ipaddress import ip_network
from itertools import chain, zip_longest

import sqlalchemy as sa

from gatescale.contract.fields import Named
from gatescale.controller import facts
from gatescale.controller.store import tables
from gatescale.controller.store.session import TenantSession
from gatescale.controller.store.statements import NOW
from gatescale.policy import vocabulary
from gatescale.wire.messages import MAX_TARGETS, Target

g, rg, ra = tables.gateways, tables.resource_gateways, tables.resource_addresses
_id = sa.bindparam("id", type_=sa.String)

MAX_RESOURCES = 200
"""Of a gateway, in the order of their names, among which targets are looked for."""

_GATEWAY = sa.select(
    g.c.id,
    g.c.name,
    g.c.deployed_on,
    g.c.last_online,
    (g.c.online_until > NOW).label("online"),
    g.c.app_version,
    g.c.wireguard_port,
    g.c.endpoint,
    g.c.observed_address,
    g.c.maintenance,
).where(g.c.id == _id)
_SERVED = (
    sa.select(tables.resources.c.id, tables.resources.c.name)
    .select_from(rg.join(tables.resources))
    .where(rg.c.gateway_id == _id)
    .order_by(tables.resources.c.name_key)
    .limit(MAX_RESOURCES + 1)
)
_NAMES = (
    sa.select(ra.c.resource_id, tables.addresses.c.address)
    .select_from(
        ra.join(tables.addresses).join(
            rg, sa.and_(rg.c.tenant_id == ra.c.tenant_id, rg.c.resource_id == ra.c.resource_id)
        )
    )
    .where(rg.c.gateway_id == _id, sa.not_(tables.addresses.c.is_ip))
    .order_by(ra.c.resource_id, ra.c.position)
    .limit(MAX_TARGETS)
)


@dataclass(frozen=True, slots=True)
class Place:
    """An address of a resource.

    Attributes:
        address: as people gave it.
        target: how it is tried; None: it is not.
    """

    resource: Named
    address: str
    target: Target | None


@dataclass(frozen=True, slots=True)
class Subject:
    """A gateway that is to be tested, as the rows have it.

    Attributes:
        enrolled: software enrolled as it.
        online: it is connected, or was a moment ago.
        last_online: stamp; None: never.
        app_version: of its software; empty: not yet told.
        port: UDP port that its WireGuard should listen on.
        endpoint: ``host:port`` where devices reach it; empty: unknown.
        maintenance: people work on it.
        places: addresses of its resources, those with a target first.
        is_partial: there are more, which would take too long.
    """

    id: str
    name: str
    enrolled: bool
    online: bool
    last_online: str | None
    app_version: str
    port: int
    endpoint: str
    maintenance: bool
    places: tuple[Place, ...]
    is_partial: bool

    @property
    def targets(self) -> tuple[Target, ...]:
        """What the gateway shall try, in the order of the places."""
        return tuple(place.target for place in self.places if place.target is not None)


async def subject(session: TenantSession, gateway_id: str) -> Subject:
    """Return what is to be tested of a gateway.

    Raises:
        NotFoundError: there is none of this id.
    """
    row = await session.find(_GATEWAY, f"gateway {gateway_id}", id=gateway_id)
    places, is_partial = await _places(session, gateway_id)
    return Subject(
        id=row["id"],
        name=row["name"],
        enrolled=row["deployed_on"] is not None,
        online=bool(row["online"]),
        last_online=row["last_online"],
        app_version=row["app_version"] or "",
        port=row["wireguard_port"],
        endpoint=facts.endpoint(row),
        maintenance=bool(row["maintenance"]),
        places=places,
        is_partial=is_partial,
    )


async def _places(session: TenantSession, gateway_id: str) -> tuple[tuple[Place, ...], bool]:
    served, names = await session.each(_SERVED, _NAMES, id=gateway_id)
    resources = {row["id"]: Named(id=row["id"], name=row["name"]) for row in served[:MAX_RESOURCES]}
    known = {
        entity.id: entity
        for entity in await facts.resources(session, list(resources))
        if isinstance(entity, vocabulary.Resource)
    }
    tries = [
        [Place(resource, _shown(target), target) for target in _targets(destination)]
        for resource in resources.values()
        for destination in known[resource.id].destinations
    ]
    # Every address once before one is tried on a second port.
    ordered = [place for place in chain.from_iterable(zip_longest(*tries)) if place is not None]
    untried = [
        Place(resources[row["resource_id"]], row["address"], None)
        for row in names
        if row["resource_id"] in resources
    ]
    is_partial = len(ordered) > MAX_TARGETS or len(served) > MAX_RESOURCES
    return (*ordered[:MAX_TARGETS], *untried), is_partial


def _targets(destination: vocabulary.Destination) -> list[Target]:
    """Return how to try a destination: by each TCP port, of a range the first; else by a ping."""
    ports = sorted({s.low for s in destination.services if s.protocol == "TCP"})
    if not ports or ip_network(destination.network).num_addresses > 1:
        ports = [0]
    return [Target(destination.network, port) for port in ports]


def _shown(target: Target) -> str:
    network = ip_network(target.network)
    return str(network if network.num_addresses > 1 else network.network_address)
