"""API keys."""

from gatescale.contract.api_keys import ApiKey, CreateApiKey
from gatescale.controller import api_keys
from gatescale.controller.api.operation import operation
from gatescale.controller.store.session import TenantSession, Transaction


@operation("GET", "/tenants/api-keys", "ApiKeysController_findAll")
async def every(session: TenantSession) -> list[ApiKey]:
    """List the keys in use, without the keys themselves."""
    return await api_keys.every(session)


@operation("POST", "/tenants/api-keys", "ApiKeysController_create", status=201)
async def create(transaction: Transaction, body: CreateApiKey) -> ApiKey:
    """Make a key; this answer is the only one that shows it."""
    return await api_keys.create(transaction, body)


@operation("DELETE", "/tenants/api-keys/{id}", "ApiKeysController_delete", status=204)
async def revoke(transaction: Transaction, id: str) -> None:
    """Make a key worthless at once."""
    await api_keys.revoke(transaction, id)
