"""What the policy engine has been told, as the change log keeps it."""

from itertools import chain

import msgspec
import sqlalchemy as sa

from gatescale.controller import facts
from gatescale.controller.caller import system
from gatescale.controller.store import tables
from gatescale.policy.vocabulary import (
    Change,
    Device,
    Entity,
    Gateway,
    Group,
    Kind,
    Policy,
    Put,
    Remove,
    Resource,
    Rule,
    Settings,
    User,
)
from live import Api, Live

KINDS = {
    Settings: Kind.SETTINGS,
    Group: Kind.GROUP,
    User: Kind.USER,
    Device: Kind.DEVICE,
    Resource: Kind.RESOURCE,
    Gateway: Kind.GATEWAY,
    Rule: Kind.RULE,
    Policy: Kind.POLICY,
}
_CHANGES = sa.select(tables.changes.c.facts).order_by(tables.changes.c.revision)

Known = dict[tuple[Kind, str], Entity]


def revision(api: Api) -> int:
    """Return the tenant's revision."""
    plan = api.post("/tenants/configuration/plan", json={"version": 1})
    return int(plan.headers["gatescale-revision"])


def followed(live: Live, api: Api) -> Known:
    """Return what is known to whoever followed every change from the first on."""
    return live.call(_known(live, api))[0]


def stored(live: Live, api: Api) -> Known:
    """Return what is known to whoever reads the rows as they are."""
    return live.call(_known(live, api))[1]


def facts_of(live: Live, api: Api) -> dict[str, dict]:
    """Return the facts of users and devices by their ids, as they were told."""
    told = followed(live, api).values()
    return {each.id: each.facts for each in told if isinstance(each, User | Device)}


async def _known(live: Live, api: Api) -> tuple[Known, Known]:
    assert api.tenant
    async with live.controller.store.snapshot(system(api.tenant.tenant_id)) as session:
        rows = await session.all(_CHANGES)
        read = {(KINDS[type(each)], each.id): each for each in await facts.everything(session)}
    told = (msgspec.json.decode(row["facts"], type=tuple[Change, ...]) for row in rows)
    known: Known = {}
    for change in chain.from_iterable(told):
        if isinstance(change, Put):
            known[KINDS[type(change.entity)], change.entity.id] = change.entity
        elif isinstance(change, Remove):
            known.pop((change.kind, change.id), None)
            if change.kind is Kind.GROUP:
                _without_group(known, change.id)
    return known, read


def _without_group(known: Known, group_id: str) -> None:
    """A group that goes is gone from users and policies, too (``vocabulary.Remove``)."""
    for key, entity in known.items():
        if isinstance(entity, User | Policy) and group_id in entity.groups:
            groups = tuple(group for group in entity.groups if group != group_id)
            known[key] = msgspec.structs.replace(entity, groups=groups)
