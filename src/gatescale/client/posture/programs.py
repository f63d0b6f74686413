"""Run the system's programs that posture is asked from; only this file starts them."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Mapping
from typing import Final

import msgspec

PATH: Final = "/usr/sbin:/usr/bin:/sbin:/bin:/opt/osquery/bin"
"""Only where root alone may install programs."""
LIMIT: Final = 1024 * 1024
"""Bytes of a program's output that are read; more is no answer to what is asked here."""
COMPLAINT_LIMIT: Final = 4096
"""Bytes."""
PATIENCE: Final = 4.5
"""Seconds that a program gets: less than a signal's, so that the reason names the program."""


class UnknownError(Exception):
    """A signal cannot be told.

    Attributes:
        reason: why, for people.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class MissingError(UnknownError):
    """The program or file that would tell is not there."""


class User(msgspec.Struct, frozen=True):
    """Whom a program is run as.

    Attributes:
        uid: number of the user.
        gid: number of the user's group.
        home: path of the user's folder.
    """

    uid: int
    gid: int
    home: str


class Ran(msgspec.Struct, frozen=True):
    """How a program ended.

    Attributes:
        status: 0 is fine for most.
        output: what it wrote to standard output.
        complaint: what it wrote to standard error.
    """

    status: int
    output: str
    complaint: str


def run(*command: str, user: User | None = None, patience: float = PATIENCE) -> Ran:
    """Return how ``command`` ended, run in plain English and without a shell.

    Args:
        command: program, by name or absolute path, and arguments.
        user: whose program it is, if not ours; only root can run one as another.
        patience: seconds until it is killed, with what it started.

    Raises:
        MissingError: there is no such program.
        UnknownError: it cannot be started, took too long, or wrote too much.
    """
    program = shutil.which(command[0], path=PATH)
    if program is None:
        raise MissingError(f"{command[0]} is not installed")
    with tempfile.TemporaryFile() as complaints:
        try:
            process = _start((program, *command[1:]), user, complaints.fileno())
        except OSError as error:
            raise UnknownError(f"{command[0]} cannot be started: {error.strerror}") from None
        output = _output(process, command[0], patience)
        complaints.seek(0)
        complaint = complaints.read(COMPLAINT_LIMIT)
    return Ran(
        process.returncode, output.decode(errors="replace"), complaint.decode(errors="replace")
    )


def _start(
    command: tuple[str, ...], user: User | None, complaints: int
) -> "subprocess.Popen[bytes]":
    """Start ``command`` in a session of its own, so that all it starts can be killed."""
    other = user is not None and hasattr(os, "geteuid") and user.uid != os.geteuid()
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=complaints,
        cwd="/" if os.name == "posix" else None,
        env=_environment(user),
        start_new_session=True,
        user=user.uid if user and other else None,
        group=user.gid if user and other else None,
        extra_groups=() if other else None,
    )


def _output(process: "subprocess.Popen[bytes]", name: str, patience: float) -> bytes:
    late = threading.Event()

    def give_up() -> None:
        late.set()
        _kill(process)

    timer = threading.Timer(patience, give_up)
    timer.daemon = True
    timer.start()
    with process:
        output = process.stdout.read(LIMIT + 1) if process.stdout else b""
        if len(output) > LIMIT:
            _kill(process)
        process.wait()
        timer.cancel()
    if late.is_set():
        raise UnknownError(f"{name} did not answer within {patience:g} s")
    if len(output) > LIMIT:
        raise UnknownError(f"{name} wrote more than {LIMIT} bytes")
    return output


def _kill(process: "subprocess.Popen[bytes]") -> None:
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def _environment(user: User | None) -> Mapping[str, str]:
    if os.name == "nt":
        # PowerShell finds its modules and the system's folders by these.
        return dict(os.environ)
    fixed = {"PATH": PATH, "LC_ALL": "C", "HOME": user.home if user else "/"}
    return fixed | ({"XDG_RUNTIME_DIR": f"/run/user/{user.uid}"} if user else {})
