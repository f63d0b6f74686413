"""What a policy applies to: resources, the gateways they are attached to, and regions of both."""

from collections.abc import Iterable

import msgspec

from gatescale.policy import addresses, services
from gatescale.policy.index import Index
from gatescale.policy.program import Rule
from gatescale.policy.region import Region
from gatescale.policy.vocabulary import Destination, Policy, Resource

_EVERYTHING = "*"


class Footprint(msgspec.Struct, frozen=True):
    """A resource as regions.

    Attributes:
        region: all of its destinations.
        networks: each destination with its prefix length.
        fault: a sentence about those that cannot be read and are left out; empty if all can.
    """

    resource: Resource
    region: Region
    networks: tuple[tuple[int, Region], ...]
    fault: str = ""

    @classmethod
    def of(cls, resource: Resource) -> "Footprint":
        """Return where ``resource`` is, as far as that can be read."""
        networks = []
        faults = []
        for destination in resource.destinations:
            try:
                networks.append(_read(destination))
            except ValueError as error:
                faults.append(f"{destination.network} is left out: {error}.")
        region = Region.union(region for _, region in networks)
        return cls(resource, region, tuple(networks), " ".join(faults))


class Line(msgspec.Struct, frozen=True):
    """One policy, compiled.

    Attributes:
        rule: what stands for it in profiles.
        token: the rule as text, for their keys.
        places: by gateway id, the region it decides there; gateways without one are left out.
            An allow decides on what is attached to the gateway; a deny on every gateway, where
            it touches what is attached.
        reach: all that its resources hold, on whatever gateway; empty where that is everything.
    """

    policy: Policy
    rule: Rule
    token: str
    places: dict[str, Region]
    reach: Region


class Destinations:
    """Keeps a ``Line`` for each policy, and compiles again those that a change concerns.

    Attributes:
        footprints: by resource id; to be changed through the methods only.
        lines: by policy id; as of the last ``settle``.
    """

    def __init__(self) -> None:
        self.footprints: dict[str, Footprint] = {}
        self.lines: dict[str, Line] = {}
        self._policies: dict[str, Policy] = {}
        self._naming: Index[str, str] = Index()
        self._attached: Index[str, str] = Index()
        self._served: dict[str, Region] = {}
        self._stale: set[str] = set()
        self._moved: list[Footprint] = []

    def put_resource(self, resource: Resource) -> Footprint:
        """Add the resource, or replace it, and return where it is."""
        self.remove_resource(resource.id)
        footprint = Footprint.of(resource)
        self.footprints[resource.id] = footprint
        for gateway in resource.gateways:
            self._attached.add(gateway, resource.id)
        self._moved.append(footprint)
        return footprint

    def remove_resource(self, resource_id: str) -> None:
        """Forget the resource; policies that name it name nothing by that."""
        footprint = self.footprints.pop(resource_id, None)
        if footprint is None:
            return
        for gateway in footprint.resource.gateways:
            self._attached.discard(gateway, resource_id)
        self._moved.append(footprint)

    def add_policy(self, policy: Policy) -> None:
        """Compile the policy from the next ``settle`` on."""
        self._policies[policy.id] = policy
        for resource in _named(policy):
            self._naming.add(resource, policy.id)
        self._stale.add(policy.id)

    def drop_policy(self, policy: Policy) -> None:
        """Forget the policy, as it was added."""
        del self._policies[policy.id]
        for resource in _named(policy):
            self._naming.discard(resource, policy.id)
        self._stale.add(policy.id)

    def settle(self) -> dict[str, set[str]]:
        """Bring ``lines`` up to date.

        Returns:
            by id of each policy that was compiled again or is gone, the ids of the gateways on
            which what it decides, or its place in the order, is not what it was.
        """
        self._spread()
        stale, self._stale, self._moved = self._stale, set(), []
        return {policy_id: self._recompile(policy_id) for policy_id in stale}

    def resources_of(self, policy: Policy) -> Iterable[Footprint]:
        """Return the footprints of the resources that the policy names."""
        if policy.all_resources:
            return self.footprints.values()
        return [self.footprints[each] for each in policy.resources if each in self.footprints]

    def _spread(self) -> None:
        """Find what the moved resources concern: gateways, who names them, denies they touch."""
        if not self._moved:
            return
        self._stale |= self._naming[_EVERYTHING]
        gateways: set[str] = set()
        for footprint in self._moved:
            self._stale |= self._naming[footprint.resource.id]
            gateways.update(footprint.resource.gateways)
        for gateway in gateways:
            attached = [self.footprints[each].region for each in self._attached[gateway]]
            self._served[gateway] = Region.union(attached)
            if not attached:
                del self._served[gateway]
        moved = Region.union(footprint.region for footprint in self._moved)
        for policy_id, line in self.lines.items():
            if not line.rule.allow and policy_id not in self._stale and line.reach.touching(moved):
                self._stale.add(policy_id)

    def _recompile(self, policy_id: str) -> set[str]:
        old = self.lines.pop(policy_id, None)
        policy = self._policies.get(policy_id)
        if policy is None:
            return set(old.places) if old else set()
        new = self.lines[policy_id] = self._compiled(policy)
        if old is None or (old.token, old.policy.order) != (new.token, policy.order):
            return {*new.places, *(old.places if old else ())}
        return {
            gateway
            for gateway in old.places.keys() | new.places.keys()
            if old.places.get(gateway) != new.places.get(gateway)
        }

    def _compiled(self, policy: Policy) -> Line:
        if policy.all_resources:
            # What a gateway serves is all that it decides on, for allow and deny alike.
            reach, places = Region(), dict(self._served)
        else:
            reach = Region.union(footprint.region for footprint in self.resources_of(policy))
            places = self._attachments(policy) if policy.allow else self._touched(reach)
        return Line(
            policy=policy,
            rule=Rule(policy.allow, policy.id),
            token=f"{policy.allow:d}{policy.id}\n",
            places={gateway: region for gateway, region in places.items() if region},
            reach=reach,
        )

    def _attachments(self, policy: Policy) -> dict[str, Region]:
        parts: dict[str, list[Region]] = {}
        for footprint in self.resources_of(policy):
            for gateway in footprint.resource.gateways:
                parts.setdefault(gateway, []).append(footprint.region)
        return {gateway: Region.union(regions) for gateway, regions in parts.items()}

    def _touched(self, reach: Region) -> dict[str, Region]:
        return {gateway: reach.touching(served) for gateway, served in self._served.items()}


def _named(policy: Policy) -> tuple[str, ...]:
    return (_EVERYTHING,) if policy.all_resources else policy.resources


def _read(destination: Destination) -> tuple[int, Region]:
    first, last, prefix = addresses.bounds(destination.network)
    offered = services.parse(destination.services, addresses.version(first))
    return prefix, Region(((first, last, offered),))
