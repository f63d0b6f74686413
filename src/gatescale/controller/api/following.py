"""What an operation gets whose answer goes on for as long as somebody listens."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Protocol


class Follower(Protocol):
    """Tells of a tenant for as long as somebody listens."""

    def follow(self, tenant_id: str, held: int | None) -> AsyncGenerator[bytes]:
        """Yield events; ``held`` is the revision that is known already."""


@dataclass(frozen=True, slots=True)
class Following:
    """Somebody who listens.

    Attributes:
        tenant_id: the caller's.
        held: the revision that they know already; None: none.
        follower: tells of the tenant.
    """

    tenant_id: str
    held: int | None
    follower: Follower
