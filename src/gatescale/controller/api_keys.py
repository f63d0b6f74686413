"""API keys: 256 random bits behind a prefix that scanners know, stored as a hash."""

import sqlalchemy as sa

from gatescale.contract.api_keys import ApiKey, CreateApiKey
from gatescale.controller.caller import Caller
from gatescale.controller.permissions import PRIVILEGE
from gatescale.controller.store import tables
from gatescale.controller.store.database import Row
from gatescale.controller.store.session import Reader, Target, TenantSession, Transaction
from gatescale.controller.store.statements import Entering
from gatescale.controller.tenants import KEY_PREFIX, insert_key
from gatescale.controller.vault import hashed
from gatescale.errors import ForbiddenError, UnauthorizedError

k = tables.api_keys
_id = sa.bindparam("id", type_=sa.String)

# Looked up before the tenant is known: the hash of 256 random bits names its row alone.
_BY_HASH = sa.select(Entering(k.c.tenant_id).label("tenant_id"), k.c.id, k.c.name, k.c.role).where(
    k.c.hash == sa.bindparam("hash"), k.c.revoked_at.is_(None)
)


async def authenticate(reader: Reader, key: str, origin: str | None) -> Caller:
    """Return whom a key stands for; ``reader`` is in their tenant then.

    Raises:
        UnauthorizedError: there is no such key, or it was revoked.
    """
    row = None
    if key.startswith(KEY_PREFIX):
        row = await reader.enter(_BY_HASH, hash=hashed(key))
    if row is None:
        raise UnauthorizedError("This API key is not valid.")
    return Caller(row["tenant_id"], "key", row["id"], row["name"], row["role"], origin)


_ROLE = sa.select(k.c.role).where(k.c.id == _id, k.c.revoked_at.is_(None))


async def recheck(transaction: Transaction) -> None:
    """Make sure, inside the transaction, that the caller's key still acts with their role.

    Raises:
        UnauthorizedError: the key was revoked meanwhile.
        ForbiddenError: its role changed meanwhile.
    """
    row = await transaction.first(_ROLE, id=transaction.caller.id)
    if row is None:
        raise UnauthorizedError("This API key is not valid.")
    if row["role"] != transaction.caller.role:
        raise ForbiddenError(f"The key's role changed to {row['role']} meanwhile; try again.")


_COLUMNS = (k.c.id, k.c.created_at, k.c.updated_at, k.c.name, k.c.role, k.c.last_used)
_ALL = sa.select(*_COLUMNS).where(k.c.revoked_at.is_(None)).order_by(k.c.created_at, k.c.id)
_ONE = sa.select(*_COLUMNS).where(k.c.id == _id, k.c.revoked_at.is_(None))
_BY_KEY = sa.select(*_COLUMNS).where(k.c.hash == sa.bindparam("hash"))


def _shown(row: Row, key: str | None = None) -> ApiKey:
    return ApiKey(
        id=row["id"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        name=row["name"],
        role=row["role"],
        last_used=row["last_used"],
        key=key,
    )


async def every(session: TenantSession) -> list[ApiKey]:
    """Return the keys in use, oldest first."""
    return [_shown(row) for row in await session.all(_ALL)]


async def create(transaction: Transaction, wanted: CreateApiKey) -> ApiKey:
    """Make a key; the answer holds its only copy.

    Raises:
        ForbiddenError: its role would exceed the caller's.
    """
    if PRIVILEGE.index(wanted.role) < PRIVILEGE.index(transaction.caller.role):
        raise ForbiddenError(
            f"A key of the role {transaction.caller.role} cannot make one of the role"
            f" {wanted.role}.",
            pointer="/role",
        )
    key = await insert_key(transaction, wanted.name, wanted.role)
    row = await transaction.find(_BY_KEY, "such key", hash=hashed(key))
    target = Target("api key", row["id"], row["name"])
    transaction.record("ApiKeysController_create", target)
    return _shown(row, key)


_REVOKE = (
    sa.update(k)
    .where(k.c.id == sa.bindparam("key_id"))
    .values(revoked_at=sa.bindparam("at"), updated_at=sa.bindparam("at"))
)


async def revoke(transaction: Transaction, key_id: str) -> None:
    """Make a key worthless at once.

    Raises:
        NotFoundError: there is no such key in use.
    """
    row = await transaction.find(_ONE, f"API key {key_id}", id=key_id)
    await transaction.run(_REVOKE, key_id=key_id, at=transaction.stamp)
    transaction.record("ApiKeysController_delete", Target("api key", key_id, row["name"]))
