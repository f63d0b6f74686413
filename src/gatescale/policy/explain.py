"""Why a device may or may not send a packet somewhere: every policy that was asked, in order.

The verdict is the compiler's own, out of the same regions and conditions; what is said about it
follows the policies one by one.
"""

from typing import Literal

import msgspec
from msgspec.structs import replace

from gatescale.admission.finding import Explanation as RuleExplanation
from gatescale.policy import addresses
from gatescale.policy.admissions import comes_from
from gatescale.policy.audience import in_order
from gatescale.policy.destinations import Line
from gatescale.policy.tenant import Tenant
from gatescale.policy.vocabulary import Device, Policy, Resource, User

Reason = Literal["SOURCE", "DESTINATION", "GATEWAY", "ORIGIN", "RULE"]
"""Why a policy does not decide: it names neither the user nor the device; it does not name the
destination; what it names is not attached to the gateway; the device comes from elsewhere; its
admission rule does not hold."""

Cause = Literal["POLICY", "DEFAULT", "DEVICE", "USER", "DESTINATION", "GATEWAY"]
"""What decides: a policy; that none applies; the device or its user, who is not active; that no
resource is there, or no gateway leads to it."""


class Question(msgspec.Struct, frozen=True):
    """A packet that a device would send.

    Attributes:
        device: id.
        address: IP address that it goes to.
        protocol: IP protocol number.
        port: destination port; 0 where the protocol has none.
    """

    device: str
    address: str
    protocol: int
    port: int


class PassedOver(msgspec.Struct, frozen=True):
    """A policy that does not decide.

    Attributes:
        rule: for the reason RULE, what of its rule does not hold; None: there is no such rule, or
            it does not compile.
    """

    policy: str
    reason: Reason
    rule: RuleExplanation | None = None


class Verdict(msgspec.Struct, frozen=True):
    """What becomes of the packet.

    Attributes:
        policy: id of the one that decides.
        rule: how the deciding policy's rule holds, if it has one.
        resource: id of the one that the packet goes to: of several, the one that decides.
        gateway: id of the one that it goes through.
        passed_over: the policies before the deciding one, in order; all if none decides.
    """

    allow: bool
    cause: Cause
    policy: str | None = None
    rule: RuleExplanation | None = None
    resource: str | None = None
    gateway: str | None = None
    passed_over: tuple[PassedOver, ...] = ()


def explain(tenant: Tenant, question: Question, gateway: str | None) -> Verdict:
    """Return what becomes of a packet, as the tenant stands.

    Args:
        tenant: settled.
        question: the packet.
        gateway: id of the gateway that the device's routes lead it to; None: to none. Then the
            first of the resource's gateways is asked, to say what it would decide.

    Raises:
        ValueError: the address is none.
    """
    there = _resources_at(tenant, question.address)
    attached = [each for resource in there for each in resource.gateways]
    through = gateway or next(iter(attached), None)
    verdict = _decided(tenant, question, through)
    resource = there[0] if there else None
    if verdict.policy:
        resource = _named(tenant, tenant.policies[verdict.policy], question, there) or resource
    if verdict.allow and gateway is None:
        verdict = replace(verdict, allow=False, cause="GATEWAY")
    elif verdict.cause == "DEFAULT" and not attached:
        verdict = replace(verdict, cause="GATEWAY" if there else "DESTINATION")
    return replace(verdict, resource=resource.id if resource else None, gateway=gateway)


def _decided(tenant: Tenant, question: Question, gateway: str | None) -> Verdict:
    device = tenant.sources.devices.get(question.device)
    if device is None or not device.active or question.device in tenant.faults:
        return Verdict(allow=False, cause="DEVICE")
    user = tenant.sources.users.get(device.user)
    if user is None or not user.active:
        return Verdict(allow=False, cause="USER")
    passed: list[PassedOver] = []
    asking = _Asking(tenant, device, user)
    for line in in_order(tenant.destinations.lines.values()):
        over = asking.passes_over(line, question, gateway)
        if over is not None:
            passed.append(over)
            continue
        return Verdict(
            allow=line.rule.allow,
            cause="POLICY",
            policy=line.policy.id,
            rule=asking.rule(line.policy),
            passed_over=tuple(passed),
        )
    return Verdict(allow=False, cause="DEFAULT", passed_over=tuple(passed))


class _Asking:
    """Asks one policy after the other about one device."""

    def __init__(self, tenant: Tenant, device: Device, user: User) -> None:
        self._admissions = tenant.admissions
        self._naming = tenant.sources.policies_of(device)
        self._footprints = tenant.destinations.footprints
        self._device = device
        self._user = user

    def passes_over(self, line: Line, question: Question, gateway: str | None) -> PassedOver | None:
        policy = line.policy
        if policy.id not in self._naming:
            return PassedOver(policy.id, "SOURCE")
        if reason := self._misses(line, question, gateway):
            return PassedOver(policy.id, reason)
        if not comes_from(policy, self._device.facts.get("origin.ip")):
            return PassedOver(policy.id, "ORIGIN")
        if policy.allow and policy.rule is not None:
            rule = self.rule(policy)
            if rule is None or not rule.holds:
                return PassedOver(policy.id, "RULE", rule)
        return None

    def _misses(self, line: Line, question: Question, gateway: str | None) -> Reason | None:
        """Return why a line is not about a packet: an allow is where it is attached to, only."""
        packet = question.address, question.protocol, question.port
        is_there = self._is_anywhere(packet) if line.policy.all_resources else None
        if not (line.reach.contains(*packet) if is_there is None else is_there):
            return "DESTINATION"
        place = line.places.get(gateway) if gateway else None
        if line.policy.allow and (place is None or not place.contains(*packet)):
            return "GATEWAY"
        return None

    def _is_anywhere(self, packet: tuple[str, int, int]) -> bool:
        return any(each.region.contains(*packet) for each in self._footprints.values())

    def rule(self, policy: Policy) -> RuleExplanation | None:
        if policy.rule is None or not policy.allow:
            return None
        return self._admissions.explained(policy.rule, self._device, self._user)


def _resources_at(tenant: Tenant, address: str) -> list[Resource]:
    """Return the resources that an address is in, the most narrowly addressed first."""
    place = addresses.number(address)
    found = []
    for footprint in tenant.destinations.footprints.values():
        # Most have few spans: a look at each is sooner done than a search.
        if any(first <= place <= last for first, last, _ in footprint.region.spans):
            prefixes = [p for p, each in footprint.networks if any(each.within(place, place))]
            found.append((-max(prefixes), footprint.resource.id, footprint.resource))
    return [resource for _, _, resource in sorted(found, key=lambda each: each[:2])]


def _named(
    tenant: Tenant, policy: Policy, question: Question, there: list[Resource]
) -> Resource | None:
    """Return the resource by which the policy decides about the packet."""
    packet = question.address, question.protocol, question.port
    footprints = tenant.destinations.footprints
    return next(
        (
            resource
            for resource in there
            if (policy.all_resources or resource.id in policy.resources)
            and footprints[resource.id].region.contains(*packet)
        ),
        None,
    )
