"""Who may reach what, and why."""

from typing import Annotated

from msgspec import Meta

from gatescale.contract.access import AccessExplanation, Preview, Reach, Supposition
from gatescale.contract.fields import Moment, Page
from gatescale.controller import access, previews
from gatescale.controller.api.inquiry import Inquiry
from gatescale.controller.api.operation import operation
from gatescale.controller.api.query import MAX_OFFSET
from gatescale.controller.api.supposing import suppose
from gatescale.controller.settings import Settings
from gatescale.controller.store.listing import DEFAULT_LIMIT, MAX_LIMIT
from gatescale.controller.store.session import TenantSession, Transaction
from gatescale.controller.verdicts import DecisionPoint

_WITHOUT_NUL = r"^[^\x00]*$(?!\n)"
Who = Annotated[str, Meta(min_length=1, max_length=320, pattern=_WITHOUT_NUL)]
Where = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=200,
        pattern=_WITHOUT_NUL,
        description="ADDRESS:PORT, RESOURCE:PORT or RESOURCE, with /tcp, /udp or /icmp behind",
    ),
]
_MAX_BODY = 4 * 1024 * 1024

Limit = Annotated[int, Meta(ge=1, le=MAX_LIMIT)]
Offset = Annotated[int, Meta(ge=0, le=MAX_OFFSET)]


@operation("GET", "/tenants/access/explain", "AccessController_explain")
async def explain(
    inquiry: Inquiry,
    *,
    to: Where,
    user: Who | None = None,
    device: Who | None = None,
    at: Moment | None = None,
) -> AccessExplanation:
    """Tell what becomes of packets from a user's devices or one device, and why.

    Every policy that was passed over is named with its reason, in order; for an admission rule,
    which part of it does not hold, and what it saw. Users are named by email or id, devices and
    resources by name or id. With ``at``: what became of them at that moment; people and devices
    bear the names of then, all else that of today.
    """
    if at is not None:
        asked = access.Asked(user, device, to, is_past=True)
        async with inquiry.past(at) as point, inquiry.reading() as session:
            return await access.explained(session, point, asked)
    point = await inquiry.decisions()
    async with inquiry.reading() as session:
        return await access.explained(session, point, access.Asked(user, device, to))


@operation("GET", "/tenants/access/matrix", "AccessController_matrix")
async def matrix(  # noqa: PLR0913  each is a query parameter
    session: TenantSession,
    point: DecisionPoint,
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
    return await access.matrix(session, point.model, asked)


@operation(
    "POST", "/tenants/access/preview", "AccessController_preview", dry=True, max_body=_MAX_BODY
)
async def preview(
    transaction: Transaction, point: DecisionPoint, settings: Settings, body: Supposition
) -> Preview:
    """Tell who would gain or lose what by changes, before they are made.

    Each change is an operation of this API with its path's ids and its body. They are made one
    after the other, all refusals included, and undone. Devices to which the same happens are told
    of together.
    """
    names = await previews.names(transaction, point)
    for index, change in enumerate(body.changes):
        await suppose(transaction, settings, change, f"/changes/{index}")
    return await previews.preview(transaction, point, names)
