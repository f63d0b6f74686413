"""Errors as RFC 9457 problem details: one shape from every layer."""

import uuid

import msgspec
import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from gatescale.errors import (
    BadRequestError,
    GatescaleError,
    MethodNotAllowedError,
    NotFoundError,
    UnauthorizedError,
    UnavailableError,
)

log = structlog.get_logger()


class ProblemField(msgspec.Struct, frozen=True):
    """One thing wrong: ``pointer`` into the body (RFC 6901), or ``query/NAME``."""

    pointer: str
    detail: str


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why a request was refused (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[ProblemField] | None = None


def unreadable() -> Problem:
    """Return what is told to somebody who sends something else than HTTP."""
    error = BadRequestError("This is no HTTP request that can be read.")
    return Problem(error.kind, error.title, error.status, error.detail, "")


def respond(request: Request, error: GatescaleError) -> Response:
    """Return the answer that tells the asker what is wrong."""
    problem = Problem(
        type=error.kind,
        title=error.title,
        status=error.status,
        detail=error.detail,
        instance=request.url.path,
        errors=[ProblemField(v.pointer, v.detail) for v in error.violations] or None,
    )
    headers = dict(error.headers)
    if isinstance(error, UnauthorizedError):
        headers["WWW-Authenticate"] = 'Bearer realm="gatescale"'
    return Response(
        msgspec.json.encode(problem),
        status_code=error.status,
        media_type="application/problem+json",
        headers=headers,
    )


async def on_known_error(request: Request, error: Exception) -> Response:
    """Answer an error of ours."""
    assert isinstance(error, GatescaleError)  # noqa: S101  registered for this class alone
    return respond(request, error)


async def on_routing_error(request: Request, error: Exception) -> Response:
    """Answer what the router refuses: unknown paths and methods."""
    assert isinstance(error, HTTPException)  # noqa: S101  registered for this class alone
    if error.status_code == MethodNotAllowedError.status:
        allowed = (error.headers or {}).get("Allow", "")
        refusal = MethodNotAllowedError(f"{request.method} is not possible here, only {allowed}.")
        refusal.headers["Allow"] = allowed
        return respond(request, refusal)
    return respond(request, NotFoundError("There is nothing at this path."))


async def on_database_away(request: Request, error: Exception) -> Response:
    """Answer that the database cannot be reached; nothing was changed, and a later try may do."""
    log.warning("the database is away", path=request.url.path, reason=str(error))
    refusal = UnavailableError("The controller cannot reach its database now; try again soon.")
    refusal.headers["Retry-After"] = "5"
    return respond(request, refusal)


async def on_bug(request: Request, error: Exception) -> Response:
    """Answer our own mistakes: an id to find it in the log by, and no detail."""
    incident = uuid.uuid4().hex[:12]
    log.error("unexpected error", incident=incident, path=request.url.path, exc_info=error)
    return respond(
        request, GatescaleError(f"The controller failed; its log says why under {incident}.")
    )
