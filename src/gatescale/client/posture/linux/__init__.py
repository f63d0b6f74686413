"""Linux: where each signal is seen, and which files tell that it may have changed."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from gatescale.client.posture.linux import (
    disks,
    firewalls,
    firmware,
    processes,
    reboots,
    release,
    screens,
    updates,
)
from gatescale.client.posture.programs import UnknownError
from gatescale.client.posture.system import Collector, System

WATCHED: Final = (
    "/etc/os-release",
    "/usr/lib/os-release",
    "/etc/debian_version",
    *firewalls.WATCHED,
    *reboots.WATCHED,
    *screens.WATCHED,
    *updates.WATCHED,
)
"""Files, and folders with a slash at the end, of which any file counts."""


def protectors(system: System, protection: Sequence[str] | None) -> tuple[int, ...]:
    """Return the ids of the running processes that count as endpoint protection."""
    try:
        return processes.pids(system, processes.KNOWN if protection is None else protection)
    except UnknownError:
        return ()


def collectors(system: System, protection: Sequence[str] | None) -> dict[str, Collector]:
    """Return what looks at each signal.

    Args:
        system: the machine.
        protection: names of processes and units that count as endpoint protection; None: the
            known ones.
    """
    names = processes.KNOWN if protection is None else tuple(protection)
    return {
        "os_family": lambda: "linux",
        "os_name": partial(release.name, system),
        "os_version": partial(release.version, system),
        "kernel": partial(release.kernel, system),
        "disk_encryption": partial(disks.root_is_encrypted, system),
        "firewall": partial(firewalls.active, system),
        "endpoint_protection": partial(processes.any_runs, system, names),
        "screen_lock": partial(screens.lock_themselves, system),
        "secure_boot": partial(firmware.secure_boot, system),
        "automatic_updates": partial(updates.automatic, system),
        "pending_reboot": partial(reboots.pending, system),
        "serial_number": partial(firmware.serial_number, system),
    }
