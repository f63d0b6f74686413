"""What ``gatescale posture`` shows people."""

from typing import Final

from gatescale.client.posture.collect import EXTRA, Posture

WORDS: Final = {
    "os_family": "System",
    "os_name": "Distribution",
    "os_version": "Version",
    "kernel": "Kernel",
    "disk_encryption": "Disk encryption",
    "firewall": "Firewall",
    "endpoint_protection": "Endpoint protection",
    "screen_lock": "Screen lock",
    "secure_boot": "Secure boot",
    "automatic_updates": "Automatic updates",
    "pending_reboot": "Pending reboot",
    "serial_number": "Serial number",
}
"""Field of ``Signals`` → what people call it."""


def render(posture: Posture) -> str:
    """Return a line per signal: what it is called, its value, and why it is unknown."""
    rows = [
        (words, _value(getattr(posture.signals, name)), _note(posture, name))
        for name, words in WORDS.items()
    ]
    queries = {name for name in posture.reasons if name.startswith(EXTRA)}
    queries |= {EXTRA + name for name in posture.signals.extra}
    for name in sorted(queries):
        value = posture.signals.extra.get(name.removeprefix(EXTRA))
        rows.append((name, _value(value), _note(posture, name)))
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    lines = [f"{row[0]:{widths[0]}}  {row[1]:{widths[1]}}  {row[2]}".rstrip() for row in rows]
    if posture.override_error:
        lines.append(f"The override is not followed: {posture.override_error}")
    return "\n".join(lines)


def _value(value: object) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _note(posture: Posture, name: str) -> str:
    if name.partition(".")[0] in posture.overridden:
        return "as the override says"
    return posture.reasons.get(name, "")
