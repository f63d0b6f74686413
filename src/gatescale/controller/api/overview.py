"""How a tenant is, at a glance."""

from gatescale.contract.overview import Overview
from gatescale.controller import overview
from gatescale.controller.api.operation import operation
from gatescale.controller.store.session import TenantSession
from gatescale.controller.verdicts import DecisionPoint


@operation("GET", "/tenants/overview", "OverviewController_find")
async def find(session: TenantSession, point: DecisionPoint) -> Overview:
    """Tell how many there are of everything, how they are, and what somebody should look at."""
    return await overview.find(session, point.model)
