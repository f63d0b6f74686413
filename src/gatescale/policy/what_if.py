"""What changes would do: who would gain what, who would lose what."""

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from gatescale.policy.audience import Access
from gatescale.policy.region import Region
from gatescale.policy.tenant import Tenant
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

Reach = Mapping[str, Access]
"""What is reached, by resource id."""

_KINDS: dict[type[Entity], Kind] = {
    Settings: Kind.SETTINGS,
    Group: Kind.GROUP,
    User: Kind.USER,
    Device: Kind.DEVICE,
    Resource: Kind.RESOURCE,
    Gateway: Kind.GATEWAY,
    Rule: Kind.RULE,
    Policy: Kind.POLICY,
}


class Difference(msgspec.Struct, frozen=True):
    """What of a resource becomes reachable, and what no longer is.

    Attributes:
        gained, lost: empty where there is nothing of the kind.
        is_whole: it was not reachable at all before, or is not at all after.
    """

    resource: str
    gained: Region
    lost: Region
    is_whole: bool


class Consequence(msgspec.Struct, frozen=True):
    """What happens to some devices alike.

    Attributes:
        devices: ids, sorted.
        differences: by resource id, sorted.
    """

    devices: tuple[str, ...]
    differences: tuple[Difference, ...]


def compared(before: Reach, after: Reach) -> tuple[Difference, ...]:
    """Return what differs, by resource id."""
    found = []
    for resource in sorted(before.keys() | after.keys()):
        was, becomes = before.get(resource), after.get(resource)
        old, new = (each.region if each else Region() for each in (was, becomes))
        if old == new:
            continue
        gained, lost = new.subtract(old), old.subtract(new)
        found.append(Difference(resource, gained, lost, is_whole=was is None or becomes is None))
    return tuple(found)


def consequences(
    devices: Iterable[str], before: Mapping[str, Reach], after: Mapping[str, Reach]
) -> tuple[Consequence, ...]:
    """Return what happens to the devices, those together to which the same happens.

    Args:
        devices: ids.
        before: what each reaches, by device id; devices alike share the very same object.
        after: the same.
    """
    known: dict[tuple[int, int], tuple[Difference, ...]] = {}
    alike: dict[tuple[Difference, ...], list[str]] = {}
    for device in sorted(devices):
        was, becomes = before.get(device, {}), after.get(device, {})
        pair = id(was), id(becomes)
        if pair not in known:
            known[pair] = compared(was, becomes)
        if known[pair]:
            alike.setdefault(known[pair], []).append(device)
    return tuple(Consequence(tuple(each), what) for what, each in alike.items())


def undoing(tenant: Tenant, changes: Iterable[Change]) -> list[Change]:
    """Return the changes that undo these, which are about to be made."""
    as_is: dict[tuple[Kind, str], Change] = {}
    for change in changes:
        for kind, name in _touched(tenant, change):
            entity = _entity(tenant, kind, name)
            undo = Remove(kind, name) if entity is None else Put(entity)
            as_is.setdefault((kind, name), undo)
    return list(as_is.values())


def _touched(tenant: Tenant, change: Change) -> Iterator[tuple[Kind, str]]:
    if isinstance(change, Put):
        yield _KINDS[type(change.entity)], change.entity.id
    elif isinstance(change, Remove):
        yield change.kind, change.id
        if change.kind is Kind.GROUP:
            yield from ((Kind.USER, user.id) for user in tenant.sources.members(change.id))
            yield from (
                (Kind.POLICY, policy.id)
                for policy in tenant.policies.values()
                if change.id in policy.groups
            )


def _entity(tenant: Tenant, kind: Kind, name: str) -> Entity | None:
    if kind is Kind.SETTINGS:
        return tenant.admissions.settings
    if kind is Kind.RULE:
        text = tenant.admissions.texts.get(name)
        return None if text is None else Rule(name, text)
    entities: Mapping[Kind, Mapping[str, Entity]] = {
        Kind.GROUP: tenant.admissions.groups,
        Kind.USER: tenant.sources.users,
        Kind.DEVICE: tenant.sources.devices,
        Kind.RESOURCE: tenant.resources,
        Kind.GATEWAY: tenant.gateways,
        Kind.POLICY: tenant.policies,
    }
    return entities[kind].get(name)
