"""How often a request is sent again, and how long before it is."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Final

FIRST: Final = 0.25
"""Seconds before the second try, at the most; each further one may take twice as long."""
LONGEST: Final = 60.0
"""Seconds; a controller that wants to be left alone for longer gets no further try."""


@dataclass(frozen=True, slots=True)
class Retries:
    """Tries after the first.

    Attributes:
        most: how many there are.
        pause: waits for so many seconds.
        jitter: a number from 0 to 1, anew each time, so that clients do not come in step.
    """

    most: int = 4
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    jitter: Callable[[], float] = secrets.SystemRandom().random

    def seconds(self, tried: int, after: float | None) -> float | None:
        """Return how long to wait before the next try; None: there is none.

        Args:
            tried: how many tries there were.
            after: seconds that the controller asked for.
        """
        if tried > self.most or (after or 0) > LONGEST:
            return None
        backoff = min(FIRST * 2.0 ** (tried - 1), LONGEST)
        return (after or 0) + self.jitter() * backoff


def retry_after(header: str | None, date: str | None) -> float | None:
    """Return the seconds that a Retry-After asks for (RFC 9110, section 10.2.3).

    Args:
        header: seconds, or a moment.
        date: the answer's own Date, from which a moment is counted, whatever this machine's clock.

    >>> retry_after("7", None)
    7.0
    >>> retry_after("Tue, 24 Nov 2026 09:30:09 GMT", "Tue, 24 Nov 2026 09:30:00 GMT")
    9.0
    """
    if header is None:
        return None
    if header.isascii() and header.isdecimal():
        return float(header)
    try:
        moment, now = parsedate_to_datetime(header), parsedate_to_datetime(date or "")
        return max((moment - now).total_seconds(), 0.0)
    except (TypeError, ValueError):
        return None
