"""What consoles hear while they are open."""

from msgspec import UNSET, UnsetType

from gatescale.contract.fields import Id, Output


class LiveEvent(Output, frozen=True, kw_only=True):
    """What an event says: ``hello`` its revision, the others what to read anew.

    Attributes:
        revision: of the tenant: of ``hello`` and ``change``, which have it as their id, too.
        kinds: of ``change``: what changed, as the audit log calls it; ``*``: anything may have.
        devices: of ``presence``: ids of devices that came or went; of ``denial``: of those to which
            a gateway denied something; ``*``: any may have.
        gateways: of ``presence``: ids of gateways whose status or enforced revision moved; ``*``:
            any may have.
    """

    revision: int | UnsetType = UNSET
    kinds: list[str] | UnsetType = UNSET
    devices: list[Id] | UnsetType = UNSET
    gateways: list[Id] | UnsetType = UNSET
