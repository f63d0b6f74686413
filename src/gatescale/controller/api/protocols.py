"""Protocols."""

from gatescale.contract.protocols import CreateProtocol, Protocol
from gatescale.controller import protocols
from gatescale.controller.api.operation import operation
from gatescale.controller.store.session import TenantSession, Transaction


@operation("POST", "/tenants/protocols", "ProtocolController_create", status=201)
async def create(transaction: Transaction, body: CreateProtocol) -> Protocol:
    """Make a protocol of the tenant's own."""
    return await protocols.create(transaction, body)


@operation("GET", "/tenants/protocols", "ProtocolController_findAll")
async def every(session: TenantSession) -> list[Protocol]:
    """List all protocols, the predefined ones first."""
    return await protocols.every(session)


@operation("GET", "/tenants/protocols/{id}", "ProtocolController_find")
async def find(session: TenantSession, id: str) -> Protocol:
    """Return a protocol."""
    return await protocols.find(session, id)


@operation(
    "DELETE",
    "/tenants/protocols/{id}",
    "ProtocolController_delete",
    status=204,
)
async def delete(transaction: Transaction, id: str) -> None:
    """Remove a protocol of the tenant's own that no resource uses."""
    await protocols.delete(transaction, id)
