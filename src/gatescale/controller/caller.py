"""Who asks: a plain value."""

from dataclasses import dataclass

from gatescale.controller.permissions import PERMISSIONS


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks.

    Attributes:
        tenant_id: whose data they may see; comes from the credential alone.
        kind: ``key``, ``user``, ``device``, ``gateway`` or ``system``.
        id: of the key, user, device or gateway.
        name: for the audit log.
        role: role type that decides what they may do; empty for agents, which may do nothing.
        origin: address that the request came from.
        session: id of the session that a user is signed in by.
    """

    tenant_id: str
    kind: str
    id: str | None
    name: str
    role: str = ""
    origin: str | None = None
    session: str | None = None

    def may(self, operation_id: str) -> bool:
        """Tell whether the caller's role may do this."""
        return self.role in PERMISSIONS[operation_id]


def system(tenant_id: str, name: str = "controller") -> Caller:
    """Return the caller that stands for what the controller does by itself."""
    return Caller(tenant_id, "system", None, name)
