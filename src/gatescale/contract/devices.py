"""Devices, and the codes that they enrol with."""

from typing import Annotated

import msgspec
from msgspec import Meta

from gatescale.contract.fields import DeviceState, Id, Noun, Output, Timestamp

Signals = Annotated[
    msgspec.Raw, Meta(extra_json_schema={"type": "object", "description": "the signals by name"})
]
Posture = Annotated[
    msgspec.Raw,
    Meta(
        extra_json_schema={
            "type": ["object", "null"],
            "description": "compliant, lastCheck, then the signals, null where unknown; null before"
            " the first report",
        }
    ),
]


class DeviceUser(Output, frozen=True, kw_only=True):
    """A device's owner."""

    id: Id
    last_connection: Timestamp | None
    email: str | None
    first_name: str | None
    last_name: str | None


class Origin(Output, frozen=True, kw_only=True):
    """Where a device last connected from.

    Attributes:
        ip: public address, as the controller saw it.
        country: ISO 3166-1 code; null if it is not known.
    """

    ip: str
    country: str | None


class Device(Noun, frozen=True, kw_only=True):
    """A device; ``user`` is null where its owner shows it or a policy names it.

    Attributes:
        owned: its serial number is on the tenant's list; null while it has reported none.
        origin: null before it first connected.
    """

    name: str
    active: bool
    last_connection: Timestamp | None
    status: DeviceState
    user: DeviceUser | None
    hardware_id: str
    posture: Posture
    app_version: str
    owned: bool | None
    origin: Origin | None


class PostureReport(Output, frozen=True, kw_only=True):
    """What a device said of its state, where that was not the same as before.

    Attributes:
        created_at: when it was collected.
        posture: the signals, null where unknown.
    """

    id: Id
    created_at: Timestamp
    posture: Signals


class EnrolmentCode(Output, frozen=True, kw_only=True):
    """A one-time code for a further device of a user; shown once."""

    id: Id
    code: str
    link: str
    expires_at: Timestamp
