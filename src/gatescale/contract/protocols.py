"""Protocols."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from gatescale.contract.fields import Input, Name, Noun


class NetworkProtocol(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One transport protocol with its ports: ``"443"`` or ``"5000-5100"``; none for ICMP."""

    protocol: Literal["TCP", "UDP", "ICMP"]
    port: str | None = None


class Protocol(Noun, frozen=True, kw_only=True):
    """A named set of transport protocols and ports."""

    name: str
    network_protocols: list[NetworkProtocol]
    type: Literal["ALL", "PREDEFINED", "CUSTOM"]


class CreateProtocol(Input, frozen=True, kw_only=True):
    """A protocol of the tenant's own; without a name it is called after its ports."""

    name: Name | None = None
    network_protocols: Annotated[list[NetworkProtocol], Meta(min_length=1, max_length=50)]
