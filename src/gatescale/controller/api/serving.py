"""From a request to an operation and back: who asks, may they, the transaction, the answer."""

import re
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gatescale.controller import api_keys
from gatescale.controller.api import reading
from gatescale.controller.api.inquiry import Inquiry, Prober
from gatescale.controller.api.operation import Operation
from gatescale.controller.api.query import flags, list_query
from gatescale.controller.caller import Caller
from gatescale.controller.permissions import PRIVILEGE
from gatescale.controller.settings import Settings
from gatescale.controller.store.session import Reader, Store
from gatescale.errors import ForbiddenError, NotFoundError, UnauthorizedError

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_WAIT = re.compile(r"(?:^|[,;\s])wait=([0-9]{1,4})\b")
MAX_WAIT = 60
"""Seconds that ``Prefer: wait`` may hold an answer back."""

_encode = msgspec.json.Encoder().encode
_Endpoint = Callable[[Request], Awaitable[Response]]


class Enforcement(Protocol):
    """Knows which gateways enforce which revision, and how each is."""

    @property
    def probing(self) -> Prober:
        """What tests gateways."""

    async def follow(self, tenant_id: str) -> None:
        """Make sure that the tenant's changes are followed from now on."""

    async def lagging(self, tenant_id: str, revision: int, seconds: float) -> list[str]:
        """Wait until every online gateway that a revision concerns enforces it.

        Returns the ids of those that do not when the time is up.
        """


def routes(
    operations: list[Operation], store: Store, settings: Settings, enforcement: Enforcement
) -> list[Route]:
    """Return a route for every declared operation."""
    return [
        Route(op.path, _endpoint(op, store, settings, enforcement), methods=[op.method])
        for op in operations
    ]


def _endpoint(
    op: Operation, store: Store, settings: Settings, enforcement: Enforcement
) -> _Endpoint:
    async def read(request: Request) -> Response:
        # One connection for both, so that one is taken from the pool only once.
        async with store.reader() as reader:
            caller = await _admitted(reader, request, op)
            arguments = await _arguments(op, request, settings)
            body = await op.handler(reader.session(caller), **arguments)
        return _answer(op, body)

    async def ask(request: Request) -> Response:
        caller = await _admitted(store, request, op)
        arguments = await _arguments(op, request, settings)
        inquiry = Inquiry(caller.tenant_id, lambda: store.reading(caller), enforcement.probing)
        return _answer(op, await op.handler(inquiry, **arguments))

    async def write(request: Request) -> Response:
        caller = await _admitted(store, request, op)
        arguments = await _arguments(op, request, settings)
        patience = _patience(request)
        if patience is not None:
            await enforcement.follow(caller.tenant_id)
        async with store.writing(caller) as transaction:
            # The role may have changed since it was read outside of the transaction.
            await api_keys.recheck(transaction)
            body = await op.handler(transaction, **arguments)
            revision = transaction.revision
        answer = _answer(op, body)
        answer.headers["Gatescale-Revision"] = str(revision)
        if patience is not None:
            lagging = await enforcement.lagging(caller.tenant_id, revision, patience)
            answer.headers["Preference-Applied"] = f"wait={patience}"
            if lagging:
                answer.headers["Gatescale-Lagging-Gateways"] = ", ".join(lagging)
        return answer

    return write if op.writes else ask if op.asks else read


async def _admitted(store: Store | Reader, request: Request, op: Operation) -> Caller:
    """Return who asks.

    Raises:
        UnauthorizedError: no key, or one that is not valid.
        ForbiddenError: their role may not do this.
    """
    key = request.headers.get("apikey")
    if key is None:
        scheme, _, credential = request.headers.get("authorization", "").partition(" ")
        key = credential.strip() if scheme.lower() == "bearer" else None
    if not key:
        raise UnauthorizedError("Send your API key in the header apikey.")
    origin = request.client.host if request.client else None
    caller = await api_keys.authenticate(store, key, origin)
    if caller.role not in op.roles:
        allowed = " and ".join(role for role in PRIVILEGE if role in op.roles)
        raise ForbiddenError(f"The role {caller.role} may not do this; {allowed} may.")
    return caller


async def _arguments(op: Operation, request: Request, settings: Settings) -> dict[str, Any]:
    arguments: dict[str, Any] = {}
    for name in op.path_names:
        value = request.path_params[name].lower()
        if not _UUID.fullmatch(value):
            raise NotFoundError(f"{request.path_params[name][:100]!r} is no id of anything here.")
        arguments[name] = value
    if op.has_query:
        arguments["query"] = list_query(request.query_params)
    if op.flags:
        arguments |= flags(request.query_params, op.flags)
    if op.body is not None:
        arguments["body"] = await reading.read(request, op.body)
    if op.wants_settings:
        arguments["settings"] = settings
    return arguments


def _answer(op: Operation, body: Any) -> Response:
    if op.answer is None:
        return Response(status_code=op.status)
    return Response(_encode(body), status_code=op.status, media_type="application/json")


def _patience(request: Request) -> int | None:
    """Return for how many seconds the caller prefers to wait (RFC 7240); None: not at all."""
    match = _WAIT.search(request.headers.get("prefer", ""))
    return min(int(match[1]), MAX_WAIT) if match else None
