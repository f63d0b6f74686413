"""How a tenant is, at a glance."""

from gatescale.contract.overview import Overview
from gatescale.controller import overview
from gatescale.controller.api.inquiry import Inquiry
from gatescale.controller.api.operation import operation


@operation("GET", "/tenants/overview", "OverviewController_find")
async def find(inquiry: Inquiry) -> Overview:
    """Tell how many there are of everything, how they are, and what somebody should look at."""
    point = await inquiry.decisions()
    async with inquiry.reading() as session:
        return await overview.find(session, point.model)
