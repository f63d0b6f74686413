"""Resources."""

from gatescale.contract.fields import Page
from gatescale.contract.resources import (
    AddGateway,
    CreateResource,
    LoadBalancingChoice,
    Resource,
    UpdateResource,
)
from gatescale.controller import resources
from gatescale.controller.api.operation import operation
from gatescale.controller.api.query import as_page
from gatescale.controller.store.listing import ListQuery
from gatescale.controller.store.session import TenantSession, Transaction


@operation("POST", "/tenants/resources", "ResourceController_create", status=201)
async def create(transaction: Transaction, body: CreateResource) -> Resource:
    """Make a resource."""
    return await resources.create(transaction, body)


@operation("GET", "/tenants/resources", "ResourceController_findAll", listing=resources.LISTING)
async def page(session: TenantSession, query: ListQuery) -> Page[Resource]:
    """List the tenant's resources."""
    return as_page(*await resources.page(session, query), query)


@operation("GET", "/tenants/resources/{id}", "ResourceController_find")
async def find(session: TenantSession, id: str) -> Resource:
    """Return a resource."""
    return await resources.find(session, id)


@operation("PUT", "/tenants/resources/{id}", "ResourceController_update")
async def update(transaction: Transaction, id: str, body: UpdateResource) -> Resource:
    """Change a resource; an address with its id keeps its identity."""
    return await resources.update(transaction, id, body)


@operation(
    "DELETE",
    "/tenants/resources/{id}",
    "ResourceController_delete",
    status=204,
)
async def delete(transaction: Transaction, id: str) -> None:
    """Remove a resource; nobody reaches it any more, at once."""
    await resources.delete(transaction, id)


@operation(
    "PUT",
    "/tenants/resources/{id}/load-balancing",
    "ResourceController_saveLoadBalancing",
)
async def balance(transaction: Transaction, id: str, body: LoadBalancingChoice) -> Resource:
    """Choose how a resource's gateways share the work, and in which order."""
    return await resources.balance(transaction, id, body)


@operation(
    "POST",
    "/tenants/resources/{id}/gateways",
    "ResourceController_addGateway",
    status=201,
)
async def add_gateway(transaction: Transaction, id: str, body: AddGateway) -> Resource:
    """Connect a resource to a gateway, the last in priority."""
    return await resources.add_gateway(transaction, id, body.gateway_id)


@operation(
    "DELETE",
    "/tenants/resources/{id}/gateways/{gatewayId}",
    "ResourceController_removeGateway",
    status=204,
)
async def remove_gateway(transaction: Transaction, id: str, gatewayId: str) -> None:  # noqa: N803  the contract's name
    """Disconnect a resource from a gateway."""
    await resources.remove_gateway(transaction, id, gatewayId)
