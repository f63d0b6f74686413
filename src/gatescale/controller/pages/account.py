"""One's own account: ways to sign in, recovery codes, and where one is signed in."""

import uuid

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from gatescale.controller import (
    browser_sessions,
    joining,
    passkeys,
    passwords,
    recovery_codes,
)
from gatescale.controller.caller import Caller
from gatescale.controller.cookies import clear_cookie
from gatescale.controller.pages import tickets
from gatescale.controller.pages.rendering import Handler, Rendering, browser, qr
from gatescale.controller.passkeys import Holder
from gatescale.controller.passwords import Chosen
from gatescale.controller.store.session import Store, Target, Transaction
from gatescale.errors import (
    ConflictError,
    ForbiddenError,
    GatescaleError,
    InvalidError,
    NotFoundError,
    UnauthorizedError,
)

_PURPOSE = "new password"
_NAME_LENGTH = 100


class _Wanted(msgspec.Struct, frozen=True):
    password_hash: str
    totp: str


class Account:
    """The pages of one's own account."""

    def __init__(self, store: Store, rendering: Rendering) -> None:
        self._store = store
        self._rendering = rendering

    def routes(self) -> list[Route]:
        """Return their paths."""
        posts = {
            "/account/passkeys": self._add_passkey,
            "/account/passkeys/{id}/remove": self._remove_passkey,
            "/account/password": self._password,
            "/account/password/code": self._password_code,
            "/account/recovery-codes": self._recovery_codes,
            "/account/sessions/{id}/end": self._end_session,
            "/account/sign-out-everywhere": self._end_all,
        }
        return [
            Route("/account", self._asked(self._show), methods=["GET"]),
            *(Route(path, self._asked(post), methods=["POST"]) for path, post in posts.items()),
        ]

    def _asked(self, handler: Handler) -> Handler:
        """Return the handler for those who are signed in; others sign in first."""

        async def handle(request: Request) -> Response:
            try:
                return await handler(request)
            except UnauthorizedError:
                return RedirectResponse("/sign-in?next=/account", status_code=303)
            except GatescaleError as error:
                if request.method != "POST" or isinstance(error, NotFoundError):
                    raise
                return await self._page(request, error)

        return self._rendering.told(handle)

    async def _caller(self, request: Request) -> Caller:
        async with self._store.reader() as reader:
            return await browser_sessions.authenticate(
                reader, self._rendering.cookie(request), browser(request).origin
            )

    async def _show(self, request: Request) -> Response:
        return await self._page(request)

    async def _page(self, request: Request, error: GatescaleError | None = None) -> Response:
        caller = await self._caller(request)
        user_id = str(caller.id)
        tenant = await joining.tenant(self._store, caller.tenant_id)
        async with self._store.reading(caller) as session:
            keys = await passkeys.of_user(session, user_id)
            password = await passwords.of_user(session, user_id)
            left = await recovery_codes.left(session, user_id)
            sessions = await browser_sessions.of_user(session, user_id)
        known = tuple(key["credential_id"] for key in keys)
        holder = Holder(uuid.UUID(user_id).bytes, caller.name, known)
        return self._rendering.page(
            "account.html",
            status=error.status if error else 200,
            email=caller.name,
            tenant=tenant,
            passkeys=keys,
            password=password,
            codes_left=left,
            sessions=sessions,
            current=caller.session,
            options=passkeys.creation(self._store, self._rendering.party, holder),
            min_length=passwords.MIN_LENGTH,
            error=error.detail if error else "",
        )

    async def _add_passkey(self, request: Request) -> Response:
        caller = await self._caller(request)
        form = await self._rendering.form(request)
        party = self._rendering.party
        async with self._store.reading(caller) as session:
            await browser_sessions.refuse_stale(session)
        made = await passkeys.made(self._store, party, form.get("credential", ""))
        name = form.get("name", "")[:_NAME_LENGTH] or "Passkey"
        async with self._store.writing(caller) as transaction:
            await browser_sessions.recheck(transaction)
            await passkeys.keep(transaction, str(caller.id), name, made)
            _record(transaction, "addPasskey")
        return _back()

    async def _remove_passkey(self, request: Request) -> Response:
        caller = await self._caller(request)
        await self._rendering.form(request)
        async with self._store.writing(caller) as transaction:
            await browser_sessions.recheck(transaction)
            await browser_sessions.refuse_stale(transaction)
            await passkeys.forget(transaction, str(caller.id), request.path_params["id"])
            if not await _has_way(transaction):
                raise ConflictError("This is your only way to sign in; add another one first.")
            _record(transaction, "removePasskey")
        return _back()

    async def _password(self, request: Request) -> Response:
        caller = await self._caller(request)
        form = await self._rendering.form(request)
        tenant = await joining.tenant(self._store, caller.tenant_id)
        if not tenant["allows_passwords"]:
            raise ForbiddenError("Your organisation signs in by passkeys only.")
        async with self._store.reading(caller) as session:
            await browser_sessions.refuse_stale(session)
        passwords.refuse_weak(form.get("password", ""), caller.name)
        wanted = _Wanted(await passwords.hash_of(form["password"]), passwords.new_totp())
        return self._totp(caller, tenant["name"], wanted)

    def _totp(
        self, caller: Caller, tenant: str, wanted: _Wanted, error: GatescaleError | None = None
    ) -> Response:
        return self._rendering.page(
            "totp.html",
            status=error.status if error else 200,
            action="/account/password/code",
            ticket=tickets.issue(self._store, f"{_PURPOSE} {caller.id}", wanted),
            qr=qr(passwords.totp_uri(wanted.totp, caller.name, tenant)),
            secret=" ".join(wanted.totp[at : at + 4] for at in range(0, len(wanted.totp), 4)),
            error=error.detail if error else "",
        )

    async def _password_code(self, request: Request) -> Response:
        caller = await self._caller(request)
        form = await self._rendering.form(request)
        ticket = form.get("ticket", "")
        wanted = tickets.read(self._store, f"{_PURPOSE} {caller.id}", ticket, _Wanted)
        step = passwords.step_of(wanted.totp, form.get("code", ""), self._store.clock())
        if step is None:
            tenant = await joining.tenant(self._store, caller.tenant_id)
            error = InvalidError("This code is not right now; type the one that the app shows.")
            return self._totp(caller, tenant["name"], wanted, error)
        await tickets.spend(self._store, ticket)
        async with self._store.writing(caller) as transaction:
            await browser_sessions.recheck(transaction)
            chosen = Chosen(wanted.password_hash, wanted.totp, step)
            await passwords.keep(transaction, str(caller.id), chosen)
            _record(transaction, "changePassword")
        return _back()

    async def _recovery_codes(self, request: Request) -> Response:
        caller = await self._caller(request)
        await self._rendering.form(request)
        async with self._store.writing(caller) as transaction:
            await browser_sessions.recheck(transaction)
            await browser_sessions.refuse_stale(transaction)
            codes = await recovery_codes.renew(transaction, str(caller.id))
            _record(transaction, "renewRecoveryCodes")
        return self._rendering.page("codes.html", codes=codes, target="/account")

    async def _end_session(self, request: Request) -> Response:
        caller = await self._caller(request)
        await self._rendering.form(request)
        async with self._store.writing(caller) as transaction:
            await browser_sessions.recheck(transaction)
            session_id = request.path_params["id"]
            if await browser_sessions.end(transaction, str(caller.id), session_id):
                _record(transaction, "endSession")
        return _back()

    async def _end_all(self, request: Request) -> Response:
        caller = await self._caller(request)
        await self._rendering.form(request)
        async with self._store.writing(caller) as transaction:
            await browser_sessions.end_all(transaction, str(caller.id))
            _record(transaction, "signOutEverywhere")
        answer = RedirectResponse("/sign-in", status_code=303)
        clear_cookie(answer, self._rendering.settings.public_url)
        return answer


async def _has_way(transaction: Transaction) -> bool:
    user_id = str(transaction.caller.id)
    return bool(
        await passkeys.of_user(transaction, user_id)
        or await passwords.of_user(transaction, user_id)
    )


def _record(transaction: Transaction, operation: str) -> None:
    caller = transaction.caller
    transaction.record(operation, Target("user", caller.id, caller.name))


def _back() -> Response:
    return RedirectResponse("/account", status_code=303)
