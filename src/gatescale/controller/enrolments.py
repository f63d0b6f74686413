"""How devices come in: invitation links and one-time codes, each good for one device, once."""

import secrets
from collections.abc import Sequence

import sqlalchemy as sa

from gatescale.contract.devices import EnrolmentCode
from gatescale.contract.users import SignInLink
from gatescale.controller import devices, facts, outbox
from gatescale.controller.caller import Caller, system
from gatescale.controller.clock import later
from gatescale.controller.store import search, tables
from gatescale.controller.store.database import DuplicateError, Row
from gatescale.controller.store.folding import key
from gatescale.controller.store.session import Store, Target, TenantSession, Transaction, new_id
from gatescale.controller.store.statements import TENANT
from gatescale.controller.vault import hashed, is_signature, new_secret
from gatescale.errors import ConflictError, ForbiddenError, GoneError, NotFoundError
from gatescale.wire.messages import DeviceEnrolment, Enrolled, enrolment_proof

INVITATION_DAYS = 7
"""Days until an invitation lapses (API contract, section 4)."""

CODE_MINUTES = 60
"""Minutes until a code for a further device lapses."""

SIGN_IN_HOURS = 24
"""Hours until a link to a new way to sign in lapses."""

DEFAULT_MAX_DEVICES = 5

_WITHOUT_CLIENT = "WireGuard"

_CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_CODE_GROUPS, _CODE_GROUP_LENGTH = 5, 5

s, u, d = tables.enrolment_secrets, tables.users, tables.devices
_id = sa.bindparam("id", type_=sa.String)


async def invite(transaction: Transaction, people: Sequence[tuple[str, str]]) -> None:
    """Make an invitation and its mail for each (user id, email)."""
    rows, mails = [], []
    tenant = await transaction.find(_TENANT, "tenant")
    for user_id, email in people:
        secret = new_secret()
        rows.append(_row(transaction, user_id, "INVITATION", secret, days=INVITATION_DAYS))
        values = {"secret": secret, "tenant": tenant["name"], "days": INVITATION_DAYS}
        mails.append(outbox.Mail(email, "invitation", values))
    await transaction.insert(s, *rows)
    await outbox.post(transaction, mails)


_WITHDRAW = sa.delete(s).where(s.c.user_id == _id, s.c.used_at.is_(None))
_USER = sa.select(u.c.email, u.c.status).where(u.c.id == _id)


async def withdraw(transaction: Transaction, user_id: str) -> None:
    """Make the user's unused invitations and codes worthless."""
    await transaction.run(_WITHDRAW, id=user_id)


async def create_code(transaction: Transaction, user_id: str, public_url: str) -> EnrolmentCode:
    """Make a one-time code for a further device of an active user.

    Raises:
        NotFoundError: there is no such user.
        ConflictError: the user is not active.
    """
    row = await transaction.find(_USER, f"user {user_id}", id=user_id)
    if row["status"] != "ACTIVE":
        raise ConflictError(f"{row['email']} is not active; only active users add devices.")
    code = "-".join(
        "".join(secrets.choice(_CODE_ALPHABET) for _ in range(_CODE_GROUP_LENGTH))
        for _ in range(_CODE_GROUPS)
    )
    stored = _row(transaction, user_id, "CODE", code, minutes=CODE_MINUTES)
    await transaction.insert(s, stored)
    target = Target("user", user_id, row["email"])
    transaction.record("UsersController_createEnrolmentCode", target)
    return EnrolmentCode(
        id=stored["id"],
        code=code,
        link=f"{public_url}/enrolments/{code}",
        expires_at=stored["expires_at"],
    )


async def create_sign_in_link(
    transaction: Transaction, user_id: str, public_url: str
) -> SignInLink:
    """Make a one-time link by which a user sets up how they sign in, in place of what they had.

    Raises:
        NotFoundError: there is no such user.
        ConflictError: the user is not active.
    """
    row = await transaction.find(_USER, f"user {user_id}", id=user_id)
    if row["status"] != "ACTIVE":
        raise ConflictError(f"{row['email']} is not active; only active users sign in.")
    secret = new_secret()
    stored = _row(transaction, user_id, "SIGN_IN", secret, hours=SIGN_IN_HOURS)
    await transaction.insert(s, stored)
    target = Target("user", user_id, row["email"])
    transaction.record("UsersController_createSignInLink", target)
    return SignInLink(link=f"{public_url}/sign-in/links/{secret}", expires_at=stored["expires_at"])


def _row(
    transaction: Transaction, user_id: str, kind: str, secret: str, **lifetime: float
) -> dict[str, str]:
    return {
        "id": new_id(),
        "user_id": user_id,
        "kind": kind,
        "hash": hashed(secret),
        "created_at": transaction.stamp,
        "expires_at": later(transaction.now, **lifetime),
    }


# Looked up before the tenant is known: the hash of 256 random bits names its row alone.
_BY_HASH = sa.select(s.c.tenant_id, s.c.id, s.c.kind).where(s.c.hash == sa.bindparam("hash"))
_STATE = (
    sa.select(
        s.c.tenant_id,
        s.c.id,
        s.c.user_id,
        s.c.kind,
        s.c.expires_at,
        s.c.used_at,
        s.c.device_id,
        u.c.email,
        u.c.first_name,
        u.c.last_name,
        u.c.status,
    )
    .select_from(s.join(u))
    .where(s.c.id == _id)
)
_SPEND = (
    sa.update(s)
    .where(s.c.id == _id, s.c.used_at.is_(None))
    .values(used_at=sa.bindparam("at"), device_id=sa.bindparam("device"))
)


async def enrol(store: Store, request: DeviceEnrolment, origin: str | None) -> Enrolled:
    """Spend an invitation or code: the device becomes one of its user's.

    A device that repeats the request with the same identity key, because the answer was lost, gets
    the same answer.

    Raises:
        NotFoundError: no such link or code was ever given out.
        GoneError: it was used by another device, or has lapsed.
        ForbiddenError: the proof does not fit the identity key, or the user is deactivated.
        ConflictError: the user has as many devices as they may, or a key is in use.
    """
    if not is_signature(
        request.identity_key, request.proof, enrolment_proof(request.secret, request.public_key)
    ):
        raise ForbiddenError("The enrolment is not signed by the identity key that it names.")
    named = await store.first_anywhere(_BY_HASH, hash=hashed(request.secret))
    if named is None or named["kind"] == "SIGN_IN":
        raise NotFoundError(_UNKNOWN)
    caller = Caller(named["tenant_id"], "device", None, request.name, origin=origin)
    async with store.writing(caller) as transaction:
        state = await transaction.find(_STATE, "such link or code", id=named["id"])
        if state["used_at"] is not None:
            device_id = await _same_device(transaction, state, request)
        else:
            device_id = await _admit(transaction, state, request)
        return await _answer(transaction, device_id)


_UNKNOWN = "This link or code is not known here; ask for a new one."


async def opened(store: Store, secret: str, kind: str) -> Row:
    """Return who may set up how they sign in by a link, without spending it.

    Raises:
        NotFoundError: no such link was ever given out.
        GoneError: it was used, or has lapsed.
        ForbiddenError: the user is deactivated.
    """
    named = await store.first_anywhere(_BY_HASH, hash=hashed(secret))
    if named is None or named["kind"] != kind:
        raise NotFoundError(_UNKNOWN)
    async with store.reading(system(named["tenant_id"])) as session:
        state = await session.find(_STATE, "such link or code", id=named["id"])
        if state["used_at"] is not None:
            raise GoneError("This link was used already. If it was you, sign in.")
        _refuse_lapsed(session, state)
        return state


def _refuse_lapsed(session: TenantSession, state: Row) -> None:
    if state["expires_at"] <= session.stamp:
        raise GoneError("This link or code has lapsed; ask for a new one.")
    if state["status"] == "DEACTIVATED":
        raise ForbiddenError("Your account is deactivated; ask your administrator.")


async def spend(transaction: Transaction, state: Row, *, device_id: str | None = None) -> None:
    """Make a link or code worthless; whoever it invited is active from now on.

    Raises:
        GoneError: it was used meanwhile, or has lapsed.
        ForbiddenError: the user is deactivated.
    """
    _refuse_lapsed(transaction, state)
    at = transaction.stamp
    if not await transaction.run(_SPEND, id=state["id"], at=at, device=device_id):
        raise GoneError("This link or code was used already; it is good once.")
    if state["kind"] == "INVITATION":
        await transaction.run(_ACCEPT, id=state["user_id"], at=at)
        transaction.changed(*facts.put(await facts.users(transaction, [state["user_id"]])))


_IDENTITY = sa.select(d.c.identity_key, d.c.public_key).where(d.c.id == _id)


async def _same_device(transaction: Transaction, state: Row, request: DeviceEnrolment) -> str:
    device_id = state["device_id"]
    device = await transaction.first(_IDENTITY, id=device_id) if device_id else None
    presented = (request.identity_key, request.public_key)
    if device is None or (device["identity_key"], device["public_key"]) != presented:
        raise GoneError("This link or code was used already; it is good for one device, once.")
    return str(device_id)


_SPENT_HOST = (
    sa.update(tables.tenants)
    .where(tables.tenants.c.id == TENANT)
    .values(next_host=tables.tenants.c.next_host + 1)
    .returning((tables.tenants.c.next_host - 1).label("host"))
)
_ACCEPT = (
    sa.update(u)
    .where(u.c.id == _id)
    .values(status="ACTIVE", invited_until=None, updated_at=sa.bindparam("at"))
)


async def _admit(transaction: Transaction, state: Row, request: DeviceEnrolment) -> str:
    _refuse_lapsed(transaction, state)
    device_id = new_id()
    await _refuse_one_too_many(transaction, state["user_id"])
    await spend(transaction, state, device_id=device_id)
    await _insert_device(transaction, state, device_id, request)
    transaction.changed(*facts.put(await facts.devices(transaction, [device_id])))
    device = await devices.find(transaction, device_id)
    transaction.record("enrol", Target("device", device_id, request.name), after=device)
    return device_id


_PERSON = sa.select(u.c.id.label("user_id"), u.c.email, u.c.first_name, u.c.last_name).where(
    u.c.id == _id
)


async def add(transaction: Transaction, user_id: str, name: str, public_key: str) -> str:
    """Give a user a device without our client, by its WireGuard key alone; return its id.

    Raises:
        ConflictError: the user has as many devices as they may, or the key is in use.
    """
    owner = await transaction.find(_PERSON, f"user {user_id}", id=user_id)
    await _refuse_one_too_many(transaction, user_id)
    device_id = new_id()
    await _insert_device(
        transaction,
        owner,
        device_id,
        DeviceEnrolment(
            secret="",
            # No signature is by this key, so nobody opens a device's stream with it.
            identity_key=f"none:{device_id}",
            public_key=public_key,
            proof="",
            name=name,
            hardware_id=_WITHOUT_CLIENT,
            app_version=_WITHOUT_CLIENT,
        ),
    )
    transaction.changed(*facts.put(await facts.devices(transaction, [device_id])))
    device = await devices.find(transaction, device_id)
    target = Target("device", device_id, name)
    transaction.record("MeController_createDevice", target, after=device)
    return device_id


async def _insert_device(
    transaction: Transaction, state: Row, device_id: str, request: DeviceEnrolment
) -> None:
    now = transaction.stamp
    (number,) = await search.next_numbers(transaction, 1)
    row = {
        "id": device_id,
        "seq": number,
        "created_at": now,
        "updated_at": now,
        "user_id": state["user_id"],
        "name": request.name,
        "name_key": key(request.name),
        "active": True,
        "hardware_id": request.hardware_id,
        "app_version": request.app_version,
        "os": request.os or None,
        "public_key": request.public_key,
        "identity_key": request.identity_key,
        "host": await next_host(transaction),
        "online_until": now,
    }
    try:
        await transaction.insert(d, row)
    except DuplicateError:
        raise ConflictError(
            "A device with one of these keys is enrolled already; every device makes its own."
        ) from None
    owner = (state["email"], state["first_name"], state["last_name"])
    text = search.text_row(number, request.name, request.hardware_id, *owner)
    await transaction.insert(tables.device_search, text)


async def next_host(transaction: Transaction) -> int:
    """Return a host number of the tenant's tunnel networks that nobody ever had."""
    row = await transaction.find(_SPENT_HOST, "tenant")
    return int(row["host"])


_LIMIT = sa.select(
    u.c.max_devices,
    sa.select(sa.func.max(tables.groups.c.max_devices))
    .select_from(tables.group_members.join(tables.groups))
    .where(
        tables.group_members.c.tenant_id == u.c.tenant_id,
        tables.group_members.c.user_id == u.c.id,
    )
    .correlate(u)
    .scalar_subquery()
    .label("of_groups"),
    sa.select(sa.func.count())
    .select_from(d)
    .where(d.c.tenant_id == u.c.tenant_id, d.c.user_id == u.c.id)
    .correlate(u)
    .scalar_subquery()
    .label("held"),
).where(u.c.id == _id)


async def _refuse_one_too_many(transaction: Transaction, user_id: str) -> None:
    row = await transaction.find(_LIMIT, f"user {user_id}", id=user_id)
    limit = row["max_devices"]
    if limit is None:
        limit = DEFAULT_MAX_DEVICES if row["of_groups"] is None else row["of_groups"]
    if row["held"] >= limit:
        raise ConflictError(
            f"You have {row['held']} devices, and may have {limit}: ask your administrator to"
            " delete one or to raise the number. A deactivated device counts too."
        )


_TENANT = sa.select(tables.tenants.c.name, tables.tenants.c.network6).where(
    tables.tenants.c.id == TENANT
)
_DEVICE = sa.select(d.c.name, d.c.host).where(d.c.id == _id)


async def _answer(transaction: Transaction, device_id: str) -> Enrolled:
    tenant = await transaction.find(_TENANT, "tenant")
    device = await transaction.find(_DEVICE, f"device {device_id}", id=device_id)
    return Enrolled(
        agent_id=device_id,
        tenant_id=transaction.tenant_id,
        tenant_name=tenant["name"],
        name=device["name"],
        controller_key=transaction.vault.public_key,
        addresses=facts.tunnel_addresses(device["host"], tenant["network6"]),
    )
