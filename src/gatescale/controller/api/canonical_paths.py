"""Every path has one form: what stands before us and we must never read it differently."""

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from gatescale.controller.api import problems
from gatescale.errors import NotFoundError


class CanonicalPaths:
    """Finds nothing at a path with escapes in it: no path of ours needs any."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request whose path is in its one form."""
        if scope["type"] == "http" and b"%" in scope["raw_path"]:
            refusal = NotFoundError("There is nothing at this path.")
            await problems.respond(Request(scope), refusal)(scope, receive, send)
        else:
            await self._app(scope, receive, send)
