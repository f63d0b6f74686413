"""A tenant's entities as they stand, and what the changes to them concern."""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from datetime import datetime
from itertools import starmap
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from gatescale.policy import addresses
from gatescale.policy.admissions import Admissions
from gatescale.policy.destinations import Destinations
from gatescale.policy.sources import Sources, same_sources
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

_encode = msgspec.json.Encoder().encode


class Touched(NamedTuple):
    """What changes concern.

    Attributes:
        devices: ids of those that changed, or to which any other policies may apply.
        others: ids of further devices, to which the same apply as before but for ``policies``.
        policies: ids of those that name others, or under other conditions, or are gone.
        gateways: ids of those that changed.
    """

    devices: set[str]
    others: set[str]
    policies: set[str]
    gateways: set[str]


_COMPILED = "PRIVATE"
"""The one type whose list of policies is compiled; what is of another type is only kept."""


class Tenant:
    """Takes changes in, keeps the indexes true, and collects what has to be compiled again.

    Attributes:
        sources, admissions, destinations: who, under which conditions, and where to.
        gateways, policies, resources: by id, of every type.
        faults: by entity id, a sentence about what cannot be read in it and is left out.
    """

    def __init__(self) -> None:
        self.sources = Sources()
        self.admissions = Admissions()
        self.destinations = Destinations()
        self.gateways: dict[str, Gateway] = {}
        self.policies: dict[str, Policy] = {}
        self.resources: dict[str, Resource] = {}
        self.faults: dict[str, str] = {}
        self._touched = Touched(set(), set(), set(), set())

    def entities(self) -> Iterator[Entity]:
        """Yield every entity."""
        yield self.admissions.settings
        yield from self.admissions.groups.values()
        yield from self.sources.users.values()
        yield from self.sources.devices.values()
        yield from self.gateways.values()
        yield from self.resources.values()
        yield from starmap(Rule, self.admissions.texts.items())
        yield from self.policies.values()

    def advance(self, now: datetime) -> None:
        """Let it be later, or earlier if a clock was wrong."""
        self._touched.devices.update(self.admissions.advance(now))

    def fold(self, change: Change) -> None:
        """Make ``change`` part of the tenant; one that changes nothing touches nothing."""
        if isinstance(change, Put):
            self._put(change.entity)
        elif isinstance(change, Remove):
            self._remove(change.kind, change.id)

    def take_touched(self) -> Touched:
        """Return what the changes since the last call concern."""
        touched, self._touched = self._touched, Touched(set(), set(), set(), set())
        touched.others.difference_update(touched.devices)
        return touched

    def devices_of(self, policy_id: str) -> set[str]:
        """Return the ids of the devices that a compiled policy names; none once it is gone."""
        line = self.destinations.lines.get(policy_id)
        return self.sources.devices_of(line.policy) if line else set()

    def policies_of(self, device_id: str) -> frozenset[str]:
        """Return the ids of the policies that apply to the device; none if it may not come."""
        user = self._owner(device_id)
        if user is None:
            self.admissions.forget(device_id)
            return frozenset()
        device = self.sources.devices[device_id]
        return self.admissions.applying(device, user, self.sources.policies_of(device))

    def policies_again(
        self, device_id: str, before: frozenset[str], changed: AbstractSet[str]
    ) -> frozenset[str]:
        """Return the same, where but for the changed policies it is as it was before."""
        kept = before.difference(changed)
        user = self._owner(device_id)
        if user is None:
            return kept
        device = self.sources.devices[device_id]
        candidates = self.sources.policies_of(device).intersection(changed)
        return kept | self.admissions.applying(device, user, candidates, beside=True)

    def _owner(self, device_id: str) -> User | None:
        """Return the user of a device that may come."""
        device = self.sources.devices.get(device_id)
        if device is None or device_id in self.faults:
            return None
        return self.sources.users.get(device.user)

    def _put(self, entity: Entity) -> None:
        match entity:
            case User():
                self._put_user(entity)
            case Device():
                self._put_device(entity)
            case Gateway():
                self._put_gateway(entity)
            case Resource():
                self._put_resource(entity)
            case Policy():
                self._put_policy(entity)
            case Rule():
                self._put_rule(entity)
            case Group():
                self._put_group(entity)
            case Settings():
                self._put_settings(entity)

    def _remove(self, kind: Kind, name: str) -> None:
        match kind:
            case Kind.USER:
                self._touched.devices.update(self.sources.devices_of_user(name))
                self.sources.remove_user(name)
            case Kind.GROUP:
                self._remove_group(name)
            case Kind.DEVICE:
                self._remove_device(name)
            case Kind.GATEWAY:
                self.gateways.pop(name, None)
                self._touched.gateways.add(name)
            case Kind.RESOURCE:
                self.resources.pop(name, None)
                self.faults.pop(name, None)
                self.destinations.remove_resource(name)
            case Kind.POLICY:
                self._remove_policy(name)
            case Kind.RULE:
                self.faults.pop(name, None)
                self._concern(self.admissions.remove_rule(name))
            case Kind.SETTINGS:
                self._put_settings(Settings())

    def _put_user(self, user: User) -> None:
        if not _is_same(self.sources.users.get(user.id), user):
            self.sources.put_user(user)
            self._touched.devices.update(self.sources.devices_of_user(user.id))

    def _put_device(self, device: Device) -> None:
        if _is_same(self.sources.devices.get(device.id), device):
            return
        self._remove_device(device.id)
        self.sources.put_device(device)
        for address in device.addresses:
            try:
                addresses.number(address)
            except ValueError as error:
                self.faults[device.id] = f"The device cannot connect: {error}."

    def _remove_device(self, device_id: str) -> None:
        self.faults.pop(device_id, None)
        self.sources.remove_device(device_id)
        self._touched.devices.add(device_id)

    def _put_rule(self, rule: Rule) -> None:
        if self.admissions.texts.get(rule.id) == rule.text:
            return
        self.faults.pop(rule.id, None)
        self._concern(self.admissions.put_rule(rule))
        if fault := self.admissions.faults.get(rule.id):
            self.faults[rule.id] = fault

    def _put_settings(self, settings: Settings) -> None:
        if self.admissions.settings != settings:
            self.admissions.settings = settings
            self._touched.devices.update(self.admissions.asked())

    def _put_group(self, group: Group) -> None:
        if self.admissions.groups.get(group.id) != group:
            self.admissions.groups[group.id] = group
            for user in self.sources.members(group.id):
                self._touched.devices.update(self.sources.devices_of_user(user.id))

    def _concern(self, policy_ids: Iterable[str]) -> None:
        for policy_id in policy_ids:
            self._concern_policy(self.policies[policy_id])

    def _concern_policy(self, policy: Policy) -> None:
        self._touched.others.update(self.sources.devices_of(policy))
        self._touched.policies.add(policy.id)

    def _remove_group(self, group_id: str) -> None:
        self.admissions.groups.pop(group_id, None)
        for user in self.sources.members(group_id):
            groups = tuple(group for group in user.groups if group != group_id)
            self._put_user(replace(user, groups=groups))
        for policy in [policy for policy in self.policies.values() if group_id in policy.groups]:
            groups = tuple(group for group in policy.groups if group != group_id)
            self._put_policy(replace(policy, groups=groups))

    def _put_gateway(self, gateway: Gateway) -> None:
        if self.gateways.get(gateway.id) != gateway:
            self.gateways[gateway.id] = gateway
            self._touched.gateways.add(gateway.id)

    def _put_resource(self, resource: Resource) -> None:
        if self.resources.get(resource.id) == resource:
            return
        self._remove(Kind.RESOURCE, resource.id)
        self.resources[resource.id] = resource
        if resource.type == _COMPILED:
            fault = self.destinations.put_resource(resource).fault
            if fault:
                self.faults[resource.id] = fault

    def _put_policy(self, policy: Policy) -> None:
        old = self.policies.get(policy.id)
        if old == policy:
            return
        self.policies[policy.id] = policy
        self._compile(old, policy)

    def _remove_policy(self, policy_id: str) -> None:
        self._compile(self.policies.pop(policy_id, None), None)

    def _compile(self, old: Policy | None, new: Policy | None) -> None:
        """Let ``new`` stand where ``old`` stood, as far as they are of the compiled type."""
        old, new = (
            policy if policy is not None and policy.type == _COMPILED else None
            for policy in (old, new)
        )
        if old:
            self.destinations.drop_policy(old)
        if new:
            self.destinations.add_policy(new)
        if old and new and same_sources(old, new):
            return
        if old:
            self.admissions.drop_policy(old)
            self.sources.drop_policy(old)
            self._concern_policy(old)
        if new:
            self.admissions.add_policy(new)
            self.sources.add_policy(new)
            self._concern_policy(new)


def _is_same(one: User | Device | None, other: User | Device) -> bool:
    """Say whether nothing changed: True, 1 and 1.0 are equal to Python, and not to rules."""
    return one is not None and one == other and _encode(one.facts) == _encode(other.facts)
