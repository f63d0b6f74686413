"""Who is signed in: a random cookie each, stored as a hash, with an end that it cannot outlive."""

from datetime import timedelta

import sqlalchemy as sa

from gatescale.controller import roles
from gatescale.controller.caller import Caller
from gatescale.controller.clock import later, stamp
from gatescale.controller.store import tables
from gatescale.controller.store.database import Row
from gatescale.controller.store.session import Reader, Store, TenantSession, Transaction, new_id
from gatescale.controller.store.statements import TENANT, Entering
from gatescale.controller.vault import hashed, new_secret
from gatescale.errors import ForbiddenError, UnauthorizedError

COOKIE_PREFIX = "gss_"
FRESH_SECONDS = 900
"""How long after signing in somebody may change the ways they sign in."""
_AGENT_LENGTH = 300

b, u, t = tables.browser_sessions, tables.users, tables.tenants
_id = sa.bindparam("id", type_=sa.String)
_user_id = sa.bindparam("user_id", type_=sa.String)

# Looked up before the tenant is known: the hash of 256 random bits names its row alone.
_BY_HASH = (
    sa.select(
        Entering(b.c.tenant_id).label("tenant_id"),
        b.c.id,
        b.c.user_id,
        b.c.seen_at,
        b.c.expires_at,
        u.c.email,
        u.c.status,
        t.c.idle_seconds,
    )
    .select_from(b.join(u).join(t, t.c.id == b.c.tenant_id))
    .where(b.c.hash == sa.bindparam("hash"))
)
_ENDED = "You are not signed in, or were signed out; sign in again."


async def authenticate(reader: Reader, cookie: str, origin: str | None) -> Caller:
    """Return whom a cookie stands for; ``reader`` is in their tenant then.

    Raises:
        UnauthorizedError: it stands for nobody, or has lapsed, or its user is not active.
    """
    row = None
    if cookie.startswith(COOKIE_PREFIX):
        row = await reader.enter(_BY_HASH, hash=hashed(cookie))
    if row is None or row["status"] != "ACTIVE" or _has_lapsed(row, reader):
        raise UnauthorizedError(_ENDED)
    reader.used_sessions[row["id"]] = reader.stamp
    nobody = Caller(row["tenant_id"], "user", row["user_id"], row["email"])
    role = await role_of(reader.session(nobody), row["user_id"])
    return Caller(
        row["tenant_id"], "user", row["user_id"], row["email"], role, origin, session=row["id"]
    )


def _has_lapsed(row: Row, reader: Reader) -> bool:
    seen = max(row["seen_at"], reader.used_sessions.get(row["id"], ""))
    idle = timedelta(seconds=row["idle_seconds"])
    return bool(row["expires_at"] <= reader.stamp or seen <= stamp(reader.now - idle))


async def role_of(session: TenantSession, user_id: str) -> str:
    """Return the most privileged role type that holds for a user."""
    held = (await roles.of_users(session, [user_id])).get(user_id)
    return held[0].type if held else "BASIC"


_USED = (
    sa.update(b)
    .where(b.c.id == sa.bindparam("session_id"), b.c.seen_at < sa.bindparam("at", type_=sa.String))
    .values(seen_at=sa.bindparam("at", type_=sa.String))
)


async def note_used(store: Store) -> None:
    """Store when sessions were last used, as of now: a busy one is used again meanwhile."""
    for session_id in list(store.used_sessions):
        at = store.used_sessions.pop(session_id)
        await store.run_anywhere(_USED, session_id=session_id, at=at)


_LAPSED = sa.delete(b).where(b.c.expires_at <= sa.bindparam("at", type_=sa.String))


async def forget_lapsed(store: Store) -> None:
    """Delete sessions that reached their end."""
    await store.run_anywhere(_LAPSED, at=stamp(store.clock()))


_STATE = sa.select(b.c.created_at, u.c.status).select_from(b.join(u)).where(b.c.id == _id)


async def recheck(transaction: Transaction) -> None:
    """Make sure, inside the transaction, that the caller is signed in still with their role.

    Raises:
        UnauthorizedError: they were signed out meanwhile.
        ForbiddenError: their role changed meanwhile.
    """
    caller = transaction.caller
    row = await transaction.first(_STATE, id=caller.session)
    if row is None or row["status"] != "ACTIVE":
        raise UnauthorizedError(_ENDED)
    role = await role_of(transaction, str(caller.id))
    if role != caller.role:
        raise ForbiddenError(f"Your role changed to {role} meanwhile; try again.")


async def refuse_stale(session: TenantSession) -> None:
    """Make sure that the caller signed in lately: a browser left open changes no way to sign in.

    Raises:
        ForbiddenError: it was longer ago than ``FRESH_SECONDS``.
    """
    row = await session.first(_STATE, id=session.caller.session)
    earliest = stamp(session.now - timedelta(seconds=FRESH_SECONDS))
    if row is None or row["created_at"] < earliest:
        raise ForbiddenError("For this, sign in again: it is some time ago that you did.")


_LIFETIME = sa.select(t.c.signed_in_seconds).where(t.c.id == TENANT)
_SIGNED_IN = (
    sa.update(u)
    .where(u.c.id == _user_id)
    .values(last_connection=sa.bindparam("at", type_=sa.String))
)


async def begin(transaction: Transaction, user_id: str, way: str, agent: str) -> str:
    """Sign a user in; return the cookie, of which there is no other copy.

    Args:
        transaction: of their tenant.
        user_id: who.
        way: ``passkey``, ``password`` or ``recovery code``.
        agent: what their browser calls itself.
    """
    cookie = new_secret(COOKIE_PREFIX)
    lifetime = (await transaction.find(_LIFETIME, "tenant"))["signed_in_seconds"]
    row = {
        "id": new_id(),
        "user_id": user_id,
        "hash": hashed(cookie),
        "created_at": transaction.stamp,
        "seen_at": transaction.stamp,
        "expires_at": later(transaction.now, seconds=lifetime),
        "way": way,
        "origin": transaction.caller.origin,
        "agent": agent[:_AGENT_LENGTH],
    }
    await transaction.insert(b, row)
    await transaction.run(_SIGNED_IN, user_id=user_id, at=transaction.stamp)
    return cookie


_OF_USER = (
    sa.select(b.c.id, b.c.created_at, b.c.seen_at, b.c.expires_at, b.c.way, b.c.origin, b.c.agent)
    .where(b.c.user_id == _user_id, b.c.expires_at > sa.bindparam("now", type_=sa.String))
    .order_by(b.c.seen_at.desc(), b.c.id)
)
_END = sa.delete(b).where(b.c.user_id == _user_id, b.c.id == _id)
_END_ALL = sa.delete(b).where(b.c.user_id == _user_id)


async def of_user(session: TenantSession, user_id: str) -> list[Row]:
    """Return where a user is signed in, the latest used first."""
    return list(await session.all(_OF_USER, user_id=user_id))


async def end(transaction: Transaction, user_id: str, session_id: str) -> bool:
    """Sign a user out of one session; tell whether there was one."""
    return bool(await transaction.run(_END, user_id=user_id, id=session_id))


async def end_all(transaction: Transaction, user_id: str) -> None:
    """Sign a user out everywhere."""
    await transaction.run(_END_ALL, user_id=user_id)
