"""Devices. Written by ``make client``."""

from collections.abc import AsyncIterator, Iterator
from typing import Unpack

from gatescale.admin.call import Acting, Call, Changing, Filter, Sort, listed
from gatescale.admin.operations.sending import AsyncSending, Sending
from gatescale.contract.devices import Device, PostureReport
from gatescale.contract.fields import Page


class AsyncDevicesApi(AsyncSending):
    """Devices; each operation is awaited."""

    async def find_by_criteria(
        self,
        *,
        filter: Filter | None = None,
        sort: Sort | None = None,
        search: str | None = None,
        limit: int = 10,
        offset: int = 0,
    ) -> Page[Device]:
        """List the tenant's devices."""
        return await self._send(
            Page[Device],
            Call(
                "GET",
                "/tenants/devices",
                query=listed(filter, sort, search=search, limit=limit, offset=offset),
            ),
        )

    def every(
        self, *, filter: Filter | None = None, sort: Sort | None = None, search: str | None = None
    ) -> AsyncIterator[Device]:
        """Iterate over all pages' rows."""
        return self._rows(
            Page[Device], Call("GET", "/tenants/devices", query=listed(filter, sort, search=search))
        )

    async def find_by_id(self, id: str) -> Device:
        """Return a device."""
        return await self._send(Device, Call("GET", "/tenants/devices/{}", (id,)))

    async def delete(self, id: str, **how: Unpack[Changing]) -> None:
        """Remove a device for good; it loses all access at once."""
        await self._send(type(None), Call("DELETE", "/tenants/devices/{}", (id,), **how))

    async def find_posture_reports(
        self,
        id: str,
        *,
        filter: Filter | None = None,
        sort: Sort | None = None,
        limit: int = 10,
        offset: int = 0,
    ) -> Page[PostureReport]:
        """List what a device said of its state, where it was not the same as before.

        Newest first.
        """
        return await self._send(
            Page[PostureReport],
            Call(
                "GET",
                "/tenants/devices/{}/posture-reports",
                (id,),
                query=listed(filter, sort, limit=limit, offset=offset),
            ),
        )

    def every_posture_reports(
        self, id: str, *, filter: Filter | None = None, sort: Sort | None = None
    ) -> AsyncIterator[PostureReport]:
        """Iterate over all pages' rows."""
        return self._rows(
            Page[PostureReport],
            Call("GET", "/tenants/devices/{}/posture-reports", (id,), query=listed(filter, sort)),
        )

    async def deactivate(self, id: str, **how: Unpack[Changing]) -> Device:
        """Cut a device off at once; its configuration and owner stay."""
        return await self._send(
            Device, Call("PATCH", "/tenants/devices/{}/deactivate", (id,), **how)
        )

    async def reactivate(self, id: str, **how: Unpack[Acting]) -> Device:
        """Let a deactivated device back in."""
        return await self._send(
            Device, Call("POST", "/tenants/devices/{}/reactivate", (id,), keyed=True, **how)
        )


class DevicesApi(Sending):
    """Devices."""

    def find_by_criteria(
        self,
        *,
        filter: Filter | None = None,
        sort: Sort | None = None,
        search: str | None = None,
        limit: int = 10,
        offset: int = 0,
    ) -> Page[Device]:
        """List the tenant's devices."""
        return self._send(
            Page[Device],
            Call(
                "GET",
                "/tenants/devices",
                query=listed(filter, sort, search=search, limit=limit, offset=offset),
            ),
        )

    def every(
        self, *, filter: Filter | None = None, sort: Sort | None = None, search: str | None = None
    ) -> Iterator[Device]:
        """Iterate over all pages' rows."""
        return self._rows(
            Page[Device], Call("GET", "/tenants/devices", query=listed(filter, sort, search=search))
        )

    def find_by_id(self, id: str) -> Device:
        """Return a device."""
        return self._send(Device, Call("GET", "/tenants/devices/{}", (id,)))

    def delete(self, id: str, **how: Unpack[Changing]) -> None:
        """Remove a device for good; it loses all access at once."""
        self._send(type(None), Call("DELETE", "/tenants/devices/{}", (id,), **how))

    def find_posture_reports(
        self,
        id: str,
        *,
        filter: Filter | None = None,
        sort: Sort | None = None,
        limit: int = 10,
        offset: int = 0,
    ) -> Page[PostureReport]:
        """List what a device said of its state, where it was not the same as before.

        Newest first.
        """
        return self._send(
            Page[PostureReport],
            Call(
                "GET",
                "/tenants/devices/{}/posture-reports",
                (id,),
                query=listed(filter, sort, limit=limit, offset=offset),
            ),
        )

    def every_posture_reports(
        self, id: str, *, filter: Filter | None = None, sort: Sort | None = None
    ) -> Iterator[PostureReport]:
        """Iterate over all pages' rows."""
        return self._rows(
            Page[PostureReport],
            Call("GET", "/tenants/devices/{}/posture-reports", (id,), query=listed(filter, sort)),
        )

    def deactivate(self, id: str, **how: Unpack[Changing]) -> Device:
        """Cut a device off at once; its configuration and owner stay."""
        return self._send(Device, Call("PATCH", "/tenants/devices/{}/deactivate", (id,), **how))

    def reactivate(self, id: str, **how: Unpack[Acting]) -> Device:
        """Let a deactivated device back in."""
        return self._send(
            Device, Call("POST", "/tenants/devices/{}/reactivate", (id,), keyed=True, **how)
        )
