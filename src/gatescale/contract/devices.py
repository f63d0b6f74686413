"""Devices, and the codes that they enrol with."""

from typing import Annotated

import msgspec
from msgspec import Meta

from gatescale.contract.fields import DeviceState, Id, Noun, Output, Timestamp

Posture = Annotated[
    msgspec.Raw,
    Meta(
        extra_json_schema={
            "type": ["object", "null"],
            "description": "compliant, lastCheck, then the signals; null before the first report",
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


class Device(Noun, frozen=True, kw_only=True):
    """A device; ``user`` is null where its owner shows it or a policy names it."""

    name: str
    active: bool
    last_connection: Timestamp | None
    status: DeviceState
    user: DeviceUser | None
    hardware_id: str
    posture: Posture
    app_version: str


class EnrolmentCode(Output, frozen=True, kw_only=True):
    """A one-time code for a further device of a user; shown once."""

    id: Id
    code: str
    link: str
    expires_at: Timestamp
