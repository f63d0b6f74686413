"""What can go wrong in a way that the asker can be told about.

GatescaleError
├── BadRequestError       400  cannot be read
├── UnauthorizedError     401  who asks is not known
├── ForbiddenError        403  the asker may not
│   ├── DeletedError      403  the agent is gone for good
│   └── DeactivatedError  403  the agent may be let in again
├── NotFoundError         404  no such thing in this tenant
├── MethodNotAllowedError 405  the path knows other methods
├── ConflictError         409  does not fit what is stored
│   └── BrokenTestError   409  breaks what the tenant's policy tests say
├── GoneError             410  was there once and is spent
├── PreconditionFailedError 412 changed since it was read
├── TooLargeError         413  more than is read
├── MediaTypeError        415  not JSON
├── InvalidError          422  readable, but wrong
├── TooManyRequestsError  429  asked too often
└── UnavailableError      503  not now
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing wrong with what was sent.

    Attributes:
        pointer: RFC 6901 JSON pointer into the body (``/3/email``), or ``query/NAME``.
        detail: what is wrong and what would be right, as a sentence for people.
        unknown: it is an id that names nothing in this tenant.
    """

    pointer: str
    detail: str
    unknown: bool = False


class GatescaleError(Exception):
    """Something is wrong that the asker can be told about.

    Attributes:
        detail: which thing is wrong and what would be right, for people.
        violations: where in the request, if it can be told.
        kind: names the class of error for programs (RFC 9457 ``type``).
        headers: further headers of the answer.
    """

    status: ClassVar[int] = 500
    title: ClassVar[str] = "Error"

    def __init__(self, detail: str, *violations: Violation, pointer: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.violations = violations
        self.headers: dict[str, str] = {}
        words = re.findall("[A-Z][a-z]+", type(self).__name__.removesuffix("Error"))
        self.kind = "/problems/" + "-".join(words).lower()
        if pointer is not None:
            self.violations = (Violation(pointer, detail), *violations)

    @property
    def problem(self) -> dict[str, object]:
        """The error as RFC 9457 spells it: type, title, status, detail, and errors by pointer."""
        told = [{"pointer": each.pointer, "detail": each.detail} for each in self.violations]
        return {
            "type": self.kind,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "errors": told,
        }

    @classmethod
    def of(cls, violations: Sequence[Violation]) -> Self:
        """Return the error that names all of these, at least one."""
        detail = violations[0].detail
        if len(violations) > 1:
            detail = f"{len(violations)} things are wrong; the first: {detail}"
        return cls(detail, *violations)


class BadRequestError(GatescaleError):
    """The request cannot be read: malformed JSON or header."""

    status = 400
    title = "Bad request"


class UnauthorizedError(GatescaleError):
    """No credential, or one that is not valid."""

    status = 401
    title = "Unauthorized"


class ForbiddenError(GatescaleError):
    """The asker is known, but has no right to this."""

    status = 403
    title = "Forbidden"


class DeletedError(ForbiddenError):
    """The agent was deleted, or never enrolled."""

    title = "Deleted"


class DeactivatedError(ForbiddenError):
    """The agent, or its owner, is deactivated; it may be let in again later."""

    title = "Deactivated"


class NotFoundError(GatescaleError):
    """There is no such thing in this tenant."""

    status = 404
    title = "Not found"


class MethodNotAllowedError(GatescaleError):
    """The path exists, but not with this method."""

    status = 405
    title = "Method not allowed"


class ConflictError(GatescaleError):
    """Well-formed, but it does not fit what is stored."""

    status = 409
    title = "Conflict"


class BrokenTestError(ConflictError):
    """It breaks a policy test, which says what must be so whatever the policies say."""

    title = "Broken policy test"


class GoneError(GatescaleError):
    """It was valid once and is spent or lapsed."""

    status = 410
    title = "Gone"


class PreconditionFailedError(GatescaleError):
    """The thing was changed since the asker read it."""

    status = 412
    title = "Precondition failed"


class TooLargeError(GatescaleError):
    """The body is larger than what is read."""

    status = 413
    title = "Content too large"


class MediaTypeError(GatescaleError):
    """The body is not JSON."""

    status = 415
    title = "Unsupported media type"


class InvalidError(GatescaleError):
    """The body or query can be read, but what it says is not valid."""

    status = 422
    title = "Invalid"


class TooManyRequestsError(GatescaleError):
    """The asker sent more than they may; the headers say when to come again."""

    status = 429
    title = "Too many requests"


class UnavailableError(GatescaleError):
    """The controller cannot answer this now; a later try may succeed."""

    status = 503
    title = "Unavailable"


def refuse(violations: Sequence[Violation]) -> None:
    """Raise the error that names all of these, if there are any.

    Raises:
        NotFoundError: nothing is wrong but ids that name nothing.
        InvalidError: something else is wrong, too or alone.
    """
    if violations and all(violation.unknown for violation in violations):
        raise NotFoundError.of(violations)
    if violations:
        raise InvalidError.of(violations)
