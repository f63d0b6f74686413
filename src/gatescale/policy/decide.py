"""The slow, obvious answer to whether one packet may pass, and why.

It loops over the tenant's policies in their order and reads nothing but the entities. The
compiler in ``model`` is tested against it, so the two share no code: no sets, no indexes here.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Any

import msgspec

from gatescale.admission.faults import RuleError
from gatescale.admission.rules import Prepared, compile_rule
from gatescale.policy.vocabulary import (
    Destination,
    Device,
    Entity,
    Gateway,
    Group,
    Policy,
    Resource,
    Rule,
    Service,
    Settings,
    User,
)

_EPOCH = datetime.fromtimestamp(0, UTC)


class Packet(msgspec.Struct, frozen=True):
    """A packet that enters a gateway through its tunnels.

    Attributes:
        device: id of the device that sent it.
        gateway: id of the gateway.
        destination: IP address.
        protocol: IP protocol number.
        port: destination port; 0 where the protocol has none.
    """

    device: str
    gateway: str
    destination: str
    protocol: int
    port: int


class Decision(msgspec.Struct, frozen=True):
    """What becomes of a packet.

    Attributes:
        policy: id of the policy that decided; None where none had to be asked, or none matched.
        why: a sentence for the administrator.
    """

    allow: bool
    policy: str | None
    why: str


def decide(entities: Iterable[Entity], packet: Packet, now: datetime = _EPOCH) -> Decision:
    """Return what becomes of ``packet`` at a time under the tenant's PRIVATE policies.

    Takes time in proportion to the whole tenant. A destination that cannot be read holds no
    packet.

    Raises:
        ValueError: the packet's destination is no IP address.
    """
    tenant = tuple(entities)
    device = next((e for e in tenant if isinstance(e, Device) and e.id == packet.device), None)
    if device is None:
        return _refused("There is no such device.")
    if not device.active:
        return _refused("The device is deactivated.")
    user = next((e for e in tenant if isinstance(e, User) and e.id == device.user), None)
    if user is None or not user.active:
        return _refused("The device's owner is not active.")
    if not any(isinstance(e, Gateway) and e.id == packet.gateway for e in tenant):
        return _refused("There is no such gateway.")
    facts = Prepared(_facts(device, user, tenant, now), now)
    rules = {e.id: e.text for e in tenant if isinstance(e, Rule)}
    policies = [e for e in tenant if isinstance(e, Policy) and e.type == "PRIVATE"]
    resources = [e for e in tenant if isinstance(e, Resource) and e.type == "PRIVATE"]
    for policy in sorted(policies, key=lambda policy: (policy.order, policy.id)):
        if _names_source(policy, device, user) and _may_apply(policy, device, facts, rules):
            for resource in resources:
                if _names_destination(policy, resource, packet):
                    return _decided(policy, resource)
    return _refused("No policy allows it, and what is not allowed is denied.")


def _refused(why: str) -> Decision:
    return Decision(allow=False, policy=None, why=why)


def _decided(policy: Policy, resource: Resource) -> Decision:
    verb = "allows" if policy.allow else "denies"
    why = f"Policy {policy.id} is the first to match, and {verb} resource {resource.id}."
    return Decision(allow=policy.allow, policy=policy.id, why=why)


def _names_source(policy: Policy, device: Device, user: User) -> bool:
    return (
        policy.all_users
        or policy.all_groups
        or policy.all_devices
        or user.id in policy.users
        or device.id in policy.devices
        or any(group in policy.groups for group in user.groups)
    )


def _may_apply(policy: Policy, device: Device, facts: Prepared, rules: Mapping[str, str]) -> bool:
    """An allow needs its rule and a known origin; a deny knows no rule, and fears the unknown."""
    origin = device.facts.get("origin.ip")
    if policy.source_ips:
        if origin is None:
            return not policy.allow
        if not any(ip_address(str(origin)) in ip_network(each) for each in policy.source_ips):
            return False
    if policy.rule is None or not policy.allow:
        return True
    try:
        return policy.rule in rules and compile_rule(rules[policy.rule]).decide(facts).holds
    except RuleError:
        return False


def _facts(device: Device, user: User, tenant: Sequence[Entity], now: datetime) -> dict[str, Any]:
    settings = next((e for e in tenant if isinstance(e, Settings)), Settings())
    groups = [e for e in tenant if isinstance(e, Group) and e.id in user.groups]
    facts: dict[str, Any] = dict(user.facts)
    facts["user.groups"] = sorted(group.name for group in groups)
    facts["user.roles"] = list(user.roles) or sorted({r for group in groups for r in group.roles})
    facts["zone"] = settings.zone
    checked = device.facts.get("device.lastCheck")
    is_stale = checked is not None and now >= _at(checked) + timedelta(
        seconds=settings.posture_seconds
    )
    for name, fact in device.facts.items():
        is_reported = name in {"device.serialNumber", "device.owned", "device.lastCheck"} or (
            name.split(".")[1] in {"os", "posture"}
        )
        if not (is_stale and is_reported):
            facts[name] = _at(fact) if name == "device.lastCheck" else fact
    return facts


def _at(seconds: Any) -> datetime:
    return _EPOCH + timedelta(seconds=seconds)


def _names_destination(policy: Policy, resource: Resource, packet: Packet) -> bool:
    """An allow holds where the resource is attached; a deny holds on every gateway."""
    if not policy.all_resources and resource.id not in policy.resources:
        return False
    if policy.allow and packet.gateway not in resource.gateways:
        return False
    return any(_holds(destination, packet) for destination in resource.destinations)


def _holds(destination: Destination, packet: Packet) -> bool:
    address = ip_address(packet.destination)
    try:
        network = ip_network(destination.network, strict=False)
    except ValueError:
        return False
    if not all(_readable(service) for service in destination.services):
        return False
    if address not in network:
        return False
    return not destination.services or any(
        _spoken(service, packet, address.version) for service in destination.services
    )


def _readable(service: Service) -> bool:
    ports_are_a_range = 0 <= service.low <= service.high <= 65535
    return service.protocol in {"TCP", "UDP", "ICMP"} and ports_are_a_range


def _spoken(service: Service, packet: Packet, version: int) -> bool:
    if service.protocol == "ICMP":
        return packet.protocol == (1 if version == 4 else 58)
    protocol = 6 if service.protocol == "TCP" else 17
    return packet.protocol == protocol and service.low <= packet.port <= service.high
