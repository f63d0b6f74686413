"""Facts of one user on one device, for tests of rules."""

from datetime import UTC, datetime

from gatescale.admission.rules import Outcome, compile_rule
from gatescale.admission.variables import Value

NOW = datetime(2026, 3, 28, 10, 0, tzinfo=UTC)  # a Saturday, 11:00 in Berlin

FACTS: dict[str, Value] = {
    "user.email": "ann@example.com",
    "user.domain": "example.com",
    "user.department": "Engineering",
    "user.groups": ["Engineers", "On call"],
    "user.roles": ["USER"],
    "user.attributes": {"level": 3, "site": "Berlin", "badges": ["red", "blue"], "vpn": True},
    "device.name": "ann-laptop",
    "device.appVersion": "1.4.2",
    "device.owned": True,
    "device.os.family": "linux",
    "device.os.version": "12.7",
    "device.lastCheck": datetime(2026, 3, 28, 9, 30, tzinfo=UTC),
    "device.posture.diskEncryption": True,
    "device.posture.firewall": False,
    "device.posture.kernel": "6.1.0-13-amd64",
    "device.posture.extra": {"edr": "9.1"},
    "origin.ip": "192.0.2.17",
    "zone": "Europe/Berlin",
}


def outcome(text: str, now: datetime = NOW, **facts: Value) -> Outcome:
    """Return what the rule comes to; ``facts`` by name with ``__`` for dots."""
    given = {name.replace("__", "."): value for name, value in facts.items()}
    return compile_rule(text).evaluate(FACTS | given, now)


def holds(text: str, now: datetime = NOW, **facts: Value) -> bool:
    """Return whether the rule holds."""
    return outcome(text, now, **facts).holds
