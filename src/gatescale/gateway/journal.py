"""What a gateway holds on disk: the controller's signed messages exactly as received.

``program.journal`` has one message a line, the whole program first and each difference after
it. A difference is on the disk before it is enforced, so a revoke that was enforced does not
come undone by a crash. ``lease.json`` is the newest lease. Both are believed only as far as the
controller's signatures go.
"""

import errno
import os
from pathlib import Path
from typing import Final, TypeVar

import msgspec
import structlog

from gatescale.channel.identity import write_private
from gatescale.channel.signatures import ForgedError, verified
from gatescale.errors import GatescaleError
from gatescale.gateway.state import RefusedError, State
from gatescale.wire.messages import GatewayUpdate, Lease, Signed

log = structlog.get_logger()

Kept = TypeVar("Kept", GatewayUpdate, Lease)

LONG: Final = 4 * 1024 * 1024
"""Bytes of differences after which a new whole is worth its transfer."""


class JournalError(GatescaleError):
    """What the controller said cannot be kept."""

    title = "Journal unusable"


class Journal:
    """The messages that make up one gateway's state.

    Args:
        folder: where its files lie.
        controller_key: the key pinned at enrolment, base64.
    """

    def __init__(self, folder: Path, controller_key: str) -> None:
        self._program = folder / "program.journal"
        self._lease = folder / "lease.json"
        self._key = controller_key
        self._appended = 0

    @property
    def long(self) -> bool:
        """Whether so many differences have piled up that a new whole should replace them."""
        return self._appended > LONG

    def restore(self, gateway_id: str) -> State:
        """Return what the files prove.

        A last message that is torn or not the controller's is cut off: it was never enforced.
        If any other cannot be followed, nothing of the program is believed: it could be the
        one that took a grant away.
        """
        lines = self._lines()
        state, believed = self._replay(State(gateway_id), lines)
        if believed < len(lines):
            os.truncate(self._program, sum(map(len, lines[:believed])))
        self._appended = sum(map(len, lines[1:believed]))
        return self._with_lease(state)

    def keep_update(self, signed: Signed, update: GatewayUpdate) -> None:
        """Put an update on the disk; a whole one takes the place of all before it.

        Raises:
            JournalError: it cannot be written; it must not be enforced then.
        """
        line = _line(signed)
        try:
            if update.base is None:
                write_private(self._program, line)
                self._appended = 0
            else:
                self._append(line)
                self._appended += len(line)
        except OSError as error:
            raise JournalError(f"{self._program} cannot be written: {error.strerror}") from None

    def keep_lease(self, signed: Signed) -> None:
        """Put a lease on the disk.

        Raises:
            JournalError: it cannot be written.
        """
        try:
            write_private(self._lease, _line(signed))
        except OSError as error:
            raise JournalError(f"{self._lease} cannot be written: {error.strerror}") from None

    def erase(self) -> None:
        """Forget everything."""
        self._program.unlink(missing_ok=True)
        self._lease.unlink(missing_ok=True)

    def _replay(self, start: State, lines: list[bytes]) -> tuple[State, int]:
        """Return the state after ``lines``, and how many of them are to be believed."""
        state = start
        for number, line in enumerate(lines):
            try:
                state = state.updated(self._read(line, GatewayUpdate))
            except GatescaleError as error:
                log.warning("the kept program is damaged", message=number + 1, why=error.detail)
                tail = isinstance(error, ForgedError) and number == len(lines) - 1
                return (state, number) if tail else (start, 0)
        return state, len(lines)

    def _append(self, line: bytes) -> None:
        with self._program.open("ab", buffering=0) as file:
            size = file.tell()
            try:
                _write_through(file.fileno(), line)
            except OSError:
                file.truncate(size)
                raise

    def _lines(self) -> list[bytes]:
        try:
            return self._program.read_bytes().splitlines(keepends=True)
        except FileNotFoundError:
            return []

    def _with_lease(self, state: State) -> State:
        try:
            return state.leased(self._read(self._lease.read_bytes(), Lease))
        except FileNotFoundError:
            return state
        except GatescaleError as error:
            log.warning("the kept lease is damaged", why=error.detail)
            return state

    def _read(self, line: bytes, kind: type[Kept]) -> Kept:
        """Return the message in ``line``.

        Raises:
            ForgedError: it is torn, or not the controller's.
            RefusedError: it is of another kind.
        """
        if not line.endswith(b"\n"):
            raise ForgedError("it is torn")
        try:
            message = verified(msgspec.json.decode(line, type=Signed), self._key)
        except msgspec.MsgspecError:
            raise ForgedError("it is no signed message") from None
        if not isinstance(message, kind):
            raise RefusedError(f"it is no {kind.__name__}")
        return message


def _line(signed: Signed) -> bytes:
    line = msgspec.json.encode(signed)
    if b"\n" in line or b"\r" in line:
        raise JournalError("a message with line breaks inside cannot be kept")
    return line + b"\n"


def _write_through(descriptor: int, line: bytes) -> None:
    if os.write(descriptor, line) < len(line):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    os.fdatasync(descriptor)
