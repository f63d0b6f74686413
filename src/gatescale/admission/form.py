"""Rules as forms to fill in: what location, time and posture may ask for. Shapes alone."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Weekday = Literal["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"]
Family = Literal["linux", "macos", "windows"]
Signal = Literal[
    "diskEncryption",
    "firewall",
    "endpointProtection",
    "screenLock",
    "secureBoot",
    "automaticUpdates",
]
Country = Annotated[str, Meta(pattern="^[A-Z]{2}$(?!\n)")]
Minutes = Annotated[int, Meta(ge=1, le=525_600)]


class Location(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """Where a device comes from: any of the included networks and countries, none of the excluded.

    Attributes:
        networks: included; with ``countries`` both empty: from anywhere.
    """

    networks: tuple[str, ...] = ()
    countries: tuple[Country, ...] = ()
    excluded_networks: tuple[str, ...] = ()
    excluded_countries: tuple[Country, ...] = ()


class Time(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """When.

    Attributes:
        weekdays: on which the window begins; empty: all.
        start: ``HH:MM``; with ``end``, or both None: the whole day.
        end: excluded; before ``start``: on the next day.
        zone: None: the organisation's.
    """

    weekdays: tuple[Weekday, ...] = ()
    start: str | None = None
    end: str | None = None
    zone: str | None = None


class System(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """A kind of system that is let in.

    Attributes:
        minimum: version; None: any.
    """

    family: Family
    minimum: str | None = None


class Posture(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """In what state the device is.

    Attributes:
        signals: that must be seen.
        systems: one of them; empty: any.
        client_minimum: version of the client.
        owned: its serial number is on the list.
        last_check: at most so many minutes ago.
    """

    signals: tuple[Signal, ...] = ()
    systems: tuple[System, ...] = ()
    client_minimum: str | None = None
    owned: bool = False
    last_check: Minutes | None = None


class Form(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """A rule as a form; what is None or empty asks for nothing."""

    location: Location | None = None
    time: Time | None = None
    posture: Posture | None = None
