"""How somebody comes to sign in: by a passkey, or a password with an app; and signs in by it."""

from dataclasses import dataclass, replace

import sqlalchemy as sa
import structlog

from gatescale.controller import (
    browser_sessions,
    emails,
    passkeys,
    passwords,
    recovery_codes,
)
from gatescale.controller.caller import Caller
from gatescale.controller.passkeys import Made, RelyingParty
from gatescale.controller.passwords import Chosen
from gatescale.controller.store import tables
from gatescale.controller.store.database import Row
from gatescale.controller.store.session import Store, Target, Transaction
from gatescale.errors import InvalidError, UnauthorizedError

log = structlog.get_logger()

u = tables.users
_WRONG = "The email and the password, or the code, do not go together."
_FIRST_PASSKEY = "First passkey"


@dataclass(frozen=True, slots=True)
class Browser:
    """Where somebody signs in.

    Attributes:
        origin: its address.
        agent: what it calls itself.
    """

    origin: str | None
    agent: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody who is signed in now.

    Attributes:
        cookie: what their browser proves it by; there is no other copy.
        codes: their new recovery codes, of which there is no other copy; empty: the old ones hold.
    """

    cookie: str
    codes: tuple[str, ...] = ()


async def set_up(
    transaction: Transaction, user_id: str, way: Made | Chosen, browser: Browser
) -> SignedIn:
    """Give a user a way to sign in and recovery codes in place of all they had; sign them in."""
    await passkeys.forget_all(transaction, user_id)
    await passwords.forget(transaction, user_id)
    await browser_sessions.end_all(transaction, user_id)
    if isinstance(way, Made):
        await passkeys.keep(transaction, user_id, _FIRST_PASSKEY, way)
    else:
        await passwords.keep(transaction, user_id, way)
    codes = await recovery_codes.renew(transaction, user_id)
    word = "passkey" if isinstance(way, Made) else "password"
    cookie = await browser_sessions.begin(transaction, user_id, word, browser.agent)
    return SignedIn(cookie, tuple(codes))


async def by_passkey(
    store: Store, party: RelyingParty, credential: str, browser: Browser
) -> SignedIn:
    """Sign in whoever proves to hold a passkey.

    Raises:
        UnauthorizedError: it is not known here, or not proved.
    """
    passkey, count = await passkeys.used(store, party, credential)
    caller = await _caller(store, passkey["tenant_id"], passkey["user_id"], browser)
    async with store.writing(caller) as transaction:
        await passkeys.note_used(transaction, passkey["id"], count)
        return await _begin(transaction, passkey["user_id"], "passkey", browser)


async def of_password(store: Store, email: str, password: str) -> list[Row]:
    """Return the users, at most one of each tenant, whose email and password these are.

    Raises:
        UnauthorizedError: nobody's.
    """
    try:
        mailbox = emails.mailbox(email)
    except InvalidError:
        mailbox = ""
    candidates = await passwords.of_mailbox(store, mailbox) if mailbox else []
    known = [row for row in candidates if await passwords.is_right(password, row["hash"])]
    if not candidates:
        await passwords.is_right(password, None)
    if not known:
        log.warning("a sign-in failed", reason="email and password")
        raise UnauthorizedError(_WRONG)
    return known


async def by_code(store: Store, known: tuple[str, str], code: str, browser: Browser) -> SignedIn:
    """Sign in whoever gave the right password, by the app's code or a recovery code.

    Args:
        store: of the tenants.
        known: ids of tenant and user, whose password was right.
        code: as typed.
        browser: where.

    Raises:
        UnauthorizedError: the code is not right now, was used already, or none of theirs.
    """
    tenant_id, user_id = known
    caller = await _caller(store, tenant_id, user_id, browser)
    async with store.writing(caller) as transaction:
        if await passwords.take_code(transaction, user_id, code):
            return await _begin(transaction, user_id, "password", browser)
        if await recovery_codes.spend(transaction, user_id, code):
            return await _begin(transaction, user_id, "recovery code", browser)
        log.warning("a sign-in failed", reason="code", user=user_id)
        raise UnauthorizedError("This code is not right, or was used already; try the next one.")


_WITHOUT_PASSWORD = (
    sa.select(u.c.tenant_id, u.c.id.label("user_id"))
    .where(
        u.c.email_key == sa.bindparam("mailbox"),
        u.c.status == "ACTIVE",
        ~sa.exists().where(
            tables.passwords.c.tenant_id == u.c.tenant_id, tables.passwords.c.user_id == u.c.id
        ),
    )
    .limit(5)
)


async def by_recovery_code(store: Store, email: str, code: str, browser: Browser) -> SignedIn:
    """Sign in somebody who lost their passkeys, and never had a password.

    Raises:
        UnauthorizedError: email and code do not go together.
    """
    try:
        mailbox = emails.mailbox(email)
    except InvalidError:
        raise UnauthorizedError(_WRONG) from None
    for row in await store.anywhere(_WITHOUT_PASSWORD, mailbox=mailbox):
        caller = await _caller(store, row["tenant_id"], row["user_id"], browser)
        async with store.writing(caller) as transaction:
            if await recovery_codes.spend(transaction, row["user_id"], code):
                return await _begin(transaction, row["user_id"], "recovery code", browser)
    log.warning("a sign-in failed", reason="recovery code")
    raise UnauthorizedError(_WRONG)


_EMAIL = sa.select(u.c.email, u.c.status).where(u.c.id == sa.bindparam("id", type_=sa.String))


async def _caller(store: Store, tenant_id: str, user_id: str, browser: Browser) -> Caller:
    caller = Caller(tenant_id, "user", user_id, "", origin=browser.origin)
    async with store.reading(caller) as session:
        row = await session.first(_EMAIL, id=user_id)
    if row is None or row["status"] != "ACTIVE":
        raise UnauthorizedError("Your account is not active; ask your administrator.")
    return replace(caller, name=row["email"])


async def _begin(transaction: Transaction, user_id: str, way: str, browser: Browser) -> SignedIn:
    cookie = await browser_sessions.begin(transaction, user_id, way, browser.agent)
    transaction.record("signIn", Target("user", user_id, transaction.caller.name))
    return SignedIn(cookie)
