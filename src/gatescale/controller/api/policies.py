"""Policies."""

from gatescale.contract.fields import Page
from gatescale.contract.policies import CreatePolicy, Policy, ReorderPolicies, UpdatePolicy
from gatescale.controller import policies
from gatescale.controller.api.operation import operation
from gatescale.controller.api.query import as_page
from gatescale.controller.store.listing import ListQuery
from gatescale.controller.store.session import TenantSession, Transaction


@operation("POST", "/tenants/policies", "PoliciesController_create", status=201)
async def create(transaction: Transaction, body: CreatePolicy) -> Policy:
    """Add a policy, last before the default of its type."""
    return await policies.create(transaction, body)


@operation("GET", "/tenants/policies", "PoliciesController_findAll", listing=policies.LISTING)
async def page(session: TenantSession, query: ListQuery) -> Page[Policy]:
    """List the tenant's policies, by type and order."""
    return as_page(*await policies.page(session, query), query)


# Stands before the paths with an id: the first path that fits is served.
@operation("PATCH", "/tenants/policies/reorder", "PoliciesController_reorder")
async def reorder(transaction: Transaction, body: ReorderPolicies) -> list[Policy]:
    """Put all policies of a type, but its default, into a new order."""
    return await policies.reorder(transaction, body)


@operation("GET", "/tenants/policies/{id}", "PoliciesController_find")
async def find(session: TenantSession, id: str) -> Policy:
    """Return a policy."""
    return await policies.find(session, id)


@operation("PATCH", "/tenants/policies/{id}", "PoliciesController_update")
async def update(transaction: Transaction, id: str, body: UpdatePolicy) -> Policy:
    """Change all of a policy but its type and place."""
    return await policies.update(transaction, id, body)


@operation(
    "DELETE",
    "/tenants/policies/{id}",
    "PoliciesController_delete",
    status=204,
)
async def delete(transaction: Transaction, id: str) -> None:
    """Remove a policy; those behind it move up."""
    await policies.delete(transaction, id)
