"""What a device says of its state: in its row, in the index that filters go by, as facts."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from gatescale.policy.vocabulary import Facts
from gatescale.wire.posture import Signals

Values = dict[str, bool | int | float | str]
"""A JSON object as people fill it: attributes, further signals."""

_DEMANDED = (
    "disk_encryption",
    "firewall",
    "endpoint_protection",
    "screen_lock",
    "secure_boot",
    "automatic_updates",
)
"""Signals of which none may be false for a device to be compliant."""

_FACTS = {
    "osFamily": "device.os.family",
    "osName": "device.os.name",
    "osVersion": "device.os.version",
    "serialNumber": "device.serialNumber",
}
"""Names of facts; other signals are below ``device.posture``."""

_decode = msgspec.json.Decoder(dict[str, bool | int | float | str | Values | None]).decode
_decode_values = msgspec.json.Decoder(Values).decode


def stored(signals: Signals) -> str:
    """Return signals as a row keeps and the API shows them: all names, null where unknown."""
    return msgspec.json.encode(signals, order="deterministic").decode()


def are_compliant(signals: Signals) -> bool:
    """Tell whether nothing that a device should have is known to be missing."""
    return not any(getattr(signals, name) is False for name in _DEMANDED)


def facts(posture: str) -> Facts:
    """Return what admission rules may ask about, of signals as ``stored``; the unknown left out."""
    return {
        _FACTS.get(name, f"device.posture.{name}"): value
        for name, value in _decode(posture).items()
        if value is not None
    }


def rows(owner: Mapping[str, str], posture: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of the index (``tables.device_signals``) for signals as ``stored``.

    Args:
        owner: column and value that say whose they are.
        posture: the signals.
    """
    for name, value in _decode(posture).items():
        if isinstance(value, dict):
            yield from value_rows(owner, value, f"{name}.")
        elif value is not None:
            yield from value_rows(owner, {name: value})


def value_rows(
    owner: Mapping[str, str], values: Values, prefix: str = ""
) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table of values (``tables.schema.keyed``)."""
    for name, value in values.items():
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        text = str(value).lower() if isinstance(value, bool) else value
        yield {
            **owner,
            "name": f"{prefix}{name}",
            "text": None if is_number else text,
            "number": float(value) if is_number else None,
        }


def values(text: str) -> Values:
    """Return a JSON object of values."""
    return {} if text == "{}" else _decode_values(text)
