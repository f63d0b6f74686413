"""How people come in the first time: the founder, the invited, and who sets up sign-in anew."""

import sqlalchemy as sa

from gatescale.contract.users import UpdateUser
from gatescale.controller import enrolments, tenants, users, ways_in
from gatescale.controller.caller import Caller
from gatescale.controller.passkeys import Made
from gatescale.controller.passwords import Chosen
from gatescale.controller.store import tables
from gatescale.controller.store.database import Row
from gatescale.controller.store.session import Store, Target
from gatescale.controller.ways_in import Browser, SignedIn
from gatescale.errors import ConflictError, NotFoundError

_ANY_TENANT = sa.select(tables.tenants.c.id).where(tables.tenants.c.revision > 0).limit(1)
_FIRST_RUN = "first run"


def first_run_path(store: Store) -> str:
    """Return the path of the page that makes the first tenant, which only the log shows."""
    return f"/first-run/{store.vault.mac(_FIRST_RUN)}"


async def is_empty(store: Store) -> bool:
    """Tell whether there is no tenant yet."""
    return await store.first_anywhere(_ANY_TENANT) is None


async def refuse_strangers(store: Store, secret: str) -> None:
    """Let only the holder of the first run's link in, and only while there is no tenant.

    Raises:
        NotFoundError: another secret.
        ConflictError: there is a tenant.
    """
    if not store.vault.is_mac(secret, _FIRST_RUN):
        raise NotFoundError(
            "This link is not known here; the controller's log shows the right one."
        )
    if not await is_empty(store):
        raise ConflictError("This controller is set up already; sign in.")


async def found(
    store: Store,
    organisation: str,
    email: str,
    names: UpdateUser,
    *,
    way: Made | Chosen,
    browser: Browser,
) -> SignedIn:
    """Make the first tenant, with its owner, who signs in this way.

    Raises:
        InvalidError: a name or the email is none.
    """
    founding = tenants.founding(store, organisation, email, by="first run", origin=browser.origin)
    async with founding as (transaction, owner_id):
        await users.update(transaction, owner_id, names)
        return await ways_in.set_up(transaction, owner_id, way, browser)


async def accept(
    store: Store, state: Row, names: UpdateUser | None, *, way: Made | Chosen, browser: Browser
) -> SignedIn:
    """Accept an invitation, or set up sign-in anew by a link that an administrator gave.

    Args:
        store: of the tenants.
        state: the link, from ``enrolments.opened``.
        names: how they are called; None: as before.
        way: how they will sign in.
        browser: where they do now.

    Raises:
        GoneError: the link was used meanwhile, or has lapsed.
        ForbiddenError: they are deactivated.
    """
    user_id, email = state["user_id"], state["email"]
    caller = Caller(state["tenant_id"], "user", user_id, email, origin=browser.origin)
    async with store.writing(caller) as transaction:
        await enrolments.spend(transaction, state)
        if names is not None:
            await users.update(transaction, user_id, names)
        transaction.record(_word(state), Target("user", user_id, email))
        return await ways_in.set_up(transaction, user_id, way, browser)


def _word(state: Row) -> str:
    return "acceptInvitation" if state["kind"] == "INVITATION" else "renewSignIn"


_NAME = sa.select(tables.tenants.c.name, tables.tenants.c.allows_passwords).where(
    tables.tenants.c.id == sa.bindparam("id", type_=sa.String)
)


async def tenant(store: Store, tenant_id: str) -> Row:
    """Return a tenant's name, and whether it allows passwords."""
    row = await store.first_anywhere(_NAME, id=tenant_id)
    if row is None:
        raise NotFoundError("There is no such tenant.")
    return row
