"""What a rule can ask about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Kind = Literal["string", "boolean", "timestamp", "list of strings", "map"]
# Lists as variables hold strings; only maps have lists of more than that.
Value = bool | int | float | str | datetime | Sequence["Value"] | Mapping[str, "Value"]


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable, as it is documented.

    Attributes:
        meaning: one line for people.
    """

    name: str
    kind: Kind
    meaning: str


_TABLE: tuple[tuple[str, Kind, str], ...] = (
    ("user.email", "string", "the user's address, in lower case"),
    ("user.domain", "string", "what follows the @ in it"),
    ("user.department", "string", "the user's department"),
    ("user.title", "string", "the user's job title"),
    ("user.groups", "list of strings", "names of the groups that the user is a member of"),
    ("user.roles", "list of strings", "types of the user's roles"),
    ("user.attributes", "map", "further attributes, by name: user.attributes.costCentre"),
    ("device.name", "string", "what the device is called"),
    ("device.hardwareId", "string", "tells the machine from others"),
    ("device.appVersion", "string", "version of the client on it"),
    ("device.serialNumber", "string", "the maker's"),
    ("device.owned", "boolean", "its serial number is on the list of devices that are yours"),
    ("device.os.family", "string", "'linux', 'macos' or 'windows'"),
    ("device.os.name", "string", "for people, such as 'Debian GNU/Linux'"),
    ("device.os.version", "string", "as its maker counts, such as '12.7' or '10.0.22631'"),
    ("device.lastCheck", "timestamp", "when the device last said what state it is in"),
    ("device.posture.diskEncryption", "boolean", "the system's disk is encrypted"),
    ("device.posture.firewall", "boolean", "a firewall is active"),
    ("device.posture.endpointProtection", "boolean", "endpoint protection runs"),
    ("device.posture.screenLock", "boolean", "the screen locks itself"),
    ("device.posture.secureBoot", "boolean", "the firmware started only what is signed"),
    ("device.posture.automaticUpdates", "boolean", "security updates are installed by themselves"),
    ("device.posture.pendingReboot", "boolean", "updates wait for a restart"),
    ("device.posture.kernel", "string", "release of the kernel, such as '6.1.0-13-amd64'"),
    ("device.posture.extra", "map", "further signals, by name: device.posture.extra.edrVersion"),
    ("origin.ip", "string", "public address that the device comes from"),
    ("origin.country", "string", "its country in two letters, such as 'DE'"),
    ("now", "timestamp", "the moment of the decision"),
    ("zone", "string", "your organisation's time zone, such as 'Europe/Berlin'"),
)

VARIABLES: dict[str, Variable] = {row[0]: Variable(*row) for row in _TABLE}

# What a variable's value may weigh in the estimate of a rule's cost.
LIST_LENGTH = 1000
MAP_LENGTH = 100
TEXT_LENGTH = 1000
ITEM_LENGTH = 200

ROOTS = frozenset(name.partition(".")[0] for name in VARIABLES)
