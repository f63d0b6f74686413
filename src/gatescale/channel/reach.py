"""How a controller is reached: by which URLs, trusting whom, and what it is that went wrong."""

import os
import ssl
from ipaddress import ip_address
from pathlib import Path
from typing import Final

import aiohttp
import msgspec
from yarl import URL

from gatescale import errors
from gatescale.errors import GatescaleError, InvalidError, Violation

REFUSALS: Final[dict[int, type[GatescaleError]]] = {
    cls.status: cls
    for cls in (
        errors.BadRequestError,
        errors.UnauthorizedError,
        errors.ForbiddenError,
        errors.NotFoundError,
        errors.MethodNotAllowedError,
        errors.ConflictError,
        errors.GoneError,
        errors.PreconditionFailedError,
        errors.TooLargeError,
        errors.MediaTypeError,
        errors.InvalidError,
        errors.TooManyRequestsError,
    )
}
"""Classes of what a controller refuses, by status; all other statuses say that it cannot answer."""


class Problem(msgspec.Struct, frozen=True):
    """A refusal (RFC 9457), as far as clients read it."""

    type: str = "about:blank"
    title: str = ""
    detail: str = ""
    errors: tuple[Violation, ...] | None = None

    def words(self) -> str:
        """Return what is wrong in one line; empty if the refusal does not say."""
        said = self.detail or self.title
        more = [f"{one.pointer}: {one.detail}" for one in self.errors or () if one.detail != said]
        return ": ".join(filter(None, (said, "; ".join(more))))


def checked_url(url: str, *, insecure_http: bool) -> str:
    """Return a controller's URL without a slash at its end.

    Raises:
        InvalidError: it is none, or plain HTTP to another machine, which was not allowed.
    """
    try:
        parsed = URL(url)
    except ValueError:
        raise InvalidError(f"{url} is not a URL") from None
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise InvalidError(
            f"{url} is not the URL of a controller, such as https://gatescale.example"
        )
    if parsed.scheme == "http" and not insecure_http and not is_loopback(parsed):
        raise InvalidError(
            f"{url} is not encrypted: use https://, or --insecure-http if nobody else "
            "can listen in between"
        )
    return str(parsed.with_query(None).with_fragment(None)).rstrip("/")


def is_loopback(url: URL) -> bool:
    """Say whether a URL leads to this machine itself."""
    host = url.host or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def trusting(ca_file: Path | None) -> ssl.SSLContext:
    """Return a context that trusts the system's authorities and those of a PEM file.

    Raises:
        InvalidError: the file cannot be read.
    """
    context = ssl.create_default_context()
    if ca_file is not None:
        try:
            context.load_verify_locations(ca_file)
        except (OSError, ssl.SSLError) as error:
            raise InvalidError(f"no certificates can be read from {ca_file}: {error}") from None
    return context


def problem_of(response: aiohttp.ClientResponse, body: bytes) -> Problem:
    """Return the problem that an answer tells of; an empty one if it tells of none."""
    if response.content_type != "application/problem+json":
        return Problem()
    try:
        return msgspec.json.decode(body, type=Problem)
    except msgspec.MsgspecError:
        return Problem()


def words_of(response: aiohttp.ClientResponse, problem: Problem, url: str) -> str:
    """Return what is wrong in one line: the problem's words, or what the answer's head says."""
    words = problem.words()
    if not words:
        words = f"{url} answered {response.status} {response.reason or ''}".strip()
        if location := response.headers.get("Location"):
            words += f": it sends to {location}; use the controller's public URL itself"
    return words


def plain(error: BaseException) -> str:
    """Return what the network complains of, in plain words."""
    match error:
        case aiohttp.ClientConnectorCertificateError():
            reason = (
                getattr(error.certificate_error, "verify_message", "") or error.certificate_error
            )
            return f"its certificate is not trusted ({reason})"
        case aiohttp.ClientConnectorDNSError():
            return "its name cannot be resolved"
        case aiohttp.ServerDisconnectedError() | aiohttp.ClientPayloadError():
            return "it closed the connection"
        case TimeoutError():
            return "it does not answer"
        case aiohttp.ClientConnectorError():
            # asyncio puts words of its own into strerror; the number says it in the system's.
            return os.strerror(error.errno).lower() if error.errno else str(error.os_error)
        case _:
            return str(error) or type(error).__name__
