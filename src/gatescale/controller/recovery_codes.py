"""Recovery codes: on paper, each good once, for who lost the other ways to sign in."""

import secrets

import sqlalchemy as sa

from gatescale.controller.store import tables
from gatescale.controller.store.session import TenantSession, Transaction
from gatescale.controller.vault import hashed

COUNT = 10
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
_GROUPS, _GROUP_LENGTH = 4, 4
"""Sixteen letters of thirty-one: 79 random bits, enough to be kept as a plain hash."""

r = tables.recovery_codes
_user_id = sa.bindparam("user_id", type_=sa.String)
_FORGET = sa.delete(r).where(r.c.user_id == _user_id)
_SPEND = sa.delete(r).where(r.c.user_id == _user_id, r.c.hash == sa.bindparam("hash"))
_LEFT = sa.select(sa.func.count().label("count")).select_from(r).where(r.c.user_id == _user_id)


async def renew(transaction: Transaction, user_id: str) -> list[str]:
    """Give a user new codes in place of the old; this is their only copy."""
    codes = [
        "-".join(
            "".join(secrets.choice(_ALPHABET) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS)
        )
        for _ in range(COUNT)
    ]
    await transaction.run(_FORGET, user_id=user_id)
    rows = ({"user_id": user_id, "hash": hashed(code)} for code in codes)
    await transaction.insert(r, *rows)
    return codes


async def spend(transaction: Transaction, user_id: str, code: str) -> bool:
    """Tell whether a code is one of the user's, and make it worthless."""
    plain = "".join(letter for letter in code.lower() if letter.isalnum())
    groups = (plain[at : at + _GROUP_LENGTH] for at in range(0, len(plain), _GROUP_LENGTH))
    return bool(await transaction.run(_SPEND, user_id=user_id, hash=hashed("-".join(groups))))


async def left(session: TenantSession, user_id: str) -> int:
    """Return how many codes a user has."""
    row = await session.first(_LEFT, user_id=user_id)
    return int(row["count"]) if row else 0
