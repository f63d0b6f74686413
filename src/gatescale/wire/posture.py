"""What a device says of its own state: POST /agent/v1/posture.

Every signal is a value that was seen, or None: unknown. Nothing is guessed.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from gatescale.wire.messages import ShortText

Extra = (
    bool
    | Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
    | float
    | Annotated[str, Meta(max_length=500, pattern=r"^[^\x00]*$(?!\n)")]
)
ExtraName = Annotated[str, Meta(pattern=r"^[a-zA-Z][a-zA-Z0-9_]{0,49}$(?!\n)")]


class Signals(msgspec.Struct, frozen=True, rename="camel"):
    """A device's state.

    Attributes:
        os_family: what kind of system it is.
        os_name: for people, such as ``Debian GNU/Linux``.
        os_version: as its maker counts, such as ``12.7``, ``14.6.1`` or ``10.0.22631``.
        kernel: release of the kernel.
        disk_encryption: the root's (system's) disk is encrypted.
        firewall: a firewall that drops what is not wanted is active.
        endpoint_protection: one of the programs that count as such runs.
        screen_lock: the screen locks itself.
        secure_boot: the firmware started only what is signed.
        automatic_updates: security updates are installed by themselves.
        pending_reboot: updates wait for a restart.
        serial_number: the maker's, of the machine.
        extra: further signals, by name; from queries that the device's administrator wrote.
    """

    os_family: Literal["linux", "macos", "windows"] | None = None
    os_name: ShortText | None = None
    os_version: ShortText | None = None
    kernel: ShortText | None = None
    disk_encryption: bool | None = None
    firewall: bool | None = None
    endpoint_protection: bool | None = None
    screen_lock: bool | None = None
    secure_boot: bool | None = None
    automatic_updates: bool | None = None
    pending_reboot: bool | None = None
    serial_number: ShortText | None = None
    extra: Annotated[dict[ExtraName, Extra], Meta(max_length=50)] = {}


class PostureReport(msgspec.Struct, frozen=True, rename="camel"):
    """A device's state at one time.

    Attributes:
        device_id: whose; a controller refuses another's than the sender's.
        collected_at: when, seconds since 1970-01-01 UTC by the device's clock.
    """

    device_id: str
    collected_at: float
    signals: Signals
