"""Protocols. Written by ``make client``."""

from typing import Unpack

from gatescale.admin.call import Call, Changing, Making
from gatescale.admin.operations.sending import AsyncSending, Sending
from gatescale.contract.protocols import CreateProtocol, Protocol


class AsyncProtocolsApi(AsyncSending):
    """Protocols; each operation is awaited."""

    async def create(self, body: CreateProtocol, **how: Unpack[Making]) -> Protocol:
        """Make a protocol of the tenant's own."""
        return await self._send(
            Protocol, Call("POST", "/tenants/protocols", body=body, keyed=True, **how)
        )

    async def find_all(self) -> list[Protocol]:
        """List all protocols, the predefined ones first."""
        return await self._send(list[Protocol], Call("GET", "/tenants/protocols"))

    async def find(self, id: str) -> Protocol:
        """Return a protocol."""
        return await self._send(Protocol, Call("GET", "/tenants/protocols/{}", (id,)))

    async def delete(self, id: str, **how: Unpack[Changing]) -> None:
        """Remove a protocol of the tenant's own that no resource uses."""
        await self._send(type(None), Call("DELETE", "/tenants/protocols/{}", (id,), **how))


class ProtocolsApi(Sending):
    """Protocols."""

    def create(self, body: CreateProtocol, **how: Unpack[Making]) -> Protocol:
        """Make a protocol of the tenant's own."""
        return self._send(
            Protocol, Call("POST", "/tenants/protocols", body=body, keyed=True, **how)
        )

    def find_all(self) -> list[Protocol]:
        """List all protocols, the predefined ones first."""
        return self._send(list[Protocol], Call("GET", "/tenants/protocols"))

    def find(self, id: str) -> Protocol:
        """Return a protocol."""
        return self._send(Protocol, Call("GET", "/tenants/protocols/{}", (id,)))

    def delete(self, id: str, **how: Unpack[Changing]) -> None:
        """Remove a protocol of the tenant's own that no resource uses."""
        self._send(type(None), Call("DELETE", "/tenants/protocols/{}", (id,), **how))
