"""macOS: where each signal is seen."""

import re
from collections.abc import Sequence
from functools import partial
from typing import Final

from gatescale.client.posture.programs import MissingError, UnknownError
from gatescale.client.posture.system import Collector, System

KNOWN: Final = (
    "cbagentd",  # Carbon Black Cloud
    "com.crowdstrike.falcon.Agent",
    "SentinelAgent",
    "sentineld",
    "SophosScanD",
    "wdavdaemon",  # Microsoft Defender
)
"""Processes that count as endpoint protection; what Apple ships does not."""
PEOPLE: Final = 500
"""The first uid that is a person's."""
SOCKET_FILTER: Final = "/usr/libexec/ApplicationFirewall/socketfilterfw"
UPDATES: Final = "/Library/Preferences/com.apple.SoftwareUpdate"


def collectors(system: System, protection: Sequence[str] | None) -> dict[str, Collector]:
    """Return what looks at each signal; see ``linux.collectors``."""
    names = KNOWN if protection is None else tuple(protection)
    return {
        "os_family": lambda: "macos",
        "os_name": partial(_line, system, "sw_vers", "-productName"),
        "os_version": partial(_line, system, "sw_vers", "-productVersion"),
        "kernel": partial(_line, system, "uname", "-r"),
        "disk_encryption": partial(_disk_encryption, system),
        "firewall": partial(_firewall, system),
        "endpoint_protection": partial(_endpoint_protection, system, names),
        "screen_lock": partial(_screen_lock, system),
        "secure_boot": partial(_secure_boot, system),
        "automatic_updates": partial(_automatic_updates, system),
        "pending_reboot": partial(_pending_reboot, system),
        "serial_number": partial(_serial_number, system),
    }


def _line(system: System, *command: str) -> str:
    return system.output(*command).strip()


def _disk_encryption(system: System) -> bool:
    said = _line(system, "fdesetup", "status")
    # While it is being encrypted or decrypted, part of the disk is in clear.
    if "FileVault is Off" in said or "in progress" in said:
        return False
    if "FileVault is On" in said:
        return True
    raise UnknownError(f"fdesetup says: {said}")


def _firewall(system: System) -> bool:
    said = _line(system, SOCKET_FILTER, "--getglobalstate")
    state = re.search(r"\(State = (\d)\)", said)
    if state is None:
        raise UnknownError(f"socketfilterfw says: {said}")
    return state[1] != "0"


def _endpoint_protection(system: System, names: Sequence[str]) -> bool:
    rows = (line.split(None, 1) for line in _line(system, "ps", "-axo", "uid=,comm=").splitlines())
    running = {
        row[1].rpartition("/")[2].strip() for row in rows if len(row) == 2 and int(row[0]) < PEOPLE
    }
    return bool(running & set(names))


def _screen_lock(system: System) -> bool:
    ran = system.run("sysadminctl", "-screenLock", "status")
    # It answers where others complain.
    said = ran.complaint + ran.output
    if "screenLock is off" in said:
        return False
    if "screenLock delay is" in said:
        return True
    raise UnknownError("sysadminctl does not say: it is to be asked by who sits at the screen")


def _secure_boot(system: System) -> bool:
    said = _line(system, "system_profiler", "SPiBridgeDataType")
    policy = re.search(r"^\s*Secure Boot: (.+)$", said, re.MULTILINE)
    if policy is None:
        raise UnknownError("this Mac has no chip that would say")
    # Reduced allows older systems and extensions, all of them signed.
    return policy[1].strip() in {"Full Security", "Medium Security", "Reduced Security"}


def _automatic_updates(system: System) -> bool:
    """Return whether security responses and macOS itself are installed by themselves."""

    def is_on(key: str) -> bool:
        ran = system.run("defaults", "read", UPDATES, key)
        if ran.status != 0:
            raise UnknownError(f"nobody set {key}, and what macOS does then depends on its version")
        return ran.output.strip() == "1"

    return is_on("CriticalUpdateInstall") and is_on("AutomaticallyInstallMacOSUpdates")


def _pending_reboot(system: System) -> bool:
    """Return what the last scan for updates found; a new one takes minutes."""
    ran = system.run("softwareupdate", "--list", "--no-scan")
    said = ran.output + ran.complaint
    if "Action: restart" in said:
        return True
    if "No new software available" in said or "* Label:" in said:
        return False
    raise UnknownError("softwareupdate does not say")


def _serial_number(system: System) -> str:
    said = _line(system, "ioreg", "-rd1", "-c", "IOPlatformExpertDevice")
    serial = re.search(r'"IOPlatformSerialNumber" = "([^"]+)"', said)
    if serial is None:
        raise MissingError("ioreg names no serial number")
    return serial[1]
