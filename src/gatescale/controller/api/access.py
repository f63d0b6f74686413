"""Who may reach what, and why."""

from typing import Annotated

from msgspec import Meta

from gatescale.contract.access import AccessExplanation, Reach
from gatescale.contract.fields import Page
from gatescale.controller import access
from gatescale.controller.api.inquiry import Inquiry
from gatescale.controller.api.operation import operation
from gatescale.controller.api.query import MAX_OFFSET
from gatescale.controller.store.listing import DEFAULT_LIMIT, MAX_LIMIT

Who = Annotated[str, Meta(min_length=1, max_length=320)]
Where = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=200,
        description="ADDRESS:PORT, RESOURCE:PORT or RESOURCE, with /tcp, /udp or /icmp behind",
    ),
]
Limit = Annotated[int, Meta(ge=1, le=MAX_LIMIT)]
Offset = Annotated[int, Meta(ge=0, le=MAX_OFFSET)]


@operation("GET", "/tenants/access/explain", "AccessController_explain")
async def explain(
    inquiry: Inquiry,
    *,
    to: Where,
    user: Who | None = None,
    device: Who | None = None,
) -> AccessExplanation:
    """Tell what becomes of packets from a user's devices or one device, and why.

    Every policy that was passed over is named with its reason, in order; for an admission rule,
    which part of it does not hold, and what it saw. Users are named by email or id, devices and
    resources by name or id.
    """
    point = await inquiry.decisions()
    async with inquiry.reading() as session:
        return await access.explained(session, point, access.Asked(user, device, to))


@operation("GET", "/tenants/access/matrix", "AccessController_matrix")
async def matrix(
    inquiry: Inquiry,
    *,
    user: Who | None = None,
    device: Who | None = None,
    resource: Who | None = None,
    limit: Limit | None = None,
    offset: Offset | None = None,
) -> Page[Reach]:
    """Tell which device reaches which resource now, through which gateway.

    With ``resource``: who reaches it; with ``user`` or ``device``: what they reach.
    """
    asked = access.Matrix(user, device, resource, limit or DEFAULT_LIMIT, offset or 0)
    point = await inquiry.decisions()
    async with inquiry.reading() as session:
        return await access.matrix(session, point.model, asked)
