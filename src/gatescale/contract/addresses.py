"""Addresses of resources."""

from typing import Annotated

from msgspec import Meta

from gatescale.contract.fields import Id, Input, Output, ResourceType
from gatescale.contract.protocols import Protocol


class Address(Output, frozen=True, kw_only=True):
    """Where a resource is."""

    id: str
    address: str
    is_ip: bool
    type: ResourceType
    protocols: list[Protocol]


class WriteAddress(Input, frozen=True, kw_only=True):
    """An address of a resource; ``id`` keeps one that the resource has (on update)."""

    address: Annotated[str, Meta(min_length=1, max_length=255)]
    protocols: Annotated[list[Id], Meta(max_length=50)] = []
    id: Id | None = None
