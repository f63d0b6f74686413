"""What the firmware says: secure boot, and the maker's serial number."""

from typing import Final

from gatescale.client.posture.programs import MissingError, UnknownError
from gatescale.client.posture.system import System

EFI: Final = "/sys/firmware/efi"
SECURE_BOOT: Final = f"{EFI}/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
SHIM_TRUSTS_ALL: Final = f"{EFI}/efivars/MokSBStateRT-605dab50-e046-4300-abb6-3dd810dd8b23"
"""Variables: four bytes of attributes, then one that is 0 or 1."""
SERIALS: Final = ("/sys/class/dmi/id/product_serial", "/proc/device-tree/serial-number")
PLACEHOLDERS: Final = {
    "",
    "-",
    "chassis serial number",
    "default string",
    "empty",
    "invalid",
    "n/a",
    "na",
    "none",
    "not applicable",
    "not available",
    "not specified",
    "o.e.m.",
    "oem",
    "serial number",
    "system serial number",
    "to be filled by o.e.m.",
    "to be filled by oem",
    "unknown",
    "xxxxxxxx",
}
"""What makers write who write no number."""


def secure_boot(system: System) -> bool:
    """Return whether the firmware started only what is signed.

    A PC without EFI starts whatever it finds. A board without either may check in a way of its
    own, and a container does not see the firmware at all: both are unknown.
    """
    if not system.has(EFI):
        if {"acpi", "memmap", "dmi"} & set(system.names("/sys/firmware")):
            return False
        raise UnknownError("there is no EFI, and no sign of another firmware")
    if not system.has(f"{EFI}/efivars") or not system.names(f"{EFI}/efivars"):
        raise UnknownError("the variables of EFI are not mounted")
    return _is_set(system, SECURE_BOOT) and not _is_set(system, SHIM_TRUSTS_ALL)


def serial_number(system: System) -> str:
    """Return the maker's number of the machine."""
    for path in SERIALS:
        try:
            serial = system.text(path).strip("\x00 ")
        except MissingError:
            continue
        if serial.lower() in PLACEHOLDERS or not serial.strip("0-. xX"):
            raise UnknownError(f"the firmware has a placeholder for it: {serial or 'nothing'}")
        return serial
    raise UnknownError("the firmware says none")


def _is_set(system: System, variable: str) -> bool:
    try:
        content = system.data(variable)
    except MissingError:
        return False
    if len(content) != 5:
        raise UnknownError(f"{variable} is not as EFI writes it")
    return content[4] == 1
