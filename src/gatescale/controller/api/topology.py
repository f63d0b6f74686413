"""Devices, gateways and resources, as a picture shows them."""

from gatescale.contract.fields import Id
from gatescale.contract.topology import Topology
from gatescale.controller import topology
from gatescale.controller.api.operation import operation
from gatescale.controller.store.session import TenantSession
from gatescale.controller.verdicts import DecisionPoint


@operation("GET", "/tenants/topology", "TopologyController_find")
async def find(
    session: TenantSession,
    point: DecisionPoint,
    *,
    gateway: Id | None = None,
    group: Id | None = None,
) -> Topology:
    """Tell which groups' devices are led to which gateways, and what is behind these.

    With ``gateway`` or ``group``, or both, the devices are listed one by one besides.
    """
    return await topology.find(session, point, topology.Asked(gateway, group))
