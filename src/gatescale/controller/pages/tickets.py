"""What a form of two steps carries from the first to the second: sealed, for minutes, good once."""

import base64
import binascii
from typing import TypeVar

import msgspec
import sqlalchemy as sa

from gatescale.controller.clock import later, stamp
from gatescale.controller.store import tables
from gatescale.controller.store.database import DuplicateError
from gatescale.controller.store.session import Store
from gatescale.controller.vault import hashed
from gatescale.errors import GoneError, InvalidError

_MINUTES = 10
_GONE = "The page was open for too long, or was sent twice; begin again."

T = TypeVar("T")


class _Ticket(msgspec.Struct, frozen=True):
    until: str
    content: msgspec.Raw


def issue(store: Store, purpose: str, content: object) -> str:
    """Return a ticket; only the controller can read what is in it."""
    until = later(store.clock(), minutes=_MINUTES)
    ticket = _Ticket(until, msgspec.Raw(msgspec.json.encode(content)))
    sealed = store.vault.seal(msgspec.json.encode(ticket), f"ticket: {purpose}")
    return base64.urlsafe_b64encode(sealed).decode()


def read(store: Store, purpose: str, ticket: str, shape: type[T]) -> T:
    """Return what is in a ticket.

    Raises:
        GoneError: it is none of this purpose, or has lapsed.
    """
    try:
        plain = store.vault.unseal(base64.urlsafe_b64decode(ticket), f"ticket: {purpose}")
    except (InvalidError, binascii.Error, ValueError):
        raise GoneError(_GONE) from None
    found = msgspec.json.decode(plain, type=_Ticket)
    if found.until <= stamp(store.clock()):
        raise GoneError(_GONE)
    return msgspec.json.decode(found.content, type=shape)


_SPEND = sa.insert(tables.spent_challenges).values(
    hash=sa.bindparam("spent"), expires_at=sa.bindparam("until")
)


async def spend(store: Store, ticket: str) -> None:
    """Make a ticket worthless.

    Raises:
        GoneError: it is already.
    """
    until = later(store.clock(), minutes=_MINUTES)
    try:
        await store.run_anywhere(_SPEND, spent=hashed(ticket), until=until)
    except DuplicateError:
        raise GoneError(_GONE) from None
