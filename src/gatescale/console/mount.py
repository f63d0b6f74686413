"""Serves the console's build: files for ever, and one page at every other path."""

import mimetypes
import secrets
from html import escape
from pathlib import Path

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Match, Route
from starlette.types import Scope
from typing_extensions import override

_BUILD = Path(__file__).parent / "static"
_IMMUTABLE = "public, max-age=31536000, immutable"
_BRIEFLY = "public, max-age=3600"
_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
# Where a typing mistake is told as the API tells it, not by the console.
_NO_PAGES = {"agents", "assets", "tenants"}
_COMMON = {"X-Content-Type-Options": "nosniff"}
_MISSING = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Gatescale</title>
<h1>The console is not built</h1>
<p>Run <code>make console</code> in the source tree; Node.js 20.19 or newer does it.
The API works without it: see <a href="/docs">its reference</a>.</p>
</html>
"""


class _Pages(Route):
    """Every path at which the browser asks for a page, and no path of the API's."""

    @override
    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
            return Match.NONE, {}
        if "text/html" not in Headers(scope=scope).get("accept", ""):
            return Match.NONE, {}
        if scope["path"].split("/")[1] in _NO_PAGES:
            return Match.NONE, {}
        return super().matches(scope)


def routes(base_path: str, build: Path = _BUILD) -> list[Route]:
    """Return the routes of the console; they come last, for they take what others leave.

    Args:
        base_path: where the API is mounted; empty, or like ``/qa``.
        build: the folder that ``make console`` fills.
    """

    async def asset(request: Request) -> Response:
        return _compressed(request, build / "assets" / request.path_params["name"], _IMMUTABLE)

    async def icon(request: Request) -> Response:
        return _compressed(request, build / "favicon.svg", _BRIEFLY)

    async def page(_: Request) -> Response:
        index = build / "index.html"
        if not index.is_file():
            return HTMLResponse(_MISSING, 503, headers=_headers(style="'none'"))
        nonce = secrets.token_urlsafe(16)
        base = f'name="api-base" content="{escape(base_path)}"'
        text = index.read_text().replace('name="api-base" content=""', base)
        return HTMLResponse(
            text.replace("STYLE_NONCE", nonce), headers=_headers(f"'self' 'nonce-{nonce}'")
        )

    return [
        Route("/assets/{name}", asset),
        Route("/favicon.svg", icon),
        _Pages("/{path:path}", page),
    ]


def _compressed(request: Request, file: Path, caching: str) -> Response:
    """Return a file in the best form that the browser takes and the build holds."""
    if not file.is_file():
        raise HTTPException(404)
    headers = {**_COMMON, "Cache-Control": caching, "Vary": "Accept-Encoding"}
    taken = _taken(request.headers.get("accept-encoding", ""))
    media_type = mimetypes.guess_type(file.name)[0]
    for encoding, suffix in _ENCODINGS:
        sibling = file.with_name(file.name + suffix)
        if encoding in taken and sibling.is_file():
            headers["Content-Encoding"] = encoding
            return FileResponse(sibling, headers=headers, media_type=media_type)
    return FileResponse(file, headers=headers, media_type=media_type)


def _taken(accepted: str) -> set[str]:
    """Return the encodings that a browser takes, without those of weight 0."""
    parts = (part.replace(" ", "").lower().partition(";q=") for part in accepted.split(","))
    return {name for name, _, weight in parts if weight.strip("0.") or not weight}


def _headers(style: str) -> dict[str, str]:
    """Return the page's headers: its own scripts, styles and API, and nothing else of the world."""
    return {
        **_COMMON,
        "Content-Security-Policy": (
            "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
            "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
            f"style-src {style}"
        ),
        "Cache-Control": "no-store",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
