"""Devices, gateways and resources, as a picture shows them."""

from gatescale.contract.fields import GatewayState, Id, Output, ResourceType


class TopologyGateway(Output, frozen=True, kw_only=True):
    """A gateway.

    Attributes:
        enforced_revision: the latest revision that it acknowledged.
        current: whether it is connected and enforces all that it was told; null: not known.
    """

    id: Id
    name: str
    status: GatewayState
    enforced_revision: int
    current: bool | None


class TopologyResource(Output, frozen=True, kw_only=True):
    """A resource, and the gateways that lead there, first choice first."""

    id: Id
    name: str
    type: ResourceType
    gateway_ids: list[Id]


class TopologyWay(Output, frozen=True, kw_only=True):
    """How many devices of a group are granted anything behind a gateway; those online besides."""

    gateway_id: Id
    total: int
    online: int


class TopologyGroup(Output, frozen=True, kw_only=True):
    """The devices of a group's members; one of several groups stands in each."""

    id: Id
    name: str
    total: int
    online: int
    gateways: list[TopologyWay]


class TopologyDevice(Output, frozen=True, kw_only=True):
    """A device, and the gateways behind which it is granted anything."""

    id: Id
    name: str
    user_id: Id
    online: bool
    gateway_ids: list[Id]


class Topology(Output, frozen=True, kw_only=True):
    """The picture.

    Attributes:
        revision: of the tenant, that it shows.
        devices: those of the gateway and group that were asked about, by name, 1,000 at most.
        more: how many devices besides.
    """

    revision: int
    gateways: list[TopologyGateway]
    resources: list[TopologyResource]
    groups: list[TopologyGroup]
    devices: list[TopologyDevice]
    more: int
