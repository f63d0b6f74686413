"""What holds for the whole tenant, as its people set it."""

from functools import cache
from zoneinfo import available_timezones

import msgspec
import sqlalchemy as sa

from gatescale.contract.settings import Settings, UpdateSettings
from gatescale.controller import facts, posture
from gatescale.controller.store import tables
from gatescale.controller.store.session import Target, TenantSession, Transaction
from gatescale.controller.store.statements import TENANT
from gatescale.errors import ConflictError, InvalidError

k, t, u = tables.passkeys, tables.tenants, tables.users
_ROW = sa.select(
    t.c.name,
    t.c.zone,
    t.c.posture_seconds,
    t.c.idle_seconds,
    t.c.signed_in_seconds,
    t.c.allows_passwords,
).where(t.c.id == TENANT)
_SET = (
    sa.update(t)
    .where(t.c.id == TENANT)
    .values(
        zone=sa.bindparam("new_zone"),
        posture_seconds=sa.bindparam("posture"),
        idle_seconds=sa.bindparam("idle"),
        signed_in_seconds=sa.bindparam("lifetime"),
        allows_passwords=sa.bindparam("passwords"),
    )
)
_LOCKED_OUT = (
    sa.select(u.c.email)
    .where(
        sa.or_(u.c.is_owner, u.c.id == sa.bindparam("caller", type_=sa.String)),
        ~sa.exists().where(k.c.tenant_id == u.c.tenant_id, k.c.user_id == u.c.id),
    )
    .order_by(u.c.is_owner)
)


async def find(session: TenantSession) -> Settings:
    """Return the settings."""
    row = await session.find(_ROW, "tenant")
    return Settings(
        time_zone=row["zone"],
        posture_max_age=row["posture_seconds"],
        session_idle=row["idle_seconds"],
        session_lifetime=row["signed_in_seconds"],
        allows_passwords=bool(row["allows_passwords"]),
    )


async def update(transaction: Transaction, wanted: UpdateSettings) -> Settings:
    """Change the settings.

    Raises:
        InvalidError: there is no such time zone.
        ConflictError: without passwords the owner or the caller could not sign in any more.
    """
    if wanted.time_zone not in _zones():
        detail = f"There is no time zone {wanted.time_zone!r}; write it like Europe/Berlin."
        raise InvalidError(detail, pointer="/timeZone")
    before = await find(transaction)
    given = {
        name: value
        for name, value in msgspec.structs.asdict(wanted).items()
        if value is not msgspec.UNSET
    }
    after = msgspec.structs.replace(before, **given)
    if before.allows_passwords and not after.allows_passwords:
        await _refuse_to_lock_out(transaction)
    await transaction.run(
        _SET,
        new_zone=after.time_zone,
        posture=after.posture_max_age,
        idle=after.session_idle,
        lifetime=after.session_lifetime,
        passwords=after.allows_passwords,
    )
    if after.posture_max_age != before.posture_max_age:
        await posture.live_for(transaction, after.posture_max_age)
    transaction.changed(*facts.put(await facts.settings(transaction)))
    row = await transaction.find(_ROW, "tenant")
    target = Target("tenant", transaction.tenant_id, row["name"])
    transaction.record("SettingsController_update", target, before=before, after=after)
    return after


async def _refuse_to_lock_out(transaction: Transaction) -> None:
    row = await transaction.first(_LOCKED_OUT, caller=transaction.caller.id)
    if row is not None:
        detail = (
            f"{row['email']} has no passkey and could not sign in without a password; let them"
            " add one on their account page first."
        )
        raise ConflictError(detail, pointer="/allowsPasswords")


@cache
def _zones() -> frozenset[str]:
    return frozenset({"UTC", *available_timezones()})
