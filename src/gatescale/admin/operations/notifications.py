"""Notifications. Written by ``make client``."""

from typing import Unpack

from gatescale.admin.call import Call, Changing
from gatescale.admin.operations.sending import AsyncSending, Sending
from gatescale.contract.notifications import Notifications, UpdateNotifications


class AsyncNotificationsApi(AsyncSending):
    """Notifications; each operation is awaited."""

    async def find(self) -> Notifications:
        """Return what mails are written about, and to whom."""
        return await self._send(Notifications, Call("GET", "/tenants/notifications"))

    async def update(self, body: UpdateNotifications, **how: Unpack[Changing]) -> Notifications:
        """Change what mails are written about, and to whom."""
        return await self._send(
            Notifications, Call("PUT", "/tenants/notifications", body=body, **how)
        )


class NotificationsApi(Sending):
    """Notifications."""

    def find(self) -> Notifications:
        """Return what mails are written about, and to whom."""
        return self._send(Notifications, Call("GET", "/tenants/notifications"))

    def update(self, body: UpdateNotifications, **how: Unpack[Changing]) -> Notifications:
        """Change what mails are written about, and to whom."""
        return self._send(Notifications, Call("PUT", "/tenants/notifications", body=body, **how))
