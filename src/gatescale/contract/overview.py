"""How a tenant is, at a glance."""

from typing import Literal

from gatescale.contract.fields import Id, Output

AttentionCode = Literal[
    "gatewayOffline",
    "gatewayError",
    "resourceWithoutGateway",
    "policyForNobody",
    "unreadable",
    "deviceNotCompliant",
    "invitationExpired",
    "apiKeyExpiring",
]


class UserCounts(Output, frozen=True, kw_only=True):
    """Users by status."""

    total: int
    active: int
    invited: int
    expired: int
    deactivated: int


class DeviceCounts(Output, frozen=True, kw_only=True):
    """Devices by status.

    Attributes:
        not_compliant: of all, those whose latest report lacks something or is too old.
    """

    total: int
    online: int
    offline: int
    deactivated: int
    not_compliant: int


class GatewayCounts(Output, frozen=True, kw_only=True):
    """Gateways by status."""

    total: int
    pending: int
    online: int
    offline: int
    error: int
    maintenance: int


class Attention(Output, frozen=True, kw_only=True):
    """Something that somebody should look at.

    Attributes:
        code: what it is.
        kind: of what it is about, as the audit log calls it.
        count: of those that it is about.
        target_ids: ids of some of them, five at most.
    """

    code: AttentionCode
    kind: str
    severity: Literal["HIGH", "MEDIUM", "LOW"]
    count: int
    target_ids: list[Id]


class Overview(Output, frozen=True, kw_only=True):
    """How a tenant is.

    Attributes:
        attention: the most severe first.
    """

    users: UserCounts
    devices: DeviceCounts
    gateways: GatewayCounts
    resources: int
    policies: int
    attention: list[Attention]
