"""What this machine says of itself."""

import hashlib
import hmac
import os
import platform
from pathlib import Path
from typing import Final

from gatescale.channel.identity import write_private

MACHINE_IDS: Final = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))
"""Where Linux keeps the machine's id (machine-id(5))."""
APPLICATION: Final = b"gatescale hardware 1"
NET_ADMIN: Final = 12
"""Number of the capability to configure networks (linux/capability.h)."""


def hardware_id(folder: Path) -> str:
    """Return an id that stays the machine's, 32 hexadecimal digits.

    It is derived from the machine id, which machine-id(5) asks not to give away as it is. A
    machine without one gets an id of its own in ``folder``.
    """
    for path in MACHINE_IDS:
        if secret := _content(path):
            break
    else:
        path = folder / "machine-id"
        if not path.exists():
            write_private(path, os.urandom(16).hex().encode())
        secret = path.read_bytes()
    return hmac.new(secret, APPLICATION, hashlib.sha256).hexdigest()[:32]


def operating_system() -> str:
    """Return the system's name for people, such as ``Debian GNU/Linux 12 (bookworm)``."""
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return f"{platform.system()} {platform.release()}"


def may_configure_networks() -> bool:
    """Return whether this process has the capability CAP_NET_ADMIN."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    effective = next(line.split()[1] for line in lines if line.startswith("CapEff:"))
    return bool(int(effective, 16) >> NET_ADMIN & 1)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes().strip()
    except OSError:
        return b""
