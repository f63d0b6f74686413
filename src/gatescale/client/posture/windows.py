"""Windows: all that PowerShell says in one answer, asked once for all signals."""

import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

import msgspec

from gatescale.client.posture.programs import UnknownError
from gatescale.client.posture.system import Collector, System, Value

PATIENCE: Final = 30.0
"""Seconds: PowerShell starts slowly, and asks BitLocker slowly."""
POWERSHELL: Final = r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe"
ENDED: Final = 5.0
"""Seconds that are left of the patience when PowerShell is given up."""
SCRIPT: Final = r"""
$ErrorActionPreference = 'Stop'
[Console]::OutputEncoding = [Text.Encoding]::UTF8
function Try-Get($look) { try { & $look } catch { $null } }
function Is-There($path) { Test-Path $path }
$wu = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion'
$policies = 'HKLM:\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate\AU'
$system = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System'
@{
  os = Try-Get { $o = Get-CimInstance Win32_OperatingSystem
    @{ caption = $o.Caption; version = $o.Version } }
  revision = Try-Get { (Get-ItemProperty 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion').UBR }
  bitlocker = Try-Get { $v = Get-BitLockerVolume -MountPoint $env:SystemDrive
    @{ volume = "$($v.VolumeStatus)"; protection = "$($v.ProtectionStatus)" } }
  firewall = Try-Get { @(Get-NetFirewallProfile -PolicyStore ActiveStore |
    % { @{ name = "$($_.Name)"; enabled = "$($_.Enabled)"
      inbound = "$($_.DefaultInboundAction)" } }) }
  antivirus = Try-Get { @(Get-CimInstance -Namespace root/SecurityCenter2 AntiVirusProduct |
    % { @{ name = $_.displayName; state = $_.productState } }) }
  processes = Try-Get { @(Get-CimInstance Win32_Process -Filter 'SessionId = 0' | % { $_.Name }) }
  lockAfter = Try-Get { (Get-ItemProperty $system).InactivityTimeoutSecs }
  secureBoot = try { Confirm-SecureBootUEFI } catch [PlatformNotSupportedException] { $false }
    catch { $null }
  noAutoUpdate = Try-Get { (Get-ItemProperty $policies -ErrorAction SilentlyContinue).NoAutoUpdate }
  updateService = Try-Get { "$((Get-Service wuauserv).StartType)" }
  rebootPending = Try-Get { (Is-There "$wu\Component Based Servicing\RebootPending") -or
    (Is-There "$wu\WindowsUpdate\Auto Update\RebootRequired") }
  serial = Try-Get { (Get-CimInstance Win32_BIOS).SerialNumber }
} | ConvertTo-Json -Depth 4 -Compress
"""
RUNNING: Final = 0x1
"""Third hexadecimal digit from the right, of four, of Security Center's product state: it is on."""
PLACEHOLDERS: Final = {
    "",
    "0",
    "default string",
    "none",
    "system serial number",
    "to be filled by o.e.m.",
}


class OperatingSystem(msgspec.Struct, frozen=True):
    """Win32_OperatingSystem."""

    caption: str
    version: str


class BitLocker(msgspec.Struct, frozen=True):
    """Get-BitLockerVolume of the system's drive."""

    volume: str
    protection: str


class FirewallProfile(msgspec.Struct, frozen=True):
    """Get-NetFirewallProfile, as it is in force."""

    name: str
    enabled: str
    inbound: str


class AntiVirus(msgspec.Struct, frozen=True):
    """AntiVirusProduct of Security Center, which servers do not have."""

    name: str
    state: int


class Answer(msgspec.Struct, frozen=True, rename="camel"):
    """What the script writes; None: it could not be asked, or only by an administrator."""

    os: OperatingSystem | None = None
    revision: int | None = None
    bitlocker: BitLocker | None = None
    firewall: tuple[FirewallProfile, ...] | None = None
    antivirus: tuple[AntiVirus, ...] | None = None
    processes: tuple[str, ...] | None = None
    lock_after: int | None = None
    secure_boot: bool | None = None
    no_auto_update: int | None = None
    update_service: str | None = None
    reboot_pending: bool | None = None
    serial: str | None = None


def collectors(system: System, protection: Sequence[str] | None) -> dict[str, Collector]:
    """Return what looks at each signal; see ``linux.collectors``.

    Names of processes are without ``.exe``.
    """
    ask = _Once(system)
    signals: dict[str, Callable[[Answer], Value | None]] = {
        "os_name": lambda said: said.os.caption if said.os else None,
        "os_version": _version,
        "kernel": lambda said: said.os.version if said.os else None,
        "disk_encryption": _disk_encryption,
        "firewall": _firewall,
        "endpoint_protection": partial(_endpoint_protection, protection),
        # Without the policy it is up to each person's own settings, which a service does not see.
        "screen_lock": lambda said: True if said.lock_after else None,
        "secure_boot": lambda said: said.secure_boot,
        "automatic_updates": _automatic_updates,
        "pending_reboot": lambda said: said.reboot_pending,
        "serial_number": _serial_number,
    }
    looks: dict[str, Collector] = {"os_family": lambda: "windows"}
    for name, signal in signals.items():
        looks[name] = partial(_look, ask, signal)
    return looks


class _Once:
    """Asks PowerShell when first called; later and other callers get the same answer."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._asking = threading.Lock()
        self._answer: Answer | UnknownError | None = None

    def __call__(self) -> Answer:
        with self._asking:
            if self._answer is None:
                self._answer = self._ask()
        if isinstance(self._answer, UnknownError):
            raise UnknownError(self._answer.reason)
        return self._answer

    def _ask(self) -> Answer | UnknownError:
        words = (POWERSHELL, "-NoProfile", "-NonInteractive", "-Command", SCRIPT)
        try:
            ran = self._system.run(*words, patience=PATIENCE - ENDED)
            return msgspec.json.decode(ran.output.lstrip("\ufeff"), type=Answer)
        except UnknownError as error:
            return error
        except msgspec.MsgspecError as error:
            return UnknownError(f"PowerShell says something that cannot be read: {error}")


def _look(ask: _Once, signal: Callable[[Answer], Value | None]) -> Value:
    value = signal(ask())
    if value is None:
        raise UnknownError("Windows does not say, or only to an administrator")
    return value


def _version(said: Answer) -> str | None:
    """Return such as ``10.0.22631.4169``, the last part being the installed updates'."""
    if said.os is None:
        return None
    return said.os.version if said.revision is None else f"{said.os.version}.{said.revision}"


def _disk_encryption(said: Answer) -> bool | None:
    if said.bitlocker is None:
        return None
    # Suspended protection leaves the key in clear on the disk.
    return said.bitlocker.volume == "FullyEncrypted" and said.bitlocker.protection == "On"


def _firewall(said: Answer) -> bool | None:
    if not said.firewall:
        return None
    return all(
        profile.enabled == "True" and profile.inbound != "Allow" for profile in said.firewall
    )


def _endpoint_protection(names: Sequence[str] | None, said: Answer) -> bool | None:
    if names is not None:
        if said.processes is None:
            return None
        running = {name.lower().removesuffix(".exe") for name in said.processes}
        return any(name.lower() in running for name in names)
    if not said.antivirus:
        return None
    return any(product.state >> 12 & 0xF == RUNNING for product in said.antivirus)


def _automatic_updates(said: Answer) -> bool | None:
    if said.update_service is None:
        return None
    return said.update_service != "Disabled" and not said.no_auto_update


def _serial_number(said: Answer) -> str | None:
    serial = (said.serial or "").strip()
    return None if serial.lower() in PLACEHOLDERS else serial
