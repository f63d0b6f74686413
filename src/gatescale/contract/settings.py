"""What holds for the whole tenant."""

from typing import Annotated

import msgspec
from msgspec import Meta

from gatescale.contract.fields import Input, Single

TimeZone = Annotated[
    str,
    Meta(
        max_length=64,
        pattern=r"^[A-Za-z0-9_+/-]+$(?!\n)",
        description="a time zone by its IANA name, like Europe/Berlin",
    ),
]
PostureMaxAge = Annotated[int, Meta(ge=300, le=604_800)]
SessionIdle = Annotated[int, Meta(ge=300, le=604_800)]
SessionLifetime = Annotated[int, Meta(ge=3600, le=7_776_000)]


class Settings(Single, frozen=True, kw_only=True):
    """What holds for the whole tenant.

    Attributes:
        time_zone: IANA name of the zone that admission rules mean unless they name one.
        posture_max_age: age in seconds from which a device's posture counts as unknown.
        session_idle: seconds without a request after which people are signed out.
        session_lifetime: seconds after which they sign in again, however much they do; counts from
            the next sign-in on.
        allows_passwords: whether a password with a code signs people in; a passkey always does.
    """

    time_zone: str
    posture_max_age: int
    session_idle: int
    session_lifetime: int
    allows_passwords: bool


class UpdateSettings(Input, frozen=True, kw_only=True):
    """Settings as they shall be; of how people sign in, what is left out stays."""

    time_zone: TimeZone
    posture_max_age: PostureMaxAge
    session_idle: SessionIdle | msgspec.UnsetType = msgspec.UNSET
    session_lifetime: SessionLifetime | msgspec.UnsetType = msgspec.UNSET
    allows_passwords: bool | msgspec.UnsetType = msgspec.UNSET
