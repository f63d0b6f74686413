"""Topology. Written by ``make client``."""

from gatescale.admin.call import Call, asked
from gatescale.admin.operations.sending import AsyncSending, Sending
from gatescale.contract.topology import Topology


class AsyncTopologyApi(AsyncSending):
    """Topology; each operation is awaited."""

    async def find(self, *, gateway: str | None = None, group: str | None = None) -> Topology:
        """Tell which groups' devices are led to which gateways, and what is behind these."""
        return await self._send(
            Topology, Call("GET", "/tenants/topology", query=asked(gateway=gateway, group=group))
        )


class TopologyApi(Sending):
    """Topology."""

    def find(self, *, gateway: str | None = None, group: str | None = None) -> Topology:
        """Tell which groups' devices are led to which gateways, and what is behind these."""
        return self._send(
            Topology, Call("GET", "/tenants/topology", query=asked(gateway=gateway, group=group))
        )
