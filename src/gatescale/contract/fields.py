"""Field types, choices and bases that the shapes of all nouns share."""

from datetime import datetime
from typing import Annotated, Generic, Literal, TypeVar

import msgspec
from msgspec import Meta

# Control characters, and marks that turn the direction of what follows them.
INVISIBLE = r"\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff"


def _visible(but: str = "") -> str:
    """Return the pattern of texts in one line, without these characters, that show something."""
    none = f"{INVISIBLE}{but}"
    return rf"^[^{none}]*[^{none}\s][^{none}]*$(?!\n)"


Id = Annotated[
    str,
    Meta(
        pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$(?!\n)",
        description="UUID, lower case",
    ),
]
Email = Annotated[
    str,
    Meta(
        max_length=254,
        pattern=r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@"
        r"[^\s@.<>\"(),:;\\\x00-\x1f\x7f]+(\.[^\s@.<>\"(),:;\\\x00-\x1f\x7f]+)+$(?!\n)",
        description="an email address like ann@example.com",
    ),
]
Name = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=100,
        pattern=_visible(),
        description="a name of 1 to 100 characters without control characters",
    ),
]
ResourceName = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=40,
        pattern=_visible(".@"),
        description="a name of 1 to 40 characters without '.', '@' and control characters",
    ),
]
Image = Annotated[
    str,
    Meta(
        max_length=2048,
        pattern=r"^(https?:/)?/[\x21-\x7e]+$(?!\n)",
        description="an http or https URL, or a path that begins with /",
    ),
]
Text = Annotated[str, Meta(max_length=500, pattern=r"^[^\x00]*$(?!\n)")]
ShortText = Annotated[str, Meta(max_length=120, pattern=r"^[^\x00]*$(?!\n)")]
Port = Annotated[
    str, Meta(pattern=r"^[0-9]{1,5}$(?!\n)", description='a UDP port as a string, like "51820"')
]
DeviceLimit = Annotated[int, Meta(ge=0, le=1000)]
Timestamp = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
Moment = Annotated[datetime, Meta(tz=True, description="a time with its zone, ISO 8601")]
Row = TypeVar("Row")

RoleType = Literal["OWNER", "ADMIN", "DEFAULT", "BASIC", "BILLING", "AUDITOR", "SUPPORT"]
UserStatus = Literal["ACTIVE", "INVITED", "EXPIRED", "DEACTIVATED"]
DeviceState = Literal["Online", "Offline", "Deactivated"]
GatewayState = Literal["PENDING", "ONLINE", "OFFLINE", "MAINTENANCE", "ERROR"]
ResourceType = Literal["PRIVATE", "SAAS", "INTERNET"]
PolicyType = Literal["PRIVATE", "SAAS", "INTERNET", "SITETOSITE"]
Mode = Literal["LOCAL", "RESTRICTED", "REMOTE", "INTERNET_ACCESS_POINT"]
LoadBalancing = Literal["MANUAL", "AUTOMATIC"]


class Input(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True, kw_only=True):
    """Something that a caller sends."""


class Output(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """Something that we answer."""


class Single(Output, frozen=True, kw_only=True):
    """What is there by itself, so that it has an ETag."""


class Noun(Single, frozen=True, kw_only=True):
    """Every stored thing has these."""

    id: Id
    created_at: Timestamp
    updated_at: Timestamp


class Page(Output, Generic[Row], frozen=True, kw_only=True):
    """Part of a list (``PaginatedResponse``).

    Attributes:
        data: the rows.
        total: rows under the filters, on all pages.
        page: floor(offset / limit), from 0.
        limit: as applied.
    """

    data: list[Row]
    total: int
    page: int
    limit: int
    has_next: bool
    has_previous: bool


class Named(Output, frozen=True, kw_only=True):
    """Something else, by id and name."""

    id: Id
    name: str


Ids = Annotated[list[Id], Meta(max_length=1000)]

AttributeName = Annotated[
    str,
    Meta(
        pattern=r"^[a-zA-Z][a-zA-Z0-9_]{0,49}$(?!\n)",
        description="a name of a letter and up to 49 letters, digits and underscores",
    ),
]
AttributeValue = (
    bool
    | Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
    | float
    | Annotated[str, Meta(max_length=500, pattern=r"^[^\x00]*$(?!\n)")]
)
Attributes = Annotated[dict[AttributeName, AttributeValue], Meta(max_length=50)]
"""What admission rules may ask of somebody besides, by name."""


SourceIps = Annotated[list[str], Meta(max_length=100)]
