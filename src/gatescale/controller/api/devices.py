"""Devices."""

from gatescale.contract.devices import Device, PostureReport
from gatescale.contract.fields import Page
from gatescale.controller import devices, posture
from gatescale.controller.api.operation import operation
from gatescale.controller.api.query import as_page
from gatescale.controller.store.listing import ListQuery
from gatescale.controller.store.session import TenantSession, Transaction


@operation("GET", "/tenants/devices", "DevicesController_findByCriteria", listing=devices.LISTING)
async def page(session: TenantSession, query: ListQuery) -> Page[Device]:
    """List the tenant's devices."""
    return as_page(*await devices.page(session, query), query)


@operation("GET", "/tenants/devices/{id}", "DevicesController_findById")
async def find(session: TenantSession, id: str) -> Device:
    """Return a device."""
    return await devices.find(session, id)


@operation(
    "GET",
    "/tenants/devices/{id}/posture-reports",
    "DevicesController_findPostureReports",
    listing=posture.LISTING,
)
async def posture_reports(session: TenantSession, id: str, query: ListQuery) -> Page[PostureReport]:
    """List what a device said of its state, where it was not the same as before; newest first."""
    return as_page(*await posture.page(session, id, query), query)


@operation(
    "DELETE",
    "/tenants/devices/{id}",
    "DevicesController_delete",
    status=204,
)
async def delete(transaction: Transaction, id: str) -> None:
    """Remove a device for good; it loses all access at once."""
    await devices.delete(transaction, id)


@operation(
    "PATCH",
    "/tenants/devices/{id}/deactivate",
    "DevicesController_deactivate",
)
async def deactivate(transaction: Transaction, id: str) -> Device:
    """Cut a device off at once; its configuration and owner stay."""
    return await devices.deactivate(transaction, id)


@operation(
    "POST",
    "/tenants/devices/{id}/reactivate",
    "DevicesController_reactivate",
    status=201,
)
async def reactivate(transaction: Transaction, id: str) -> Device:
    """Let a deactivated device back in."""
    return await devices.reactivate(transaction, id)
