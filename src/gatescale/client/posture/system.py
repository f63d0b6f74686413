"""Where collectors look: files below a root, and the system's programs."""

import os
import stat
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, Protocol

from gatescale.client.posture.programs import MissingError, Ran, UnknownError, User, run

LIMIT: Final = 1024 * 1024
"""Bytes of a file that are read; the longest that is asked for has some thousand."""
NET_ADMIN: Final = 12
"""Number of the capability to configure networks (linux/capability.h)."""

Value = bool | int | float | str
Collector = Callable[[], Value]
"""Returns what was seen of one signal.

Raises:
    UnknownError: it cannot be told; says why.
"""


class Run(Protocol):
    """Runs programs; see ``programs.run``."""

    def __call__(self, *command: str, user: User | None = None, patience: float = ...) -> Ran:
        """Return how ``command`` ended."""


class System:
    """The machine that is looked at.

    Args:
        root: below which its files are.
        run: what runs its programs.

    Attributes:
        root: below which its files are.
        run: runs one of its programs, whatever its status.
    """

    def __init__(self, root: Path = Path("/"), run: Run = run) -> None:
        self.root = root
        self.run = run

    def path(self, path: str) -> Path:
        """Return where ``path`` of the machine is, an absolute one."""
        return self.root / path.lstrip("/")

    def text(self, path: str) -> str:
        """Return the content of a file, without white space around.

        Raises:
            MissingError: there is no such file.
            UnknownError: it cannot be read.
        """
        return self.data(path).decode(errors="replace").strip()

    def data(self, path: str) -> bytes:
        """Return the content of a file; see ``text``."""
        try:
            # People's own files are read too: a pipe in one's place must not hold us up.
            descriptor = os.open(self.path(path), os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
            with open(descriptor, "rb") as file:  # noqa: PTH123 - from a descriptor
                if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                    raise UnknownError(f"{path} is no file")
                content = file.read(LIMIT + 1)
        except (FileNotFoundError, NotADirectoryError):
            raise MissingError(f"there is no {path}") from None
        except PermissionError:
            raise UnknownError(f"only root may read {path}") from None
        except OSError as error:
            raise UnknownError(f"{path} cannot be read: {error.strerror}") from None
        if len(content) > LIMIT:
            raise UnknownError(f"{path} has more than {LIMIT} bytes")
        return content

    def text_or_none(self, path: str) -> str | None:
        """Return the content of a file as ``text`` does; None if there is none."""
        try:
            return self.text(path)
        except MissingError:
            return None

    def names(self, path: str) -> tuple[str, ...]:
        """Return what is in a folder, sorted; nothing if it is not there.

        Raises:
            UnknownError: it cannot be read.
        """
        try:
            return tuple(sorted(os.listdir(self.path(path))))  # noqa: PTH208 - names, not paths
        except (FileNotFoundError, NotADirectoryError):
            return ()
        except OSError as error:
            raise UnknownError(f"{path} cannot be read: {error.strerror}") from None

    def has(self, path: str) -> bool:
        """Return whether there is a file or folder; False also if that may not be seen."""
        try:
            return self.path(path).exists()
        except OSError:
            return False

    def output(self, *command: str, user: User | None = None) -> str:
        """Return what a program wrote that ended well.

        Raises:
            MissingError: it is not installed.
            UnknownError: it failed; says what it complained of.
        """
        ran = self.run(*command, user=user)
        if ran.status != 0:
            lines = ran.complaint.strip().splitlines() or [f"it ended with status {ran.status}"]
            raise UnknownError(f"{command[0]}: {lines[0]}")
        return ran.output

    def may_configure_networks(self) -> bool:
        """Return whether this process has CAP_NET_ADMIN, which alone may see rules."""
        lines = self.text("proc/self/status").splitlines()
        effective = next((line.split()[1] for line in lines if line.startswith("CapEff:")), "0")
        return bool(int(effective, 16) >> NET_ADMIN & 1)

    def active_units(self, units: Iterable[str]) -> frozenset[str]:
        """Return those of ``units`` that systemd has active; none where systemd does not run.

        Raises:
            UnknownError: systemd does not answer.
        """
        asked = tuple(units)
        if not asked or not self.has("run/systemd/system"):
            return frozenset()
        # Says a line per unit, and by its status only whether all are.
        states = self.run("systemctl", "is-active", "--", *asked).output.split()
        if len(states) != len(asked):
            raise UnknownError("systemd does not answer")
        return frozenset(
            unit for unit, state in zip(asked, states, strict=True) if state == "active"
        )


def settings(text: str) -> dict[str, str]:
    r"""Return the settings of a file of ``NAME=value`` lines, quotes taken off.

    >>> settings('# no\nID=debian\nNAME="Debian GNU/Linux"\n')
    {'ID': 'debian', 'NAME': 'Debian GNU/Linux'}
    """
    pairs = (line.partition("=") for line in text.splitlines() if line.lstrip()[:1] != "#")
    return {name.strip(): value.strip().strip("\"'") for name, sign, value in pairs if sign}
