"""What the gateway says of itself on this machine: a file in its state folder, and a lock."""

import fcntl
import os
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from gatescale.errors import GatescaleError


class RunningError(GatescaleError):
    """Another process works with this state folder."""

    title = "Running"


class Report(msgspec.Struct, frozen=True, rename="camel"):
    """How the gateway is.

    Attributes:
        running: a process works with the state folder.
        gateway_id, name, tenant: as the controller knows it.
        controller: its URL.
        interface: WireGuard's.
        connected: the stream from the controller is open.
        revision: of the program in force; None: none.
        lease_until: seconds since 1970-01-01 UTC; after it, every grant lapses.
        lapsed: it has.
        peers: devices that may come.
        handshakes: latest WireGuard handshake by device id, seconds since 1970-01-01 UTC.
        error: what went wrong last and still does; empty: nothing.
    """

    running: bool = False
    gateway_id: str = ""
    name: str = ""
    tenant: str = ""
    controller: str = ""
    interface: str = ""
    connected: bool = False
    revision: int | None = None
    lease_until: int = 0
    lapsed: bool = True
    peers: int = 0
    handshakes: dict[str, int] = {}
    error: str = ""


def write(folder: Path, report: Report) -> None:
    """Make ``report`` what ``read`` returns."""
    new = folder / "status.json.new"
    new.write_bytes(msgspec.json.encode(report))
    new.replace(folder / "status.json")


def read(folder: Path) -> Report:
    """Return the last report; if nobody runs, says so and that it is not connected."""
    try:
        report = msgspec.json.decode((folder / "status.json").read_bytes(), type=Report)
    except (OSError, msgspec.MsgspecError):
        report = Report()
    if _locked(folder):
        return report
    return msgspec.structs.replace(report, running=False, connected=False)


def describe(report: Report) -> str:
    """Return ``report`` for people."""
    lease = datetime.fromtimestamp(report.lease_until, UTC).isoformat(" ", "minutes")
    lines = {
        "Gateway": f"{report.name} ({report.gateway_id})" if report.gateway_id else "not enrolled",
        "Tenant": report.tenant,
        "Running": "yes" if report.running else "no",
        "Controller": f"{report.controller} ({'connected' if report.connected else 'away'})",
        "Interface": report.interface,
        "Revision": "none" if report.revision is None else str(report.revision),
        "Lease": "none" if not report.lease_until else f"{_tense(report)} {lease}",
        "Peers": f"{report.peers}, {len(report.handshakes)} of them seen",
        "Error": report.error or "none",
    }
    return "\n".join(f"{name + ':':<12}{value}" for name, value in lines.items() if value)


def _tense(report: Report) -> str:
    return "ended" if report.lapsed else "until"


def claim(folder: Path) -> int:
    """Make ``folder`` (mode 0700) ours alone until this process ends; return the lock.

    Raises:
        RunningError: it is another's, or cannot be written.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise RunningError(f"{folder} cannot be used: {error.strerror}") from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise RunningError(f"a gateway runs with {folder} already") from None
    return descriptor


def _locked(folder: Path) -> bool:
    try:
        descriptor = os.open(folder / "lock", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
