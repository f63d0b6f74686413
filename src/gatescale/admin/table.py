"""What people see: rows as tables, one thing as lines."""

import re
import sys
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any, Final

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text
from typing_extensions import override

Column = str | tuple[str, Callable[[Any], Any]]
"""A dotted path of fields, or a title with what makes the cell."""

AT_ONCE: Final = 100
"""Rows that are put into columns together."""
_MOST_IN_A_CELL: Final = 5
_MOST_IN_A_LINE: Final = 20
_MOMENT: Final = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\d(\.\d+)?Z")
_NAMES: Final = ("email", "name", "address")


def print_table(columns: Sequence[Column], rows: Iterable[Any]) -> int:
    """Print rows in columns, some at a time; return how many there were."""
    console, widths, count = _console(), [0] * len(columns), 0
    rows = iter(rows)
    while True:
        cells = [[_cell(column, row) for column in columns] for row in islice(rows, AT_ONCE)]
        if count and not cells:
            return count
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=not count)
        for title, width in zip(map(_title, columns), widths, strict=True):
            table.add_column(title, min_width=width, overflow="fold", header_style="bold")
        for line in cells:
            table.add_row(*map(Text, line))
        console.print(table, soft_wrap=not console.is_terminal)
        if len(cells) < AT_ONCE:
            return count + len(cells)
        # The rows to come stand below these.
        lines = [list(map(_title, columns)), *cells]
        widths = [min(max(map(len, each)), 40) for each in zip(*lines, strict=True)]
        count += len(cells)


def print_details(thing: msgspec.Struct) -> None:
    """Print one thing, a field a line."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for field in msgspec.structs.fields(thing):
        value = getattr(thing, field.name)
        if value is not None and value not in ([], {}):
            label = field.name.replace("_", " ")
            table.add_row(label, Text(shown(value, most=_MOST_IN_A_LINE)))
    console = _console()
    console.print(table, soft_wrap=not console.is_terminal)


def shown(value: Any, *, most: int = _MOST_IN_A_CELL) -> str:
    """Return a value in words, safe for a terminal."""
    if isinstance(value, dict):
        value = [f"{name}={shown(each)}" for name, each in value.items()]
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case msgspec.Raw():
            return _safe(bytes(value).decode())
        case list():
            words = [shown(each) for each in value[:most]]
            rest = [f"and {len(value) - most} more"] if len(value) > most else []
            return ", ".join(words + rest)
        case msgspec.Struct():
            return _safe(_name(value))
        case _:
            return _safe(_MOMENT.sub(r"\1 \2 UTC", str(value)))


class _Console(Console):
    @override
    def on_broken_pipe(self) -> None:
        # To a command this is an end like any other, not an error.
        raise BrokenPipeError


def _console() -> Console:
    width = None if sys.stdout.isatty() else 10_000
    return _Console(highlight=False, markup=False, emoji=False, width=width)


def _cell(column: Column, row: Any) -> str:
    if not isinstance(column, str):
        return shown(column[1](row))
    values = [row]
    several = False
    for name in column.split("."):
        values = [getattr(value, name) for value in values if value is not None]
        if values and isinstance(values[0], list):
            values, several = values[0], True
    return shown(values) if several else shown(values[0] if values else None)


def _title(column: Column) -> str:
    if not isinstance(column, str):
        return column[0]
    return column.partition(".")[0].replace("_", " ").upper()


def _name(thing: msgspec.Struct) -> str:
    for name in _NAMES:
        if text := getattr(thing, name, None):
            protocols = getattr(thing, "protocols", None)
            return f"{text}={','.join(each.name for each in protocols)}" if protocols else str(text)
    values = (getattr(thing, field.name) for field in msgspec.structs.fields(thing))
    return "/".join(str(value).lower() for value in values if value is not None)


def _safe(text: str) -> str:
    """Return text whose control characters cannot reach the terminal."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
