"""Further signals by osquery, where it is installed: SQL that the device's administrator wrote."""

import re
from collections.abc import Mapping
from functools import partial
from typing import Final

import msgspec

from gatescale.client.posture.programs import UnknownError
from gatescale.client.posture.system import Collector, System, Value

INTEGER: Final = re.compile(r"-?(0|[1-9][0-9]{0,17})")
DECIMAL: Final = re.compile(r"-?[0-9]{1,15}\.[0-9]{1,15}")


def collectors(system: System, queries: Mapping[str, str]) -> dict[str, Collector]:
    """Return what asks osquery, by the names that the administrator gave."""
    return {name: partial(_ask, system, query) for name, query in queries.items()}


def _ask(system: System, query: str) -> Value:
    # As text of the whole command line: a query that begins with a dash is no option.
    answer = system.output("osqueryi", "--json", "--ephemeral", f"{query.strip().rstrip(';')};")
    try:
        rows = msgspec.json.decode(answer, type=list[dict[str, str]])
    except msgspec.MsgspecError:
        raise UnknownError("osqueryi answers something else than rows") from None
    if len(rows) != 1 or len(rows[0]) != 1:
        columns = len(rows[0]) if rows else 0
        raise UnknownError(
            f"the query gave {len(rows)} rows of {columns} columns: it must give one value"
        )
    return typed(next(iter(rows[0].values())))


def typed(text: str) -> Value:
    """Return a value as the number it is written as; osquery writes all as text.

    >>> typed("42"), typed("0.5"), typed("007"), typed("12.1.3")
    (42, 0.5, '007', '12.1.3')
    """
    if INTEGER.fullmatch(text):
        return int(text)
    return float(text) if DECIMAL.fullmatch(text) else text
