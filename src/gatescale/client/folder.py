"""The client's state directory: who this device is, and what is running.

    device/        identity, wireguard.key, device.json: an enrolment, complete
    enrolling/     the same while the controller has not answered yet
    connect.lock   held by the ``connect`` that runs
    running.json   what that ``connect`` is doing

Folders are 0700, files 0600.
"""

import hashlib
import os
import shutil
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from gatescale.channel.identity import Identity, write_private
from gatescale.errors import GatescaleError
from gatescale.policy.program import Route
from gatescale.wire.messages import Enrolled
from gatescale.wireguard import keys

Kept = TypeVar("Kept")

PRIVATE: Final = 0o700


class FolderError(GatescaleError):
    """The state directory cannot be used, or does not hold what it should."""

    title = "State directory unusable"


class Device(msgspec.Struct, frozen=True, rename="camel"):
    """An enrolment.

    Attributes:
        controller: URL.
        enrolled: what the controller answered.
        removed: empty, or the controller's words when it removed the device.
    """

    controller: str
    enrolled: Enrolled
    removed: str = ""


class Running(msgspec.Struct, frozen=True, rename="camel"):
    """What a ``connect`` is doing.

    Attributes:
        interface: name of the WireGuard interface.
        controller_connected: the channel is open.
        revision: that is in force; None until the controller said one.
        routes: gateways that the device is connected to.
        last_error: empty, or what last went wrong and has not been put right.
    """

    interface: str
    controller_connected: bool = False
    revision: int | None = None
    routes: tuple[Route, ...] = ()
    last_error: str = ""


class Folder:
    """A state directory, made when something is first kept in it.

    Attributes:
        path: of the directory.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._device = path / "device"
        self._enrolling = path / "enrolling"
        self._running = path / "running.json"

    @property
    def lock(self) -> Path:
        """The file that a running ``connect`` holds locked."""
        return self.path / "connect.lock"

    def prepare(self) -> None:
        """Make the directory.

        Raises:
            FolderError: it cannot be written to.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=PRIVATE)
        except OSError as error:
            raise FolderError(f"{self.path} cannot be made: {error.strerror}") from None
        if not os.access(self.path, os.R_OK | os.W_OK | os.X_OK):
            raise FolderError(f"{self.path} may not be written to by this user")

    def device(self) -> Device | None:
        """Return the enrolment; None if this device is not enrolled.

        Raises:
            FolderError: there is one, but it cannot be read.
        """
        if not self._device.exists() and (self._enrolling / "device.json").exists():
            # The last enrolment was answered and then cut short before it took its place.
            self._enrolling.rename(self._device)
        return _read(self._device / "device.json", Device)

    def identity(self) -> Identity:
        """Return the key that the device proves itself with."""
        return Identity.load_or_create(self._device / "identity")

    def private_key(self) -> str:
        """Return the WireGuard private key."""
        return keys.load_or_create(self._device / "wireguard.key")

    def save(self, device: Device) -> None:
        """Change what is kept of the enrolment."""
        write_private(self._device / "device.json", msgspec.json.encode(device))

    def begin_enrolment(self, controller: str, secret: str) -> tuple[Identity, str]:
        """Return identity and WireGuard private key to enrol with.

        They are the same when the same enrolment is tried again, so that the controller can
        give the answer again that was lost; and new ones for any other.
        """
        self.prepare()
        purpose = hashlib.sha256(f"{controller}\n{secret}".encode()).hexdigest().encode()
        mark = self._enrolling / "purpose"
        if not mark.exists() or mark.read_bytes() != purpose:
            shutil.rmtree(self._enrolling, ignore_errors=True)
            self._enrolling.mkdir(mode=PRIVATE)
            write_private(mark, purpose)
        identity = Identity.load_or_create(self._enrolling / "identity")
        return identity, keys.load_or_create(self._enrolling / "wireguard.key")

    def finish_enrolment(self, device: Device) -> None:
        """Put the enrolment that was begun in the place of the one before, if any."""
        write_private(self._enrolling / "device.json", msgspec.json.encode(device))
        (self._enrolling / "purpose").unlink()
        shutil.rmtree(self._device, ignore_errors=True)
        self._enrolling.rename(self._device)

    def running(self) -> Running | None:
        """Return what the last ``connect`` was doing; None if it tidied up after itself."""
        return _read(self._running, Running)

    def report(self, running: Running) -> None:
        """Keep what ``connect`` is doing, for ``status`` and for who must tidy up after it."""
        write_private(self._running, msgspec.json.encode(running))

    def forget_running(self) -> None:
        """Say that nothing runs and nothing is left behind."""
        self._running.unlink(missing_ok=True)


def _read(path: Path, kind: type[Kept]) -> Kept | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FolderError(f"{path} cannot be read: {error.strerror}") from None
    except msgspec.MsgspecError as error:
        raise FolderError(f"{path} is damaged: {error}") from None
