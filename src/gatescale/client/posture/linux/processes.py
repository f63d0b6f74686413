"""Endpoint protection: one of the programs that count as such runs.

A process counts only if it is the system's: any person may give their own process any name.
"""

from collections.abc import Sequence
from typing import Final

from gatescale.client.posture.programs import MissingError, UnknownError
from gatescale.client.posture.system import System

KNOWN: Final = (
    "cbagentd",  # Carbon Black Cloud
    "clamd",  # ClamAV
    "ds_agent",  # Trend Micro Deep Security
    "elastic-endpoint",  # Elastic Defend
    "falcon-sensor",  # CrowdStrike
    "falcon-sensor-bpf",
    "kesl",  # Kaspersky Endpoint Security
    "mfetpd",  # Trellix Endpoint Security
    "s1-agent",  # SentinelOne
    "sophos-spl.service",  # Sophos Protection
    "traps_pmd.service",  # Palo Alto Cortex XDR
    "wazuh-agentd",  # Wazuh
    "wdavdaemon",  # Microsoft Defender
    "xagt",  # Trellix HX
)
COMM: Final = 15
"""Bytes of a process's name that the kernel keeps."""
PEOPLE: Final = 1000
"""The first uid that is a person's; nobody's is above."""


def any_runs(system: System, names: Sequence[str]) -> bool:
    """Return whether one of the processes or units runs."""
    units = (name for name in names if name.endswith(".service"))
    return bool(system.active_units(units)) or bool(pids(system, names))


def pids(system: System, names: Sequence[str]) -> tuple[int, ...]:
    """Return the ids of the system's processes that bear one of the names.

    Raises:
        UnknownError: the processes of others may not be seen.
    """
    if not system.has("/proc/1/comm"):
        raise UnknownError("/proc hides the processes of others")
    wanted = {name[:COMM] for name in names}
    found = (int(entry) for entry in system.names("/proc") if entry.isdecimal())
    return tuple(pid for pid in found if _name(system, pid) in wanted and _is_systems(system, pid))


def _name(system: System, pid: int) -> str:
    try:
        return system.text(f"/proc/{pid}/comm")
    except (MissingError, UnknownError):
        # It ended meanwhile.
        return ""


def _is_systems(system: System, pid: int) -> bool:
    try:
        return system.path(f"/proc/{pid}").stat().st_uid < PEOPLE
    except OSError:
        return False
