"""What changes would do: who would gain what, who would lose what."""

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from gatescale.policy.audience import in_order
from gatescale.policy.destinations import Footprint, Line
from gatescale.policy.region import Region
from gatescale.policy.routes import passing, reachable
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
    Tick,
    User,
)

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
        gained: what was not reached before.
        lost: what is not reached any more.
        is_whole: nothing of it was reached before, or nothing is any more.
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


class World:
    """A tenant's network as it is at one time; a device sees of it what its policies let pass."""

    def __init__(self, tenant: Tenant) -> None:
        self.lines = dict(tenant.destinations.lines)
        self.footprints = dict(tenant.destinations.footprints)
        self.ready = reachable(tenant.gateways)
        self._relevant: dict[frozenset[str], frozenset[str]] = {}
        self._reached: dict[tuple[frozenset[str], frozenset[str]], dict[str, Region]] = {}

    def reached(self, policies: frozenset[str], only: frozenset[str]) -> dict[str, Region]:
        """Return what of the resources passes, by id.

        Args:
            policies: ids of those that apply.
            only: ids of the resources that are asked about.
        """
        if only not in self._relevant:
            self._relevant[only] = frozenset(
                policy for policy, line in self.lines.items() if self._concerns(line, only)
            )
        policies &= self._relevant[only]
        known = self._reached.get((policies, only))
        if known is None:
            known = self._reached[policies, only] = {
                footprint.resource.id: region
                for footprint, _, region in passing(
                    in_order(self.lines[each] for each in policies),
                    self.ready,
                    lambda policy: self._named(policy, only),
                )
            }
        return known

    def touched(self, policy: str) -> set[str]:
        """Return the ids of the resources to which the policy makes a difference."""
        line = self.lines.get(policy)
        if line is None:
            return set()
        if line.policy.all_resources:
            return set(self.footprints)
        if line.rule.allow:
            return set(line.policy.resources)
        return {
            resource
            for resource, footprint in self.footprints.items()
            if footprint.region.touching(line.reach)
        }

    def _concerns(self, line: Line, only: frozenset[str]) -> bool:
        policy = line.policy
        if policy.all_resources or not only.isdisjoint(policy.resources):
            return True
        return not policy.allow and any(
            self.footprints[each].region.touching(line.reach)
            for each in only
            if each in self.footprints
        )

    def _named(self, policy: Policy, only: frozenset[str]) -> list[Footprint]:
        named = only if policy.all_resources else only.intersection(policy.resources)
        return [self.footprints[each] for each in sorted(named) if each in self.footprints]


Policies = Mapping[str, frozenset[str]]
"""Ids of the policies that apply, by device id; a device to which none does is left out."""


def consequences(
    devices: Iterable[str], before: tuple[World, Policies], after: tuple[World, Policies]
) -> tuple[Consequence, ...]:
    """Return what happens to the devices, those together to which the same happens.

    Args:
        devices: ids.
        before: the world and what applies in it.
        after: the same.
    """
    comparison = _Comparison(before[0], after[0])
    alike: dict[tuple[Difference, ...], list[str]] = {}
    for device in sorted(devices):
        policies = (which[1].get(device, frozenset()) for which in (before, after))
        if differences := comparison.differences(*policies):
            alike.setdefault(differences, []).append(device)
    return tuple(Consequence(tuple(each), what) for what, each in alike.items())


class _Comparison:
    """Compares what is reached in two worlds, of each kind of device once."""

    def __init__(self, before: World, after: World) -> None:
        self._before = before
        self._after = after
        self._changed = {
            policy
            for policy in before.lines.keys() | after.lines.keys()
            if before.lines.get(policy) is not after.lines.get(policy)
        }
        self._moved = self._moved_resources()
        self._concerned: dict[frozenset[str], frozenset[str]] = {}
        self._known: dict[tuple[int, int], tuple[Difference, ...]] = {}

    def differences(self, before: frozenset[str], after: frozenset[str]) -> tuple[Difference, ...]:
        """Return what differs for a device to which these policies apply."""
        changed = (before ^ after) | (self._changed & (before | after))
        resources = self._concerned.get(changed)
        if resources is None:
            touched = (world.touched(p) for p in changed for world in (self._before, self._after))
            resources = self._concerned[changed] = frozenset(self._moved.union(*touched))
        was = self._before.reached(before, resources)
        becomes = self._after.reached(after, resources)
        pair = id(was), id(becomes)
        if pair not in self._known:
            self._known[pair] = tuple(_compared(was, becomes))
        return self._known[pair]

    def _moved_resources(self) -> set[str]:
        """Return the ids of the resources that are elsewhere, or reached through other gateways."""
        before, after = self._before, self._after
        gateways = {
            gateway
            for gateway in before.ready.keys() | after.ready.keys()
            if before.ready.get(gateway) != after.ready.get(gateway)
        }
        return {
            resource
            for resource in before.footprints.keys() | after.footprints.keys()
            if (was := before.footprints.get(resource)) is not after.footprints.get(resource)
            or (was and not gateways.isdisjoint(was.resource.gateways))
        }


def _compared(before: Mapping[str, Region], after: Mapping[str, Region]) -> Iterator[Difference]:
    for resource in sorted(before.keys() | after.keys()):
        old, new = (reached.get(resource, Region()) for reached in (before, after))
        if old != new:
            gained, lost = new.subtract(old), old.subtract(new)
            yield Difference(resource, gained, lost, is_whole=not (old and new))


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
    if isinstance(change, Tick):
        return
    if isinstance(change, Put):
        kind, name = _KINDS[type(change.entity)], change.entity.id
    else:
        kind, name = change.kind, change.id
    yield kind, name
    if kind is Kind.GROUP:
        # Whoever removes a group again takes it out of these.
        yield from ((Kind.USER, user.id) for user in tenant.sources.members(name))
        named = (policy for policy in tenant.policies.values() if name in policy.groups)
        yield from ((Kind.POLICY, policy.id) for policy in named)


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
