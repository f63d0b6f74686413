"""Where mails go: an SMTP server, or a folder of ``.eml`` files."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote, urlsplit

import aiosmtplib

from gatescale.errors import InvalidError

SMTP_TIMEOUT_SECONDS = 30
_DEFAULT_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}

Send = Callable[[EmailMessage], Awaitable[None]]


class DeliveryError(Exception):
    """A mail was not accepted.

    Attributes:
        is_final: the server will never take it.
    """

    def __init__(self, reason: str, *, is_final: bool = False) -> None:
        super().__init__(reason)
        self.is_final = is_final


class Smtp:
    """An SMTP server by URL."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
            raise InvalidError(
                "The SMTP URL must be smtp://, smtp+starttls:// or smtps://"
                " [USER:PASSWORD@]HOST[:PORT]."
            )
        self._scheme = parts.scheme
        self._host = parts.hostname
        self._port = parts.port or _DEFAULT_PORTS[parts.scheme]
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Send]:
        """Connect once for several mails.

        Raises:
            DeliveryError: the server cannot be reached or refuses us.
        """
        client = aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            username=self._user,
            password=self._password,
            use_tls=self._scheme == "smtps",
            start_tls=self._scheme == "smtp+starttls",
            timeout=SMTP_TIMEOUT_SECONDS,
        )
        try:
            await client.connect()
        except (aiosmtplib.SMTPException, OSError) as error:
            raise DeliveryError(f"{self._host}:{self._port}: {error}") from None
        try:
            yield lambda message: self._send(client, message)
        finally:
            client.close()

    async def _send(self, client: aiosmtplib.SMTP, message: EmailMessage) -> None:
        try:
            await client.send_message(message)
        except aiosmtplib.SMTPRecipientsRefused as error:
            codes = [refusal.code for refusal in error.recipients]
            is_final = all(code >= 550 for code in codes)
            raise DeliveryError(f"refused: {codes}", is_final=is_final) from None
        except (aiosmtplib.SMTPException, OSError) as error:
            raise DeliveryError(str(error)) from None


class Folder:
    """A folder that mails are written to, one file each."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Send]:
        """Make the folder."""
        self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
        yield self._send

    async def _send(self, message: EmailMessage) -> None:
        # Named after the mail, so that a repeat overwrites itself.
        name = str(message["Message-ID"]).strip("<>").partition("@")[0]
        await asyncio.to_thread(self._write, self._path / f"{name}.eml", bytes(message))

    def _write(self, path: Path, content: bytes) -> None:
        partial = path.with_suffix(".partial")
        partial.touch(mode=0o600)
        partial.write_bytes(content)
        partial.rename(path)


Transport = Smtp | Folder
