"""Tell the controller this device's posture: when it connects, upon change, every few minutes."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import Final

import structlog

from gatescale.channel.controller import DismissedError
from gatescale.client.folder import Folder
from gatescale.client.posture import configuration, linux
from gatescale.client.posture.collect import Collection
from gatescale.client.posture.configuration import Configuration, ConfigurationError
from gatescale.client.posture.system import System
from gatescale.client.posture.watch import FALLBACK, Watched, occasions
from gatescale.errors import GatescaleError, NotFoundError
from gatescale.wire.posture import PostureReport, Signals

log = structlog.get_logger()

EVERY: Final = 300.0 - FALLBACK
"""Seconds after which the same is said again; as it is looked each minute, five pass at most."""


class Reports:
    """What is reported of one device, from ``run`` until that is cancelled.

    Args:
        folder: where the configuration may lie.
        device_id: whose posture it is.
        send: posts a report; raises ``GatescaleError`` if it was not taken.
        clock: seconds since 1970-01-01 UTC.
    """

    def __init__(
        self,
        folder: Folder,
        device_id: str,
        send: Callable[[PostureReport], Awaitable[None]],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._folder = folder
        self._device_id = device_id
        self._send = send
        self._clock = clock
        self._system = System()
        self._collection = Collection(self._system)
        self._configuration = Configuration()
        self._news = asyncio.Event()
        self._open = False
        self._sent: Signals | None = None
        self._due = 0.0
        self._said: set[str] = set()
        """Complaints that need not be made again."""

    def connected(self) -> None:
        """Report now: the controller hears again."""
        self._open = True
        self._sent = None
        self._news.set()

    def disconnected(self) -> None:
        """Be silent until the controller hears again."""
        self._open = False

    async def run(self) -> None:
        """Report for ever."""
        async with aclosing(occasions(self._watched, self._news)) as due:
            async for _ in due:
                if self._open:
                    await self._report()

    def _watched(self) -> Watched:
        # Before what it names is followed: what changes after that is heard.
        self._configure()
        said = self._configuration
        places = [str(path) for path in configuration.places(self._folder.path)]
        if said.override:
            places.append(said.override)
        protectors = linux.protectors(self._system, said.endpoint_protection)
        return Watched((*linux.WATCHED, *places), protectors)

    async def _report(self) -> None:
        posture = await self._collection.collect(self._configuration)
        self._complain(posture.override_error)
        now = asyncio.get_running_loop().time()
        if not self._open or (posture.signals == self._sent and now < self._due):
            return
        try:
            await self._send(PostureReport(self._device_id, self._clock(), posture.signals))
        except NotFoundError:
            self._complain("the controller does not ask for posture yet: it is an older one")
        except DismissedError:
            # The stream hears it too, and it is the stream's to say.
            return
        except GatescaleError as error:
            self._complain(error.detail)
            return
        self._sent = posture.signals
        self._due = now + EVERY

    def _configure(self) -> None:
        """Read the configuration; while it is wrong, what it was before holds."""
        try:
            self._configuration = configuration.read(self._folder.path)
        except ConfigurationError as error:
            self._complain(error.detail)

    def _complain(self, reason: str) -> None:
        if reason and reason not in self._said:
            self._said.add(reason)
            log.warning("posture is not reported as it should be", reason=reason)
