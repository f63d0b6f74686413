"""Me. Written by ``make client``."""

from typing import Unpack

from gatescale.admin.call import Call, Making, Moving
from gatescale.admin.operations.sending import AsyncSending, Sending
from gatescale.contract.devices import Device, EnrolmentCode
from gatescale.contract.me import CreateWireguardDevice, Me, WireguardConfiguration


class AsyncMeApi(AsyncSending):
    """Me; each operation is awaited."""

    async def find(self) -> Me:
        """Tell who asks, and what their role allows."""
        return await self._send(Me, Call("GET", "/tenants/me"))

    async def find_devices(self) -> list[Device]:
        """List one's own devices, newest first."""
        return await self._send(list[Device], Call("GET", "/tenants/me/devices"))

    async def create_device(self, body: CreateWireguardDevice, **how: Unpack[Making]) -> Device:
        """Add a device that has no client of ours, by its WireGuard public key."""
        return await self._send(
            Device, Call("POST", "/tenants/me/devices", body=body, keyed=True, **how)
        )

    async def create_enrolment_code(self, **how: Unpack[Making]) -> EnrolmentCode:
        """Make a one-time code with which a further device of one's own enrols."""
        return await self._send(
            EnrolmentCode, Call("POST", "/tenants/me/enrolment-codes", keyed=True, **how)
        )

    async def delete_device(self, id: str, **how: Unpack[Moving]) -> None:
        """Remove one's own device for good; it loses all access at once."""
        await self._send(type(None), Call("DELETE", "/tenants/me/devices/{}", (id,), **how))

    async def find_wireguard(self, id: str) -> WireguardConfiguration:
        """Tell the WireGuard configuration of one's own device, all but its private key."""
        return await self._send(
            WireguardConfiguration, Call("GET", "/tenants/me/devices/{}/wireguard", (id,))
        )


class MeApi(Sending):
    """Me."""

    def find(self) -> Me:
        """Tell who asks, and what their role allows."""
        return self._send(Me, Call("GET", "/tenants/me"))

    def find_devices(self) -> list[Device]:
        """List one's own devices, newest first."""
        return self._send(list[Device], Call("GET", "/tenants/me/devices"))

    def create_device(self, body: CreateWireguardDevice, **how: Unpack[Making]) -> Device:
        """Add a device that has no client of ours, by its WireGuard public key."""
        return self._send(Device, Call("POST", "/tenants/me/devices", body=body, keyed=True, **how))

    def create_enrolment_code(self, **how: Unpack[Making]) -> EnrolmentCode:
        """Make a one-time code with which a further device of one's own enrols."""
        return self._send(
            EnrolmentCode, Call("POST", "/tenants/me/enrolment-codes", keyed=True, **how)
        )

    def delete_device(self, id: str, **how: Unpack[Moving]) -> None:
        """Remove one's own device for good; it loses all access at once."""
        self._send(type(None), Call("DELETE", "/tenants/me/devices/{}", (id,), **how))

    def find_wireguard(self, id: str) -> WireguardConfiguration:
        """Tell the WireGuard configuration of one's own device, all but its private key."""
        return self._send(
            WireguardConfiguration, Call("GET", "/tenants/me/devices/{}/wireguard", (id,))
        )
