"""When devices and gateways were connected."""

from typing import Literal

from gatescale.contract.fields import Id, Output, Timestamp

EndReason = Literal["DISCONNECTED", "SILENT", "DEACTIVATED", "DELETED"]
AgentKind = Literal["device", "gateway"]


class AgentSession(Output, frozen=True, kw_only=True):
    """A time through which a device or gateway was online.

    Attributes:
        kind: what was online.
        agent_name: as it was called when it came.
        user_id: a device's owner; null for a gateway.
        user_email: theirs, when it came.
        ended_at: null while it lasts; for one that fell silent, the last sign of life.
        duration: in seconds, until now while it lasts.
        origin: address that it came from.
        country: of that address, if it is known.
        end_reason: null while it lasts.
    """

    id: Id
    kind: AgentKind
    agent_id: Id
    agent_name: str
    user_id: Id | None
    user_email: str | None
    started_at: Timestamp
    ended_at: Timestamp | None
    duration: int
    origin: str | None
    country: str | None
    status: Literal["ACTIVE", "ENDED"]
    end_reason: EndReason | None
