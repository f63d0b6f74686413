"""Which Linux it is: os-release(5), and the kernel that runs."""

from gatescale.client.posture.programs import MissingError, UnknownError
from gatescale.client.posture.system import System, settings


def name(system: System) -> str:
    """Return the distribution's name, such as ``Debian GNU/Linux``."""
    return _field(system, "NAME")


def version(system: System) -> str:
    """Return the distribution's version, with Debian's point release, such as ``12.7``."""
    version_id = _field(system, "VERSION_ID")
    point = system.text_or_none("etc/debian_version") or ""
    # Ubuntu has that file too, with Debian's code name in it.
    return point if point.startswith(f"{version_id}.") else version_id


def kernel(system: System) -> str:
    """Return the release of the running kernel, such as ``6.1.0-25-amd64``."""
    return system.text("/proc/sys/kernel/osrelease")


def _field(system: System, field: str) -> str:
    try:
        text = system.text("/etc/os-release")
    except MissingError:
        text = system.text("/usr/lib/os-release")
    value = settings(text).get(field, "")
    if not value:
        raise UnknownError(f"os-release says no {field}: some distributions count no versions")
    return value
