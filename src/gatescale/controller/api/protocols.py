"""Protocols."""

from gatescale.controller import protocols
from gatescale.controller.api.operation import operation
from gatescale.controller.caller import Right
from gatescale.controller.contract import CreateProtocol, Protocol
from gatescale.controller.store.session import TenantSession, Transaction


@operation(
    "POST", "/tenants/protocols", "ProtocolController_create", Right.MANAGE_ACCESS, status=201
)
async def create(transaction: Transaction, body: CreateProtocol) -> Protocol:
    """Make a protocol of the tenant's own."""
    return await protocols.create(transaction, body)


@operation("GET", "/tenants/protocols", "ProtocolController_findAll", Right.READ_ACCESS)
async def every(session: TenantSession) -> list[Protocol]:
    """List all protocols, the predefined ones first."""
    return await protocols.every(session)


@operation("GET", "/tenants/protocols/{id}", "ProtocolController_find", Right.READ_ACCESS)
async def find(session: TenantSession, id: str) -> Protocol:
    """Return a protocol."""
    return await protocols.find(session, id)


@operation(
    "DELETE",
    "/tenants/protocols/{id}",
    "ProtocolController_delete",
    Right.MANAGE_ACCESS,
    status=204,
)
async def delete(transaction: Transaction, id: str) -> None:
    """Remove a protocol of the tenant's own that no resource uses."""
    await protocols.delete(transaction, id)
