"""Which devices are the company's own."""

from typing import Annotated

from msgspec import Meta

from gatescale.contract.fields import INVISIBLE, Input, Single

SerialNumber = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=200,
        pattern=rf"^[^{INVISIBLE}]*[^{INVISIBLE}\s][^{INVISIBLE}]*$(?!\n)",
        description="a serial number of 1 to 200 characters without control characters",
    ),
]


class OwnedDevices(Single, frozen=True, kw_only=True):
    """The serial numbers of the devices that are the company's own.

    Attributes:
        serial_numbers: as they were given, sorted.
    """

    serial_numbers: list[str]


class UpdateOwnedDevices(Input, frozen=True, kw_only=True):
    """The whole list, as it shall be."""

    serial_numbers: Annotated[list[SerialNumber], Meta(max_length=50_000)]
