"""The policy engine's verdicts, told by name."""

from collections.abc import Mapping
from typing import Protocol

import msgspec

from gatescale.admission.finding import Explanation
from gatescale.contract.access import (
    Access,
    AccessDestination,
    AccessGateway,
    AccessRule,
    AccessUser,
    PassedOver,
)
from gatescale.contract.fields import Named
from gatescale.controller.destinations import Packet
from gatescale.policy import explain
from gatescale.policy.model import Model

Names = Mapping[str, str]
"""Of policies, rules, resources and gateways, by id."""

_WITHOUT_POLICY = {
    "DEFAULT": "No policy allows it, and what is not allowed is denied.",
    "DEVICE": "The device is deactivated.",
    "USER": "The device's user is not active.",
    "DESTINATION": "No resource is there.",
    "GATEWAY": "No gateway leads there.",
}


class DecisionPoint(Protocol):
    """A tenant's policy as it stands, and how far it is enforced."""

    @property
    def model(self) -> Model:
        """The policy engine."""

    @property
    def revision(self) -> int:
        """Of the tenant, that the engine is at."""

    def enforces(self, gateway_id: str) -> bool | None:
        """Tell whether the gateway is connected, and enforces all it was told; None: not known."""


class Subject(msgspec.Struct, frozen=True):
    """A device, and whose it is."""

    id: str
    name: str
    user: AccessUser


def question(device: Subject, packet: Packet) -> explain.Question:
    """Return what the policy engine is asked about a packet from a device."""
    return explain.Question(device.id, packet.address, packet.number, packet.port)


class Words:
    """Tells verdicts by name, in sentences."""

    def __init__(self, point: DecisionPoint, names: Names) -> None:
        self._point = point
        self._model = point.model
        self._names = names

    def access(self, device: Subject, packet: Packet, verdict: explain.Verdict) -> Access:
        """Return what becomes of a packet from a device."""
        resource = self._named(verdict.resource)
        policy = self._model.policies[verdict.policy] if verdict.policy else None
        return Access(
            user=device.user,
            device=Named(id=device.id, name=device.name),
            destination=AccessDestination(
                address=packet.address,
                protocol=packet.protocol,
                port=None if packet.protocol == "ICMP" else str(packet.port),
                resource=resource,
            ),
            allowed=verdict.allow,
            cause=verdict.cause,
            sentence=self._sentence(verdict, resource),
            policy=self._named(verdict.policy),
            rule=self._rule(policy.rule if policy and policy.allow else None, verdict.rule),
            gateway=self._gateway(verdict.gateway),
            passed_over=[self._over(each, device, packet) for each in verdict.passed_over],
        )

    def _sentence(self, verdict: explain.Verdict, resource: Named | None) -> str:
        if verdict.policy is None:
            return _WITHOUT_POLICY[verdict.cause]
        policy = self._name(verdict.policy)
        if verdict.cause == "GATEWAY":
            where = resource.name if resource else "it"
            return f"The policy {policy} allows it, but no gateway of {where} is set up."
        if verdict.allow:
            return f"The policy {policy} allows it, through {self._name(verdict.gateway)}."
        return f"The policy {policy} denies it."

    def _over(self, over: explain.PassedOver, device: Subject, packet: Packet) -> PassedOver:
        policy = self._model.policies[over.policy]
        rule = self._rule(policy.rule, over.rule) if over.reason == "RULE" else None
        origin = self._model.devices[device.id].facts.get("origin.ip", "an unknown address")
        fault = rule.sentence if rule else "it is gone."
        why = {
            "SOURCE": f"It names neither {device.user.email}, nor their groups, nor {device.name}.",
            "DESTINATION": f"It names nothing at {packet.address} for {_spoken(packet)}.",
            "GATEWAY": "What it names there is not reached through this gateway.",
            "ORIGIN": f"It is for {', '.join(policy.source_ips)}; the device comes from {origin}.",
            "RULE": f"Its admission rule does not hold: {fault}",
        }[over.reason]
        policy_named = Named(id=over.policy, name=self._name(over.policy))
        return PassedOver(policy=policy_named, reason=over.reason, sentence=why, rule=rule)

    def _rule(self, rule_id: str | None, explanation: Explanation | None) -> AccessRule | None:
        if rule_id is None:
            return None
        fault = self._model.faults.get(rule_id, "it does not exist.")
        return AccessRule(
            id=rule_id,
            name=self._name(rule_id),
            holds=explanation is not None and explanation.holds,
            sentence=explanation.sentence if explanation else fault,
            finding=explanation.finding if explanation else None,
        )

    def _gateway(self, id: str | None) -> AccessGateway | None:
        if id is None:
            return None
        return AccessGateway(id=id, name=self._name(id), enforces=self._point.enforces(id))

    def _named(self, id: str | None) -> Named | None:
        return Named(id=id, name=self._name(id)) if id else None

    def _name(self, id: str | None) -> str:
        return self._names.get(id or "", id or "")


def _spoken(packet: Packet) -> str:
    return packet.protocol if packet.protocol == "ICMP" else f"{packet.protocol} {packet.port}"
