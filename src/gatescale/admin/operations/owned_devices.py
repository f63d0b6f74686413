"""Owned Devices. Written by ``make client``."""

from typing import Unpack

from gatescale.admin.call import Call, Changing
from gatescale.admin.operations.sending import AsyncSending, Sending
from gatescale.contract.owned_devices import OwnedDevices, UpdateOwnedDevices


class AsyncOwnedDevicesApi(AsyncSending):
    """Owned Devices; each operation is awaited."""

    async def find(self) -> OwnedDevices:
        """Return the serial numbers of the devices that are the company's own."""
        return await self._send(OwnedDevices, Call("GET", "/tenants/owned-devices"))

    async def update(self, body: UpdateOwnedDevices, **how: Unpack[Changing]) -> OwnedDevices:
        """Make the list of serial numbers this one; devices are judged by it at once."""
        return await self._send(
            OwnedDevices, Call("PUT", "/tenants/owned-devices", body=body, **how)
        )


class OwnedDevicesApi(Sending):
    """Owned Devices."""

    def find(self) -> OwnedDevices:
        """Return the serial numbers of the devices that are the company's own."""
        return self._send(OwnedDevices, Call("GET", "/tenants/owned-devices"))

    def update(self, body: UpdateOwnedDevices, **how: Unpack[Changing]) -> OwnedDevices:
        """Make the list of serial numbers this one; devices are judged by it at once."""
        return self._send(OwnedDevices, Call("PUT", "/tenants/owned-devices", body=body, **how))
