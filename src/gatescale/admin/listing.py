"""The verb that lists: the API's list grammar as options, pages as rows."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from inspect import Parameter
from itertools import chain
from typing import TYPE_CHECKING, Any

import typer
from typing_extensions import override

from gatescale.admin.fields import Given
from gatescale.admin.session import Session
from gatescale.admin.verbs import Verb, option, show_rows
from gatescale.errors import InvalidError

if TYPE_CHECKING:
    from gatescale.admin.noun import Noun
    from gatescale.admin.table import Column

_FILTER = re.compile(r"([\w.]+)(?:\[(\w+)\])?=(.*)", re.DOTALL)
_PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Verb):
    """Shows many."""

    name: str = "list"
    words: str = "List them."

    @override
    def parameters(self, noun: "Noun") -> list[Parameter]:
        """Return the list grammar, where the API has it for this noun."""
        if not noun.paged:
            return []
        return [
            option(
                "filter",
                list[str] | None,
                "--filter",
                help="FIELD=VALUE, or FIELD[ilike]=VALUE with an operator: eq ne gt gte lt lte "
                "ilike in nin. May be given several times: all hold.",
                metavar="FIELD[OPERATOR]=VALUE",
            ),
            option(
                "sort",
                list[str] | None,
                "--sort",
                help="Field to sort by; - before it turns it round.",
                metavar="FIELD",
            ),
            option("search", str | None, "--search", help="Text that they have in them."),
            option("limit", int, "--limit", default=50, help="Rows at most.", min=1),
            option("offset", int, "--offset", default=0, help="Rows to leave out.", min=0),
            option("all", bool, "--all", default=False, help="All rows, whatever --limit says."),
        ]

    @override
    def run(self, session: Session, noun: "Noun", given: Given) -> None:
        """Print them, page by page as they come."""
        # Programs get all that the API tells.
        brief = {} if session.as_json else noun.brief
        if not noun.paged:
            rows = getattr(noun.of(session.client), noun.list)(**brief)
            show_rows(session, noun, rows)
            return
        query = {
            "filter": [_condition(session, text) for text in given["filter"] or ()],
            "sort": given["sort"],
            "search": given["search"],
            **brief,
        }
        most = None if given["all"] else given["limit"]
        operation = partial(getattr(noun.of(session.client), noun.list), **query)
        show_pages(session, noun.columns, operation, offset=given["offset"], most=most)


def show_pages(
    session: Session,
    columns: "Sequence[Column]",
    operation: Callable[..., Any],
    *,
    offset: int,
    most: int | None,
) -> None:
    """Print the rows that an operation has, page by page as they come.

    Args:
        session: of the command.
        columns: of the table.
        operation: takes ``limit`` and ``offset``, and returns a page.
        offset: rows to leave out.
        most: rows to print; None: all.
    """
    pages = _pages(operation, offset=offset, most=most)
    # A refusal comes before anything is printed.
    pages = chain([next(pages)], pages)
    if session.as_json:
        _print_pages(session, pages, single=most is not None and most <= _PAGE)
        return
    from gatescale.admin.table import print_table

    total = 0

    def rows_of_pages() -> Iterator[Any]:
        nonlocal total
        for page in pages:
            total = page.total
            yield from page.data

    count = print_table(columns, rows_of_pages())
    if offset + count < total:
        typer.echo(f"{count} of {total}; --all shows all", err=True)


def _pages(operation: Callable[..., Any], *, offset: int, most: int | None) -> Iterator[Any]:
    left = most
    while left is None or left > 0:
        page = operation(limit=_PAGE if left is None else min(left, _PAGE), offset=offset)
        yield page
        if not page.has_next or not page.data:
            return
        offset += len(page.data)
        left = None if left is None else left - len(page.data)


def _print_pages(session: Session, pages: Iterator[Any], *, single: bool) -> None:
    """Print pages as the API's JSON; several as one large page of the same shape."""
    if single:
        next(pages)
        session.print_answer()
        return
    import msgspec

    count = total = 0
    typer.echo('{"data":[', nl=False)
    for page in pages:
        total = page.total
        rows = msgspec.json.decode(session.client.answered.body, type=dict[str, msgspec.Raw])
        for row in msgspec.json.decode(rows["data"], type=list[msgspec.Raw]):
            typer.echo(("," if count else "") + bytes(row).decode(), nl=False)
            count += 1
    rest = {"total": total, "page": 0, "limit": count, "hasNext": False, "hasPrevious": False}
    typer.echo("]," + msgspec.json.encode(rest).decode().removeprefix("{"))


def _condition(session: Session, text: str) -> tuple[str, str, Any]:
    match = _FILTER.fullmatch(text)
    if not match:
        raise InvalidError(f"{text!r} is no filter: write FIELD=VALUE or FIELD[OPERATOR]=VALUE")
    field, operator, value = match[1], match[2] or "eq", match[3]
    noun = _noun_of_field(field)
    if noun:
        value = ",".join(session.resolve(noun, each) for each in value.split(",") if each)
    return field, operator, value


def _noun_of_field(field: str) -> str:
    """Return the noun whose ids a field holds, by what stands before ``.id``: its name or one's."""
    from gatescale.admin.nouns import NOUNS

    path, _, last = field.rpartition(".")
    owner = path.rpartition(".")[2]
    if last != "id" or not owner:
        return ""
    return next((n.command for n in NOUNS.values() if owner in {n.command, n.one}), "")
