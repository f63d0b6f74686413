"""Joining: making the first tenant, accepting an invitation, setting up sign-in anew.

Whoever holds the page's link chooses how to sign in: a passkey at once, or a password in a second
step that shows that their app knows its secret. Nothing is stored before that.
"""

import secrets
import uuid
from dataclasses import dataclass

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gatescale.contract.fields import Name
from gatescale.contract.users import UpdateUser
from gatescale.controller import emails, enrolments, joining, passkeys, passwords
from gatescale.controller.pages import tickets
from gatescale.controller.pages.rendering import Rendering, browser, qr
from gatescale.controller.passkeys import Holder, Made
from gatescale.controller.passwords import Chosen
from gatescale.controller.store.database import Row
from gatescale.controller.store.session import Store
from gatescale.errors import ForbiddenError, GatescaleError, InvalidError

_FIRST_RUN_TARGET = "/welcome"
_TARGET = "/my-devices"


@dataclass(frozen=True, slots=True)
class _Guest:
    """Whom a page is for.

    Attributes:
        kind: first-run, invitation or link.
        tenant: name of the tenant; empty where they are to make it.
        email: theirs; empty where they are to say it.
        state: the link's row; None for the first run.
        allows_passwords: whether they may choose one.
    """

    kind: str
    tenant: str = ""
    email: str = ""
    state: Row | None = None
    allows_passwords: bool = True


class _Filled(msgspec.Struct, frozen=True):
    """What was filled in, on the way to the second step."""

    organisation: str
    email: str
    first_name: str
    last_name: str
    password_hash: str = ""
    totp: str = ""


class Joining:
    """The pages of joining."""

    def __init__(self, store: Store, rendering: Rendering) -> None:
        self._store = store
        self._rendering = rendering

    def routes(self) -> list[Route]:
        """Return their paths."""
        told = self._rendering.told
        found = []
        for path in ("/first-run/{secret}", "/invitations/{secret}", "/sign-in/links/{secret}"):
            found += [
                Route(path, told(self._show), methods=["GET"]),
                Route(path, told(self._choose), methods=["POST"]),
                Route(f"{path}/code", told(self._confirm), methods=["POST"]),
            ]
        return found

    async def _guest(self, request: Request) -> _Guest:
        secret = request.path_params["secret"]
        path = request.url.path
        if path.startswith("/first-run/"):
            await joining.refuse_strangers(self._store, secret)
            return _Guest("first-run")
        invited = path.startswith("/invitations/")
        state = await enrolments.opened(self._store, secret, "INVITATION" if invited else "SIGN_IN")
        tenant = await joining.tenant(self._store, state["tenant_id"])
        kind = "invitation" if invited else "link"
        return _Guest(kind, tenant["name"], state["email"], state, bool(tenant["allows_passwords"]))

    async def _show(self, request: Request) -> Response:
        guest = await self._guest(request)
        state = guest.state
        filled = _Filled(
            "",
            guest.email,
            (state["first_name"] or "") if state else "",
            (state["last_name"] or "") if state else "",
        )
        return self._form(request, guest, filled)

    def _form(
        self, request: Request, guest: _Guest, filled: _Filled, error: GatescaleError | None = None
    ) -> Response:
        handle = uuid.UUID(guest.state["user_id"]).bytes if guest.state else secrets.token_bytes(32)
        errors = {v.pointer.removeprefix("/"): v.detail for v in error.violations} if error else {}
        return self._rendering.page(
            "joining.html",
            status=error.status if error else 200,
            action=request.url.path.removesuffix("/code"),
            link=f"{self._rendering.settings.public_url}{request.url.path}",
            guest=guest,
            filled=filled,
            options=passkeys.creation(
                self._store, self._rendering.party, Holder(handle, filled.email or "you")
            ),
            error=error.detail if error and not errors else "",
            errors=errors,
            min_length=passwords.MIN_LENGTH,
        )

    async def _choose(self, request: Request) -> Response:
        guest = await self._guest(request)
        form = await self._rendering.form(request)
        filled = _Filled(
            form.get("organisation", ""),
            guest.email or form.get("email", ""),
            form.get("firstName", ""),
            form.get("lastName", ""),
        )
        try:
            _refuse_wrong(guest, filled)
            if credential := form.get("credential"):
                party = self._rendering.party
                made = await passkeys.made(self._store, party, credential)
                return await self._join(request, guest, filled, made)
            if not guest.allows_passwords:
                raise ForbiddenError("Your organisation signs in by passkeys only.")
            passwords.refuse_weak(form.get("password", ""), filled.email)
        except GatescaleError as error:
            return self._form(request, guest, filled, error)
        with_password = msgspec.structs.replace(
            filled,
            password_hash=await passwords.hash_of(form["password"]),
            totp=passwords.new_totp(),
        )
        return self._totp(request, guest, with_password)

    def _totp(
        self, request: Request, guest: _Guest, filled: _Filled, error: GatescaleError | None = None
    ) -> Response:
        uri = passwords.totp_uri(filled.totp, filled.email, guest.tenant or filled.organisation)
        return self._rendering.page(
            "totp.html",
            status=error.status if error else 200,
            action=f"{request.url.path.removesuffix('/code')}/code",
            ticket=tickets.issue(self._store, request.path_params["secret"], filled),
            qr=qr(uri),
            secret=" ".join(filled.totp[at : at + 4] for at in range(0, len(filled.totp), 4)),
            error=error.detail if error else "",
        )

    async def _confirm(self, request: Request) -> Response:
        guest = await self._guest(request)
        form = await self._rendering.form(request)
        ticket = form.get("ticket", "")
        filled = tickets.read(self._store, request.path_params["secret"], ticket, _Filled)
        step = passwords.step_of(filled.totp, form.get("code", ""), self._store.clock())
        if step is None:
            error = InvalidError("This code is not right now; type the one that the app shows.")
            return self._totp(request, guest, filled, error)
        await tickets.spend(self._store, ticket)
        way = Chosen(filled.password_hash, filled.totp, step)
        return await self._join(request, guest, filled, way)

    async def _join(
        self, request: Request, guest: _Guest, filled: _Filled, way: Made | Chosen
    ) -> Response:
        names = UpdateUser(first_name=filled.first_name or None, last_name=filled.last_name or None)
        seen = browser(request)
        if guest.state is None:
            done = await joining.found(
                self._store, filled.organisation, filled.email, names, way=way, browser=seen
            )
            return self._rendering.signed_in(done, _FIRST_RUN_TARGET)
        is_new = guest.kind == "invitation"
        said = names if filled.first_name or filled.last_name else None
        done = await joining.accept(
            self._store, guest.state, said if is_new else None, way=way, browser=seen
        )
        return self._rendering.signed_in(done, _TARGET if is_new else "/")


def _refuse_wrong(guest: _Guest, filled: _Filled) -> None:
    """Refuse fields that cannot be taken, before anybody touches an authenticator for them."""
    if guest.kind == "first-run":
        _refuse_no_name(filled.organisation, "organisation", "Your organisation's name")
        try:
            emails.mailbox(filled.email)
        except InvalidError as error:
            raise InvalidError(error.detail, pointer="/email") from None
    for value, field in ((filled.first_name, "firstName"), (filled.last_name, "lastName")):
        if value:
            _refuse_no_name(value, field, "A name")


def _refuse_no_name(value: str, field: str, what: str) -> None:
    try:
        msgspec.convert(value, type=Name)
    except msgspec.ValidationError:
        detail = f"{what} has 1 to 100 characters, none of them invisible."
        raise InvalidError(detail, pointer=f"/{field}") from None
