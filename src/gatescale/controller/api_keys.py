"""API keys: 256 random bits behind a prefix that scanners know, stored as a hash."""

import ipaddress
from datetime import UTC

import msgspec
import sqlalchemy as sa

from gatescale.contract.api_keys import ApiKey, CreateApiKey
from gatescale.controller import address_forms
from gatescale.controller.caller import Caller
from gatescale.controller.clock import stamp
from gatescale.controller.permissions import PRIVILEGE
from gatescale.controller.store import tables
from gatescale.controller.store.database import Row
from gatescale.controller.store.session import Reader, Store, Target, TenantSession, Transaction
from gatescale.controller.store.statements import NOW, Entering
from gatescale.controller.tenants import KEY_PREFIX, insert_key
from gatescale.controller.vault import hashed
from gatescale.errors import ForbiddenError, InvalidError, UnauthorizedError, Violation

k = tables.api_keys
_id = sa.bindparam("id", type_=sa.String)

# Looked up before the tenant is known: the hash of 256 random bits names its row alone.
_BY_HASH = sa.select(
    Entering(k.c.tenant_id).label("tenant_id"),
    k.c.id,
    k.c.name,
    k.c.role,
    k.c.expires_at,
    k.c.allowed_sources,
).where(k.c.hash == sa.bindparam("hash"), k.c.revoked_at.is_(None))

_INVALID = "This API key is not valid."
_NOWHERE_ELSE = "[]"


async def authenticate(reader: Reader, key: str | None, origin: str | None) -> Caller:
    """Return whom a key stands for; ``reader`` is in their tenant then.

    Raises:
        UnauthorizedError: there is no such key, it was revoked, has expired, or is not for
            requests from this address.
    """
    if not key:
        raise UnauthorizedError("Send your API key in the header apikey.")
    row = None
    if key.startswith(KEY_PREFIX):
        row = await reader.enter(_BY_HASH, hash=hashed(key))
    if row is None:
        raise UnauthorizedError(_INVALID)
    if row["expires_at"] is not None and row["expires_at"] <= reader.stamp:
        raise UnauthorizedError("This API key has expired.")
    if row["allowed_sources"] != _NOWHERE_ELSE and not _comes_from(origin, row["allowed_sources"]):
        raise UnauthorizedError(f"This API key is not for requests from {origin}.")
    reader.used_keys[row["id"]] = reader.stamp
    return Caller(row["tenant_id"], "key", row["id"], row["name"], row["role"], origin)


def _comes_from(origin: str | None, allowed: str) -> bool:
    try:
        address = ipaddress.ip_address(origin or "")
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    networks = msgspec.json.decode(allowed, type=list[str])
    return any(address in ipaddress.ip_network(network) for network in networks)


_USED = (
    sa.update(k)
    .where(
        k.c.id == sa.bindparam("key_id"),
        sa.or_(k.c.last_used.is_(None), k.c.last_used < sa.bindparam("at", type_=sa.String)),
    )
    .values(last_used=sa.bindparam("at", type_=sa.String))
)


async def note_used(store: Store) -> None:
    """Store when keys were last used, as of now: a busy key is used again meanwhile."""
    for key_id in list(store.used_keys):
        await store.run_anywhere(_USED, key_id=key_id, at=store.used_keys.pop(key_id))


_is_in_use = sa.and_(
    k.c.revoked_at.is_(None), sa.or_(k.c.expires_at.is_(None), k.c.expires_at > NOW)
)
_ROLE = sa.select(k.c.role).where(k.c.id == _id, _is_in_use)


async def recheck(transaction: Transaction) -> None:
    """Make sure, inside the transaction, that the caller's key still acts with their role.

    Raises:
        UnauthorizedError: the key was revoked meanwhile.
        ForbiddenError: its role changed meanwhile.
    """
    row = await transaction.first(_ROLE, id=transaction.caller.id)
    if row is None:
        raise UnauthorizedError(_INVALID)
    if row["role"] != transaction.caller.role:
        raise ForbiddenError(f"The key's role changed to {row['role']} meanwhile; try again.")


_COLUMNS = (
    k.c.id,
    k.c.created_at,
    k.c.updated_at,
    k.c.name,
    k.c.role,
    k.c.last_used,
    k.c.expires_at,
    k.c.allowed_sources,
)
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
        expires_at=row["expires_at"],
        allowed_sources=msgspec.json.decode(row["allowed_sources"], type=list[str]),
        key=key,
    )


async def every(session: TenantSession) -> list[ApiKey]:
    """Return the keys that were not revoked, oldest first."""
    return [_shown(row) for row in await session.all(_ALL)]


async def create(transaction: Transaction, wanted: CreateApiKey) -> ApiKey:
    """Make a key; the answer holds its only copy.

    Raises:
        ForbiddenError: its role would exceed the caller's.
        InvalidError: it would have expired already, or a source is no network.
    """
    _refuse_stronger(transaction.caller, wanted.role, "make", pointer="/role")
    sources, violations = address_forms.networks(wanted.allowed_sources, "/allowedSources")
    if wanted.expires_at is not None and wanted.expires_at <= transaction.now:
        violations.append(Violation("/expiresAt", "This lies in the past; a key expires later."))
    if violations:
        raise InvalidError.of(violations)
    key = await insert_key(
        transaction,
        wanted.name,
        wanted.role,
        expires_at=stamp(wanted.expires_at.astimezone(UTC)) if wanted.expires_at else None,
        allowed_sources=msgspec.json.encode(sources).decode(),
    )
    row = await transaction.find(_BY_KEY, "such key", hash=hashed(key))
    target = Target("api key", row["id"], row["name"])
    transaction.record("ApiKeysController_create", target, after=_shown(row))
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
        ForbiddenError: its role exceeds the caller's.
    """
    row = await transaction.find(_ONE, f"API key {key_id}", id=key_id)
    _refuse_stronger(transaction.caller, row["role"], "revoke")
    await transaction.run(_REVOKE, key_id=key_id, at=transaction.stamp)
    target = Target("api key", key_id, row["name"])
    transaction.record("ApiKeysController_delete", target, before=_shown(row))


def _refuse_stronger(caller: Caller, role: str, verb: str, *, pointer: str | None = None) -> None:
    if PRIVILEGE.index(role) < PRIVILEGE.index(caller.role):
        detail = f"A key of the role {caller.role} cannot {verb} one of the role {role}."
        raise ForbiddenError(detail, pointer=pointer)
