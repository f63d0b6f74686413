"""The few pages that people see without a console: what an invitation is for."""

from jinja2 import PackageLoader, select_autoescape
from jinja2.sandbox import ImmutableSandboxedEnvironment
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from gatescale.controller.settings import Settings

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}
_templates = ImmutableSandboxedEnvironment(
    loader=PackageLoader("gatescale.controller.pages"), autoescape=select_autoescape(["html"])
)


def routes(settings: Settings) -> list[Route]:
    """Return the pages that links in mails lead to.

    They are the same for every secret, so that looking at one tells nothing and spends nothing.
    """

    async def enrolment(request: Request) -> Response:
        link = f"{settings.public_url}{request.url.path}"
        page = _templates.get_template("enrolment.html").render(link=link)
        return HTMLResponse(page, headers=_HEADERS)

    async def style(_: Request) -> Response:
        sheet = _templates.get_template("style.css").render()
        return Response(sheet, media_type="text/css")

    return [
        Route("/invitations/{secret}", enrolment),
        Route("/enrolments/{secret}", enrolment),
        Route("/pages/style.css", style),
    ]
