"""What the controller writes mails about, and to whom."""

from typing import Annotated

import msgspec
from msgspec import Meta

from gatescale.contract.fields import Email, Input, Single


class Notifications(Single, frozen=True, kw_only=True):
    """What the controller writes mails about, and to whom.

    Attributes:
        recipients: email addresses; none: the owner and the administrators.
        gateway_alerts: whether a gateway that goes or comes back is told of.
        seat_limit: how many users are paid or planned for; null: seats are not watched.
        seat_threshold: percent of the seats from which their use is told of.
    """

    recipients: list[str]
    gateway_alerts: bool
    seat_limit: int | None
    seat_threshold: int


class UpdateNotifications(Input, frozen=True, kw_only=True):
    """Notifications as they shall be; what is left out stays."""

    recipients: Annotated[list[Email], Meta(max_length=50)] | msgspec.UnsetType = msgspec.UNSET
    gateway_alerts: bool | msgspec.UnsetType = msgspec.UNSET
    seat_limit: Annotated[int, Meta(ge=1, le=1_000_000)] | msgspec.UnsetType | None = msgspec.UNSET
    seat_threshold: Annotated[int, Meta(ge=50, le=100)] | msgspec.UnsetType = msgspec.UNSET
