"""The cookie that a browser proves itself by."""

from starlette.responses import Response

_MAX_AGE = 90 * 24 * 3600


def cookie_name(public_url: str) -> str:
    """Return its name: over HTTPS one that no other host can set (RFC 6265bis, 4.1.3)."""
    return "__Host-gatescale" if public_url.startswith("https:") else "gatescale"


def set_cookie(response: Response, public_url: str, value: str) -> None:
    """Have a browser keep the cookie; when the session ends is the controller's to say."""
    response.set_cookie(
        cookie_name(public_url),
        value,
        max_age=_MAX_AGE,
        path="/",
        secure=public_url.startswith("https:"),
        httponly=True,
        samesite="lax",
    )


def clear_cookie(response: Response, public_url: str) -> None:
    """Have a browser forget the cookie."""
    response.delete_cookie(
        cookie_name(public_url), path="/", secure=public_url.startswith("https:"), httponly=True
    )
