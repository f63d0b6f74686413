"""Who asks: the holder of an API key, or a person who is signed in."""

import time

from starlette.requests import Request

from gatescale.controller import api_keys, browser_sessions
from gatescale.controller.api import headers
from gatescale.controller.caller import Caller
from gatescale.controller.cookies import cookie_name
from gatescale.controller.permissions import PRIVILEGE
from gatescale.controller.rate_limit import Allowance, Limiter
from gatescale.controller.same_site import refuse_other_sites
from gatescale.controller.settings import Settings
from gatescale.controller.store.session import Reader, Transaction
from gatescale.errors import ForbiddenError, UnauthorizedError

BURST_SECONDS = 10
"""A bucket holds as much as flows in during this time."""
FAILURES_PER_SECOND = 10
"""Requests without a valid key that one address may send, over a while."""

_SAFE = {"GET", "HEAD", "OPTIONS"}


class Asking:
    """Tells who asks, and whether they may."""

    def __init__(self, settings: Settings) -> None:
        self._cookie = cookie_name(settings.public_url)
        self._public_url = settings.public_url
        self._by_caller = Limiter(settings.rate_limit, settings.rate_limit * BURST_SECONDS)
        failures = FAILURES_PER_SECOND if settings.rate_limit else 0
        self._failures = Limiter(failures, failures * BURST_SECONDS)

    async def admitted(
        self, reader: Reader, request: Request, roles: frozenset[str]
    ) -> tuple[Caller, Allowance | None]:
        """Return who asks, and how often they may; ``reader`` is in their tenant then.

        Args:
            reader: finds out who asks.
            request: with an API key, or the cookie of a person who is signed in.
            roles: role types that may do this.

        Raises:
            UnauthorizedError: no credential, or one that is not valid here and now.
            TooManyRequestsError: they asked too often.
            ForbiddenError: their role may not do this, or another site made their browser ask.
        """
        try:
            caller = await self.who(reader, request)
        except UnauthorizedError:
            self._failures.take(_origin(request) or "", time.monotonic())
            raise
        allowance = self._by_caller.take(caller.id or "", time.monotonic())
        refuse_role(caller, roles)
        return caller, allowance

    async def who(self, reader: Reader, request: Request) -> Caller:
        """Return who asks; ``reader`` is in their tenant then.

        Raises:
            UnauthorizedError: no credential, or one that is not valid here and now.
            ForbiddenError: another site made their browser ask.
        """
        origin = _origin(request)
        key = headers.credential(request)
        cookie = request.cookies.get(self._cookie) if key is None else None
        if cookie is None:
            return await api_keys.authenticate(reader, key, origin)
        if request.method not in _SAFE:
            refuse_other_sites(request, self._public_url)
        return await browser_sessions.authenticate(reader, cookie, origin)


async def recheck(transaction: Transaction) -> None:
    """Make sure, inside the transaction, that the caller still is who they were.

    Raises:
        UnauthorizedError: their key was revoked, or they were signed out, meanwhile.
        ForbiddenError: their role changed meanwhile.
    """
    if transaction.caller.kind == "user":
        await browser_sessions.recheck(transaction)
    else:
        await api_keys.recheck(transaction)


def refuse_role(caller: Caller, roles: frozenset[str]) -> None:
    """Let only these roles do it.

    Raises:
        ForbiddenError: the caller has another one.
    """
    if caller.role not in roles:
        allowed = " and ".join(role for role in PRIVILEGE if role in roles)
        raise ForbiddenError(f"The role {caller.role} may not do this; {allowed} may.")


def _origin(request: Request) -> str | None:
    return request.client.host if request.client else None
