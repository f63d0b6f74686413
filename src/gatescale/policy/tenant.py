"""A tenant's entities as they stand, and what the changes to them concern."""

from collections.abc import Iterator

from msgspec.structs import replace

from gatescale.policy import addresses
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

_COMPILED = "PRIVATE"
"""The one type whose list of policies is compiled; what is of another type is only kept."""


class Tenant:
    """Takes changes in, keeps the indexes true, and collects what has to be compiled again.

    Attributes:
        gateways, policies, resources: by id, of every type.
        faults: by entity id, a sentence about what cannot be read in it and is left out.
    """

    def __init__(self) -> None:
        self.sources = Sources()
        self.destinations = Destinations()
        self.gateways: dict[str, Gateway] = {}
        self.policies: dict[str, Policy] = {}
        self.resources: dict[str, Resource] = {}
        self.faults: dict[str, str] = {}
        self._devices: set[str] = set()
        self._gateways: set[str] = set()

    def entities(self) -> Iterator[Entity]:
        """Yield every entity."""
        yield from self.sources.users.values()
        yield from self.sources.devices.values()
        yield from self.gateways.values()
        yield from self.resources.values()
        yield from self.policies.values()

    def fold(self, change: Change) -> None:
        """Make ``change`` part of the tenant; one that changes nothing touches nothing."""
        if isinstance(change, Put):
            self._put(change.entity)
        elif isinstance(change, Remove):
            self._remove(change.kind, change.id)

    def take_touched(self) -> tuple[set[str], set[str]]:
        """Return the ids of what the changes since the last call concern.

        Returns:
            devices that changed or to which other policies may apply, and gateways that changed.
        """
        touched = self._devices, self._gateways
        self._devices, self._gateways = set(), set()
        return touched

    def devices_of(self, policy_id: str) -> set[str]:
        """Return the ids of the devices that a compiled policy names; none once it is gone."""
        line = self.destinations.lines.get(policy_id)
        return self.sources.devices_of(line.policy) if line else set()

    def policies_of(self, device_id: str) -> frozenset[str]:
        """Return the ids of the policies that apply to the device; none if it may not come."""
        device = self.sources.devices.get(device_id)
        if device is None or device_id in self.faults:
            return frozenset()
        return self.sources.policies_of(device)

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
            case Settings() | Group() | Rule():
                pass

    def _remove(self, kind: Kind, name: str) -> None:
        match kind:
            case Kind.USER:
                self._devices |= self.sources.devices_of_user(name)
                self.sources.remove_user(name)
            case Kind.GROUP:
                self._remove_group(name)
            case Kind.DEVICE:
                self._remove_device(name)
            case Kind.GATEWAY:
                self.gateways.pop(name, None)
                self._gateways.add(name)
            case Kind.RESOURCE:
                self.resources.pop(name, None)
                self.faults.pop(name, None)
                self.destinations.remove_resource(name)
            case Kind.POLICY:
                self._remove_policy(name)
            case Kind.RULE | Kind.SETTINGS:
                pass

    def _put_user(self, user: User) -> None:
        if self.sources.users.get(user.id) != user:
            self.sources.put_user(user)
            self._devices |= self.sources.devices_of_user(user.id)

    def _put_device(self, device: Device) -> None:
        if self.sources.devices.get(device.id) == device:
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
        self._devices.add(device_id)

    def _remove_group(self, group_id: str) -> None:
        for user in self.sources.members(group_id):
            groups = tuple(group for group in user.groups if group != group_id)
            self._put_user(replace(user, groups=groups))
        for policy in [policy for policy in self.policies.values() if group_id in policy.groups]:
            groups = tuple(group for group in policy.groups if group != group_id)
            self._put_policy(replace(policy, groups=groups))

    def _put_gateway(self, gateway: Gateway) -> None:
        if self.gateways.get(gateway.id) != gateway:
            self.gateways[gateway.id] = gateway
            self._gateways.add(gateway.id)

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
            self.sources.drop_policy(old)
            self._devices |= self.sources.devices_of(old)
        if new:
            self.sources.add_policy(new)
            self._devices |= self.sources.devices_of(new)
