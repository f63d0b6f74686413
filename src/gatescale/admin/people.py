"""A file of people to invite: columns email and groups, read line by line."""

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

COLUMNS: Final = ("email", "groups", "reason")
"""What a report has, and a file may have; ``group`` is the same as ``groups``."""
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_LONGEST_LINE: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Person:
    """One row.

    Attributes:
        line: where it ends in the file, from 1.
        groups: names or ids.
        wrong: why it cannot be sent; empty if it can.
    """

    line: int
    email: str
    groups: tuple[str, ...]
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
    wrong = ""
    if len(cells) > len(columns):
        wrong = f"it has {len(cells)} fields, the header {len(columns)}"
    elif not email:
        wrong = "it has no email"
    elif (first := seen.setdefault(email.casefold(), line)) != line:
        wrong = f"{email} stands in line {first} already"
    return Person(line, email, groups, wrong)


def _columns(header: list[str]) -> dict[str, int]:
    names = [{"group": "groups"}.get(name, name) for name in (n.strip().casefold() for n in header)]
    known = "email, groups (by ; if several) and reason, which is not read"
    if unknown := [name for name in names if name not in COLUMNS]:
        raise InvalidError(
            f"line 1 is the header, and knows no column {', '.join(map(repr, unknown))}:"
            f" there are {known}; commas part columns"
        )
    if "email" not in names or len(set(names)) != len(names):
        raise InvalidError(f"line 1 is the header, with each column once: {known}")
    return {name: place for place, name in enumerate(names)}


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
        yield from codecs.getreader("utf-16")(file)
    except UnicodeError:
        raise InvalidError("the file begins as UTF-16 and is none: save it as CSV UTF-8") from None
