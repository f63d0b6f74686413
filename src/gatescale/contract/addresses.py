"""Addresses of resources."""

from typing import Annotated

from msgspec import Meta

from gatescale.contract.fields import Id, Input, Output, ResourceType
from gatescale.contract.protocols import Protocol

AddressText = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=255,
        description="an IP address, a network in CIDR form, a host name or *.domain",
    ),
]
Protocols = Annotated[list[Id], Meta(max_length=50)]


class Address(Output, frozen=True, kw_only=True):
    """Where resources are; resources with the same address and protocols share it."""

    id: Id
    address: str
    is_ip: bool
    type: ResourceType
    protocols: list[Protocol]


class WriteAddress(Input, frozen=True, kw_only=True):
    """An address of a resource; ``id`` keeps one that the resource has (on update)."""

    address: AddressText
    protocols: Protocols = []
    id: Id | None = None


class UpdateAddress(Input, frozen=True, kw_only=True):
    """What an address shall be for every resource that has it."""

    address: AddressText
    protocols: Protocols
