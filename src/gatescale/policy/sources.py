"""Who a policy applies to: people, their groups and devices, and the policies that name them."""

from collections.abc import Iterator

from gatescale.policy.index import Index
from gatescale.policy.vocabulary import Device, Kind, Policy, User

Source = tuple[Kind, str]

_EVERYONE: Source = (Kind.USER, "*")


class Sources:
    """Finds a device's policies and a policy's devices without a walk over the tenant.

    Attributes:
        users, devices: by id; to be changed through the methods only.
    """

    def __init__(self) -> None:
        self.users: dict[str, User] = {}
        self.devices: dict[str, Device] = {}
        self._devices_of: Index[str, str] = Index()
        self._members: Index[str, str] = Index()
        self._naming: Index[Source, str] = Index()

    def put_user(self, user: User) -> None:
        """Add the user, or replace them."""
        self.remove_user(user.id)
        self.users[user.id] = user
        for group in user.groups:
            self._members.add(group, user.id)

    def remove_user(self, user_id: str) -> None:
        """Forget the user; their devices stay, and belong to nobody."""
        user = self.users.pop(user_id, None)
        for group in user.groups if user else ():
            self._members.discard(group, user_id)

    def put_device(self, device: Device) -> None:
        """Add the device, or replace it."""
        self.remove_device(device.id)
        self.devices[device.id] = device
        self._devices_of.add(device.user, device.id)

    def remove_device(self, device_id: str) -> None:
        """Forget the device."""
        device = self.devices.pop(device_id, None)
        if device:
            self._devices_of.discard(device.user, device_id)

    def add_policy(self, policy: Policy) -> None:
        """Let the policy apply to what it names."""
        for source in _named(policy):
            self._naming.add(source, policy.id)

    def drop_policy(self, policy: Policy) -> None:
        """Let the policy, as it was added, apply to nothing."""
        for source in _named(policy):
            self._naming.discard(source, policy.id)

    def policies_of(self, device: Device) -> frozenset[str]:
        """Return the ids of the policies that apply to the device's packets.

        None do while it or its owner is not active.
        """
        user = self.users.get(device.user)
        if not device.active or user is None or not user.active:
            return frozenset()
        return self.naming(user, device.id)

    def naming(self, user: User, device_id: str | None = None) -> frozenset[str]:
        """Return the ids of the policies that name a device of the user, active or not.

        Args:
            user: its owner.
            device_id: None: of any that they may enrol.
        """
        return frozenset().union(
            self._naming[_EVERYONE],
            self._naming[Kind.DEVICE, device_id or ""],
            self._naming[Kind.USER, user.id],
            *(self._naming[Kind.GROUP, group] for group in user.groups),
        )

    def devices_of(self, policy: Policy) -> set[str]:
        """Return the ids of the devices that the policy names, those that are not active too."""
        found: set[str] = set()
        for kind, name in _named(policy):
            if (kind, name) == _EVERYONE:
                return set(self.devices)
            found.update(self._devices_in(kind, name))
        return found

    def devices_of_user(self, user_id: str) -> set[str]:
        """Return the ids of the user's devices."""
        return set(self._devices_of[user_id])

    def members(self, group_id: str) -> list[User]:
        """Return the users in the group."""
        return [self.users[user_id] for user_id in self._members[group_id]]

    def _devices_in(self, kind: Kind, name: str) -> Iterator[str]:
        if kind is Kind.DEVICE:
            yield name
            return
        for user_id in self._members[name] if kind is Kind.GROUP else (name,):
            yield from self._devices_of[user_id]


def same_sources(one: Policy, other: Policy) -> bool:
    """Say whether both name the same people, groups and devices, under the same conditions."""
    conditions, others = ((policy.allow, policy.rule, policy.source_ips) for policy in (one, other))
    return conditions == others and set(_named(one)) == set(_named(other))


def _named(policy: Policy) -> Iterator[Source]:
    if policy.all_users or policy.all_groups or policy.all_devices:
        yield _EVERYONE
    yield from ((Kind.GROUP, group) for group in policy.groups)
    yield from ((Kind.USER, user) for user in policy.users)
    yield from ((Kind.DEVICE, device) for device in policy.devices)
