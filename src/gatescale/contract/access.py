"""Who may reach what, and why (ours)."""

from typing import Annotated, Any, Literal

from msgspec import Meta

from gatescale.admission.finding import Finding
from gatescale.contract.fields import Id, Input, Named, Output, Timestamp
from gatescale.contract.policy_tests import PolicyTestOutcome

Cause = Literal["POLICY", "DEFAULT", "DEVICE", "USER", "DESTINATION", "GATEWAY"]
Reason = Literal["SOURCE", "DESTINATION", "GATEWAY", "ORIGIN", "RULE"]


class AccessUser(Output, frozen=True, kw_only=True):
    """Whose device it is."""

    id: Id
    email: str


class AccessDestination(Output, frozen=True, kw_only=True):
    """Where a packet goes.

    Attributes:
        protocol: ``TCP``, ``UDP`` or ``ICMP``.
        port: null for ICMP.
        resource: what is there; null: nothing that is known.
    """

    address: str
    protocol: str
    port: str | None
    resource: Named | None


class AccessGateway(Named, frozen=True, kw_only=True):
    """The gateway that a packet goes through.

    Attributes:
        enforces: it is connected, and enforces what is decided here; null: that is of the past,
            and what the gateway enforced then is not kept.
    """

    enforces: bool | None


class AccessRule(Named, frozen=True, kw_only=True):
    """What an admission rule came to for a device.

    Attributes:
        sentence: the parts that decided, and what they saw.
        finding: the whole rule, part by part; null where it does not compile.
    """

    holds: bool
    sentence: str
    finding: Finding | None


class PassedOver(Output, frozen=True, kw_only=True):
    """A policy that did not decide, and why.

    Attributes:
        reason: SOURCE: it names neither the user nor the device; DESTINATION: nor what is there;
            GATEWAY: what it names is not reached through this gateway; ORIGIN: the device comes
            from elsewhere; RULE: its admission rule does not hold.
    """

    policy: Named
    reason: Reason
    sentence: str
    rule: AccessRule | None


class Access(Output, frozen=True, kw_only=True):
    """What becomes of a packet from a device.

    Attributes:
        cause: what decides: a policy; that none does; the device or user, who is not active; that
            no resource is there; that no gateway leads there.
        policy: the one that decides.
        passed_over: the policies before it, in order.
    """

    user: AccessUser
    device: Named
    destination: AccessDestination
    allowed: bool
    cause: Cause
    sentence: str
    policy: Named | None
    rule: AccessRule | None
    gateway: AccessGateway | None
    passed_over: list[PassedOver]


class AccessExplanation(Output, frozen=True, kw_only=True):
    """What becomes of packets at one time, and why.

    Attributes:
        at: the moment that this is as of.
        revision: of the tenant at that moment.
        results: of every device with every destination.
    """

    at: Timestamp
    revision: int
    results: list[Access]


class Reach(Output, frozen=True, kw_only=True):
    """What a device reaches of a resource.

    Attributes:
        whole: all of it; else a part, as other policies deny the rest.
    """

    user: AccessUser
    device: Named
    resource: Named
    gateway: Named
    whole: bool


OperationId = Annotated[str, Meta(pattern=r"^[A-Za-z]{1,40}_[A-Za-z]{1,40}$(?!\n)")]


class SupposedChange(Input, frozen=True, kw_only=True):
    """A change that is not made.

    Attributes:
        operation: operationId of an operation that changes something.
        parameters: the ids in its path, by name.
        body: as the operation takes it.
    """

    operation: OperationId
    parameters: dict[Annotated[str, Meta(max_length=40)], Id] = {}
    body: Any = None


class Supposition(Input, frozen=True, kw_only=True):
    """Changes that are not made, in their order."""

    changes: Annotated[list[SupposedChange], Meta(min_length=1, max_length=100)]


class AccessDifference(Output, frozen=True, kw_only=True):
    """What becomes of a resource for some devices.

    Attributes:
        effect: GAINED: it was not reachable at all; LOST: it is not any more; CHANGED: a part.
        gained: what of it becomes reachable, as ``ADDRESSES PROTOCOL PORTS``; some of it if much.
        lost: what of it is not reachable any more.
    """

    resource: Named
    effect: Literal["GAINED", "LOST", "CHANGED"]
    gained: list[str]
    lost: list[str]


class AffectedDevice(Named, frozen=True, kw_only=True):
    """A device, and whose it is."""

    user: AccessUser


class Consequence(Output, frozen=True, kw_only=True):
    """What happens to some devices alike.

    Attributes:
        count: how many devices they are.
        devices: the first hundred of them.
    """

    count: int
    devices: list[AffectedDevice]
    differences: list[AccessDifference]


class Preview(Output, frozen=True, kw_only=True):
    """What changes would do; no consequences: nobody gains or loses anything.

    Attributes:
        revision: of the tenant, that this is as of.
        broken_tests: policy tests that would not hold any more, for which they would be refused.
    """

    at: Timestamp
    revision: int
    consequences: list[Consequence]
    broken_tests: list[PolicyTestOutcome]
