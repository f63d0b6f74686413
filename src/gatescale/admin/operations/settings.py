"""Settings. Written by ``make client``."""

from typing import Unpack

from gatescale.admin.call import Call, Changing
from gatescale.admin.operations.sending import AsyncSending, Sending
from gatescale.contract.settings import Settings, UpdateSettings


class AsyncSettingsApi(AsyncSending):
    """Settings; each operation is awaited."""

    async def find(self) -> Settings:
        """Return what holds for the whole tenant."""
        return await self._send(Settings, Call("GET", "/tenants/settings"))

    async def update(self, body: UpdateSettings, **how: Unpack[Changing]) -> Settings:
        """Change what holds for the whole tenant."""
        return await self._send(Settings, Call("PUT", "/tenants/settings", body=body, **how))


class SettingsApi(Sending):
    """Settings."""

    def find(self) -> Settings:
        """Return what holds for the whole tenant."""
        return self._send(Settings, Call("GET", "/tenants/settings"))

    def update(self, body: UpdateSettings, **how: Unpack[Changing]) -> Settings:
        """Change what holds for the whole tenant."""
        return self._send(Settings, Call("PUT", "/tenants/settings", body=body, **how))
