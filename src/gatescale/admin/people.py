"""A file of people to invite: columns email, groups and more, read line by line."""

import codecs
import csv
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from gatescale.errors import InvalidError

FIELDS: Final = ("first_name", "last_name", "department", "title")
"""Columns that a file may have besides email, groups and reason, which is not read."""
ATTRIBUTE: Final = "attribute:"
"""What the column of an attribute begins with; its name follows."""
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_LONGEST_LINE: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Person:
    """One row.

    Attributes:
        line: where it ends in the file, from 1.
        groups: names or ids.
        more: what stands in further columns, by their names; empty cells are left out.
        wrong: why it cannot be sent; empty if it can.
    """

    line: int
    email: str
    groups: tuple[str, ...]
    more: tuple[tuple[str, str], ...] = ()
    wrong: str = ""


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """Open a file that can be read twice; ``-`` is the standard input, kept in a file meanwhile."""
    if str(path) != "-":
        with path.open("rb") as file:
            yield file
        return
    with tempfile.TemporaryFile() as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
        yield file


def further_columns(file: IO[bytes]) -> list[str]:
    """Return the columns that a file has besides email, groups and reason.

    Raises:
        InvalidError: its header is none.
    """
    file.seek(0)
    columns = _columns(next(csv.reader(_lines(file)), []))
    return [name for name in columns if name not in {"email", "groups", "reason"}]


def people(file: IO[bytes]) -> Iterator[Person]:
    """Yield the people of a file from its beginning, blank rows left out.

    Raises:
        InvalidError: it is no such file; says in which line.
    """
    file.seek(0)
    reader = csv.reader(_lines(file), strict=True)
    seen: dict[str, int] = {}
    try:
        columns = _columns(next(reader, []))
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield _person(cells, columns, reader.line_num, seen)
    except csv.Error as error:
        raise InvalidError(f"line {reader.line_num} is no CSV: {error}") from None


def _person(cells: list[str], columns: dict[str, int], line: int, seen: dict[str, int]) -> Person:
    def cell(name: str) -> str:
        place = columns.get(name, len(cells))
        return cells[place].strip() if place < len(cells) else ""

    email = cell("email")
    groups = tuple(filter(None, (part.strip() for part in cell("groups").split(";"))))
    further = ((name, cell(name)) for name in columns if _is_further(name))
    more = tuple((name, text) for name, text in further if text)
    wrong = ""
    if len(cells) > len(columns):
        wrong = f"it has {len(cells)} fields, the header {len(columns)}"
    elif not email:
        wrong = "it has no email"
    elif (first := seen.setdefault(email.casefold(), line)) != line:
        wrong = f"{email} stands in line {first} already"
    return Person(line, email, groups, more, wrong)


def _columns(header: list[str]) -> dict[str, int]:
    names = [_column(name.strip()) for name in header]
    known = (
        f"email, groups (by ; if several), {', '.join(FIELDS)}, {ATTRIBUTE}NAME for each attribute,"
        " and reason, which is not read"
    )
    usual = {"email", "groups", "reason"}
    if unknown := [name for name in names if name not in usual and not _is_further(name)]:
        raise InvalidError(
            f"line 1 is the header, and knows no column {', '.join(map(repr, unknown))}:"
            f" there are {known}; commas part columns"
        )
    if "email" not in names or len(set(names)) != len(names):
        raise InvalidError(f"line 1 is the header, with each column once: {known}")
    return {name: place for place, name in enumerate(names)}


def _column(name: str) -> str:
    """Return a column's name in its one form; that of an attribute keeps its case."""
    if name.casefold().startswith(ATTRIBUTE):
        return ATTRIBUTE + name[len(ATTRIBUTE) :].strip()
    folded = name.casefold().replace(" ", "_")
    return {"group": "groups", "firstname": "first_name", "lastname": "last_name"}.get(
        folded, folded
    )


def _is_further(name: str) -> bool:
    return name in FIELDS or name.startswith(ATTRIBUTE)


def _lines(file: IO[bytes]) -> Iterator[str]:
    start = file.read(2)
    file.seek(0)
    if start in _UTF16:
        yield from _lines_of_utf16(file)
        return
    for number, line in enumerate(iter(lambda: file.readline(_LONGEST_LINE), b""), 1):
        if len(line) == _LONGEST_LINE:
            raise InvalidError(f"line {number} is longer than {_LONGEST_LINE} bytes")
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError:
            raise InvalidError(f"line {number} is not UTF-8: save the file as CSV UTF-8") from None


def _lines_of_utf16(file: IO[bytes]) -> Iterator[str]:
    try:
        # Not the reader itself, which would close the file with whoever ends early.
        yield from map(str, codecs.getreader("utf-16")(file))
    except UnicodeError:
        raise InvalidError("the file begins as UTF-16 and is none: save it as CSV UTF-8") from None
