"""What holds for the whole tenant."""

from typing import Annotated

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


class Settings(Single, frozen=True, kw_only=True):
    """What holds for the whole tenant.

    Attributes:
        time_zone: IANA name of the zone that admission rules mean unless they name one.
        posture_max_age: age in seconds from which a device's posture counts as unknown.
    """

    time_zone: str
    posture_max_age: int


class UpdateSettings(Input, frozen=True, kw_only=True):
    """All settings, as they shall be."""

    time_zone: TimeZone
    posture_max_age: PostureMaxAge
