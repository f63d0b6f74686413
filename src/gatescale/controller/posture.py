"""What devices report of their state: taken in, kept, told to whoever decides by it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from gatescale.contract.devices import PostureReport as Former
from gatescale.controller import facts, signals
from gatescale.controller.caller import Caller
from gatescale.controller.clock import later, moment, stamp
from gatescale.controller.store import tables
from gatescale.controller.store.database import Row
from gatescale.controller.store.folding import key
from gatescale.controller.store.listing import Filter, Listing, ListQuery
from gatescale.controller.store.pages import fetch
from gatescale.controller.store.session import Store, TenantSession, Transaction, new_id
from gatescale.controller.store.statements import TENANT
from gatescale.errors import ForbiddenError, InvalidError
from gatescale.wire.posture import PostureReport, Signals

AHEAD_SECONDS = 120
"""How far a device's clock may be ahead of ours."""

KEPT_DAYS = 90
"""How long it is kept what a device said."""

_LIFE_PARTS = 4
"""A report that says the same is a change, too, once this part of the former one's life is over:
rules may ask how old it is."""

d, h, o = tables.devices, tables.posture_reports, tables.owned_serials
_id = sa.bindparam("id", type_=sa.String)

LISTING = Listing(
    rows=sa.select(h.c.id, h.c.created_at, h.c.posture),
    key=h.c.id,
    fields={"id": h.c.id, "createdAt": h.c.created_at, "device.id": h.c.device_id},
    search=None,
)
_DEVICE = sa.select(d.c.id).where(d.c.id == _id)


async def page(
    session: TenantSession, device_id: str, query: ListQuery
) -> tuple[list[Former], int]:
    """Return a page of what a device said, newest first, and how many there are.

    Raises:
        NotFoundError: there is no such device.
    """
    await session.find(_DEVICE, f"device {device_id}", id=device_id)
    its_own = Filter("device.id", "eq", device_id)
    found = await fetch(session, LISTING, replace(query, filters=(*query.filters, its_own)))
    return [
        Former(
            id=row["id"],
            created_at=row["created_at"],
            posture=msgspec.Raw(row["posture"].encode()),
        )
        for row in found.rows
    ], found.total


_is_carried = sa.exists().where(
    tables.policies.c.tenant_id == tables.admission_rules.c.tenant_id,
    tables.policies.c.rule_id == tables.admission_rules.c.id,
)
_STATE = sa.select(
    d.c.posture,
    d.c.reported_at,
    d.c.checked_at,
    sa.select(tables.tenants.c.posture_seconds)
    .where(tables.tenants.c.id == TENANT)
    .scalar_subquery()
    .label("life"),
    sa.exists()
    .where(
        tables.admission_rules.c.tenant_id == TENANT,
        tables.admission_rules.c.rule.like("%lastCheck%"),
        _is_carried,
    )
    .label("is_age_asked"),
).where(d.c.id == _id)
_SAME_AGAIN = (
    sa.update(d)
    .where(d.c.id == _id, d.c.posture == sa.bindparam("same"))
    .values(reported_at=sa.bindparam("at"), compliant_until=sa.bindparam("until"))
)


async def report(store: Store, caller: Caller, wanted: PostureReport) -> None:
    """Take in what a device says of its state.

    One that is older than what is known is ignored. One that says the same as before is noted,
    and is a change only where rules may ask how old it is.

    Raises:
        ForbiddenError: it is about another device than the caller.
        InvalidError: it is from the future.
    """
    now = store.clock()
    at = _collected(wanted, caller, now)
    posture = signals.stored(wanted.signals)
    async with store.reading(caller) as session:
        state = await session.find(_STATE, f"device {caller.id}", id=caller.id)
    if _is_late(state, at, now):
        return
    if _is_news(state, at, posture):
        async with store.writing(caller) as transaction:
            state = await transaction.find(_STATE, f"device {caller.id}", id=caller.id)
            # Another of its reports may have come first.
            if not _is_late(state, at, now):
                await _take_in(transaction, state, wanted.signals, at)
        return
    until = _compliant_until(wanted.signals, at, state["life"])
    await store.run_anywhere(_SAME_AGAIN, id=caller.id, same=posture, at=stamp(at), until=until)


def _collected(wanted: PostureReport, caller: Caller, now: datetime) -> datetime:
    """Return when a report was collected, by our clock where the device's is a little ahead."""
    if wanted.device_id != caller.id:
        raise ForbiddenError("A device reports of itself alone.", pointer="/deviceId")
    latest = now + timedelta(seconds=AHEAD_SECONDS)
    if not 0 <= wanted.collected_at <= latest.timestamp():
        detail = f"It is {stamp(now)} here, and this was collected at another time: set the clock."
        raise InvalidError(detail, pointer="/collectedAt")
    return min(datetime.fromtimestamp(wanted.collected_at, UTC), now)


def _is_late(state: Row, at: datetime, now: datetime) -> bool:
    """Tell whether a report is no younger than the known one.

    What is known of the future stems from a clock that was wrong, ours or the device's.
    """
    known = state["reported_at"]
    return known is not None and stamp(at) <= known <= later(now, seconds=AHEAD_SECONDS)


def _is_news(state: Row, at: datetime, posture: str) -> bool:
    if posture != state["posture"] or state["checked_at"] is None or state["is_age_asked"]:
        return True
    age = (at - moment(state["checked_at"])).total_seconds()
    return not 0 <= age < state["life"] / _LIFE_PARTS


def _compliant_until(found: Signals, at: datetime, life: int) -> str:
    return later(at, seconds=life) if signals.are_compliant(found) else ""


_FORGET_SIGNALS = sa.delete(tables.device_signals).where(
    tables.device_signals.c.device_id == _id,
    tables.device_signals.c.name.in_(sa.bindparam("names", expanding=True, type_=sa.String)),
)
_OWNED = sa.select(o.c.serial_key).where(o.c.serial_key == sa.bindparam("serial"))


async def _take_in(transaction: Transaction, state: Row, found: Signals, at: datetime) -> None:
    device_id = str(transaction.caller.id)
    posture = signals.stored(found)
    columns: dict[str, Any] = {
        "posture": posture,
        "reported_at": stamp(at),
        "checked_at": stamp(at),
        "compliant_until": _compliant_until(found, at, state["life"]),
    }
    if posture != state["posture"]:
        serial = key(found.serial_number) if found.serial_number else None
        columns["serial_key"] = serial
        columns["owned"] = None
        if serial is not None:
            columns["owned"] = await transaction.first(_OWNED, serial=serial) is not None
        await _note_signals(transaction, device_id, state["posture"], posture)
        former = {"id": new_id(), "created_at": stamp(at), "device_id": device_id}
        await transaction.insert(h, {**former, "posture": posture})
    await transaction.update(d, device_id, columns)
    transaction.changed(*facts.put(await facts.devices(transaction, [device_id])))


async def _note_signals(
    transaction: Transaction, device_id: str, before: str | None, after: str
) -> None:
    """Put those signals that changed into the index that filters go by."""
    owner = {"device_id": device_id}
    known = {row["name"]: row for row in signals.rows(owner, before or "{}")}
    said = {row["name"]: row for row in signals.rows(owner, after)}
    if lapsed := [name for name, row in known.items() if said.get(name) != row]:
        await transaction.run(_FORGET_SIGNALS, id=device_id, names=lapsed)
    fresh = [row for name, row in said.items() if known.get(name) != row]
    await transaction.insert(tables.device_signals, *fresh)


_LAPSED = sa.delete(h).where(h.c.created_at <= sa.bindparam("since"))


async def forget_old(store: Store) -> None:
    """Delete what was said too long ago."""
    await store.run_anywhere(_LAPSED, since=later(store.clock(), days=-KEPT_DAYS))


_REPORTED = sa.select(d.c.id, d.c.reported_at).where(d.c.compliant_until != "")
_LAST_UNTIL = sa.update(d).where(d.c.id == _id).values(compliant_until=sa.bindparam("until"))


async def live_for(transaction: Transaction, seconds: int) -> None:
    """Let the reports that are known count for so long from when they were collected."""
    changed = [
        {"id": row["id"], "until": later(moment(row["reported_at"]), seconds=seconds)}
        for row in await transaction.all(_REPORTED)
    ]
    await transaction.run_many(_LAST_UNTIL, changed)
