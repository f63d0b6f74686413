"""What changes would do, told by name."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import sqlalchemy as sa

from gatescale.contract.access import (
    AccessDifference,
    AccessUser,
    AffectedDevice,
    Consequence,
    Preview,
)
from gatescale.contract.fields import Named
from gatescale.controller import policy_test_outcomes, policy_tests, regions
from gatescale.controller.clock import stamp
from gatescale.controller.store import tables
from gatescale.controller.store.session import Transaction
from gatescale.controller.verdicts import DecisionPoint, Names
from gatescale.policy import what_if

DEVICES_SHOWN = 100

u, d = tables.users, tables.devices
_ids = sa.bindparam("ids", expanding=True, type_=sa.String)
_DEVICES = (
    sa.select(d.c.id, d.c.name, d.c.user_id, u.c.email)
    .select_from(d.join(u))
    .where(d.c.id.in_(_ids))
)
_RESOURCES = sa.select(tables.resources.c.id, tables.resources.c.name).where(
    tables.resources.c.id.in_(_ids)
)


async def preview(
    transaction: Transaction, point: DecisionPoint, former: Names | None = None
) -> Preview:
    """Return what the changes that a transaction made so far would do.

    Args:
        transaction: which has yet to end.
        point: the tenant's policy before it.
        former: names of resources that it may have taken away, by id.
    """
    found = point.model.what_if(transaction.facts)
    shown = [device for each in found for device in each.devices[:DEVICES_SHOWN]]
    rows = {row["id"]: row for row in await transaction.all_of(_DEVICES, shown)}
    resources = sorted({each.resource for told in found for each in told.differences})
    names = dict(former or {})
    names |= {r["id"]: r["name"] for r in await transaction.all_of(_RESOURCES, resources)}
    return Preview(
        at=stamp(point.model.now),
        revision=point.revision,
        consequences=[_told(each, rows, names) for each in found],
        broken_tests=await policy_test_outcomes.broken(
            transaction, point, await policy_tests.every(transaction)
        ),
    )


async def names(transaction: Transaction, point: DecisionPoint) -> Names:
    """Return the names of the resources as they stand, by id."""
    rows = await transaction.all_of(_RESOURCES, list(point.model.resources))
    return {row["id"]: row["name"] for row in rows}


def _told(
    consequence: what_if.Consequence, rows: Mapping[str, Mapping[str, str]], names: Names
) -> Consequence:
    return Consequence(
        count=len(consequence.devices),
        devices=[
            AffectedDevice(
                id=row["id"],
                name=row["name"],
                user=AccessUser(id=row["user_id"], email=row["email"]),
            )
            for row in _known(consequence.devices, rows)
        ],
        differences=[_difference(each, names) for each in consequence.differences],
    )


def _known(
    devices: Sequence[str], rows: Mapping[str, Mapping[str, str]]
) -> Iterator[Mapping[str, str]]:
    # One that the changes take away has no row any more.
    return (rows[each] for each in devices[:DEVICES_SHOWN] if each in rows)


def _difference(difference: what_if.Difference, names: Names) -> AccessDifference:
    resource = difference.resource
    effect: Literal["GAINED", "LOST", "CHANGED"] = "CHANGED"
    if difference.is_whole:
        effect = "GAINED" if difference.gained else "LOST"
    return AccessDifference(
        resource=Named(id=resource, name=names.get(resource, resource)),
        effect=effect,
        gained=regions.parts(difference.gained),
        lost=regions.parts(difference.lost),
    )
