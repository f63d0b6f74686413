"""Overview. Written by ``make client``."""

from gatescale.admin.call import Call
from gatescale.admin.operations.sending import AsyncSending, Sending
from gatescale.contract.overview import Overview


class AsyncOverviewApi(AsyncSending):
    """Overview; each operation is awaited."""

    async def find(self) -> Overview:
        """Tell how many there are of everything, how they are, and what somebody should look at."""
        return await self._send(Overview, Call("GET", "/tenants/overview"))


class OverviewApi(Sending):
    """Overview."""

    def find(self) -> Overview:
        """Tell how many there are of everything, how they are, and what somebody should look at."""
        return self._send(Overview, Call("GET", "/tenants/overview"))
