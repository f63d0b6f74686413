"""Who asks, and their own devices."""

from gatescale.contract.devices import Device, EnrolmentCode
from gatescale.contract.me import CreateWireguardDevice, Me, WireguardConfiguration
from gatescale.controller import myself
from gatescale.controller.api.operation import operation
from gatescale.controller.settings import Settings
from gatescale.controller.store.session import TenantSession, Transaction
from gatescale.controller.verdicts import DecisionPoint


@operation("GET", "/tenants/me", "MeController_find")
async def find(session: TenantSession) -> Me:
    """Tell who asks, and what their role allows."""
    return await myself.find(session)


@operation("GET", "/tenants/me/devices", "MeController_findDevices")
async def find_devices(session: TenantSession) -> list[Device]:
    """List one's own devices, newest first."""
    return await myself.devices_of(session)


@operation("POST", "/tenants/me/enrolment-codes", "MeController_createEnrolmentCode", status=201)
async def create_code(transaction: Transaction, settings: Settings) -> EnrolmentCode:
    """Make a one-time code with which a further device of one's own enrols."""
    return await myself.create_code(transaction, settings.public_url)


@operation("POST", "/tenants/me/devices", "MeController_createDevice", status=201)
async def create_device(transaction: Transaction, body: CreateWireguardDevice) -> Device:
    """Add a device that has no client of ours, by its WireGuard public key."""
    return await myself.create_device(transaction, body)


@operation("GET", "/tenants/me/devices/{id}/wireguard", "MeController_findWireguard")
async def find_wireguard(
    session: TenantSession, point: DecisionPoint, id: str
) -> WireguardConfiguration:
    """Tell the WireGuard configuration of one's own device, all but its private key."""
    return await myself.wireguard(session, point, id)


@operation("DELETE", "/tenants/me/devices/{id}", "MeController_deleteDevice", status=204)
async def delete_device(transaction: Transaction, id: str) -> None:
    """Remove one's own device for good; it loses all access at once."""
    await myself.delete_device(transaction, id)
