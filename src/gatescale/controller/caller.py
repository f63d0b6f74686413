"""Who asks, and what each role may do: plain values, one table.

Source of the roles' meaning: API contract, section 4.
"""

import enum
from dataclasses import dataclass


class Right(enum.StrEnum):
    """What an operation needs."""

    READ_USERS = "read users"
    MANAGE_USERS = "manage users"
    READ_DEVICES = "read devices"
    MANAGE_DEVICES = "manage devices"
    READ_GATEWAYS = "read gateways"
    MANAGE_GATEWAYS = "manage gateways"
    READ_ACCESS = "read access"
    MANAGE_ACCESS = "manage access"
    READ_ROLES = "read roles"
    MANAGE_ROLES = "manage roles"
    MANAGE_KEYS = "manage API keys"


_READ = frozenset(right for right in Right if right.name.startswith("READ_"))

RIGHTS: dict[str, frozenset[Right]] = {
    "OWNER": frozenset(Right),
    "ADMIN": frozenset(Right),
    "AUDITOR": _READ,
    "SUPPORT": frozenset({Right.READ_USERS, Right.READ_DEVICES}),
    "BILLING": frozenset(),
    "DEFAULT": frozenset(),
    "BASIC": frozenset(),
}
"""Rights by role type."""

PRIVILEGE = ("OWNER", "ADMIN", "AUDITOR", "SUPPORT", "BILLING", "DEFAULT", "BASIC")
"""Role types, the most privileged first."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks.

    Attributes:
        tenant_id: whose data they may see; comes from the credential alone.
        kind: ``key``, ``device``, ``gateway`` or ``system``.
        id: of the key, device or gateway.
        name: for the audit log.
        role: role type that decides their rights; empty for agents, which have none.
        origin: address that the request came from.
    """

    tenant_id: str
    kind: str
    id: str | None
    name: str
    role: str = ""
    origin: str | None = None

    def may(self, right: Right) -> bool:
        """Tell whether the caller's role has this right."""
        return right in RIGHTS.get(self.role, frozenset())


def system(tenant_id: str, name: str = "controller") -> Caller:
    """Return the caller that stands for what the controller does by itself."""
    return Caller(tenant_id, "system", None, name)
