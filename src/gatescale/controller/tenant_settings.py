"""What holds for the whole tenant, as its people set it."""

from functools import cache
from zoneinfo import available_timezones

import sqlalchemy as sa

from gatescale.contract.settings import Settings, UpdateSettings
from gatescale.controller import facts, posture
from gatescale.controller.store import tables
from gatescale.controller.store.session import Target, TenantSession, Transaction
from gatescale.controller.store.statements import TENANT
from gatescale.errors import InvalidError

t = tables.tenants
_ROW = sa.select(t.c.name, t.c.zone, t.c.posture_seconds).where(t.c.id == TENANT)
_SET = (
    sa.update(t)
    .where(t.c.id == TENANT)
    .values(zone=sa.bindparam("new_zone"), posture_seconds=sa.bindparam("seconds"))
)


async def find(session: TenantSession) -> Settings:
    """Return the settings."""
    row = await session.find(_ROW, "tenant")
    return Settings(time_zone=row["zone"], posture_max_age=row["posture_seconds"])


async def update(transaction: Transaction, wanted: UpdateSettings) -> Settings:
    """Change the settings.

    Raises:
        InvalidError: there is no such time zone.
    """
    if wanted.time_zone not in _zones():
        detail = f"There is no time zone {wanted.time_zone!r}; write it like Europe/Berlin."
        raise InvalidError(detail, pointer="/timeZone")
    before = await find(transaction)
    await transaction.run(_SET, new_zone=wanted.time_zone, seconds=wanted.posture_max_age)
    if wanted.posture_max_age != before.posture_max_age:
        await posture.live_for(transaction, wanted.posture_max_age)
    transaction.changed(*facts.put(await facts.settings(transaction)))
    after = await find(transaction)
    row = await transaction.find(_ROW, "tenant")
    target = Target("tenant", transaction.tenant_id, row["name"])
    transaction.record("SettingsController_update", target, before=before, after=after)
    return after


@cache
def _zones() -> frozenset[str]:
    return frozenset({"UTC", *available_timezones()})
