"""Empties the outbox: claims a mail, sends it, deletes its row.

A claim pushes the next attempt ahead, so that another replica leaves the mail alone; it is
renewed while the batch is under way, and lapses soon after its controller dies. One that dies
between sending and deleting repeats the mail with the same Message-ID: SMTP can promise no more.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import msgspec
import sqlalchemy as sa
import structlog

from gatescale.controller import outbox
from gatescale.controller.clock import later, moment, stamp
from gatescale.controller.mail.compose import compose, stamped
from gatescale.controller.mail.transport import DeliveryError, Send, Transport
from gatescale.controller.settings import Settings
from gatescale.controller.store import tables
from gatescale.controller.store.database import Row
from gatescale.controller.store.session import Committed, Store
from gatescale.errors import InvalidError

log = structlog.get_logger()

CLAIM = timedelta(seconds=10)
_RENEWAL_SECONDS = 3.0
BATCH = 50
FIRST_RETRY = timedelta(seconds=2)
LAST_RETRY = timedelta(minutes=30)
_IDLE_SECONDS = 5.0

o = tables.outbox
_id = sa.bindparam("mail_id", type_=sa.String)
_DUE = (
    sa.select(
        o.c.id, o.c.created_at, o.c.recipient, o.c.message_id, o.c.content, o.c.attempts,
        o.c.next_attempt,
    )
    .where(o.c.next_attempt <= sa.bindparam("at"))
    .order_by(o.c.next_attempt, o.c.id)
    .limit(BATCH)
)  # fmt: skip
_CLAIM = (
    sa.update(o)
    .where(o.c.id == _id, o.c.next_attempt == sa.bindparam("seen"))
    .values(next_attempt=sa.bindparam("until"))
)
_RENEW = (
    sa.update(o)
    .where(o.c.id.in_(sa.bindparam("ids", expanding=True, type_=sa.String)))
    .values(next_attempt=sa.bindparam("until"))
)
_SENT = sa.delete(o).where(o.c.id == _id)
_FAILED = (
    sa.update(o)
    .where(o.c.id == _id)
    .values(
        attempts=o.c.attempts + 1,
        next_attempt=sa.bindparam("until"),
        last_error=sa.bindparam("reason"),
    )
)


class Delivery:
    """Sends what the outbox holds, for as long as it runs."""

    def __init__(self, store: Store, transport: Transport, settings: Settings) -> None:
        self._store = store
        self._transport = transport
        self._settings = settings
        self._wake = asyncio.Event()

    async def committed(self, change: Committed) -> None:
        """Hear that there may be new mail."""
        if change.has_mail:
            self._wake.set()

    async def run(self) -> None:
        """Send for ever."""
        while True:
            self._wake.clear()
            if not await self.send_due():
                await self._rest()

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(_IDLE_SECONDS):
                await self._wake.wait()
        except TimeoutError:
            return

    async def send_due(self) -> bool:
        """Try every mail that is due once, in a batch; tell whether there was any."""
        now = stamp(self._store.clock())
        due = await self._store.anywhere(_DUE, at=now)
        if due:
            await self._send_batch([row for row in due if await self._claim(row)])
        return bool(due)

    async def _claim(self, row: Row) -> bool:
        until = later(self._store.clock(), seconds=CLAIM.total_seconds())
        seen = row["next_attempt"]
        claimed = await self._store.run_anywhere(_CLAIM, mail_id=row["id"], seen=seen, until=until)
        return claimed == 1

    async def _send_batch(self, rows: Sequence[Row]) -> None:
        claimed = {row["id"] for row in rows}
        renewal = asyncio.create_task(self._renew(claimed))
        try:
            async with self._transport.open() as send:
                for row in rows:
                    failure = await self._send_one(row, send)
                    # Before the outcome is stored, which a late renewal must not undo.
                    claimed.discard(row["id"])
                    await self._settle(row, failure)
        except DeliveryError as error:
            claimed.clear()
            for row in rows:
                await self._failed(row, str(error))
        finally:
            renewal.cancel()

    async def _renew(self, ids: set[str]) -> None:
        """Keep the claims of mails that wait for their turn or are being sent."""
        while True:
            await asyncio.sleep(_RENEWAL_SECONDS)
            until = later(self._store.clock(), seconds=CLAIM.total_seconds())
            await self._store.run_anywhere(_RENEW, ids=sorted(ids), until=until)

    async def _send_one(self, row: Row, send: Send) -> DeliveryError | None:
        """Send a mail; return why it was not accepted, or None."""
        try:
            sealed = self._store.vault.unseal(row["content"], outbox.SEAL_PURPOSE)
            content = msgspec.json.decode(sealed, type=outbox.Content)
            message = compose(
                content.template,
                content.values,
                sender=self._settings.mail_from,
                recipient=row["recipient"],
                public_url=self._settings.public_url,
            )
            await send(stamped(message, row["message_id"], moment(row["created_at"])))
        except DeliveryError as error:
            return error
        except (InvalidError, ValueError) as error:
            return DeliveryError(str(error), is_final=True)
        return None

    async def _settle(self, row: Row, failure: DeliveryError | None) -> None:
        if failure is not None:
            await self._failed(row, str(failure), is_final=failure.is_final)
            return
        await self._store.run_anywhere(_SENT, mail_id=row["id"])
        log.info("mail sent", to=row["recipient"])

    async def _failed(self, row: Row, reason: str, *, is_final: bool = False) -> None:
        # A final refusal is tried again all the same, rarely: mailboxes come back.
        wait = LAST_RETRY if is_final else min(FIRST_RETRY * 2 ** row["attempts"], LAST_RETRY)
        until = later(self._store.clock(), seconds=wait.total_seconds())
        await self._store.run_anywhere(
            _FAILED, mail_id=row["id"], until=until, reason=reason[:1000]
        )
        log.warning("mail not sent", to=row["recipient"], reason=reason, again_in=str(wait))
