"""What must be so whatever the policies are: assertions, and the counter-examples to them.

People are tried by their kinds: those to whom the same policies apply, and whose facts are the
same as far as rules ask, are tried once.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import msgspec

from gatescale.admission import clock
from gatescale.admission.explanation import explain
from gatescale.admission.finding import Explanation
from gatescale.admission.rules import Prepared
from gatescale.policy import addresses, services
from gatescale.policy.admissions import LAST_CHECK, comes_from, hashable, is_reported, spoken
from gatescale.policy.audience import in_order
from gatescale.policy.destinations import Line
from gatescale.policy.region import Region
from gatescale.policy.tenant import Tenant
from gatescale.policy.vocabulary import (
    Change,
    Device,
    Facts,
    Kind,
    Policy,
    Put,
    Remove,
    Service,
    Tick,
    User,
)

MOST = 10
"""Counter-examples to one assertion that are told."""


class Slot(msgspec.Struct, frozen=True):
    """A time of the week, on the clocks of the tenant's zone.

    Attributes:
        weekday: Monday 0.
        minutes: since midnight.
    """

    weekday: int
    minutes: int


class Assertion(msgspec.Struct, frozen=True):
    """That people never reach resources, or that they always do.

    NEVER: no device of theirs, existing or to come, is granted any packet there, whatever it
    reports, wherever it comes from and whenever. So what an allow asks for counts as given, and a
    deny for some addresses counts as not concerned; and who is not active counts as active, since
    an invitation that is taken up is no change that could be refused.

    ALWAYS: of those who are active, a device of which only ``given`` is known, reported just then,
    is granted all that is there, through some gateway of the resource.

    Attributes:
        groups, users, resources: ids; those that are gone count for nothing.
        services: which part of the resources; empty: all of them.
        given: facts that begin with ``device.`` or ``origin.``.
        times: the next of each; empty: now.
    """

    id: str
    expect: Literal["NEVER", "ALWAYS"]
    all_users: bool = False
    groups: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    services: tuple[Service, ...] = ()
    given: Facts = {}
    times: tuple[Slot, ...] = ()


Reason = Literal[
    "NOBODY", "NOTHING", "GRANTED", "DENIED", "RULE", "ORIGIN", "MISSING", "GATEWAY", "DESTINATION"
]
"""The assertion names nobody, or no resource; a policy grants what nobody may reach; one denies it;
the policy that would grant it has a rule that does not hold, or is for devices from elsewhere; no
policy grants it; the resource has no gateway; nothing is there that could be reached."""


class Counterexample(msgspec.Struct, frozen=True):
    """Why an assertion does not hold.

    Attributes:
        user: of those with whom it is the same, the one with the least id.
        device: the one that a policy names; None: it is so for any of the user's.
        policy: the one that decides.
        rule: what of its rule does not hold; None: it has none, or it is gone.
        source_ips: for ORIGIN, where the policy is for devices from.
        part: what of the resource it is about.
        at: when.
    """

    reason: Reason
    resource: str | None = None
    user: str | None = None
    device: str | None = None
    policy: str | None = None
    rule: Explanation | None = None
    source_ips: tuple[str, ...] = ()
    gateway: str | None = None
    part: Region = Region()
    at: datetime | None = None


Findings = Mapping[str, tuple[Counterexample, ...]]
"""By the id of each assertion that does not hold, at most ``MOST``; of each kind of people one."""


def findings(
    tenant: Tenant,
    assertions: Iterable[Assertion],
    now: datetime,
    among: frozenset[str] | None = None,
) -> Findings:
    """Return what speaks against assertions, as the tenant stands.

    Args:
        tenant: settled.
        assertions: to be tried.
        now: with a zone.
        among: ids of the users whom they are tried on; None: all whom they name.
    """
    trial = _Trial(tenant, now, among)
    found = {each.id: tuple(trial.against(each)) for each in assertions}
    return {name: against for name, against in found.items() if against}


def touched(changes: Iterable[Change]) -> frozenset[str] | None:
    """Return the ids of the users whom changes concern; None: it may be anybody."""
    found: set[str] = set()
    for change in changes:
        match change:
            case Put(User(id=user)) | Put(Device(user=user)) | Remove(Kind.USER, user):
                found.add(user)
            case Remove(Kind.DEVICE) | Tick():
                pass  # and a device that is gone takes nothing from another
            case _:
                return None
    return frozenset(found)


class _Standing(NamedTuple):
    """Which policies name a device; None: any that the user may enrol."""

    device: str | None
    policies: frozenset[str]


class _Trial:
    """Tries assertions on a tenant; what they share is worked out once."""

    def __init__(self, tenant: Tenant, now: datetime, among: frozenset[str] | None) -> None:
        self._tenant = tenant
        self._now = now
        self._among = among
        self._standings: dict[str, list[_Standing]] = {}
        self._facts: dict[str, Facts] = {}
        self._relevant: dict[Region, frozenset[str]] = {}
        self._asked: dict[frozenset[str], tuple[str, ...]] = {}
        self._spans = [
            (*span, resource)
            for resource, footprint in tenant.destinations.footprints.items()
            for span in footprint.region.spans
        ]
        self._named_devices: dict[str, list[str]] = {}
        devices = tenant.sources.devices
        for device in sorted(
            {each for policy in tenant.policies.values() for each in policy.devices}
        ):
            if device in devices:
                self._named_devices.setdefault(devices[device].user, []).append(device)

    def against(self, assertion: Assertion) -> Iterator[Counterexample]:
        """Yield what speaks against an assertion, up to ``MOST``."""
        people = self._people(assertion)
        if people is None:
            yield Counterexample("NOBODY")
            return
        known = [each for each in assertion.resources if each in self._tenant.resources]
        if not known:
            yield Counterexample("NOTHING")
            return
        count = 0
        for resource in known:
            for each in self._against(assertion, resource, people):
                yield each
                count += 1
                if count == MOST:
                    return

    def _people(self, assertion: Assertion) -> list[User] | None:
        """Return the people that an assertion is about; None: it names nobody."""
        sources, groups = self._tenant.sources, self._tenant.admissions.groups
        among = sources.users.keys() if self._among is None else self._among
        if assertion.all_users:
            return [sources.users[each] for each in among if each in sources.users]
        named = {each: sources.users[each] for each in assertion.users if each in sources.users}
        known = [group for group in assertion.groups if group in groups]
        if not named and not known:
            return None
        for group in known:
            named |= {user.id: user for user in sources.members(group)}
        return [user for each, user in named.items() if each in among]

    def _against(
        self, assertion: Assertion, resource: str, people: list[User]
    ) -> Iterator[Counterexample]:
        footprint = self._tenant.destinations.footprints.get(resource)
        target = _narrowed(footprint.region, assertion.services) if footprint else Region()
        if assertion.expect == "NEVER":
            yield from self._granted(resource, target, people)
            return
        active = [user for user in people if user.active]
        yield from self._lacking(assertion, resource, target, active)

    def _granted(
        self, resource: str, target: Region, people: list[User]
    ) -> Iterator[Counterexample]:
        relevant = self._concerned(target)
        kinds: dict[frozenset[str], tuple[str, str]] = {}
        for user in people:
            for standing in self._standing(user):
                kind = standing.policies & relevant
                who = user.id, standing.device or ""
                if kind and who < kinds.get(kind, _LAST):
                    kinds[kind] = who
        for kind, (user_id, device) in sorted(kinds.items(), key=lambda each: each[1]):
            lines = self._in_order(kind)
            for gateway in self._places(lines):
                if found := _let_in(lines, gateway, target):
                    yield Counterexample(
                        "GRANTED",
                        resource,
                        user_id,
                        device or None,
                        policy=found[0],
                        gateway=gateway,
                        part=found[1],
                    )
                    break

    def _lacking(
        self, assertion: Assertion, resource: str, target: Region, people: list[User]
    ) -> Iterator[Counterexample]:
        relevant = self._concerned(target)
        kinds: dict[tuple[object, ...], tuple[str, frozenset[str]]] = {}
        for user in people:
            policies = self._standing(user)[0].policies & relevant
            kind = policies, *self._told_apart(user, policies)
            if kind not in kinds or user.id < kinds[kind][0]:
                kinds[kind] = user.id, policies
        in_turn = sorted(kinds.values(), key=lambda each: each[0])
        for moment in self._moments(assertion):
            for user_id, policies in in_turn:
                visitor = _Visitor(user_id, policies, moment)
                if found := self._refused(assertion, resource, target, visitor):
                    yield found

    def _refused(
        self, assertion: Assertion, resource: str, target: Region, visitor: "_Visitor"
    ) -> Counterexample | None:
        """Return what keeps somebody from all of a resource; None: nothing does."""
        told: dict[str, Any] = {"resource": resource, "user": visitor.user, "at": visitor.at}
        if not target:
            return Counterexample("DESTINATION", **told)
        known = self._tenant.resources[resource].gateways
        gateways = [each for each in known if each in self._tenant.gateways]
        if not gateways:
            return Counterexample("GATEWAY", part=target, **told)
        facts = self._supposed_facts(assertion, visitor)
        prepared = Prepared(spoken(facts), visitor.at)
        lines = self._in_order(visitor.policies)
        applying = [line for line in lines if self._unmet(line.policy, facts, prepared) is None]
        first: tuple[str, str | None, Region] | None = None
        for gateway in gateways:
            denied, left = _left_out(applying, gateway, target)
            if not left:
                return None
            first = first or (gateway, denied, left)
        gateway, denied, left = first or ("", None, target)
        told |= {"gateway": gateway, "part": left}
        if denied:
            return Counterexample("DENIED", policy=denied, **told)
        for line in (line for line in lines if line.rule.allow):
            unmet = self._unmet(line.policy, facts, prepared)
            if unmet and line.places.get(gateway, Region()).intersect(left):
                rule = self._explained(line.policy, prepared) if unmet == "RULE" else None
                sources = line.policy.source_ips if unmet == "ORIGIN" else ()
                told |= {"policy": line.policy.id, "rule": rule, "source_ips": sources}
                return Counterexample(unmet, **told)
        return Counterexample("MISSING", **told)

    def _unmet(
        self, policy: Policy, facts: Facts, prepared: Prepared
    ) -> Literal["RULE", "ORIGIN"] | None:
        """Return which condition of a policy is not met; None: it applies, or denies nobody."""
        if not comes_from(policy, facts.get("origin.ip")):
            return "ORIGIN"
        if policy.rule is None or not policy.allow:
            return None
        rule = self._tenant.admissions.rules.get(policy.rule)
        return None if rule and rule.decide(prepared).holds else "RULE"

    def _explained(self, policy: Policy, prepared: Prepared) -> Explanation | None:
        rule = self._tenant.admissions.rules.get(policy.rule or "")
        return explain(rule, prepared) if rule else None

    def _supposed_facts(self, assertion: Assertion, visitor: "_Visitor") -> Facts:
        facts = {**self._facts_of(self._tenant.sources.users[visitor.user]), **assertion.given}
        if any(map(is_reported, assertion.given)):
            facts[LAST_CHECK] = visitor.at.timestamp()
        return facts

    def _facts_of(self, user: User) -> Facts:
        if user.id not in self._facts:
            self._facts[user.id] = self._tenant.admissions.facts(_any_device(user), user)
        return self._facts[user.id]

    def _told_apart(self, user: User, policies: frozenset[str]) -> Iterator[object]:
        """Yield what rules of the policies see of the user."""
        names = self._asked.get(policies)
        if names is None:
            known = self._tenant.admissions.rules
            rules = {self._tenant.policies[each].rule for each in policies}
            asked = {name for each in rules if each in known for name in known[each].variables}
            names = tuple(sorted(name for name in asked if name.startswith("user.")))
            self._asked[policies] = names
        if names:
            facts = self._facts_of(user)
            yield from (hashable(facts[name]) if name in facts else None for name in names)

    def _standing(self, user: User) -> list[_Standing]:
        """Return the policies that name any device of the user, then those with further ones."""
        found = self._standings.get(user.id)
        if found is None:
            sources = self._tenant.sources
            found = [_Standing(None, sources.naming(user))]
            for device in self._named_devices.get(user.id, ()):
                found.append(_Standing(device, sources.naming(user, device)))
            self._standings[user.id] = found
        return found

    def _concerned(self, target: Region) -> frozenset[str]:
        """Return the ids of the policies that decide on any of it."""
        if target not in self._relevant:
            there = {
                resource
                for first, last, wanted in target.spans
                for low, high, offered, resource in self._spans
                if low <= last and high >= first and services.intersect(wanted, offered)
            }
            self._relevant[target] = frozenset(
                policy
                for policy, line in self._tenant.destinations.lines.items()
                if line.policy.all_resources or not there.isdisjoint(line.policy.resources)
            )
        return self._relevant[target]

    def _in_order(self, policies: frozenset[str]) -> list[Line]:
        return in_order(self._tenant.destinations.lines[each] for each in policies)

    def _places(self, lines: Iterable[Line]) -> list[str]:
        named = {gateway for line in lines if line.rule.allow for gateway in line.places}
        return sorted(named & self._tenant.gateways.keys())

    def _moments(self, assertion: Assertion) -> list[datetime]:
        if not assertion.times:
            return [self._now]
        zone = self._tenant.admissions.settings.zone
        return [upcoming(slot, zone, self._now) for slot in assertion.times]


class _Visitor(NamedTuple):
    """Somebody, the policies that name them, and when they come."""

    user: str
    policies: frozenset[str]
    at: datetime


_LAST = ("\U0010ffff", "")


def upcoming(slot: Slot, zone: str, now: datetime) -> datetime:
    """Return when clocks in a zone next show a time of the week.

    >>> upcoming(Slot(0, 600), "UTC", datetime(2026, 11, 24, tzinfo=UTC)).isoformat()
    '2026-11-30T10:00:00+00:00'
    """
    there = now.astimezone(clock.zone(zone))
    midnight = there.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    days = (slot.weekday - there.weekday()) % 7
    moment = (midnight + timedelta(days=days, minutes=slot.minutes)).astimezone(UTC)
    if moment >= now:
        return moment
    return (midnight + timedelta(days=days + 7, minutes=slot.minutes)).astimezone(UTC)


def _any_device(user: User) -> Device:
    """Return a device that the user may enrol."""
    return Device(id="", user=user.id, active=True, public_key="", addresses=())


@lru_cache(maxsize=1 << 12)
def _narrowed(region: Region, wanted: tuple[Service, ...]) -> Region:
    """Return what of a region is spoken to by these services; all if there are none."""
    if not wanted:
        return region
    everywhere = (addresses.bounds(network) for network in ("0.0.0.0/0", "::/0"))
    spans = (
        (first, last, services.parse(wanted, addresses.version(first)))
        for first, last, _ in everywhere
    )
    return region.intersect(Region.of(spans))


def _let_in(lines: Iterable[Line], gateway: str, target: Region) -> tuple[str, Region] | None:
    """Return the first policy that grants anything of it, with what; conditions count as met."""
    for line in lines:
        place = line.places.get(gateway)
        if place is None:
            continue
        if not line.rule.allow:
            if not line.policy.source_ips:
                target = target.subtract(place)
        elif granted := target.intersect(place):
            return line.policy.id, granted
    return None


def _left_out(lines: Iterable[Line], gateway: str, target: Region) -> tuple[str | None, Region]:
    """Return what of it does not pass at a gateway, and the policy that denies it, if one does."""
    for line in lines:
        place = line.places.get(gateway)
        if place is None:
            continue
        if line.rule.allow:
            target = target.subtract(place)
        elif denied := target.intersect(place):
            return line.policy.id, denied
    return None, target
