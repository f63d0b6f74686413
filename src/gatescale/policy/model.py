"""The incremental compiler: entities in, gateway programs and device routes out."""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from ipaddress import ip_address, ip_network
from typing import NamedTuple

import msgspec

from gatescale.admission.rules import Prepared
from gatescale.policy.admissions import EPOCH
from gatescale.policy.assertions import Assertion, Findings, findings, touched
from gatescale.policy.audience import Access, Audience
from gatescale.policy.explain import Question, Verdict, explain
from gatescale.policy.population import Population, Standing, peer, peers_changed
from gatescale.policy.program import Delta, Program, Route
from gatescale.policy.routes import passing, reachable, routes
from gatescale.policy.tenant import Tenant
from gatescale.policy.vocabulary import (
    Change,
    Device,
    Entity,
    Gateway,
    Policy,
    Put,
    Resource,
    User,
)
from gatescale.policy.what_if import Consequence, World, consequences, undoing

_NOTHING: Mapping[str, Access] = {}


class Effect(msgspec.Struct, frozen=True):
    """What changes did.

    Attributes:
        gateways: by id, how the program of each gateway that still exists changed; those whose
            program stayed as it was are left out. For a new gateway it is the whole program.
        devices: ids of the devices whose routes may have changed, removed ones included.
    """

    gateways: dict[str, Delta]
    devices: set[str]


class _Settled(NamedTuple):
    """What a compilation concerned, by device and gateway id."""

    before: Mapping[str, Standing]
    after: Mapping[str, Standing]
    told: Mapping[str, Delta]
    rerouted: set[str]


class Model:
    """One tenant, compiled, and kept so by work in proportion to each change.

    A change is folded into the indexes (``Tenant``); the policies that it concerns are compiled
    again (``Destinations``); the devices that it concerns are sorted into audiences; audiences
    that are new or follow a recompiled policy get their grants anew; what then differs is the
    effect.
    """

    def __init__(self, entities: Iterable[Entity] = (), now: datetime = EPOCH) -> None:
        self._tenant = Tenant()
        self._tenant.advance(now)
        self._population = Population(self._tenant)
        for entity in entities:
            self._tenant.fold(Put(entity))
        self._settle()

    @property
    def users(self) -> Mapping[str, User]:
        """The users by id."""
        return self._tenant.sources.users

    @property
    def devices(self) -> Mapping[str, Device]:
        """The devices by id."""
        return self._tenant.sources.devices

    @property
    def gateways(self) -> Mapping[str, Gateway]:
        """The gateways by id."""
        return self._tenant.gateways

    @property
    def resources(self) -> Mapping[str, Resource]:
        """The resources by id."""
        return self._tenant.resources

    @property
    def policies(self) -> Mapping[str, Policy]:
        """The policies by id."""
        return self._tenant.policies

    @property
    def applying(self) -> frozenset[str]:
        """The ids of the policies that apply to any device now."""
        return self._population.applied()

    @property
    def rules(self) -> Mapping[str, str]:
        """The texts of the admission rules by id."""
        return self._tenant.admissions.texts

    @property
    def now(self) -> datetime:
        """The time that everything is as of."""
        return self._tenant.admissions.now

    @property
    def due(self) -> datetime | None:
        """When time alone may change anything: then, apply no changes at that time; None: never."""
        return self._tenant.admissions.next()

    @property
    def faults(self) -> Mapping[str, str]:
        """By entity id, a sentence about what cannot be read in it and is left out."""
        return self._tenant.faults

    def entities(self) -> Iterator[Entity]:
        """Yield every entity as it stands, for ``decide``."""
        return self._tenant.entities()

    def program(self, gateway_id: str) -> Program:
        """Return the whole program of the gateway; the empty one if there is no such gateway."""
        site = self._population.sites.get(gateway_id)
        if site is None or gateway_id not in self.gateways:
            return Program()
        peers = {
            device.id: peer(device, key)
            for key in site.holders
            for audience in site.holders[key]
            for device in audience.devices.values()
        }
        destinations = {policy: region.boxes() for policy, region in site.regions.items()}
        return Program(peers, dict(site.profiles), destinations)

    def routes(self, device_id: str) -> tuple[Route, ...]:
        """Return where the device connects to, sorted by gateway id; none if it may not come.

        No address is in two routes. A resource is reached through the first available of its
        gateways, or the first if none is; where resources at different gateways overlap, the
        longer prefix wins.
        """
        audience = self._population.placed.get(device_id)
        if audience is None:
            return ()
        if audience.routes is None:
            audience.routes = routes(
                self._population.lines_of(audience),
                self.gateways,
                self._tenant.destinations.resources_of,
            )
        return audience.routes

    def granting(self, device_id: str) -> AbstractSet[str]:
        """Return the ids of the gateways behind which the device is granted anything now."""
        audience = self._population.placed.get(device_id)
        return audience.grants.keys() if audience else frozenset()

    def explain(self, question: Question) -> Verdict:
        """Return what becomes of a packet, and why, now.

        Raises:
            ValueError: its address is none.
        """
        place = ip_address(question.address)
        leading = (
            route.gateway
            for route in self.routes(question.device)
            if any(place in ip_network(network) for network in route.allowed_ips)
        )
        return explain(self._tenant, question, next(leading, None))

    def prepared(self, device_id: str, now: datetime) -> Prepared:
        """Return what any rule is evaluated against for the device at that time.

        Raises:
            KeyError: there is no such device.
        """
        device = self.devices[device_id]
        return self._tenant.admissions.prepared(device, self.users[device.user], now)

    def reach(self, device_id: str) -> Mapping[str, Access]:
        """Return what the device reaches now, by resource id; devices alike share the object."""
        audience = self._population.placed.get(device_id)
        return self._reach(audience) if audience else _NOTHING

    def what_if(self, changes: Iterable[Change]) -> tuple[Consequence, ...]:
        """Return who would gain or lose what by the changes; everything stays as it is."""
        changes = tuple(changes)
        undo = undoing(self._tenant, changes)
        expected = self._tenant.admissions.expected()
        before = World(self._tenant)
        devices, policies = self._supposed(changes)
        after = World(self._tenant)
        self._supposed(undo)
        self._tenant.admissions.expect(expected)
        applied = self._population.policies_of(devices)
        return consequences(devices, (before, applied), (after, applied | policies))

    def findings(
        self, assertions: Iterable[Assertion], now: datetime, changes: Iterable[Change] = ()
    ) -> Findings:
        """Return what speaks against assertions; everything stays as it is.

        Args:
            assertions: to be tried.
            now: with a zone; also if the model is as of another time.
            changes: made before, and undone after.
        """
        return self._findings_after(tuple(changes), assertions, now)

    def broken(
        self, assertions: Iterable[Assertion], now: datetime, changes: Iterable[Change]
    ) -> Findings:
        """Return what speaks against those that hold, and would not after the changes.

        Arguments are those of ``findings``; of counter-examples, those that the changes make.
        """
        tried, changes = tuple(assertions), tuple(changes)
        # Changes to some people alone cannot break for others what holds for them.
        after = self._findings_after(changes, tried, now, touched(changes))
        before = self.findings((each for each in tried if each.id in after), now)
        return {each: against for each, against in after.items() if each not in before}

    def _findings_after(
        self,
        changes: tuple[Change, ...],
        assertions: Iterable[Assertion],
        now: datetime,
        among: frozenset[str] | None = None,
    ) -> Findings:
        undo = undoing(self._tenant, changes)
        try:
            self._fold(changes)
            return findings(self._tenant, assertions, now, among)
        finally:
            self._fold(undo)

    def _fold(self, changes: Iterable[Change]) -> None:
        """Fold changes in that are to be undone, for what asks the tenant alone."""
        for change in changes:
            self._tenant.fold(change)
        self._tenant.destinations.settle()
        self._tenant.take_touched()

    def _supposed(self, changes: Iterable[Change]) -> tuple[set[str], dict[str, frozenset[str]]]:
        """Fold changes in without telling anybody.

        Returns:
            the ids of the devices that are concerned, and of those to which other policies may
            apply, which ones.
        """
        for change in changes:
            self._tenant.fold(change)
        recompiled = self._tenant.destinations.settle()
        touched = self._tenant.take_touched()
        policies = self._population.applying(touched)
        concerned = set(policies).union(*map(self._tenant.devices_of, recompiled))
        for gateway in touched.gateways:
            if site := self._population.sites.get(gateway):
                concerned.update(d for each in site.audiences() for d in each.devices)
        return concerned, policies

    def _reach(self, audience: Audience) -> Mapping[str, Access]:
        if audience.reach is None:
            ready = reachable(self.gateways)
            lines = self._population.lines_of(audience)
            audience.reach = {
                footprint.resource.id: Access(
                    gateway=footprint.resource.gateways[choice],
                    region=left,
                    is_whole=left == footprint.region,
                )
                for footprint, choice, left in passing(
                    lines, ready, self._tenant.destinations.resources_of
                )
            }
        return audience.reach

    def apply(self, changes: Iterable[Change], now: datetime | None = None) -> Effect:
        """Make the changes, in order and all at once, and return what they did.

        Args:
            changes: what happened.
            now: the time that everything is as of from now on; None: as before.
        """
        known = set(self.gateways)
        if now is not None:
            self._tenant.advance(now)
        for change in changes:
            self._tenant.fold(change)
        settled = self._settle()
        peers = peers_changed(settled.before, settled.after)
        deltas = {
            gateway_id: Delta(peers.get(gateway_id, {}), told.profiles, told.destinations)
            for gateway_id, told in settled.told.items()
            if gateway_id in known
        }
        for gateway_id in self.gateways.keys() - known:
            deltas[gateway_id] = self.program(gateway_id).whole()
        return Effect(
            gateways={
                gateway_id: delta
                for gateway_id, delta in deltas.items()
                if delta and gateway_id in self.gateways
            },
            devices={*settled.before, *settled.after, *settled.rerouted},
        )

    def _settle(self) -> _Settled:
        """Compile what the changes since the last call concern."""
        recompiled = self._tenant.destinations.settle()
        touched = self._tenant.take_touched()
        moved = touched.devices | touched.others
        concerned = moved.union(*map(self._tenant.devices_of, recompiled))
        before = self._population.standing(concerned)
        fresh = self._population.place(self._population.applying(touched))
        again = self._population.audiences_of(concerned) - fresh
        self._population.grant_again(again, recompiled)
        return _Settled(
            before=before,
            after=self._population.standing(concerned),
            told=self._population.tell(recompiled.keys()),
            rerouted=self._population.reroute(touched.gateways),
        )
