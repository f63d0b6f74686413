"""What a gateway must enforce. Pure: messages and the time go in, the desired state comes out."""

from collections.abc import Mapping
from typing import Final, Self, TypeVar

import msgspec

from gatescale.errors import GatescaleError
from gatescale.policy.program import Delta, Program
from gatescale.wire.messages import GatewayUpdate, Lease

T = TypeVar("T")


NOTHING: Final = Program()
"""The program that lets nothing pass."""


class RefusedError(GatescaleError):
    """A message that must not be followed; what was before stays."""

    title = "Message refused"


class GapError(RefusedError):
    """The update builds on a revision that is not held: the whole must be asked for."""

    title = "Update missing"


class Surroundings(msgspec.Struct, frozen=True):
    """What a program is enforced on.

    Attributes:
        networks: the tenant's tunnel networks, in CIDR form.
        port: UDP port on which WireGuard listens.
        masquerade: hide devices behind the gateway's own address.
    """

    networks: tuple[str, ...]
    port: int
    masquerade: bool


class Desired(msgspec.Struct, frozen=True):
    """All that shall be in force."""

    surroundings: Surroundings
    program: Program


class State(msgspec.Struct, frozen=True):
    """What the controller has said so far.

    Attributes:
        gateway_id: who we are; messages for others are refused.
        revision: of the program; None: there has been none yet.
        until: when the lease ends, in seconds since 1970-01-01 UTC; 0: there has been none.
    """

    gateway_id: str
    revision: int | None = None
    program: Program = msgspec.field(default_factory=lambda: NOTHING)
    surroundings: Surroundings | None = None
    until: int = 0

    def updated(self, update: GatewayUpdate) -> Self:
        """Return the state after ``update``.

        Raises:
            GapError: it changes another revision than the one held.
            RefusedError: it is for another gateway, or older than what is held.
        """
        self._refuse_anothers(update.gateway_id)
        held = -1 if self.revision is None else self.revision
        if update.revision < held or (update.base is not None and update.revision == held):
            raise RefusedError(f"revision {update.revision} is older than {held}, which is held")
        if update.base not in {None, self.revision}:
            raise GapError(
                f"revision {update.revision} changes {update.base}, but {self.revision} is held"
            )
        program = Program()
        if update.base is not None:
            program.apply(self.program.whole())
        program.apply(update.delta)
        return msgspec.structs.replace(
            self,
            revision=update.revision,
            program=program,
            surroundings=Surroundings(update.network, update.wireguard_port, update.masquerade),
        )

    def leased(self, lease: Lease) -> Self:
        """Return the state after ``lease``; a lease never ends earlier than one given before.

        Raises:
            RefusedError: it is for another gateway.
        """
        self._refuse_anothers(lease.gateway_id)
        return msgspec.structs.replace(self, until=max(self.until, lease.until))

    def dismissed(self) -> Self:
        """Return the state of a gateway that may enforce nothing until the controller speaks."""
        return msgspec.structs.replace(self, revision=None, program=NOTHING, until=0)

    def lapsed(self, now: float) -> bool:
        """Return whether no lease covers ``now`` (seconds since 1970-01-01 UTC)."""
        return now >= self.until

    def desired(self, now: float) -> Desired | None:
        """Return what shall be in force at ``now``; None: nothing was ever said.

        After the lease it is the empty program: every grant lapses.
        """
        if self.surroundings is None:
            return None
        return Desired(self.surroundings, NOTHING if self.lapsed(now) else self.program)

    def _refuse_anothers(self, gateway_id: str) -> None:
        if gateway_id != self.gateway_id:
            raise RefusedError(f"it is for gateway {gateway_id}, not for {self.gateway_id}")


def between(before: Program, after: Program) -> Delta:
    """Return the difference that leads from one program to another.

    >>> between(Program(profiles={"p": ()}), Program())
    Delta(peers={}, profiles={'p': None}, destinations={})
    """
    return Delta(
        _changes(before.peers, after.peers),
        _changes(before.profiles, after.profiles),
        _changes(before.destinations, after.destinations),
    )


def _changes(before: Mapping[str, T], after: Mapping[str, T]) -> dict[str, T | None]:
    changes: dict[str, T | None] = {
        key: value
        for key, value in after.items()
        # Values that an update does not touch are the same objects, which is quick to see.
        if (held := before.get(key)) is not value and held != value
    }
    for key in before.keys() - after.keys():
        changes[key] = None
    return changes
