"""What the processes on one SQLite database tell each other: datagrams between Unix sockets.

A message may be lost when its reader is far behind. So a reader also looks, every second, whether
somebody else committed, and then reads the change log; messages only make it faster.
"""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

LOOK_SECONDS = 1.0
_MAX_MESSAGE = 64 * 1024
_PATIENCE_SECONDS = 1.0

Heard = Callable[[str], Awaitable[None]]


class Neighbours:
    """The processes on one database, this one among them.

    Args:
        folder: where their sockets lie.
        version: returns a number that changes when another process commits.
    """

    def __init__(self, folder: Path, version: Callable[[], int]) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        # A socket's address takes 107 bytes, and a path may be longer: it is reached through this.
        self._descriptor = os.open(folder, os.O_PATH | os.O_DIRECTORY)
        self._version = version
        self._own = folder / f"{os.getpid()}-{id(self):x}.sock"
        self._sender = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._sender.settimeout(0)

    async def tell(self, message: str) -> None:
        """Send a message to all other processes that listen."""
        for place in self._folder.glob("*.sock"):
            if place != self._own:
                await self._send(message.encode(), place)

    async def _send(self, message: bytes, place: Path) -> None:
        deadline = asyncio.get_running_loop().time() + _PATIENCE_SECONDS
        while asyncio.get_running_loop().time() < deadline:
            try:
                self._sender.sendto(message, self._address(place))
            except BlockingIOError:
                await asyncio.sleep(0.005)
            except (ConnectionRefusedError, FileNotFoundError):
                # Left by a process that died.
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(place)  # noqa: PTH108  no hop to a thread for this
                return
            else:
                return

    @asynccontextmanager
    async def listen(self, heard: Heard) -> AsyncIterator[None]:
        """Call ``heard`` with what others tell; with "" when some may be lost."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
            receiver.settimeout(0)
            receiver.bind(self._address(self._own))
            tasks = [
                asyncio.create_task(self._receive(receiver, heard)),
                asyncio.create_task(self._look(heard)),
            ]
            try:
                yield
            finally:
                self._own.unlink(missing_ok=True)
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    def _address(self, place: Path) -> str:
        return f"/proc/self/fd/{self._descriptor}/{place.name}"

    async def _receive(self, receiver: socket.socket, heard: Heard) -> None:
        loop = asyncio.get_running_loop()
        while True:
            message = await loop.sock_recv(receiver, _MAX_MESSAGE)
            await heard(message.decode())

    async def _look(self, heard: Heard) -> None:
        seen = self._version()
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if (version := self._version()) != seen:
                seen = version
                await heard("")

    def close(self) -> None:
        """Let go of the socket that messages are sent from, and of the folder."""
        with contextlib.suppress(OSError):
            self._sender.close()
            os.close(self._descriptor)
