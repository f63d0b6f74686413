"""Whether updates wait for a restart: the distribution says so, or a newer kernel is installed."""

import re
from typing import Final

from gatescale.client.posture.linux.release import kernel
from gatescale.client.posture.programs import UnknownError
from gatescale.client.posture.system import System

FLAGS: Final = ("/run/reboot-required", "/run/reboot-needed")
"""What Debian's and Ubuntu's packages make, and SUSE's."""
MODULES: Final = "/lib/modules"
WATCHED: Final = (*FLAGS, f"{MODULES}/")


def pending(system: System) -> bool:
    """Return whether updates wait for a restart."""
    if any(system.has(flag) for flag in FLAGS):
        return True
    if system.has("/usr/bin/needs-restarting"):
        ran = system.run("needs-restarting", "-r")
        if ran.status == 1 and "eboot" in ran.output:
            return True
    running = kernel(system)
    # What a removed kernel leaves behind has no such file: it belongs to the kernel's package.
    installed = [
        name for name in system.names(MODULES) if system.has(f"{MODULES}/{name}/modules.builtin")
    ]
    if not installed:
        raise UnknownError("no installed kernel is there to be compared with the running one")
    if any(is_newer(name, running) for name in installed):
        return True
    if running not in installed:
        raise UnknownError("the running kernel is none of the installed ones")
    return False


def is_newer(release: str, running: str) -> bool:
    """Return whether ``release`` is of the same flavour as ``running`` and comes after it.

    >>> is_newer("6.1.0-26-amd64", "6.1.0-9-amd64")
    True
    >>> is_newer("6.1.0-26-cloud-amd64", "6.1.0-9-amd64")
    False
    """
    return _flavour(release) == _flavour(running) and _count(release) > _count(running)


def _flavour(release: str) -> str:
    return re.sub(r"[^a-z]+", "", release.replace("x86_64", "amd"))


def _count(release: str) -> list[int]:
    numbers = re.sub(r"(x86_|amd|arm|aarch|ppc)64.*", "", release)
    return [int(number) for number in re.findall(r"\d+", numbers)]
