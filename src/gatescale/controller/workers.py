"""Several controller processes that share one port: each answers what the kernel gives it."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from types import FrameType

import structlog

from gatescale.controller.settings import Settings
from gatescale.errors import InvalidError

SOCKET_VARIABLE = "GATESCALE_LISTENING_SOCKET"
"""Environment variable by which a worker learns the descriptor of the socket it inherited."""

RESTART_SECONDS = 1.0
LOOK_SECONDS = 0.2
BACKLOG = 2048

log = structlog.get_logger()


def is_worker() -> bool:
    """Tell whether this process is one of several."""
    return SOCKET_VARIABLE in os.environ


def inherited_socket() -> socket.socket | None:
    """Return the listening socket, in a worker; None in a controller that stands alone."""
    descriptor = os.environ.get(SOCKET_VARIABLE)
    return socket.socket(fileno=int(descriptor)) if descriptor else None


async def orphaned() -> None:
    """Return once the process that started this worker is gone; never in one that stands alone."""
    parent = os.getppid()
    while not is_worker() or os.getppid() == parent:  # noqa: ASYNC110  nobody tells us of it
        await asyncio.sleep(RESTART_SECONDS)


def bound(listen: str) -> socket.socket:
    """Return a socket that listens on ``HOST:PORT``.

    Raises:
        InvalidError: the address is none of this machine's, or in use.
    """
    host, _, port = listen.rpartition(":")
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        made = socket.create_server((host, int(port)), family=family, backlog=BACKLOG)
    except socket.gaierror as error:
        raise InvalidError(f"--listen {listen}: {error.strerror}.") from error
    except OSError as error:
        raise InvalidError(f"--listen {listen}: {os.strerror(error.errno or 0)}.") from error
    made.set_inheritable(True)
    return made


class Workers:
    """Keeps a number of workers running until told to end."""

    def __init__(self, settings: Settings, count: int, arguments: Sequence[str]) -> None:
        self._settings = settings
        self._count = count
        self._command = [sys.executable, "-m", "gatescale", *arguments]
        self._running: list[subprocess.Popen[bytes]] = []
        self._ending = False

    def run(self) -> int:
        """Run until SIGINT or SIGTERM; return the exit code."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._end)
        with bound(self._settings.listen) as listening:
            environment = {**os.environ, SOCKET_VARIABLE: str(listening.fileno())}
            while not self._ending:
                while len(self._running) < self._count and not self._ending:
                    self._running.append(
                        subprocess.Popen(
                            self._command, env=environment, pass_fds=[listening.fileno()]
                        )
                    )
                self._wait_for_one()
        codes = [worker.wait() for worker in self._running]
        return max(map(abs, codes), default=0)

    def _wait_for_one(self) -> None:
        """Return once a worker ended, which is a fault unless all are to end."""
        while not self._ending and all(worker.poll() is None for worker in self._running):
            time.sleep(LOOK_SECONDS)
        for worker in [each for each in self._running if each.poll() is not None]:
            if not self._ending:
                log.error("a worker ended; another takes its place", code=worker.returncode)
                self._running.remove(worker)
                time.sleep(RESTART_SECONDS)

    def _end(self, number: int, _: FrameType | None) -> None:
        self._ending = True
        for worker in self._running:
            worker.send_signal(number)
