"""Addresses."""

from gatescale.contract.addresses import Address, UpdateAddress
from gatescale.contract.gateways import Gateway
from gatescale.controller import addresses
from gatescale.controller.api.operation import operation
from gatescale.controller.store.session import TenantSession, Transaction


@operation("GET", "/tenants/addresses", "AddressController_findAll")
async def every(session: TenantSession) -> list[Address]:
    """List the addresses of all resources."""
    return await addresses.every(session)


@operation("PUT", "/tenants/addresses/{id}", "AddressController_update")
async def update(transaction: Transaction, id: str, body: UpdateAddress) -> Address:
    """Change an address for every resource that has it."""
    return await addresses.update(transaction, id, body)


@operation("DELETE", "/tenants/addresses/{id}", "AddressController_delete", status=204)
async def delete(transaction: Transaction, id: str) -> None:
    """Remove an address from every resource that has it."""
    await addresses.delete(transaction, id)


@operation("GET", "/tenants/addresses/{id}/gateways", "AddressController_findLinkedGateways")
async def linked_gateways(session: TenantSession, id: str) -> list[Gateway]:
    """List the gateways through which an address is reached."""
    return await addresses.linked_gateways(session, id)
