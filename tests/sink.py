"""Where mails land that a controller sends: aiosmtpd."""

import asyncio
import queue
import threading
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any, Self

from aiosmtpd.controller import Controller as SmtpController

from databases import free_port


class Sink:
    """An SMTP server that keeps what it gets, and may refuse or stall."""

    def __init__(self, port: int = 0) -> None:
        self.mails: queue.Queue[EmailMessage] = queue.Queue()
        self.refusals = 0
        self.stalls = False
        self.asked = threading.Event()
        self.port = port or free_port()
        self._server = SmtpController(self, hostname="127.0.0.1", port=self.port)

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.asked.set()
        if self.stalls:
            await asyncio.sleep(60)
        if self.refusals:
            self.refusals -= 1
            return "451 come back later"
        self.mails.put(BytesParser(policy=policy.default).parsebytes(envelope.content))
        return "250 taken"

    def get(self) -> EmailMessage:
        return self.mails.get(timeout=30)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"
