"""Which devices are the company's own."""

from gatescale.contract.owned_devices import OwnedDevices, UpdateOwnedDevices
from gatescale.controller import owned_devices
from gatescale.controller.api.operation import operation
from gatescale.controller.store.session import TenantSession, Transaction

_MAX_BODY = 16 * 1024 * 1024


@operation("GET", "/tenants/owned-devices", "OwnedDevicesController_find")
async def find(session: TenantSession) -> OwnedDevices:
    """Return the serial numbers of the devices that are the company's own."""
    return await owned_devices.find(session)


@operation("PUT", "/tenants/owned-devices", "OwnedDevicesController_update", max_body=_MAX_BODY)
async def update(transaction: Transaction, body: UpdateOwnedDevices) -> OwnedDevices:
    """Make the list of serial numbers this one; devices are judged by it at once."""
    return await owned_devices.update(transaction, body)
