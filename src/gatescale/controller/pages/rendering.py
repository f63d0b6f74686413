"""From what a page says to HTML, and from a form to its fields."""

import functools
import io
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

import segno
from jinja2 import PackageLoader, StrictUndefined, select_autoescape
from jinja2.sandbox import ImmutableSandboxedEnvironment
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from gatescale.controller.cookies import cookie_name, set_cookie
from gatescale.controller.passkeys import RelyingParty
from gatescale.controller.same_site import refuse_other_sites
from gatescale.controller.settings import Settings
from gatescale.controller.ways_in import Browser, SignedIn
from gatescale.errors import GatescaleError, TooLargeError

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self';"
        " form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    # With no-referrer the Origin is null, which over plain HTTP is all that a form comes with.
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}
_MAX_FORM = 64 * 1024
_QR_SCALE = 5

_templates = ImmutableSandboxedEnvironment(
    loader=PackageLoader("gatescale.controller.pages"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

Handler = Callable[[Request], Awaitable[Response]]


class Rendering:
    """Makes the pages of one controller."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.party = RelyingParty.of(settings.public_url)

    def page(self, template: str, *, status: int = 200, **values: Any) -> Response:
        """Return a page."""
        html = _templates.get_template(template).render(has_passkeys=bool(self.party.id), **values)
        return HTMLResponse(html, status_code=status, headers=_HEADERS)

    def told(self, handler: Handler) -> Handler:
        """Return the handler, with what it refuses told on a page."""

        @functools.wraps(handler)
        async def handle(request: Request) -> Response:
            try:
                return await handler(request)
            except GatescaleError as error:
                answer = self.page("refused.html", status=error.status, detail=error.detail)
                answer.headers.update(error.headers)
                return answer

        return handle

    def signed_in(self, done: SignedIn, target: str) -> Response:
        """Return the answer that signs a browser in, and shows new recovery codes first."""
        answer: Response
        if done.codes:
            answer = self.page("codes.html", codes=done.codes, target=target)
        else:
            answer = RedirectResponse(target, status_code=303)
        set_cookie(answer, self.settings.public_url, done.cookie)
        return answer

    def cookie(self, request: Request) -> str:
        """Return the cookie that a browser sent; empty without one."""
        return request.cookies.get(cookie_name(self.settings.public_url), "")

    async def form(self, request: Request) -> dict[str, str]:
        """Return the fields of a form that one of our own pages sent.

        Raises:
            ForbiddenError: another site had the browser send it.
            TooLargeError: it is longer than any form of ours.
        """
        refuse_other_sites(request, self.settings.public_url)
        sent = b""
        async for part in request.stream():
            sent += part
            if len(sent) > _MAX_FORM:
                raise TooLargeError(f"A form of at most {_MAX_FORM} bytes is read.")
        fields = parse_qsl(sent.decode(errors="replace"), keep_blank_values=True)
        return {name: value.strip() for name, value in fields}


def browser(request: Request) -> Browser:
    """Return where a request comes from."""
    origin = request.client.host if request.client else None
    return Browser(origin, request.headers.get("user-agent", ""))


def local(target: str) -> str:
    r"""Return a path of ours to go on to; whatever leads elsewhere becomes the first page.

    >>> local("/devices?search=a"), local("//evil.example"), local("/\\evil.example")
    ('/devices?search=a', '/', '/')
    """
    is_path = target.startswith("/") and target[1:2] not in {"/", "\\"}
    return target if is_path and target.isprintable() else "/"


def qr(text: str) -> str:
    """Return a text as the SVG of a QR code (ISO/IEC 18004)."""
    out = io.BytesIO()
    segno.make(text, error="m").save(
        out, kind="svg", scale=_QR_SCALE, border=4, light="#fff", xmldecl=False, svgns=True
    )
    return out.getvalue().decode()


def sheet(name: str, media_type: str) -> Handler:
    """Return what serves a file that pages refer to."""

    async def serve(_: Request) -> Response:
        text = _templates.get_template(name).render()
        return Response(text, media_type=media_type, headers={"X-Content-Type-Options": "nosniff"})

    return serve
