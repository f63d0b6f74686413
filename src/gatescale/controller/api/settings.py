"""What holds for the whole tenant."""

from gatescale.contract.settings import Settings, UpdateSettings
from gatescale.controller import tenant_settings
from gatescale.controller.api.operation import operation
from gatescale.controller.store.session import TenantSession, Transaction


@operation("GET", "/tenants/settings", "SettingsController_find")
async def find(session: TenantSession) -> Settings:
    """Return what holds for the whole tenant."""
    return await tenant_settings.find(session)


@operation("PUT", "/tenants/settings", "SettingsController_update")
async def update(transaction: Transaction, body: UpdateSettings) -> Settings:
    """Change what holds for the whole tenant."""
    return await tenant_settings.update(transaction, body)
