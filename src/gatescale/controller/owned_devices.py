"""The serial numbers of the company's own devices, and which devices have one of them."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from gatescale.contract.owned_devices import OwnedDevices, UpdateOwnedDevices
from gatescale.controller import facts
from gatescale.controller.store import tables
from gatescale.controller.store.folding import key
from gatescale.controller.store.session import Target, TenantSession, Transaction
from gatescale.errors import InvalidError, Violation

d, o = tables.devices, tables.owned_serials
_ids = sa.bindparam("ids", expanding=True, type_=sa.String)

_ALL = sa.select(o.c.serial_key, o.c.serial).order_by(o.c.serial, o.c.serial_key)
_FORGET = sa.delete(o).where(o.c.serial_key == sa.bindparam("serial"))
_BEARERS = sa.select(d.c.id).where(d.c.serial_key.in_(_ids))
_SET_OWNED = (
    sa.update(d)
    .where(d.c.id == sa.bindparam("id"))
    .values(owned=sa.bindparam("value", type_=sa.Boolean))
)


async def find(session: TenantSession) -> OwnedDevices:
    """Return the serial numbers, sorted."""
    return OwnedDevices(serial_numbers=[row["serial"] for row in await session.all(_ALL)])


async def update(transaction: Transaction, wanted: UpdateOwnedDevices) -> OwnedDevices:
    """Make the list this; devices that are owned now, or no longer, are judged so at once.

    The audit event tells what came and what went, not the whole list.

    Raises:
        InvalidError: two are the same but for case and the like.
    """
    serials = _keyed(wanted)
    held = {row["serial_key"]: row["serial"] for row in await transaction.all(_ALL)}
    gone = {each: held[each] for each in held if serials.get(each) != held[each]}
    come = {each: serials[each] for each in serials if serials[each] != held.get(each)}
    await transaction.run_many(_FORGET, [{"serial": each} for each in gone])
    rows = [{"serial_key": each, "serial": serial} for each, serial in come.items()]
    await transaction.insert(o, *rows)
    # One that is merely written otherwise is owned as before.
    await _judge(transaction, [each for each in gone if each not in come], value=False)
    await _judge(transaction, [each for each in come if each not in gone], value=True)
    target = Target("owned devices", None, "the company's own devices")
    transaction.record(
        "OwnedDevicesController_update", target, before=_told(gone), after=_told(come)
    )
    return await find(transaction)


def _keyed(wanted: UpdateOwnedDevices) -> dict[str, str]:
    serials: dict[str, str] = {}
    first: dict[str, int] = {}
    violations = []
    for place, serial in enumerate(wanted.serial_numbers):
        if first.setdefault(key(serial), place) != place:
            detail = f"{serial} stands here twice; the first is number {first[key(serial)]}."
            violations.append(Violation(f"/serialNumbers/{place}", detail))
        serials[key(serial)] = serial
    if violations:
        raise InvalidError.of(violations[:100])
    return serials


async def _judge(transaction: Transaction, serial_keys: Sequence[str], *, value: bool) -> None:
    bearers = await transaction.all_of(_BEARERS, serial_keys)
    ids = [row["id"] for row in bearers]
    await transaction.run_many(_SET_OWNED, [{"id": each, "value": value} for each in ids])
    transaction.changed(*facts.put(await facts.devices(transaction, ids)))


def _told(serials: Mapping[str, str]) -> OwnedDevices:
    return OwnedDevices(serial_numbers=sorted(serials.values()))
