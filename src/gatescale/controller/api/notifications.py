"""What the controller writes mails about."""

from gatescale.contract.notifications import Notifications, UpdateNotifications
from gatescale.controller import notifications
from gatescale.controller.api.operation import operation
from gatescale.controller.store.session import TenantSession, Transaction


@operation("GET", "/tenants/notifications", "NotificationsController_find")
async def find(session: TenantSession) -> Notifications:
    """Return what mails are written about, and to whom."""
    return await notifications.find(session)


@operation("PUT", "/tenants/notifications", "NotificationsController_update")
async def update(transaction: Transaction, body: UpdateNotifications) -> Notifications:
    """Change what mails are written about, and to whom."""
    return await notifications.update(transaction, body)
