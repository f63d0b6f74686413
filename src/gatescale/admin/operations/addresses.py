"""Addresses. Written by ``make client``."""

from typing import Unpack

from gatescale.admin.call import Call, Moving
from gatescale.admin.operations.sending import AsyncSending, Sending
from gatescale.contract.addresses import Address, UpdateAddress
from gatescale.contract.gateways import Gateway


class AsyncAddressesApi(AsyncSending):
    """Addresses; each operation is awaited."""

    async def find_all(self) -> list[Address]:
        """List the addresses of all resources."""
        return await self._send(list[Address], Call("GET", "/tenants/addresses"))

    async def update(self, id: str, body: UpdateAddress, **how: Unpack[Moving]) -> Address:
        """Change an address for every resource that has it."""
        return await self._send(
            Address, Call("PUT", "/tenants/addresses/{}", (id,), body=body, **how)
        )

    async def delete(self, id: str, **how: Unpack[Moving]) -> None:
        """Remove an address from every resource that has it."""
        await self._send(type(None), Call("DELETE", "/tenants/addresses/{}", (id,), **how))

    async def find_linked_gateways(self, id: str) -> list[Gateway]:
        """List the gateways through which an address is reached."""
        return await self._send(list[Gateway], Call("GET", "/tenants/addresses/{}/gateways", (id,)))


class AddressesApi(Sending):
    """Addresses."""

    def find_all(self) -> list[Address]:
        """List the addresses of all resources."""
        return self._send(list[Address], Call("GET", "/tenants/addresses"))

    def update(self, id: str, body: UpdateAddress, **how: Unpack[Moving]) -> Address:
        """Change an address for every resource that has it."""
        return self._send(Address, Call("PUT", "/tenants/addresses/{}", (id,), body=body, **how))

    def delete(self, id: str, **how: Unpack[Moving]) -> None:
        """Remove an address from every resource that has it."""
        self._send(type(None), Call("DELETE", "/tenants/addresses/{}", (id,), **how))

    def find_linked_gateways(self, id: str) -> list[Gateway]:
        """List the gateways through which an address is reached."""
        return self._send(list[Gateway], Call("GET", "/tenants/addresses/{}/gateways", (id,)))
