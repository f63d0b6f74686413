"""The audit log."""

from typing import Annotated

import msgspec
from msgspec import Meta

from gatescale.contract.fields import Id, Output, Timestamp

ChangedFields = Annotated[msgspec.Raw, Meta(extra_json_schema={"type": ["object", "null"]})]


class AuditActor(Output, frozen=True, kw_only=True):
    """Who did it: an API key, a user, a device, a gateway, or the system itself."""

    kind: str
    id: Id | None
    name: str


class AuditTarget(Output, frozen=True, kw_only=True):
    """What it was done to."""

    kind: str
    id: Id | None
    name: str


class AuditEvent(Output, frozen=True, kw_only=True):
    """One thing that was done.

    Attributes:
        revision: the tenant's revision that it belongs to.
        sequence: place in the tenant's chain of events, without gaps from 1.
        origin: address that the request came from; null for what the system does by itself.
        operation: operationId, or a name of ours.
        before: the changed fields as they were; null if the thing is new.
        after: the changed fields as they are; null if the thing is gone.
        hash: of this event and the hash before it; ``gatescale audit verify`` proves it.
    """

    id: Id
    created_at: Timestamp
    revision: int
    sequence: int
    actor: AuditActor
    origin: str | None
    operation: str
    target: AuditTarget
    before: ChangedFields
    after: ChangedFields
    hash: str
