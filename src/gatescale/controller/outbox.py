"""Mails to send, as rows: written with the change that asks for them, sent after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from gatescale.controller.store import tables
from gatescale.controller.store.session import Transaction, new_id

SEAL_PURPOSE = "outbox"


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to write.

    Attributes:
        template: name of its two templates, text and HTML.
        values: what they say; may hold secrets, so they are sealed until the mail is sent.
    """

    recipient: str
    template: str
    values: dict[str, Any]


class Content(msgspec.Struct):
    """What is sealed in an outbox row."""

    template: str
    values: dict[str, Any]


async def post(transaction: Transaction, mails: Sequence[Mail]) -> None:
    """Put mails into the outbox; they are sent once the transaction is committed."""
    rows = []
    for mail in mails:
        mail_id = new_id()
        content = msgspec.json.encode(Content(mail.template, mail.values))
        rows.append(
            {
                "id": mail_id,
                "created_at": transaction.stamp,
                "recipient": mail.recipient,
                "message_id": f"<{mail_id}@gatescale>",
                "content": transaction.vault.seal(content, SEAL_PURPOSE),
                "attempts": 0,
                "next_attempt": transaction.stamp,
            }
        )
    await transaction.insert(tables.outbox, *rows)
