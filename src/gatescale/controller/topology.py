"""The picture of a tenant: counted in the policy engine's memory, named out of the tables."""

from collections import Counter, defaultdict
from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from gatescale.contract.topology import (
    Topology,
    TopologyDevice,
    TopologyGateway,
    TopologyGroup,
    TopologyResource,
    TopologyWay,
)
from gatescale.controller import gateways
from gatescale.controller.store import tables
from gatescale.controller.store.database import Row
from gatescale.controller.store.session import TenantSession
from gatescale.controller.store.statements import NOW
from gatescale.controller.verdicts import DecisionPoint
from gatescale.errors import NotFoundError
from gatescale.policy.model import Model

MOST_DEVICES = 1000

d, g, r, gr = tables.devices, tables.gateways, tables.resources, tables.groups
_ONLINE = sa.select(d.c.id).where(d.c.active, d.c.online_until > NOW)
_GATEWAYS = sa.select(
    g.c.id, g.c.name, gateways.STATUS.label("status"), g.c.enforced_revision
).order_by(g.c.name_key)
_RESOURCES = sa.select(r.c.id, r.c.name, r.c.type).order_by(r.c.name_key)
_GROUPS = sa.select(gr.c.id, gr.c.name).order_by(gr.c.name_key)
_NAMED = sa.select(d.c.id, d.c.name, d.c.user_id).where(
    d.c.id.in_(sa.bindparam("ids", expanding=True, type_=sa.String))
)


class Asked(msgspec.Struct, frozen=True):
    """Whose devices are shown one by one, by id; neither: nobody's."""

    gateway: str | None
    group: str | None


async def find(session: TenantSession, point: DecisionPoint, asked: Asked) -> Topology:
    """Return the picture.

    Raises:
        NotFoundError: there is no such gateway or group.
    """
    model = point.model
    online_rows, sites, places, groups = await session.each(_ONLINE, _GATEWAYS, _RESOURCES, _GROUPS)
    _refuse_unknown("gateway", asked.gateway, sites)
    _refuse_unknown("group", asked.group, groups)
    online = {row["id"] for row in online_rows}
    wanted = _wanted(model, asked)
    shown = sorted(wanted)[:MOST_DEVICES]
    named = await session.all_of(_NAMED, shown)
    return Topology(
        revision=point.revision,
        gateways=[
            TopologyGateway(
                id=row["id"],
                name=row["name"],
                status=row["status"],
                enforced_revision=row["enforced_revision"],
                current=point.enforces(row["id"]),
            )
            for row in sites
        ],
        resources=[
            TopologyResource(
                id=row["id"],
                name=row["name"],
                type=row["type"],
                gateway_ids=list(model.resources[row["id"]].gateways),
            )
            for row in places
            if row["id"] in model.resources
        ],
        groups=_grouped(model, groups, online),
        devices=[
            TopologyDevice(
                id=row["id"],
                name=row["name"],
                user_id=row["user_id"],
                online=row["id"] in online,
                gateway_ids=sorted(model.granting(row["id"])),
            )
            for row in sorted(named, key=lambda row: (row["name"], row["id"]))
        ],
        more=len(wanted) - len(shown),
    )


def _refuse_unknown(kind: str, wanted: str | None, rows: Sequence[Row]) -> None:
    if wanted is not None and wanted not in {row["id"] for row in rows}:
        raise NotFoundError(f"There is no {kind} {wanted}.", pointer=f"query/{kind}")


def _wanted(model: Model, asked: Asked) -> list[str]:
    if asked.gateway is None and asked.group is None:
        return []
    return [
        device.id
        for device in model.devices.values()
        if (asked.gateway is None or asked.gateway in model.granting(device.id))
        and (asked.group is None or asked.group in _groups_of(model, device.user))
    ]


def _groups_of(model: Model, user_id: str) -> tuple[str, ...]:
    user = model.users.get(user_id)
    return user.groups if user else ()


def _grouped(model: Model, rows: Sequence[Row], online: set[str]) -> list[TopologyGroup]:
    """Count devices by group, and by group and gateway; those online apart."""
    total: Counter[str] = Counter()
    there: Counter[str] = Counter()
    granted: defaultdict[str, Counter[str]] = defaultdict(Counter)
    connected: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for device in model.devices.values():
        is_online, ways = device.id in online, model.granting(device.id)
        for group in _groups_of(model, device.user):
            total[group] += 1
            there[group] += is_online
            granted[group].update(ways)
            if is_online:
                connected[group].update(ways)
    return [
        TopologyGroup(
            id=row["id"],
            name=row["name"],
            total=total[row["id"]],
            online=there[row["id"]],
            gateways=[
                TopologyWay(gateway_id=way, total=count, online=connected[row["id"]][way])
                for way, count in sorted(granted[row["id"]].items())
            ],
        )
        for row in rows
    ]
