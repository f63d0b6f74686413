"""The pages that people see before the console: signing in, joining, and their own account.

They are rendered here and work without the console's program; a passkey needs one small script.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gatescale.controller.pages.account import Account
from gatescale.controller.pages.joining import Joining
from gatescale.controller.pages.rendering import Rendering, sheet
from gatescale.controller.pages.signing_in import SigningIn
from gatescale.controller.settings import Settings
from gatescale.controller.store.session import Store


def routes(store: Store, settings: Settings) -> list[Route]:
    """Return the pages, with what they look like."""
    rendering = Rendering(settings)

    async def enrolment(request: Request) -> Response:
        # The same for every code, so that looking at one tells nothing and spends nothing.
        link = f"{settings.public_url}{request.url.path}"
        return rendering.page("enrolment.html", link=link)

    return [
        *SigningIn(store, rendering).routes(),
        *Joining(store, rendering).routes(),
        *Account(store, rendering).routes(),
        Route("/enrolments/{secret}", enrolment),
        Route("/pages/style.css", sheet("style.css", "text/css")),
        Route("/pages/passkeys.js", sheet("passkeys.js", "text/javascript")),
    ]
