"""Clocks on walls: what they show, and when they next show something else.

A wall clock runs with time but for the instants where its zone's offset changes. So the next change
of what it shows is found piece by piece: the boundary on the clock's face, unless the offset
changes before.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")

_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?", re.ASCII)
_OFFSET = re.compile(r"([+-])([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
_NAME = re.compile(r"[A-Za-z0-9_+/-]{1,64}", re.ASCII)
_DAY = timedelta(days=1)
_PROBE = timedelta(hours=6)
_SECOND = timedelta(seconds=1)
# So many boundaries are looked at for one that makes a difference: more than a week of windows.
_LOOKAHEAD = 20

Face = Callable[[datetime], object]
Boundary = Callable[[datetime], datetime]


@lru_cache(maxsize=1 << 12)
def zone(name: str) -> tzinfo:
    """Return the time zone: an IANA name, or a fixed offset such as ``+02:00``.

    Raises:
        ValueError: there is no such zone.
    """
    if match := _OFFSET.fullmatch(name):
        distance = timedelta(hours=int(match[2]), minutes=int(match[3]))
        return timezone(-distance if match[1] == "-" else distance)
    try:
        return ZoneInfo(name if _NAME.fullmatch(name) else "")
    except (LookupError, OSError, ValueError):
        raise ValueError(
            f"{name[:64]!r} is no time zone such as 'Europe/Berlin' or '+02:00'"
        ) from None


@lru_cache(maxsize=1 << 12)
def time_of_day(text: str) -> timedelta:
    """Return the time since midnight on the clock: ``HH:MM`` or ``HH:MM:SS``, up to ``24:00``.

    Raises:
        ValueError: it is none.
    """
    if text == "24:00":
        return _DAY
    match = _TIME.fullmatch(text)
    if match is None:
        raise ValueError(f"{text[:20]!r} is no time of day such as '09:00' (00:00 to 24:00)")
    return timedelta(hours=int(match[1]), minutes=int(match[2]), seconds=int(match[3] or 0))


def weekdays(names: Iterable[str]) -> frozenset[int]:
    """Return the days by number, Monday 0.

    Raises:
        ValueError: one is no weekday in English capitals.
    """
    listed = list(names)
    for name in listed:
        if name not in WEEKDAYS:
            raise ValueError(f"{str(name)[:20]!r} is no weekday: {', '.join(WEEKDAYS)}")
    return frozenset(WEEKDAYS.index(name) for name in listed)


def window(start: str, end: str) -> tuple[timedelta, timedelta]:
    """Return a window's bounds on the clock; the end may be the smaller one, past midnight.

    Raises:
        ValueError: a bound cannot be read, or both are the same.
    """
    first, last = time_of_day(start), time_of_day(end)
    if first == last:
        raise ValueError("start and end are the same; a whole day is '00:00' to '24:00'")
    return first, last


@lru_cache(maxsize=1 << 12)
def between(start: str, end: str, days: tuple[str, ...] | None = None) -> Face:
    """Return what says whether a clock shows a time in the window.

    The start is part of it and the end is not. ``days`` are those on which the window begins: one
    past midnight belongs to the day before.

    Raises:
        ValueError: something cannot be read.
    """
    first, last = window(start, end)
    wanted = None if days is None else weekdays(days)

    def face(shown: datetime) -> bool:
        past = _since_midnight(shown)
        if first < last:
            inside, begun = first <= past < last, shown
        else:
            inside = past >= first or past < last
            begun = shown if past >= first else shown - _DAY
        return inside and (wanted is None or begun.weekday() in wanted)

    return face


@lru_cache(maxsize=1 << 12)
def on(days: tuple[str, ...]) -> Face:
    """Return what says whether a clock's day is one of ``days``.

    Raises:
        ValueError: one of them is no weekday.
    """
    wanted = weekdays(days)
    return lambda shown: shown.weekday() in wanted


@lru_cache(maxsize=1 << 12)
def at_times(*texts: str) -> Boundary:
    """Return what gives the next of these times of day, after what a clock shows."""
    times = [time_of_day(text) for text in texts]

    def boundary(shown: datetime) -> datetime:
        midnight = datetime.combine(shown.date(), time())
        days = (midnight, midnight + _DAY)
        return min(day + each for day in days for each in times if day + each > shown)

    return boundary


# What CEL's accessors of a timestamp show, and where on the clock's face it next changes.
FIELDS: dict[str, tuple[Face, Boundary]] = {
    "getMinutes": (
        lambda shown: shown.minute,
        lambda shown: shown.replace(second=0, microsecond=0) + timedelta(minutes=1),
    ),
    "getHours": (
        lambda shown: shown.hour,
        lambda shown: shown.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1),
    ),
    **{
        name: (lambda shown: shown.date(), at_times("24:00"))
        for name in ("getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear")
    },
    "getMonth": (
        lambda shown: (shown.year, shown.month),
        lambda shown: datetime.combine((shown.replace(day=1) + 32 * _DAY).replace(day=1), time()),
    ),
    "getFullYear": (
        lambda shown: shown.year,
        lambda shown: datetime(shown.year + 1, 1, 1),  # noqa: DTZ001  a clock's face has no zone
    ),
}


@lru_cache(maxsize=1 << 14)
def next_change(moment: datetime, where: tzinfo, face: Face, boundary: Boundary) -> datetime:
    """Return the first instant after ``moment`` at which the clock's face shows something else.

    Where none of the next boundaries makes a difference, the last of them: early, never late.
    """
    shown = face(wall(moment, where))
    for _ in range(_LOOKAHEAD):
        clock = wall(moment, where)
        end = moment + (boundary(clock) - clock)
        moment = min(end, _offset_change(moment, end, where) or end)
        if face(wall(moment, where)) != shown:
            break
    return moment


def wall(moment: datetime, where: tzinfo) -> datetime:
    """Return what a clock in the zone shows, without a zone."""
    return moment.astimezone(where).replace(tzinfo=None, fold=0)


def _since_midnight(shown: datetime) -> timedelta:
    return timedelta(
        hours=shown.hour,
        minutes=shown.minute,
        seconds=shown.second,
        microseconds=shown.microsecond,
    )


def _offset_change(after: datetime, until: datetime, where: tzinfo) -> datetime | None:
    for year in range(after.year, until.year + 1):
        changes = _offset_changes(where, year)
        place = bisect_right(changes, after)
        if place < len(changes):
            return changes[place] if changes[place] <= until else None
    return None


@lru_cache(maxsize=1 << 12)
def _offset_changes(where: tzinfo, year: int) -> tuple[datetime, ...]:
    """Return the instants of a year (UTC) at which the zone's offset changes."""
    if isinstance(where, timezone):
        return ()
    found = []
    before = datetime(year, 1, 1, tzinfo=UTC) - _SECOND
    last = datetime(year, 12, 31, 23, 59, 59, tzinfo=UTC)
    while before < last:
        after = min(before + _PROBE, last)
        if _offset(before, where) != _offset(after, where):
            found.append(_bisected(before, after, where))
        before = after
    return tuple(found)


def _bisected(before: datetime, after: datetime, where: tzinfo) -> datetime:
    offset = _offset(before, where)
    while after - before > _SECOND:
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        if _offset(middle, where) == offset:
            before = middle
        else:
            after = middle
    return after


def _offset(moment: datetime, where: tzinfo) -> timedelta | None:
    return moment.astimezone(where).utcoffset()
