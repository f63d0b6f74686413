"""Resources."""

from typing import Annotated, Literal

from msgspec import Meta

from gatescale.contract.addresses import Address, WriteAddress
from gatescale.contract.fields import (
    Id,
    Input,
    LoadBalancing,
    Noun,
    ResourceName,
    ResourceType,
    ShortText,
)
from gatescale.contract.gateways import Gateway


class Resource(Noun, frozen=True, kw_only=True):
    """Something on the company's network."""

    name: str
    type: ResourceType
    load_balancing_mode: LoadBalancing
    status: Literal["ONLINE", "OFFLINE"]
    description: str | None
    addresses: list[Address]
    gateways: list[Gateway]


class CreateResource(Input, frozen=True, kw_only=True):
    """A resource to reach."""

    name: ResourceName
    type: ResourceType
    addresses: Annotated[list[WriteAddress], Meta(min_length=1, max_length=100)]
    description: ShortText | None = None


class UpdateResource(Input, frozen=True, kw_only=True):
    """What may be changed of a resource."""

    name: ResourceName
    addresses: Annotated[list[WriteAddress], Meta(min_length=1, max_length=100)]
    description: ShortText | None = None


class LoadBalancingChoice(Input, frozen=True, kw_only=True):
    """How a resource's gateways share the work; for MANUAL, all of them in order of priority."""

    mode: LoadBalancing
    gateways: Annotated[list[Id], Meta(max_length=100)] | None = None


class AddGateway(Input, frozen=True, kw_only=True):
    """A gateway to reach a resource through."""

    gateway_id: Id
