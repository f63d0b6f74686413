"""What a rule came to, part by part, with what it saw. Shapes alone."""

from typing import Literal

import msgspec

Result = Literal["holds", "does not hold", "absent", "error"]


class Seen(msgspec.Struct, frozen=True):
    """What a rule read.

    Attributes:
        name: variable, or path of keys in one.
        value: for people; None: it is absent.
    """

    name: str
    value: str | None


class Finding(msgspec.Struct, frozen=True):
    """What a part of a rule came to.

    Attributes:
        text: the part, spelled anew.
        line: where it begins, from 1.
        column: the same.
        detail: what is absent or wrong; empty where the part holds or does not.
        seen: what the part read; empty where it has parts of its own.
        parts: what stands between its ``&&``, ``||``, ``!`` or ``?:``.
    """

    text: str
    line: int
    column: int
    result: Result
    detail: str
    seen: tuple[Seen, ...]
    parts: tuple["Finding", ...]


class Explanation(msgspec.Struct, frozen=True):
    """Why a rule holds, or does not.

    Attributes:
        holds: the same as ``Rule.evaluate`` says.
        sentence: names the parts that decided, and what they saw.
        finding: the whole rule.
    """

    holds: bool
    sentence: str
    finding: Finding
