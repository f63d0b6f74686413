"""Gateways."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from gatescale.contract.fields import (
    GatewayState,
    Input,
    Name,
    Named,
    Noun,
    Output,
    Port,
    Text,
    Timestamp,
)


class Gateway(Noun, frozen=True, kw_only=True, omit_defaults=False):
    """A policy enforcement point; ``token`` is null for those who may not manage gateways.

    What a resource or policy shows of its gateways has no ``token`` and no ``resources``.

    Attributes:
        maintenance: people work on it, so that devices are sent elsewhere where they can be.
        enforced_revision: the latest of those that concern it which it acknowledged.
        current: it is connected and enforces every change that concerns it; the answer to a
            change does not say.
    """

    deployed_on: Timestamp | None
    name: str
    description: str | None
    wireguard_port: str
    status: GatewayState
    error: str | None
    token: str | None
    last_online: Timestamp | None
    relay_enabled: bool
    maintenance: bool
    endpoint: str | None
    auto_discover_endpoint: bool
    resources: list[Named] | msgspec.UnsetType = msgspec.UNSET
    enforced_revision: int
    current: bool | msgspec.UnsetType = msgspec.UNSET


class WriteGateway(Input, frozen=True, kw_only=True):
    """CreateGateway, and what PUT takes."""

    name: Name
    wireguard_port: Port
    description: Text | None = None
    endpoint: Annotated[str, Meta(min_length=1, max_length=300)] | None = None


class Check(Output, frozen=True, kw_only=True):
    """One thing that a test looked at.

    Attributes:
        outcome: SKIPPED where it could not be looked at, or there was nothing to look at.
        detail: what was found, and for a failure what to do, as sentences for people.
    """

    outcome: Literal["PASSED", "FAILED", "SKIPPED"]
    detail: str


class Attempt(Check, frozen=True, kw_only=True):
    """How one address of a resource answered the gateway.

    Attributes:
        port: the TCP port that was tried; null where the host was pinged, or only a route looked
            up.
    """

    resource: Named
    address: str
    port: str | None


class ResourcesCheck(Check, frozen=True, kw_only=True):
    """Whether the gateway reaches what it serves."""

    attempts: list[Attempt]


class TestDetails(Output, frozen=True, kw_only=True):
    """Every check of a gateway's test."""

    control_channel: Check
    clock: Check
    enforcement: Check
    forwarding: Check
    wireguard_port: Check
    resources: ResourcesCheck


class TestConfiguration(Output, frozen=True, kw_only=True):
    """What a test of a gateway found.

    Attributes:
        error: what failed, in words; null: nothing did.
        error_: the names of the checks that failed, for programs; null: none did.
    """

    status: Literal["ONLINE", "MAINTENANCE", "NOT_REACHABLE", "ERROR", "UNRECOGNIZED"]
    details: TestDetails
    error: str | None
    error_: str | None = msgspec.field(name="_error")
