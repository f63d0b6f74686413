"""Repeats of a request: the same Idempotency-Key and body get the first answer, once made.

The answer is stored in the transaction of the change itself, so a repeat after a crash finds both
or neither; repeats at the same time queue behind the tenant's revision.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from gatescale.controller.clock import later
from gatescale.controller.store import tables
from gatescale.controller.store.session import Store, Transaction
from gatescale.errors import InvalidError

LIFETIME_HOURS = 24
"""How long an answer is kept (API contract, section 1)."""

_SEAL_PURPOSE = "idempotent answer"

t = tables.idempotency_keys
_KEPT = sa.select(t.c.request_hash, t.c.status, t.c.revision, t.c.answer).where(
    t.c.caller_id == sa.bindparam("caller"),
    t.c.hash == sa.bindparam("hash"),
    t.c.created_at > sa.bindparam("since"),
)
_FORGET = sa.delete(t).where(
    t.c.caller_id == sa.bindparam("caller"), t.c.hash == sa.bindparam("hash")
)
_LAPSED = sa.delete(t).where(t.c.created_at <= sa.bindparam("since"))


@dataclass(frozen=True, slots=True)
class Repeatable:
    """A request that may be sent again.

    Attributes:
        key_hash: SHA-256 of the Idempotency-Key, hex.
        request_hash: SHA-256 of method, path and body, hex.
    """

    key_hash: str
    request_hash: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The first answer to a request: its status, body, and the revision that it made."""

    status: int
    body: bytes
    revision: int


async def first_answer(transaction: Transaction, request: Repeatable) -> Answered | None:
    """Return the answer to the request's first sending; None if this is the first.

    Raises:
        InvalidError: another request came under the same key.
    """
    row = await transaction.first(
        _KEPT,
        caller=transaction.caller.id,
        hash=request.key_hash,
        since=later(transaction.now, hours=-LIFETIME_HOURS),
    )
    if row is None:
        return None
    if row["request_hash"] != request.request_hash:
        raise InvalidError(
            "This Idempotency-Key came with another request; give each request its own.",
            pointer="header/Idempotency-Key",
        )
    body = transaction.vault.unseal(row["answer"], _SEAL_PURPOSE)
    return Answered(row["status"], body, row["revision"])


async def keep(transaction: Transaction, request: Repeatable, status: int, body: bytes) -> None:
    """Keep an answer for the request's repeats."""
    caller = transaction.caller.id
    await transaction.run(_FORGET, caller=caller, hash=request.key_hash)
    await transaction.insert(
        t,
        {
            "caller_id": caller,
            "hash": request.key_hash,
            "request_hash": request.request_hash,
            "status": status,
            "revision": transaction.revision,
            "answer": transaction.vault.seal(body, _SEAL_PURPOSE),
            "created_at": transaction.stamp,
        },
    )


async def forget_lapsed(store: Store) -> None:
    """Delete the answers that no repeat gets any more."""
    await store.run_anywhere(_LAPSED, since=later(store.clock(), hours=-LIFETIME_HOURS))
