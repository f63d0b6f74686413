"""Who may reach what, and why: asked of the policy engine, told by name."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec
import sqlalchemy as sa

from gatescale.contract.access import Access, AccessExplanation, AccessUser, Reach
from gatescale.contract.fields import Named, Page
from gatescale.controller import destinations, emails
from gatescale.controller.clock import stamp
from gatescale.controller.destinations import Packet
from gatescale.controller.store import tables
from gatescale.controller.store.database import Row
from gatescale.controller.store.folding import key
from gatescale.controller.store.session import TenantSession
from gatescale.controller.verdicts import DecisionPoint, Names, Subject, Words, question
from gatescale.errors import InvalidError, NotFoundError
from gatescale.policy.model import Model
from gatescale.policy.vocabulary import Resource

u, d, e = tables.users, tables.devices, tables.audit_events
_ids = sa.bindparam("ids", expanding=True, type_=sa.String)
_wanted = sa.bindparam("wanted", type_=sa.String)

MOST_RESULTS = 200
"""Explanations in one answer: of every device with every destination."""


class Asked(msgspec.Struct, frozen=True):
    """What an explanation is asked for, by whatever names people use.

    Attributes:
        user: id or email; all their devices are asked about, unless one is named.
        device: id or name.
        to: see ``destinations.parse``.
        is_past: it is about what was, so that people and devices may be gone since.
    """

    user: str | None
    device: str | None
    to: str
    is_past: bool = False


_DEVICES = sa.select(d.c.id, d.c.name, d.c.name_key, d.c.user_id, u.c.email).select_from(d.join(u))
_OF_DEVICE = _DEVICES.where(sa.or_(d.c.id == _wanted, d.c.name_key == _wanted)).order_by(d.c.id)
_OF_USER = _DEVICES.where(sa.or_(d.c.user_id == _wanted, u.c.email_key == _wanted)).order_by(d.c.id)
_SOME_DEVICES = _DEVICES.where(d.c.id.in_(_ids))
_USER = sa.select(u.c.id).where(sa.or_(u.c.id == _wanted, u.c.email_key == _wanted))
_RESOURCE = sa.select(tables.resources.c.id).where(
    sa.or_(tables.resources.c.id == _wanted, tables.resources.c.name_key == _wanted)
)
_NAMED = {
    name: sa.select(table.c.id, table.c.name).where(table.c.id.in_(_ids))
    for name, table in (
        ("policies", tables.policies),
        ("rules", tables.admission_rules),
        ("resources", tables.resources),
        ("gateways", tables.gateways),
    )
}

_FORMER = (
    sa.select(e.c.target_id.label("id"), e.c.target_name.label("name"))
    .where(e.c.target_id.in_(_ids))
    .order_by(e.c.sequence)
)
"""What those were called that are gone, the last of their names last."""


async def explained(
    session: TenantSession, point: DecisionPoint, asked: Asked
) -> AccessExplanation:
    """Return what becomes of packets, and why.

    Raises:
        InvalidError: neither user nor device, or a destination of another form.
        NotFoundError: there is no such user, device or resource.
    """
    _refuse_unless_about_somebody(asked)
    if asked.is_past:
        devices = list(_devices_then(point.model, asked))
    else:
        devices = await _devices(session, asked)
    model = point.model
    # What is gone since is found by its former name.
    names = await _names(session, model, model.resources) if asked.is_past else {}
    packets = await _packets(session, model, asked, names)
    if len(devices) * len(packets) > MOST_RESULTS:
        detail = f"{len(devices)} devices and {len(packets)} addresses are too many: name a device."
        raise InvalidError(detail, pointer="query/device")
    asked_of = [(device, packet) for device in devices for packet in packets]
    verdicts = [model.explain(question(device, packet)) for device, packet in asked_of]
    if not asked.is_past:
        names = await _names(session, model, {v.resource for v in verdicts if v.resource})
    words = Words(point, names)
    return AccessExplanation(
        at=stamp(model.now) if asked.is_past else session.stamp,
        revision=point.revision,
        results=[words.access(*each, v) for each, v in zip(asked_of, verdicts, strict=True)],
    )


class AskedPacket(msgspec.Struct, frozen=True):
    """A packet from a device, by id."""

    device: str
    packet: Packet


async def of_packets(
    session: TenantSession, point: DecisionPoint, asked: Sequence[AskedPacket]
) -> dict[AskedPacket, Access]:
    """Return what becomes of packets now, and why; of devices that are gone, nothing."""
    model = point.model
    rows = await session.all_of(_SOME_DEVICES, sorted({each.device for each in asked}))
    devices = {row["id"]: _subject(row) for row in rows if row["id"] in model.devices}
    known = [(each, devices[each.device]) for each in asked if each.device in devices]
    verdicts = [model.explain(question(device, each.packet)) for each, device in known]
    names = await _names(session, model, {v.resource for v in verdicts if v.resource})
    words = Words(point, names)
    return {
        each: words.access(device, each.packet, verdict)
        for (each, device), verdict in zip(known, verdicts, strict=True)
    }


def _refuse_unless_about_somebody(asked: Asked) -> None:
    if asked.user is None and asked.device is None:
        detail = "Say about whom: user=EMAIL, device=NAME or both, or their ids."
        raise InvalidError(detail, pointer="query/user")


async def _devices(session: TenantSession, asked: Asked) -> list[Subject]:
    name = key(asked.device or "")
    if asked.user is not None:
        wanted = emails.mailbox(asked.user) if "@" in asked.user else asked.user
        await session.find(_USER, f"user {asked.user}", wanted=wanted)
        rows = await session.all(_OF_USER, wanted=wanted)
        if asked.device is not None:
            rows = [row for row in rows if name in {row["id"], row["name_key"]}]
    else:
        rows = await session.all(_OF_DEVICE, wanted=name)
    if asked.device is not None and not rows:
        raise NotFoundError(f"There is no device {asked.device}.")
    return [_subject(row) for row in rows]


def _subject(row: Row) -> Subject:
    owner = AccessUser(id=row["user_id"], email=row["email"])
    return Subject(row["id"], row["name"], owner)


def _devices_then(model: Model, asked: Asked) -> Iterator[Subject]:
    """Yield the devices that are asked about, as they were called then."""
    emails_then = {each.id: str(each.facts.get("user.email", "")) for each in model.users.values()}
    found = list(model.devices.values())
    if asked.user is not None:
        wanted = emails.mailbox(asked.user) if "@" in asked.user else asked.user
        owners = {each for each, email in emails_then.items() if wanted in {each, key(email)}}
        if not owners:
            raise NotFoundError(f"There was no user {asked.user} then.")
        found = [each for each in found if each.user in owners]
    if asked.device is not None:
        wanted = key(asked.device)
        named = ((each, key(str(each.facts.get("device.name", "")))) for each in found)
        found = [each for each, name in named if wanted in {each.id, name}]
        if not found:
            raise NotFoundError(f"There was no device {asked.device} then.")
    for each in sorted(found, key=lambda device: device.id):
        owner = AccessUser(id=each.user, email=emails_then.get(each.user, each.user))
        yield Subject(each.id, str(each.facts.get("device.name", each.id)), owner)


async def _packets(
    session: TenantSession, model: Model, asked: Asked, names: Names
) -> list[Packet]:
    wanted = destinations.parse(asked.to, "query/to")
    if destinations.is_address(wanted.host):
        return [destinations.to_address(wanted, "query/to")]
    row = await session.first(_RESOURCE, wanted=key(wanted.host))
    resource = model.resources.get(row["id"]) if row else None
    if asked.is_past and resource is None:
        resource = _resource_then(model, wanted.host, names)
    elif row is None:
        raise NotFoundError(f"There is no resource {wanted.host}.")
    packets = list(destinations.to_resource(wanted, resource)) if resource else []
    if not packets:
        detail = f"{wanted.host} has no IP address that could be asked about."
        raise InvalidError(detail, pointer="query/to")
    return packets


def _resource_then(model: Model, called: str, names: Names) -> Resource:
    """Return a resource that is gone since, by its id or the last of its names."""
    wanted = key(called)
    for each in model.resources.values():
        if wanted in {each.id, key(names.get(each.id, ""))}:
            return each
    raise NotFoundError(f"There was no resource {called} then.")


async def _names(session: TenantSession, model: Model, resources: Iterable[str]) -> Names:
    """Return the names of what an explanation may mention, by id; of resources, of these."""
    ids = {
        "policies": list(model.policies),
        "rules": list(model.rules),
        "resources": list(resources),
        "gateways": list(model.gateways),
    }
    rows = [await session.all_of(_NAMED[what], of_kind) for what, of_kind in ids.items()]
    names = {row["id"]: row["name"] for of_kind in rows for row in of_kind}
    gone = [each for of_kind in ids.values() for each in of_kind if each not in names]
    return names | {row["id"]: row["name"] for row in await session.all_of(_FORMER, gone)}


class Matrix(msgspec.Struct, frozen=True):
    """Which part of who reaches what is asked for.

    Attributes:
        user: id or email; None: everybody.
        device: id or name; None: every one.
        resource: id or name; None: every one.
    """

    user: str | None
    device: str | None
    resource: str | None
    limit: int
    offset: int


async def matrix(session: TenantSession, model: Model, asked: Matrix) -> Page[Reach]:
    """Return a page of who reaches what, by device and resource.

    Raises:
        NotFoundError: there is no such user, device or resource.
    """
    devices: Iterable[str] = sorted(model.devices)
    if asked.user is not None or asked.device is not None:
        subject = Asked(asked.user, asked.device, "")
        devices = [device.id for device in await _devices(session, subject)]
    only: str | None = None
    if asked.resource is not None:
        row = await session.find(
            _RESOURCE, f"resource {asked.resource}", wanted=key(asked.resource)
        )
        only = row["id"]
    total, pairs = _portion(model, devices, only, asked)
    rows = await _reached(session, model, pairs)
    end = asked.offset + asked.limit
    return Page(
        data=rows,
        total=total,
        page=asked.offset // asked.limit,
        limit=asked.limit,
        has_next=end < total,
        has_previous=asked.offset > 0,
    )


def _portion(
    model: Model, devices: Iterable[str], only: str | None, asked: Matrix
) -> tuple[int, list[tuple[str, str]]]:
    """Return how many pairs of device and resource there are, and those of the page."""
    total = 0
    found: list[tuple[str, str]] = []
    for device in devices:
        reach = model.reach(device)
        count = len(reach) if only is None else int(only in reach)
        first = asked.offset + len(found) - total
        if count and first < count and len(found) < asked.limit:
            resources = sorted(reach) if only is None else [only]
            taken = resources[max(first, 0) : max(first, 0) + asked.limit - len(found)]
            found += [(device, resource) for resource in taken]
        total += count
    return total, found


async def _reached(
    session: TenantSession, model: Model, pairs: Sequence[tuple[str, str]]
) -> list[Reach]:
    rows = await session.all_of(_SOME_DEVICES, sorted({device for device, _ in pairs}))
    devices = {row["id"]: row for row in rows}
    names = await _names_of(session, model, pairs)
    return list(_rows(model, pairs, devices, names))


async def _names_of(
    session: TenantSession, model: Model, pairs: Sequence[tuple[str, str]]
) -> Names:
    gateways = list(model.gateways)
    resources = sorted({resource for _, resource in pairs})
    rows = [
        *await session.all_of(_NAMED["resources"], resources),
        *await session.all_of(_NAMED["gateways"], gateways),
    ]
    return {row["id"]: row["name"] for row in rows}


def _rows(
    model: Model,
    pairs: Iterable[tuple[str, str]],
    devices: Mapping[str, Mapping[str, str]],
    names: Names,
) -> Iterator[Reach]:
    for device_id, resource in pairs:
        device, access = devices.get(device_id), model.reach(device_id).get(resource)
        if device is None or access is None:
            # It changed while the names were read.
            continue
        yield Reach(
            user=AccessUser(id=device["user_id"], email=device["email"]),
            device=Named(id=device_id, name=device["name"]),
            resource=Named(id=resource, name=names.get(resource, resource)),
            gateway=Named(id=access.gateway, name=names.get(access.gateway, access.gateway)),
            whole=access.is_whole,
        )
