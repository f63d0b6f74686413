"""API Keys. Written by ``make client``."""

from typing import Unpack

from gatescale.admin.call import Call, Making, Moving
from gatescale.admin.operations.sending import AsyncSending, Sending
from gatescale.contract.api_keys import ApiKey, CreateApiKey


class AsyncApiKeysApi(AsyncSending):
    """API Keys; each operation is awaited."""

    async def find_all(self) -> list[ApiKey]:
        """List the keys in use, without the keys themselves."""
        return await self._send(list[ApiKey], Call("GET", "/tenants/api-keys"))

    async def create(self, body: CreateApiKey, **how: Unpack[Making]) -> ApiKey:
        """Make a key; this answer is the only one that shows it."""
        return await self._send(
            ApiKey, Call("POST", "/tenants/api-keys", body=body, keyed=True, **how)
        )

    async def delete(self, id: str, **how: Unpack[Moving]) -> None:
        """Make a key worthless at once."""
        await self._send(type(None), Call("DELETE", "/tenants/api-keys/{}", (id,), **how))


class ApiKeysApi(Sending):
    """API Keys."""

    def find_all(self) -> list[ApiKey]:
        """List the keys in use, without the keys themselves."""
        return self._send(list[ApiKey], Call("GET", "/tenants/api-keys"))

    def create(self, body: CreateApiKey, **how: Unpack[Making]) -> ApiKey:
        """Make a key; this answer is the only one that shows it."""
        return self._send(ApiKey, Call("POST", "/tenants/api-keys", body=body, keyed=True, **how))

    def delete(self, id: str, **how: Unpack[Moving]) -> None:
        """Make a key worthless at once."""
        self._send(type(None), Call("DELETE", "/tenants/api-keys/{}", (id,), **how))
