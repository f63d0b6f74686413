"""Whether a request with our cookie comes from our own pages, or from another site's.

Browsers say so themselves (W3C Fetch Metadata; before that RFC 6454), and no page can make them
say otherwise.
"""

from urllib.parse import urlsplit

from starlette.requests import Request

from gatescale.errors import ForbiddenError


def refuse_other_sites(request: Request, public_url: str) -> None:
    """Let only our own pages through.

    Raises:
        ForbiddenError: another site made the request, or nobody says which.
    """
    site = request.headers.get("sec-fetch-site", "")
    if site in {"same-origin", "none"}:
        return
    origin = request.headers.get("origin", "")
    here = f"{request.url.scheme}://{request.headers.get('host', '')}"
    if not site and origin and _origin_of(origin) in {_origin_of(public_url), _origin_of(here)}:
        return
    raise ForbiddenError("Another site made this request; only the controller's own pages may.")


def _origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()
