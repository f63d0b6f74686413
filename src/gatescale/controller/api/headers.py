"""Request headers that change how an operation runs."""

import hashlib
import re

from starlette.requests import Request

from gatescale.contract.essence import etag
from gatescale.contract.fields import Single
from gatescale.controller.idempotency import Repeatable
from gatescale.errors import BadRequestError, PreconditionFailedError

_IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e][\x20-\x7e]{0,254}")
_TAGS = re.compile(r'\*|((W/)?"[\x21\x23-\x7e]*"(\s*,\s*|\s*$))+')
_WAIT = re.compile(r"(?:^|[,;\s])wait=([0-9]{1,4})\b")
MAX_WAIT = 60
"""Seconds that ``Prefer: wait`` may hold an answer back."""


def credential(request: Request) -> str | None:
    """Return the key that a request comes with, in ``apikey`` or as a bearer token."""
    key = request.headers.get("apikey")
    if key is None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        key = token.strip() if scheme.lower() == "bearer" else None
    return key


def patience(request: Request) -> int | None:
    """Return for how many seconds the caller prefers to wait (RFC 7240); None: not at all."""
    match = _WAIT.search(request.headers.get("prefer", ""))
    return min(int(match[1]), MAX_WAIT) if match else None


def held_revision(request: Request) -> int | None:
    """Return the revision that a listener who comes back knows already; None: none.

    Raises:
        BadRequestError: the header Last-Event-ID is there, and is no revision.
    """
    held = request.headers.get("last-event-id", "")
    if not held:
        return None
    if not re.fullmatch(r"[0-9]{1,9}", held):
        raise BadRequestError(
            "Last-Event-ID is the revision that you know already, a whole number.",
            pointer="header/Last-Event-ID",
        )
    return int(held)


def repeatable(request: Request, body: bytes) -> Repeatable | None:
    """Return how the request is told from others, if it has an Idempotency-Key.

    Raises:
        BadRequestError: the header is not 1 to 255 printable ASCII characters.
    """
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not _IDEMPOTENCY_KEY.fullmatch(key):
        raise BadRequestError(
            "Idempotency-Key is 1 to 255 printable ASCII characters, such as a UUID.",
            pointer="header/Idempotency-Key",
        )
    line = f"{request.method} {request.url.path}?{request.url.query}\n"
    return Repeatable(
        hashlib.sha256(key.encode()).hexdigest(),
        hashlib.sha256(line.encode() + body).hexdigest(),
    )


def ignores_policy_tests(request: Request) -> bool:
    """Say whether the change is to be made even if it breaks policy tests.

    Raises:
        BadRequestError: the header is there, and says something else.
    """
    wanted = request.headers.get("gatescale-policy-tests")
    if wanted is not None and wanted.strip().lower() != "ignore":
        raise BadRequestError(
            "Gatescale-Policy-Tests is ignore, or left out.",
            pointer="header/Gatescale-Policy-Tests",
        )
    return wanted is not None


def expected_tags(request: Request) -> str | None:
    """Return the header If-Match, if there is one (RFC 9110, section 13.1.1).

    Raises:
        BadRequestError: it is no list of entity tags.
    """
    wanted = request.headers.get("if-match")
    if wanted is not None and not _TAGS.fullmatch(wanted.strip()):
        raise BadRequestError(
            'If-Match is the ETag that you read, with its quotes, like "v4mQ".',
            pointer="header/If-Match",
        )
    return wanted


def refuse_stale(wanted: str, current: Single) -> None:
    """Make sure that a thing is still what the caller read.

    Raises:
        PreconditionFailedError: it changed meanwhile.
    """
    tag = etag(current)
    if wanted.strip() != "*" and tag not in re.split(r"\s*,\s*", wanted.strip()):
        refusal = PreconditionFailedError(
            "It was changed since you read it; read it again, then repeat your change.",
            pointer="header/If-Match",
        )
        refusal.headers["ETag"] = tag
        raise refusal
