"""Devices, and the codes that they enrol with."""

import msgspec

from gatescale.contract.fields import DeviceState, Noun, Output


class DeviceUser(Output, frozen=True, kw_only=True):
    """A device's owner."""

    id: str
    last_connection: str | None
    email: str | None
    first_name: str | None
    last_name: str | None


class Device(Noun, frozen=True, kw_only=True):
    """A device; ``user`` is null where its owner shows it or a policy names it."""

    name: str
    active: bool
    last_connection: str | None
    status: DeviceState
    user: DeviceUser | None
    hardware_id: str
    posture: msgspec.Raw
    app_version: str


class EnrolmentCode(Output, frozen=True, kw_only=True):
    """A one-time code for a further device of a user; shown once."""

    id: str
    code: str
    link: str
    expires_at: str
