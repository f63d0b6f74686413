"""Gateways. Written by ``make client``."""

from collections.abc import AsyncIterator, Iterator
from typing import Unpack

from gatescale.admin.call import Acting, Call, Changing, Filter, Making, Sort, listed
from gatescale.admin.operations.sending import AsyncSending, Sending
from gatescale.contract.fields import Page
from gatescale.contract.gateways import Gateway, TestConfiguration, WriteGateway


class AsyncGatewaysApi(AsyncSending):
    """Gateways; each operation is awaited."""

    async def find_all(
        self,
        *,
        filter: Filter | None = None,
        sort: Sort | None = None,
        search: str | None = None,
        limit: int = 10,
        offset: int = 0,
    ) -> Page[Gateway]:
        """List the tenant's gateways."""
        return await self._send(
            Page[Gateway],
            Call(
                "GET",
                "/tenants/gateways",
                query=listed(filter, sort, search=search, limit=limit, offset=offset),
            ),
        )

    def every(
        self, *, filter: Filter | None = None, sort: Sort | None = None, search: str | None = None
    ) -> AsyncIterator[Gateway]:
        """Iterate over all pages' rows."""
        return self._rows(
            Page[Gateway],
            Call("GET", "/tenants/gateways", query=listed(filter, sort, search=search)),
        )

    async def create(self, body: WriteGateway, **how: Unpack[Making]) -> Gateway:
        """Make a gateway; its token enrols the software on the gateway's host."""
        return await self._send(
            Gateway, Call("POST", "/tenants/gateways", body=body, keyed=True, **how)
        )

    async def find(self, id: str) -> Gateway:
        """Return a gateway."""
        return await self._send(Gateway, Call("GET", "/tenants/gateways/{}", (id,)))

    async def update(self, id: str, body: WriteGateway, **how: Unpack[Changing]) -> Gateway:
        """Change a gateway."""
        return await self._send(
            Gateway, Call("PUT", "/tenants/gateways/{}", (id,), body=body, **how)
        )

    async def delete(self, id: str, **how: Unpack[Changing]) -> None:
        """Remove a gateway."""
        await self._send(type(None), Call("DELETE", "/tenants/gateways/{}", (id,), **how))

    async def rotate_token(self, id: str, **how: Unpack[Acting]) -> Gateway:
        """Replace a gateway's token; its software may then enrol anew."""
        return await self._send(
            Gateway, Call("POST", "/tenants/gateways/{}/rotate-token", (id,), keyed=True, **how)
        )

    async def enable_relay(self, id: str, **how: Unpack[Acting]) -> Gateway:
        """Let a gateway forward for gateways and sites that have no direct path."""
        return await self._send(
            Gateway, Call("POST", "/tenants/gateways/{}/enable-relay", (id,), keyed=True, **how)
        )

    async def disable_relay(self, id: str, **how: Unpack[Acting]) -> Gateway:
        """Have a gateway forward for nobody else."""
        return await self._send(
            Gateway, Call("POST", "/tenants/gateways/{}/disable-relay", (id,), keyed=True, **how)
        )

    async def start_maintenance(self, id: str, **how: Unpack[Acting]) -> Gateway:
        """Send devices to other gateways while people work on this one."""
        return await self._send(
            Gateway,
            Call("POST", "/tenants/gateways/{}/start-maintenance", (id,), keyed=True, **how),
        )

    async def end_maintenance(self, id: str, **how: Unpack[Acting]) -> Gateway:
        """Send devices to a gateway again."""
        return await self._send(
            Gateway, Call("POST", "/tenants/gateways/{}/end-maintenance", (id,), keyed=True, **how)
        )

    async def test_configuration(self, id: str) -> TestConfiguration:
        """Test a gateway.

        What devices need of it is tried, and what fails is said with its remedy.
        """
        return await self._send(
            TestConfiguration, Call("POST", "/tenants/gateways/{}/test-configuration", (id,))
        )


class GatewaysApi(Sending):
    """Gateways."""

    def find_all(
        self,
        *,
        filter: Filter | None = None,
        sort: Sort | None = None,
        search: str | None = None,
        limit: int = 10,
        offset: int = 0,
    ) -> Page[Gateway]:
        """List the tenant's gateways."""
        return self._send(
            Page[Gateway],
            Call(
                "GET",
                "/tenants/gateways",
                query=listed(filter, sort, search=search, limit=limit, offset=offset),
            ),
        )

    def every(
        self, *, filter: Filter | None = None, sort: Sort | None = None, search: str | None = None
    ) -> Iterator[Gateway]:
        """Iterate over all pages' rows."""
        return self._rows(
            Page[Gateway],
            Call("GET", "/tenants/gateways", query=listed(filter, sort, search=search)),
        )

    def create(self, body: WriteGateway, **how: Unpack[Making]) -> Gateway:
        """Make a gateway; its token enrols the software on the gateway's host."""
        return self._send(Gateway, Call("POST", "/tenants/gateways", body=body, keyed=True, **how))

    def find(self, id: str) -> Gateway:
        """Return a gateway."""
        return self._send(Gateway, Call("GET", "/tenants/gateways/{}", (id,)))

    def update(self, id: str, body: WriteGateway, **how: Unpack[Changing]) -> Gateway:
        """Change a gateway."""
        return self._send(Gateway, Call("PUT", "/tenants/gateways/{}", (id,), body=body, **how))

    def delete(self, id: str, **how: Unpack[Changing]) -> None:
        """Remove a gateway."""
        self._send(type(None), Call("DELETE", "/tenants/gateways/{}", (id,), **how))

    def rotate_token(self, id: str, **how: Unpack[Acting]) -> Gateway:
        """Replace a gateway's token; its software may then enrol anew."""
        return self._send(
            Gateway, Call("POST", "/tenants/gateways/{}/rotate-token", (id,), keyed=True, **how)
        )

    def enable_relay(self, id: str, **how: Unpack[Acting]) -> Gateway:
        """Let a gateway forward for gateways and sites that have no direct path."""
        return self._send(
            Gateway, Call("POST", "/tenants/gateways/{}/enable-relay", (id,), keyed=True, **how)
        )

    def disable_relay(self, id: str, **how: Unpack[Acting]) -> Gateway:
        """Have a gateway forward for nobody else."""
        return self._send(
            Gateway, Call("POST", "/tenants/gateways/{}/disable-relay", (id,), keyed=True, **how)
        )

    def start_maintenance(self, id: str, **how: Unpack[Acting]) -> Gateway:
        """Send devices to other gateways while people work on this one."""
        return self._send(
            Gateway,
            Call("POST", "/tenants/gateways/{}/start-maintenance", (id,), keyed=True, **how),
        )

    def end_maintenance(self, id: str, **how: Unpack[Acting]) -> Gateway:
        """Send devices to a gateway again."""
        return self._send(
            Gateway, Call("POST", "/tenants/gateways/{}/end-maintenance", (id,), keyed=True, **how)
        )

    def test_configuration(self, id: str) -> TestConfiguration:
        """Test a gateway.

        What devices need of it is tried, and what fails is said with its remedy.
        """
        return self._send(
            TestConfiguration, Call("POST", "/tenants/gateways/{}/test-configuration", (id,))
        )
