"""One operation of the API, declared where it is written.

    @operation("GET", "/tenants/devices/{id}", "DevicesController_findById")
    async def find(session: TenantSession, id: str) -> Device: ...

The first parameter says whether the operation reads (``TenantSession``), writes (``Transaction``)
asks an agent or the past (``Inquiry``), or goes on (``Following``); a ``DecisionPoint`` besides is
the tenant's policy; ``body`` and ``query`` are read by their annotations; what stands behind ``*``
are query parameters, which may be left out if they have defaults; all others come from the path. A
writing operation is one transaction, committed before the answer leaves.
"""

import inspect
import re
import typing
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from gatescale.controller.api.following import Following
from gatescale.controller.api.inquiry import Inquiry
from gatescale.controller.api.reading import MAX_BODY
from gatescale.controller.permissions import PERMISSIONS
from gatescale.controller.settings import Settings
from gatescale.controller.store.listing import Listing
from gatescale.controller.store.session import Transaction
from gatescale.controller.verdicts import DecisionPoint

Handler = Callable[..., Awaitable[Any]]
H = TypeVar("H", bound=Handler)


@dataclass(frozen=True, slots=True)
class Operation:
    """What the router and the OpenAPI document need to know.

    Attributes:
        path: with ``{name}`` for each id.
        id: the contract's operationId.
        roles: role types that may.
        status: of a success.
        writes: whether it runs in a transaction.
        dry: whether that transaction is undone once the answer is known.
        asks: whether it asks more than the database, without holding a connection.
        follows: whether its answer goes on for as long as somebody listens.
        body: type of the JSON body, or None.
        answer: type of the answer, or of what each event of one that goes on says, or None.
        tag: heading that it stands under.
        listing: the list that its query is about, if it takes list parameters.
        parameters: types of its query parameters, by name, apart from a list's.
        required: names of those that must be there.
        max_body: bytes that its body may have.
        for_etag: flags with which it reads no more than its answer's ETag stands for.
        wants_settings: whether the handler takes the controller's settings.
        wants_point: whether it takes the tenant's policy as it is, or was before the transaction.
        path_names: parameters in the path.
    """

    method: str
    path: str
    id: str
    roles: frozenset[str]
    status: int
    handler: Handler
    writes: bool
    dry: bool
    asks: bool
    follows: bool
    body: Any
    answer: Any
    tag: str
    listing: Listing | None
    parameters: dict[str, Any]
    required: frozenset[str]
    max_body: int
    for_etag: tuple[str, ...]
    wants_settings: bool
    wants_point: bool
    path_names: tuple[str, ...]

    @property
    def changes(self) -> bool:
        """Whether something is different afterwards."""
        return self.writes and not self.dry


_TAGS = {
    "Users": "Users",
    "Devices": "Devices",
    "Gateways": "Gateways",
    "Resource": "Resources",
    "Address": "Addresses",
    "Protocol": "Protocols",
    "Roles": "Roles",
    "Groups": "Groups",
    "AdmissionRules": "Admission Rules",
    "Policies": "Policies",
    "PolicyTests": "Policy Tests",
    "Access": "Access",
    "Sessions": "Sessions",
    "Denials": "Denials",
    "OwnedDevices": "Owned Devices",
    "Me": "Me",
    "Settings": "Settings",
    "Notifications": "Notifications",
    "ApiKeys": "API Keys",
    "Audit": "Audit Log",
    "Configuration": "Configuration",
    "Overview": "Overview",
    "Topology": "Topology",
    "Live": "Live",
}
"""Headings of the document by what stands before ``Controller_``, in the contract's order."""

TAGS = tuple(_TAGS.values())

OPERATIONS: list[Operation] = []
"""All operations, in the order of their declaration."""


def operation(  # noqa: PLR0913  a declaration says all that there is to say
    method: str,
    path: str,
    operation_id: str,
    *,
    status: int = 200,
    dry: bool = False,
    listing: Listing | None = None,
    max_body: int = MAX_BODY,
    for_etag: tuple[str, ...] = (),
    event: Any = None,
) -> Callable[[H], H]:
    """Declare the decorated function as an operation.

    Raises:
        KeyError: ``permissions`` does not say who may do it.
    """
    roles = PERMISSIONS[operation_id]

    def declare(handler: H) -> H:
        hints = typing.get_type_hints(handler, include_extras=True)
        session = hints[next(iter(inspect.signature(handler).parameters))]
        OPERATIONS.append(
            Operation(
                method=method,
                path=path,
                id=operation_id,
                roles=roles,
                status=status,
                handler=handler,
                writes=session is Transaction,
                dry=dry,
                asks=session is Inquiry,
                follows=session is Following,
                body=hints.get("body"),
                answer=event or (None if hints["return"] is type(None) else hints["return"]),
                tag=_TAGS[operation_id.partition("Controller_")[0]],
                listing=listing,
                max_body=max_body,
                for_etag=for_etag,
                parameters={each.name: hints[each.name] for each in _parameters(handler)},
                required=frozenset(p.name for p in _parameters(handler) if p.default is p.empty),
                wants_settings=Settings in hints.values(),
                wants_point=DecisionPoint in hints.values(),
                path_names=tuple(re.findall(r"\{(\w+)\}", path)),
            )
        )
        return handler

    return declare


def _parameters(handler: Handler) -> list[inspect.Parameter]:
    parameters = inspect.signature(handler).parameters.values()
    return [each for each in parameters if each.kind is each.KEYWORD_ONLY]
