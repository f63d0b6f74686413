"""Versions of software, and which is the later one.

Numbers in a row, joined by dots or hyphens, are compared one by one; missing ones are 0. What marks
a pre-release sorts before the release: dev < alpha (a) < beta (b) < rc (pre, preview), then by its
number. Any other suffix is the maker's name for a build and makes no difference.
"""

import re
from functools import lru_cache

_LONGEST = 100
_RELEASE = 1 << 30
_STAGES = {"dev": 0, "alpha": 1, "a": 1, "beta": 2, "b": 2, "rc": 3, "pre": 3, "preview": 3, "c": 3}
_VERSION = re.compile(
    r"\s*v?(?P<numbers>[0-9]{1,18}(?:[.-][0-9]{1,18})*)"
    r"(?:[.\-~_]?(?P<stage>dev|alpha|beta|preview|pre|rc|a|b|c)[.\-]?(?P<number>[0-9]{0,18})(?![a-z]))?"
    r"(?:[^0-9.\-][^\n]*|[.\-](?![0-9])[^\n]*)?",
    re.ASCII | re.IGNORECASE,
)

Order = tuple[tuple[int, ...], int, int]


@lru_cache(maxsize=1 << 14)
def order(version: str) -> Order:
    """Return what versions are compared by.

    Raises:
        ValueError: it is no version.
    """
    match = _VERSION.fullmatch(version) if len(version) <= _LONGEST else None
    if match is None:
        raise ValueError(f"{version[:_LONGEST]!r} is no version such as '12.5' or '10.0.22631'")
    numbers = [int(part) for part in re.split(r"[.-]", match["numbers"])]
    while numbers and not numbers[-1]:
        numbers.pop()
    stage = match["stage"]
    return tuple(numbers), _STAGES[stage.lower()] if stage else _RELEASE, int(match["number"] or 0)


def compare(left: str, right: str) -> int:
    """Return -1, 0 or 1: ``left`` is earlier than ``right``, the same, or later.

    Raises:
        ValueError: one of them is no version.

    >>> compare("12", "12.0"), compare("12.5-rc1", "12.5"), compare("6.1.0-9-amd64", "6.1.0-13")
    (0, -1, -1)
    """
    first, second = order(left), order(right)
    return (first > second) - (first < second)
