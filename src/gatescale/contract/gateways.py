"""Gateways."""

from typing import Annotated

from msgspec import Meta

from gatescale.contract.fields import GatewayState, Input, Name, Named, Noun, Port, Text, Timestamp


class Gateway(Noun, frozen=True, kw_only=True, omit_defaults=False):
    """A policy enforcement point; ``token`` is null for those who may not manage gateways."""

    deployed_on: Timestamp | None
    name: str
    description: str | None
    wireguard_port: str
    status: GatewayState
    error: str | None
    token: str | None
    last_online: Timestamp | None
    relay_enabled: bool
    endpoint: str | None
    auto_discover_endpoint: bool
    resources: list[Named]
    enforced_revision: int


class WriteGateway(Input, frozen=True, kw_only=True):
    """CreateGateway, and what PUT takes."""

    name: Name
    wireguard_port: Port
    description: Text | None = None
    endpoint: Annotated[str, Meta(min_length=1, max_length=300)] | None = None
