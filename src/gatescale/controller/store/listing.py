"""Lists: one grammar for all nouns, declared per noun, compiled to SQL.

Field names come from the noun's table of fields, never from the request; values are bound
parameters. The statement for one combination of fields and operators is built once.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import visitors

from gatescale.controller.store.database import Row
from gatescale.controller.store.session import TenantSession
from gatescale.errors import InvalidError

OPERATORS = ("eq", "ne", "gt", "gte", "lt", "lte", "ilike", "in", "nin")
DEFAULT_LIMIT = 10
MAX_LIMIT = 100
_BOOLEANS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Filter:
    """``filter[field][operator]=value``."""

    field: str
    operator: str
    value: str


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What part of a list is asked for (API contract, section 1, Lists).

    Attributes:
        sort: (field, descending), the first weighing most.
    """

    limit: int = DEFAULT_LIMIT
    offset: int = 0
    sort: tuple[tuple[str, bool], ...] = ()
    filters: tuple[Filter, ...] = ()
    search: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Related:
    """A field of related rows: true of a row if it is true of any of them.

    Attributes:
        column: the related rows' column.
        link: condition that ties them to the listed row, tenant included.
    """

    column: sa.ColumnElement[Any]
    link: sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True, eq=False)
class Listing:
    """A noun's list.

    Attributes:
        rows: the statement that gives all rows, without order and limit.
        key: the column that breaks ties.
        fields: what can be filtered, and (unless related) sorted by; by contract name.
        search: columns that ``search`` looks into; folded ones where there are.
        order: the default order.
    """

    rows: sa.Select[Any]
    key: sa.ColumnElement[Any]
    fields: Mapping[str, sa.ColumnElement[Any] | Related]
    search: Sequence[sa.ColumnElement[str]]
    order: Sequence[sa.ColumnElement[Any]]


def sortable(listing: Listing) -> list[str]:
    """Return the fields that a list can be sorted by."""
    return [name for name, field in listing.fields.items() if not isinstance(field, Related)]


def filterable(listing: Listing) -> dict[str, str]:
    """Return the fields that a list can be filtered by, each with its kind of value.

    Kinds are ``boolean``, ``integer`` and ``text``.
    """
    return {name: _kind(field) for name, field in listing.fields.items()}


def _kind(field: sa.ColumnElement[Any] | Related) -> str:
    column = field.column if isinstance(field, Related) else field
    if isinstance(column.type, sa.Boolean):
        return "boolean"
    return "integer" if isinstance(column.type, sa.Integer) else "text"


@dataclass(frozen=True, slots=True)
class Found:
    """The rows of one page, and how many there are on all pages."""

    rows: Sequence[Row]
    total: int


async def fetch(session: TenantSession, listing: Listing, query: ListQuery) -> Found:
    """Return a page of rows.

    Raises:
        InvalidError: an unknown field, operator or value; says which are possible.
    """
    shape = tuple((f.field, f.operator) for f in query.filters)
    params: dict[str, Any] = {"limit": query.limit, "offset": query.offset}
    for index, item in enumerate(query.filters):
        params[f"filter{index}"] = _value(listing, item)
    if query.search:
        params["search"] = f"%{_escaped(query.search.casefold())}%"
    page, count = _statements(listing, shape, query.sort, bool(query.search))
    rows, counted = await session.each(page, count, **params)
    return Found(rows, counted[0]["total"])


@lru_cache(maxsize=1024)
def _statements(
    listing: Listing,
    filters: tuple[tuple[str, str], ...],
    sort: tuple[tuple[str, bool], ...],
    search: bool,  # noqa: FBT001  part of the cache's key
) -> tuple[sa.Select[Any], sa.Select[Any]]:
    rows = listing.rows
    for index, (field, operator) in enumerate(filters):
        rows = rows.where(_condition(listing.fields[field], operator, f"filter{index}"))
    if search:
        pattern = sa.bindparam("search", type_=sa.String)
        rows = rows.where(
            sa.or_(*(sa.func.lower(c).like(pattern, escape="\\") for c in listing.search))
        )
    count = _counting(rows, listing.key)
    order = [_sorted(listing, field, descending=descending) for field, descending in sort]
    page = rows.order_by(*(order or listing.order), listing.key)
    return page.limit(sa.bindparam("limit", type_=sa.Integer)).offset(
        sa.bindparam("offset", type_=sa.Integer)
    ), count


def _counting(rows: sa.Select[Any], key: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """Return the statement that counts rows: from the key's table alone where that is enough.

    A join gives every row its owner and so leaves out none, but takes a look-up for each.
    """
    conditions, total = rows.whereclause, sa.func.count().label("total")
    tables = {c.table for c in visitors.iterate(conditions) if isinstance(c, sa.Column)}
    if conditions is not None and tables - {key.table}:
        return rows.with_only_columns(total, maintain_column_froms=True)
    count = sa.select(total).select_from(key.table)
    return count if conditions is None else count.where(conditions)


def _sorted(listing: Listing, field: str, *, descending: bool) -> sa.ColumnElement[Any]:
    column = listing.fields.get(field)
    if column is None or isinstance(column, Related):
        raise _unknown("query/sort", "field", field, sortable(listing))
    return column.desc() if descending else column.asc()


def _condition(
    field: sa.ColumnElement[Any] | Related, operator: str, name: str
) -> sa.ColumnElement[bool]:
    if isinstance(field, Related):
        positive = {"ne": "eq", "nin": "in"}.get(operator, operator)
        exists = sa.exists().where(field.link, _comparison(field.column, positive, name))
        return ~exists if positive != operator else exists
    return _comparison(field, operator, name)


def _comparison(column: sa.ColumnElement[Any], operator: str, name: str) -> sa.ColumnElement[bool]:
    if operator in {"in", "nin"}:
        values = sa.bindparam(name, type_=column.type, expanding=True)
        return column.in_(values) if operator == "in" else column.not_in(values)
    value = sa.bindparam(name, type_=column.type)
    compare: dict[str, Callable[[], sa.ColumnElement[bool]]] = {
        "eq": lambda: column == value,
        "ne": lambda: sa.or_(column != value, column.is_(None)),
        "gt": lambda: column > value,
        "gte": lambda: column >= value,
        "lt": lambda: column < value,
        "lte": lambda: column <= value,
        "ilike": lambda: sa.func.lower(column).like(value),
    }
    return compare[operator]()


def _value(listing: Listing, item: Filter) -> Any:
    """Return the filter's value in the type of its column."""
    pointer = f"query/filter[{item.field}]"
    field = listing.fields.get(item.field)
    if field is None:
        raise _unknown(pointer, "field", item.field, list(listing.fields))
    if item.operator not in OPERATORS:
        raise _unknown(pointer, "operator", item.operator, list(OPERATORS))
    column = field.column if isinstance(field, Related) else field
    if item.operator in {"in", "nin"}:
        return [_typed(column, part.strip(), pointer) for part in item.value.split(",")]
    if item.operator == "ilike":
        if not isinstance(column.type, sa.String):
            detail = f"{item.field} is no text, so it cannot be compared by ilike."
            raise InvalidError(detail, pointer=pointer)
        return _typed(column, item.value.casefold(), pointer)
    return _typed(column, item.value, pointer)


def _typed(column: sa.ColumnElement[Any], value: str, pointer: str) -> Any:
    if "\x00" in value:
        raise InvalidError("A value cannot hold NUL.", pointer=pointer)
    if isinstance(column.type, sa.Boolean):
        if value not in _BOOLEANS:
            raise InvalidError(f"{value[:50]!r} is neither true nor false.", pointer=pointer)
        return _BOOLEANS[value]
    if isinstance(column.type, sa.Integer):
        if not re.fullmatch(r"-?[0-9]{1,9}", value, re.ASCII):
            detail = f"{value[:50]!r} is not a whole number of at most nine digits."
            raise InvalidError(detail, pointer=pointer)
        return int(value)
    return value


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _unknown(pointer: str, what: str, name: str, known: Sequence[str]) -> InvalidError:
    detail = f"There is no {what} {name[:100]!r} here; there are: {', '.join(known)}."
    return InvalidError(detail, pointer=pointer)
