"""Signing in and out."""

import time

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from gatescale.controller import browser_sessions, joining, passkeys, ways_in
from gatescale.controller.cookies import clear_cookie
from gatescale.controller.emails import mailbox
from gatescale.controller.pages import tickets
from gatescale.controller.pages.rendering import Rendering, browser, local
from gatescale.controller.rate_limit import Limiter
from gatescale.controller.store.session import Store, Target
from gatescale.errors import GatescaleError, InvalidError, NotFoundError, UnauthorizedError

_PURPOSE = "password"
_PER_ADDRESS, _ADDRESS_BURST = 0.5, 30
_PER_MAILBOX, _MAILBOX_BURST = 1 / 30, 10
"""Tries a second over a while, and at once: a code of six digits stays out of reach."""


class _Known(msgspec.Struct, frozen=True):
    """Whose password was right, as far as a ticket tells."""

    tenant_id: str
    user_id: str
    name: str


class _Passed(msgspec.Struct, frozen=True):
    email: str
    known: list[_Known]


class SigningIn:
    """The pages of signing in."""

    def __init__(self, store: Store, rendering: Rendering) -> None:
        self._store = store
        self._rendering = rendering
        limited = rendering.settings.rate_limit > 0
        self._by_address = Limiter(_PER_ADDRESS * limited, _ADDRESS_BURST)
        self._by_mailbox = Limiter(_PER_MAILBOX * limited, _MAILBOX_BURST)

    def routes(self) -> list[Route]:
        """Return their paths."""
        told = self._rendering.told
        return [
            Route("/sign-in", told(self._show), methods=["GET"]),
            Route("/sign-in", told(self._password), methods=["POST"]),
            Route("/sign-in/passkey", told(self._passkey), methods=["POST"]),
            Route("/sign-in/code", told(self._code), methods=["POST"]),
            Route("/sign-in/recovery", told(self._show_recovery), methods=["GET"]),
            Route("/sign-in/recovery", told(self._recovery), methods=["POST"]),
            Route("/sign-out", told(self._sign_out), methods=["POST"]),
        ]

    async def _show(self, request: Request) -> Response:
        if await joining.is_empty(self._store):
            raise NotFoundError(
                "Nothing is set up here yet: open the link that the controller's log shows."
            )
        return self._form(request.query_params.get("next", "/"))

    def _form(
        self, target: str, *, email: str = "", error: GatescaleError | None = None
    ) -> Response:
        return self._rendering.page(
            "sign_in.html",
            status=error.status if error else 200,
            options=passkeys.request(self._store, self._rendering.party),
            target=local(target),
            email=email,
            error=error.detail if error else "",
        )

    async def _passkey(self, request: Request) -> Response:
        form = await self._rendering.form(request)
        target = form.get("next", "/")
        try:
            self._throttle(request, "")
            done = await ways_in.by_passkey(
                self._store, self._rendering.party, form.get("credential", ""), browser(request)
            )
        except GatescaleError as error:
            return self._form(target, error=error)
        return self._rendering.signed_in(done, local(target))

    async def _password(self, request: Request) -> Response:
        form = await self._rendering.form(request)
        email, target = form.get("email", ""), form.get("next", "/")
        try:
            self._throttle(request, email)
            rows = await ways_in.of_password(self._store, email, form.get("password", ""))
        except GatescaleError as error:
            return self._form(target, email=email, error=error)
        known = [_Known(row["tenant_id"], row["user_id"], row["name"]) for row in rows]
        ticket = tickets.issue(self._store, _PURPOSE, _Passed(email, known))
        return self._code_form(ticket, known, target)

    def _code_form(
        self,
        ticket: str,
        known: list[_Known],
        target: str,
        error: GatescaleError | None = None,
    ) -> Response:
        return self._rendering.page(
            "code.html",
            status=error.status if error else 200,
            ticket=ticket,
            tenants=[(each.tenant_id, each.name) for each in known],
            target=local(target),
            error=error.detail if error else "",
        )

    async def _code(self, request: Request) -> Response:
        form = await self._rendering.form(request)
        ticket, target = form.get("ticket", ""), form.get("next", "/")
        passed = tickets.read(self._store, _PURPOSE, ticket, _Passed)
        wanted = form.get("tenant", passed.known[0].tenant_id)
        chosen = next((each for each in passed.known if each.tenant_id == wanted), passed.known[0])
        try:
            self._throttle(request, passed.email)
            done = await ways_in.by_code(
                self._store,
                (chosen.tenant_id, chosen.user_id),
                form.get("code", ""),
                browser(request),
            )
        except UnauthorizedError as error:
            return self._code_form(ticket, passed.known, target, error)
        await tickets.spend(self._store, ticket)
        return self._rendering.signed_in(done, local(target))

    async def _show_recovery(self, _: Request) -> Response:
        return self._rendering.page("recovery.html", email="", error="")

    async def _recovery(self, request: Request) -> Response:
        form = await self._rendering.form(request)
        email = form.get("email", "")
        try:
            self._throttle(request, email)
            done = await ways_in.by_recovery_code(
                self._store, email, form.get("code", ""), browser(request)
            )
        except GatescaleError as error:
            return self._rendering.page(
                "recovery.html", status=error.status, email=email, error=error.detail
            )
        return self._rendering.signed_in(done, "/account")

    async def _sign_out(self, request: Request) -> Response:
        await self._rendering.form(request)
        answer = RedirectResponse("/sign-in", status_code=303)
        clear_cookie(answer, self._rendering.settings.public_url)
        try:
            async with self._store.reader() as reader:
                caller = await browser_sessions.authenticate(
                    reader, self._rendering.cookie(request), browser(request).origin
                )
        except UnauthorizedError:
            return answer
        async with self._store.writing(caller) as transaction:
            user_id = str(caller.id)
            await browser_sessions.end(transaction, user_id, str(caller.session))
            transaction.record("signOut", Target("user", user_id, caller.name))
        return answer

    def _throttle(self, request: Request, email: str) -> None:
        """Count a try, of an address and of a mailbox.

        Raises:
            TooManyRequestsError: there were too many.
        """
        now = time.monotonic()
        self._by_address.take(browser(request).origin or "", now)
        if email:
            try:
                self._by_mailbox.take(mailbox(email), now)
            except InvalidError:
                return
