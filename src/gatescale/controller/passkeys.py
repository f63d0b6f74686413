"""Passkeys: key pairs that people's devices keep and prove (WebAuthn Level 3).

A ceremony's challenge is vouched for by the controller's HMAC, so that any replica can check the
answer; one that was answered is remembered until it lapses.
"""

import ipaddress
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import msgspec
import sqlalchemy as sa
import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from gatescale.controller.clock import later, stamp
from gatescale.controller.store import tables
from gatescale.controller.store.database import DuplicateError, Row
from gatescale.controller.store.session import Store, TenantSession, Transaction, new_id
from gatescale.controller.vault import hashed
from gatescale.errors import ConflictError, UnauthorizedError

CHALLENGE_SECONDS = 600
"""How long people may look at a page before they touch their authenticator."""
_NAME = "Gatescale"
_REFUSED = "This passkey could not be checked; reload the page and try again."

k, u = tables.passkeys, tables.users
_id = sa.bindparam("id", type_=sa.String)
_user_id = sa.bindparam("user_id", type_=sa.String)


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """Whom passkeys are made for: the controller, by its public URL.

    Attributes:
        id: its host name; empty where it is an address, for which there are no passkeys.
        origin: scheme, host and port, as browsers state them.
    """

    id: str
    origin: str

    @classmethod
    def of(cls, public_url: str) -> "RelyingParty":
        """Return the relying party that has this URL."""
        parts = urlsplit(public_url)
        host = parts.hostname or ""
        try:
            ipaddress.ip_address(host)
        except ValueError:
            secure = parts.scheme == "https" or host == "localhost"
            return cls(host if secure else "", f"{parts.scheme}://{parts.netloc}")
        return cls("", f"{parts.scheme}://{parts.netloc}")


@dataclass(frozen=True, slots=True)
class Holder:
    """Who makes a passkey.

    Attributes:
        handle: names them towards their authenticator; 1 to 64 bytes.
        email: what the authenticator shows; the page fills it in where it is not known yet.
        known: credential ids that they have already.
    """

    handle: bytes
    email: str
    known: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """A passkey that an authenticator just made."""

    credential_id: str
    public_key: bytes
    sign_count: int


def creation(store: Store, party: RelyingParty, holder: Holder) -> str:
    """Return what a browser needs to make a passkey, for ``parseCreationOptionsFromJSON``.

    Args:
        store: vouches for the challenge.
        party: the controller.
        holder: whose it will be.

    Returns:
        JSON; empty where the controller is reached by an address, for which there are none.
    """
    if not party.id:
        return ""
    options = webauthn.generate_registration_options(
        rp_id=party.id,
        rp_name=_NAME,
        user_id=holder.handle,
        user_name=holder.email,
        user_display_name=holder.email,
        challenge=_challenge(store, "make"),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=base64url_to_bytes(each)) for each in holder.known
        ],
    )
    return webauthn.options_to_json(options)


def request(store: Store, party: RelyingParty) -> str:
    """Return what a browser needs to use a passkey, for ``parseRequestOptionsFromJSON``.

    Returns:
        JSON; empty where the controller is reached by an address, for which there are none.
    """
    if not party.id:
        return ""
    options = webauthn.generate_authentication_options(
        rp_id=party.id,
        challenge=_challenge(store, "use"),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)


async def made(store: Store, party: RelyingParty, credential: str) -> Made:
    """Return the passkey that a browser says was made.

    Raises:
        UnauthorizedError: the answer is not to a challenge of ours, or does not prove its key.
    """
    challenge = await _answered(store, credential, "make")
    try:
        verified = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError):
        raise UnauthorizedError(_REFUSED) from None
    return Made(
        bytes_to_base64url(verified.credential_id),
        verified.credential_public_key,
        verified.sign_count,
    )


_BY_CREDENTIAL = (
    sa.select(k.c.tenant_id, k.c.id, k.c.user_id, k.c.public_key, k.c.sign_count, u.c.status)
    .select_from(k.join(u))
    .where(k.c.credential_id == sa.bindparam("credential_id"))
)


async def used(store: Store, party: RelyingParty, credential: str) -> tuple[Row, int]:
    """Return the passkey that a browser proved to hold, and how often it signed.

    Raises:
        UnauthorizedError: it is not known here, or does not prove its key; or its user is not
            active.
    """
    challenge = await _answered(store, credential, "use")
    row = await store.first_anywhere(_BY_CREDENTIAL, credential_id=_credential_id(credential))
    if row is None:
        raise UnauthorizedError("This passkey is not known here; sign in another way.")
    try:
        verified = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=bytes(row["public_key"]),
            credential_current_sign_count=row["sign_count"],
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError):
        raise UnauthorizedError(_REFUSED) from None
    if row["status"] != "ACTIVE":
        raise UnauthorizedError("Your account is not active; ask your administrator.")
    return row, verified.new_sign_count


_COUNT = (
    sa.update(k)
    .where(k.c.id == _id)
    .values(sign_count=sa.bindparam("count"), last_used=sa.bindparam("at", type_=sa.String))
)
_OF_USER = (
    sa.select(k.c.id, k.c.created_at, k.c.name, k.c.credential_id, k.c.last_used)
    .where(k.c.user_id == _user_id)
    .order_by(k.c.created_at, k.c.id)
)
_DELETE = sa.delete(k).where(k.c.user_id == _user_id, k.c.id == _id)
_DELETE_ALL = sa.delete(k).where(k.c.user_id == _user_id)


async def note_used(transaction: Transaction, passkey_id: str, count: int) -> None:
    """Note that a passkey was used, and how often it signed."""
    await transaction.run(_COUNT, id=passkey_id, count=count, at=transaction.stamp)


async def of_user(session: TenantSession, user_id: str) -> list[Row]:
    """Return a user's passkeys, oldest first."""
    return list(await session.all(_OF_USER, user_id=user_id))


async def keep(transaction: Transaction, user_id: str, name: str, passkey: Made) -> None:
    """Give a user a passkey.

    Raises:
        ConflictError: somebody has it already.
    """
    row = {
        "id": new_id(),
        "created_at": transaction.stamp,
        "updated_at": transaction.stamp,
        "user_id": user_id,
        "name": name,
        "credential_id": passkey.credential_id,
        "public_key": passkey.public_key,
        "sign_count": passkey.sign_count,
    }
    try:
        await transaction.insert(k, row)
    except DuplicateError:
        raise ConflictError("This passkey is in use already.") from None


async def forget(transaction: Transaction, user_id: str, passkey_id: str) -> bool:
    """Take a passkey away; tell whether there was one."""
    return bool(await transaction.run(_DELETE, user_id=user_id, id=passkey_id))


async def forget_all(transaction: Transaction, user_id: str) -> None:
    """Take all of a user's passkeys away."""
    await transaction.run(_DELETE_ALL, user_id=user_id)


def _challenge(store: Store, purpose: str) -> bytes:
    until = later(store.clock(), seconds=CHALLENGE_SECONDS)
    text = f"{purpose}|{until}|{secrets.token_urlsafe(16)}"
    return f"{text}|{store.vault.mac(f'passkey|{text}')}".encode()


_SPEND = sa.insert(tables.spent_challenges).values(
    hash=sa.bindparam("spent"), expires_at=sa.bindparam("until")
)


async def _answered(store: Store, credential: str, purpose: str) -> bytes:
    """Return the challenge that an answer is to, which no other answer is to."""
    challenge = _stated_challenge(credential)
    text, _, mac = challenge.rpartition("|")
    if not store.vault.is_mac(mac, f"passkey|{text}"):
        raise UnauthorizedError(_REFUSED)
    meant, until, _ = text.split("|")
    if meant != purpose or until <= stamp(store.clock()):
        raise UnauthorizedError("The page was open for too long; reload it and try again.")
    try:
        await store.run_anywhere(_SPEND, spent=hashed(challenge), until=until)
    except DuplicateError:
        raise UnauthorizedError(_REFUSED) from None
    return challenge.encode()


class _Response(msgspec.Struct, rename="camel"):
    client_data_json: str = msgspec.field(name="clientDataJSON")


class _Credential(msgspec.Struct):
    id: str
    response: _Response


class _ClientData(msgspec.Struct):
    challenge: str


def _stated_challenge(credential: str) -> str:
    answer = _read(credential.encode(), _Credential)
    try:
        data = base64url_to_bytes(answer.response.client_data_json)
        return base64url_to_bytes(_read(data, _ClientData).challenge).decode()
    except ValueError:
        raise UnauthorizedError(_REFUSED) from None


def _credential_id(credential: str) -> str:
    return str(_read(credential.encode(), _Credential).id)


def _read(text: bytes, shape: Any) -> Any:
    try:
        return msgspec.json.decode(text, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise UnauthorizedError(_REFUSED) from None
