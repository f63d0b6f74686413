"""Time as the tables keep it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]
"""Returns the present moment in UTC. Handed in, so that tests can move it."""


def system_clock() -> datetime:
    """Return the machine's time in UTC."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """Return the form that rows and answers carry, of a moment in UTC.

    >>> stamp(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    '2026-01-02T03:04:05.000000Z'
    """
    # Half the time of strftime, at every request.
    return moment.isoformat("T", "microseconds")[:26] + "Z"


def moment(stamp: str) -> datetime:
    """Return the moment that a stamp names.

    >>> moment("2026-01-02T03:04:05.000000Z").year
    2026
    """
    return datetime.fromisoformat(stamp)


def later(moment: datetime, **delta: float) -> str:
    """Return the stamp of a moment so much later: ``later(now, days=7)``."""
    return stamp(moment + timedelta(**delta))
