"""One ``connect`` per state directory: the lock that it holds, and how another ends it.

The kernel knows who holds a POSIX lock (fcntl(2), F_GETLK) and gives it up with the process, so
neither a stale file nor a process number that was used again can deceive.
"""

import fcntl
import os
import select
import signal
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from gatescale.errors import ConflictError, GatescaleError, UnavailableError

FLOCK: Final = "hhqqi4x"
"""``struct flock`` of fcntl(2): type, whence, start, length, process."""
FAREWELL: Final = 20.0
"""Seconds that a ``connect`` may take to remove what it made."""


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock while the block runs.

    Raises:
        ConflictError: another process holds it.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConflictError(
                f"`gatescale connect` runs already with {path.parent}: see `gatescale status`"
            ) from None
        yield
    finally:
        os.close(descriptor)


def holder(path: Path) -> int | None:
    """Return the number of the process that holds the lock; None: nobody.

    Zero is a process that this one cannot see, in another container.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        asked = struct.pack(FLOCK, fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
        kind, _, _, _, process = struct.unpack(FLOCK, fcntl.fcntl(descriptor, fcntl.F_GETLK, asked))
    finally:
        os.close(descriptor)
    return None if kind == fcntl.F_UNLCK else process


def end_holder(path: Path) -> bool:
    """Ask the process that holds the lock to end and wait until it has; False: there is none.

    Raises:
        UnavailableError: it did not end in time.
        GatescaleError: it cannot be asked.
    """
    process = holder(path)
    if process is None:
        return False
    if process <= 0:
        raise GatescaleError("`gatescale connect` runs in another container: end it there")
    try:
        handle = os.pidfd_open(process)
    except ProcessLookupError:
        return False
    try:
        # The handle stays with its process; only now it is certain that this one has the lock.
        if holder(path) != process:
            return False
        signal.pidfd_send_signal(handle, signal.SIGTERM)
        if not select.select([handle], [], [], FAREWELL)[0]:
            raise UnavailableError(f"`gatescale connect` (process {process}) does not end")
    except ProcessLookupError:
        return True
    except PermissionError:
        raise GatescaleError(f"process {process} is another user's: disconnect as them") from None
    finally:
        os.close(handle)
    return True
