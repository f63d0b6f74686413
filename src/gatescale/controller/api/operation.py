"""One operation of the API, declared where it is written.

    @operation("GET", "/tenants/devices/{id}", "DevicesController_findById")
    async def find(session: TenantSession, id: str) -> Device: ...

The first parameter says whether the operation reads (``TenantSession``), writes (``Transaction``)
or asks an agent (``Inquiry``); ``body`` and ``query`` are read by their annotations; a ``bool`` is
a query parameter, false if left out; all others come from the path. A writing operation is one
transaction, committed before the answer leaves.
"""

import inspect
import re
import typing
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from gatescale.controller.api.inquiry import Inquiry
from gatescale.controller.permissions import PERMISSIONS
from gatescale.controller.settings import Settings
from gatescale.controller.store.session import Transaction

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
        asks: whether it waits for an agent, without holding a connection.
        body: type of the JSON body, or None.
        answer: type of the answer, or None.
        has_query: whether it takes list parameters.
        flags: its boolean query parameters.
        wants_settings: whether the handler takes the controller's settings.
        path_names: parameters in the path.
    """

    method: str
    path: str
    id: str
    roles: frozenset[str]
    status: int
    handler: Handler
    writes: bool
    asks: bool
    body: Any
    answer: Any
    has_query: bool
    flags: tuple[str, ...]
    wants_settings: bool
    path_names: tuple[str, ...]


OPERATIONS: list[Operation] = []
"""All operations, in the order of their declaration."""


def operation(method: str, path: str, operation_id: str, *, status: int = 200) -> Callable[[H], H]:
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
                asks=session is Inquiry,
                body=hints.get("body"),
                answer=None if hints["return"] is type(None) else hints["return"],
                has_query="query" in hints,
                flags=tuple(name for name, hint in hints.items() if hint is bool),
                wants_settings=Settings in hints.values(),
                path_names=tuple(re.findall(r"\{(\w+)\}", path)),
            )
        )
        return handler

    return declare
