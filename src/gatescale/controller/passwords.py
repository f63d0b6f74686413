"""Passwords, each with the codes of an authenticator app: neither signs anybody in alone."""

import asyncio
import hmac
from dataclasses import dataclass
from datetime import datetime

import argon2
import pyotp
import sqlalchemy as sa

from gatescale.controller.store import tables
from gatescale.controller.store.database import Row
from gatescale.controller.store.session import Store, TenantSession, Transaction
from gatescale.errors import InvalidError

MIN_LENGTH, MAX_LENGTH = 12, 200
"""Characters of a password (NIST SP 800-63B-4, section 3.1.1.2: length, not composition)."""
STEP_SECONDS = 30
_ISSUER = "Gatescale"
_PURPOSE = "totp secret"

# One hash at a time per core would be enough; argon2 is meant to be slow and to take memory.
_hasher = argon2.PasswordHasher()
_NOBODY = _hasher.hash("a password that nobody has")

p, u = tables.passwords, tables.users
_user_id = sa.bindparam("user_id", type_=sa.String)


def refuse_weak(password: str, email: str) -> None:
    """Refuse what is guessed first.

    Raises:
        InvalidError: too short, too long, or made of the email or of one letter.
    """
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise InvalidError(
            f"A password has {MIN_LENGTH} to {MAX_LENGTH} characters; several words are easy to"
            " remember.",
            pointer="/password",
        )
    local = email.partition("@")[0].lower()
    rest = password.lower().replace(email.lower(), "").replace(local, "") if local else password
    if len(rest) < MIN_LENGTH // 2 or len(set(password)) < MIN_LENGTH // 3:
        raise InvalidError(
            "This password would be guessed: it is the email, or the same few characters.",
            pointer="/password",
        )


async def hash_of(password: str) -> str:
    """Return a password's Argon2id hash; made in a thread, for it takes a tenth of a second."""
    return await asyncio.to_thread(_hasher.hash, password)


async def is_right(password: str, known: str | None) -> bool:
    """Tell whether a password has this hash; as slow where there is none."""
    return await asyncio.to_thread(_verify, password, known)


def _verify(password: str, known: str | None) -> bool:
    try:
        _hasher.verify(known or _NOBODY, password)
    except argon2.exceptions.VerifyMismatchError:
        return False
    return known is not None


def new_totp() -> str:
    """Return a secret for an authenticator app, base32."""
    return pyotp.random_base32()


def totp_uri(secret: str, email: str, tenant: str) -> str:
    """Return what an authenticator app reads from a QR code (Key URI Format)."""
    app = pyotp.TOTP(secret, name=email, issuer=f"{_ISSUER} {tenant}")
    return app.provisioning_uri()


def step_of(secret: str, code: str, now: datetime, after: int = 0) -> int | None:
    """Return the time step that a code is of: this one, or one beside it for slow clocks.

    Args:
        secret: the app's, base32.
        code: as typed.
        now: the time.
        after: steps up to here are spent (RFC 6238, section 5.2).
    """
    typed = "".join(code.split()).encode()
    current = int(now.timestamp()) // STEP_SECONDS
    made_by = pyotp.TOTP(secret)
    for step in (current, current - 1, current + 1):
        expected = made_by.generate_otp(step).encode()
        if hmac.compare_digest(typed, expected) and step > after:
            return step
    return None


# Across tenants: who signs in names no tenant, and one mailbox may be of several.
_BY_EMAIL = (
    sa.select(p.c.tenant_id, p.c.user_id, p.c.hash, tables.tenants.c.name)
    .select_from(p.join(u).join(tables.tenants, tables.tenants.c.id == p.c.tenant_id))
    .where(
        u.c.email_key == sa.bindparam("mailbox"),
        u.c.status == "ACTIVE",
        tables.tenants.c.allows_passwords,
    )
    .order_by(tables.tenants.c.created_at)
    .limit(5)
)
_ONE = sa.select(p.c.hash, p.c.totp, p.c.totp_step, p.c.changed_at).where(p.c.user_id == _user_id)
_TAKE = (
    sa.update(p)
    .where(p.c.user_id == _user_id, p.c.totp_step < sa.bindparam("step"))
    .values(totp_step=sa.bindparam("step"))
)
_FORGET = sa.delete(p).where(p.c.user_id == _user_id)


async def of_mailbox(store: Store, mailbox: str) -> list[Row]:
    """Return the passwords of a mailbox's active users, with their tenants, up to five."""
    return list(await store.anywhere(_BY_EMAIL, mailbox=mailbox))


async def of_user(session: TenantSession, user_id: str) -> Row | None:
    """Return a user's password: its hash, and the step of the last code; None if they have none."""
    return await session.first(_ONE, user_id=user_id)


async def take_code(transaction: Transaction, user_id: str, code: str) -> bool:
    """Tell whether a code is the user's app's at this time, and spend it."""
    row = await transaction.first(_ONE, user_id=user_id)
    if row is None:
        return False
    secret = transaction.vault.unseal(row["totp"], _PURPOSE).decode()
    step = step_of(secret, code, transaction.now, row["totp_step"])
    return step is not None and bool(await transaction.run(_TAKE, user_id=user_id, step=step))


@dataclass(frozen=True, slots=True)
class Chosen:
    """A password with an app that showed that it knows its secret.

    Attributes:
        hash: of the password.
        totp: the app's secret, base32.
        step: of the code that the app showed.
    """

    hash: str
    totp: str
    step: int


async def keep(transaction: Transaction, user_id: str, chosen: Chosen) -> None:
    """Give a user a password with an app, in place of what they had."""
    await transaction.run(_FORGET, user_id=user_id)
    row = {
        "user_id": user_id,
        "hash": chosen.hash,
        "totp": transaction.vault.seal(chosen.totp.encode(), _PURPOSE),
        "totp_step": chosen.step,
        "changed_at": transaction.stamp,
    }
    await transaction.insert(p, row)


async def forget(transaction: Transaction, user_id: str) -> None:
    """Take a user's password away, if they have one."""
    await transaction.run(_FORGET, user_id=user_id)
