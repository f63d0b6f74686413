"""Whether security updates are installed by themselves: by the distribution's own means."""

from typing import Final

from gatescale.client.posture.programs import UnknownError
from gatescale.client.posture.system import System, settings

WATCHED: Final = (
    "/etc/apt/apt.conf",
    "/etc/apt/apt.conf.d/",
    "/etc/dnf/automatic.conf",
    "/etc/rpm-ostreed.conf",
    "/etc/systemd/system/timers.target.wants/",
)
INSTALLING_TIMERS: Final = ("dnf-automatic-install.timer", "transactional-update.timer")
CONFIGURED_TIMERS: Final = {
    "dnf-automatic.timer": "/etc/dnf/automatic.conf",
    "dnf5-automatic.timer": "/etc/dnf/automatic.conf",
}
OSTREE_TIMER: Final = "rpm-ostreed-automatic.timer"


def automatic(system: System) -> bool:
    """Return whether security updates are installed without anybody's doing."""
    if system.has("/usr/bin/apt-get"):
        return _by_apt(system)
    if system.has("/run/ostree-booted") or system.has("/usr/bin/dnf") or _is_suse(system):
        return _by_timers(system)
    raise UnknownError("this distribution has no means for it that is known here")


def _by_apt(system: System) -> bool:
    """Return whether unattended-upgrades is installed, told to run, and run by a timer or cron."""
    if not system.has("/usr/bin/unattended-upgrade"):
        return False
    dumped = system.output("apt-config", "dump")
    said = dict(line.rstrip(";").split(" ", 1) for line in dumped.splitlines() if " " in line)
    periodic = {
        name.removeprefix("APT::Periodic::").lower(): value.strip('"')
        for name, value in said.items()
    }
    told = (
        periodic.get("enable", "1") != "0"
        and periodic.get("update-package-lists", "0") != "0"
        and periodic.get("unattended-upgrade", "0") != "0"
    )
    return told and _is_run(system)


def _is_run(system: System) -> bool:
    if system.has("/run/systemd/system"):
        timers = ("apt-daily.timer", "apt-daily-upgrade.timer")
        return system.active_units(timers) == frozenset(timers)
    return system.has("/etc/cron.daily/apt-compat")


def _by_timers(system: System) -> bool:
    timers = system.active_units((*INSTALLING_TIMERS, *CONFIGURED_TIMERS, OSTREE_TIMER))
    if timers & set(INSTALLING_TIMERS):
        return True
    for timer, path in CONFIGURED_TIMERS.items():
        said = settings(system.text_or_none(path) or "")
        if timer in timers and said.get("apply_updates", "no").lower() in {"yes", "true", "1"}:
            return True
    policy = settings(system.text_or_none("/etc/rpm-ostreed.conf") or "")
    return OSTREE_TIMER in timers and policy.get("AutomaticUpdatePolicy") in {"stage", "apply"}


def _is_suse(system: System) -> bool:
    return system.has("/usr/bin/zypper")
