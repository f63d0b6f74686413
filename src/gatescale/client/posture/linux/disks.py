"""Whether the root is encrypted: the devices below its file system, as sysfs has them.

No right is needed: dm-crypt names itself in the uuid of its device-mapper device.
"""

import os
from typing import Final

from gatescale.client.posture.programs import UnknownError
from gatescale.client.posture.system import System

CRYPT: Final = tuple(
    f"CRYPT-{kind}-"
    for kind in ("LUKS1", "LUKS2", "PLAIN", "LOOPAES", "TCRYPT", "BITLK", "FVAULT2")
)
"""Prefixes of the uuids of devices that encrypt (cryptsetup); VERITY and INTEGRITY do not."""
DEPTH: Final = 16


def root_is_encrypted(system: System) -> bool:
    """Return whether all that the root file system lies on is encrypted by this machine."""
    number, kind, source = _root(system)
    match kind:
        case "zfs":
            return _zfs_is_encrypted(system, source)
        case "btrfs":
            devices = _btrfs_devices(system, source)
            return all(_is_encrypted(system, device) for device in devices)
        case _ if number.startswith("0:"):
            raise UnknownError(f"the root is {kind}, which does not say what it lies on")
        case _:
            return _is_encrypted(system, _real(system, f"/sys/dev/block/{number}"))


def _root(system: System) -> tuple[str, str, str]:
    """Return device number, file system and source of the root (proc_pid_mountinfo(5))."""
    found = None
    for line in system.text("/proc/self/mountinfo").splitlines():
        left, _, right = line.partition(" - ")
        fields, more = left.split(), right.split()
        if len(fields) > 4 and len(more) > 1 and fields[4] == "/":
            # What was mounted last lies on top.
            found = fields[2], more[0], more[1]
    if found is None:
        raise UnknownError("/proc/self/mountinfo names no root")
    return found


def _is_encrypted(system: System, device: str, depth: int = 0) -> bool:
    """Return whether a device, a folder of sysfs, is encrypted itself or all that is below it."""
    if depth > DEPTH:
        raise UnknownError("the devices below the root do not end")
    if (system.text_or_none(f"{device}/dm/uuid") or "").startswith(CRYPT):
        return True
    if below := system.names(f"{device}/slaves"):
        parts = (_real(system, f"{device}/slaves/{name}") for name in below)
        return all(_is_encrypted(system, part, depth + 1) for part in parts)
    if system.has(f"{device}/partition"):
        return _is_encrypted(system, os.path.dirname(device), depth + 1)  # noqa: PTH120 - of sysfs
    name = os.path.basename(device)  # noqa: PTH119 - of sysfs
    if name.startswith(("loop", "ram", "zram", "nbd", "rbd", "drbd")):
        raise UnknownError(f"the root lies on {name}, which does not say what is below it")
    return False


def _btrfs_devices(system: System, source: str) -> list[str]:
    """Return all devices of the file system that ``source`` is one of."""
    name = os.path.basename(_real(system, source))  # noqa: PTH119 - of sysfs
    for uuid in system.names("/sys/fs/btrfs"):
        names = system.names(f"/sys/fs/btrfs/{uuid}/devices")
        if name in names:
            return [_real(system, f"/sys/fs/btrfs/{uuid}/devices/{each}") for each in names]
    raise UnknownError(f"sysfs has no btrfs on {source}")


def _zfs_is_encrypted(system: System, dataset: str) -> bool:
    value = system.output("zfs", "get", "-H", "-o", "value", "encryption", dataset).strip()
    if value in {"off", "-", ""}:
        raise UnknownError(
            f"{dataset} is not encrypted by ZFS, which does not say what its pool lies on"
        )
    return True


def _real(system: System, path: str) -> str:
    """Return a path with its links followed, as the machine has it."""
    real = system.path(path).resolve()
    if not real.exists():
        raise UnknownError(f"there is no {path}")
    return "/" + str(real.relative_to(system.root.resolve()))
