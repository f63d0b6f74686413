"""Lists: one grammar for all nouns, declared per noun, compiled to SQL.

The statement for one combination of fields and operators is built once. A list is read in two
steps. First its rows are counted, by whatever index answers the conditions. Their number then
decides how the page is read: few are collected and sorted; of many, the rows are walked in the
wanted order until the page is full. Databases guess such numbers, and often wrongly.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, reduce
from operator import add
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import operators

from gatescale.controller.store import fields, search, tables
from gatescale.controller.store.database import Row
from gatescale.controller.store.fields import Choice, Field, Folded, Keyed, Related
from gatescale.controller.store.folding import folded
from gatescale.controller.store.session import TenantSession
from gatescale.controller.store.statements import TENANT
from gatescale.errors import InvalidError

DEFAULT_LIMIT = 10
MAX_LIMIT = 100

_ZERO: sa.ColumnElement[int] = sa.literal_column("0")
_ONE: sa.ColumnElement[int] = sa.literal_column("1")

_MANY = 300_000
"""Rows among which a page is looked for: a guess that makes plans good where it matters."""

_COLLECTING = 2
"""How many walked rows take as long as one that is collected and sorted."""


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
class Listing:
    """A noun's list.

    Attributes:
        rows: the statement that gives all rows, without order and limit.
        key: the column that breaks ties.
        fields: what can be filtered, and (unless related or keyed) sorted by; by contract name.
        search: a column of folded texts, or a table of them; None: nothing is looked for.
        order: the default order: (field, descending).
        count: the tenant's column that says how many rows there are, if one does.
        values: by field, the only texts it ever is; those of a ``Choice`` are its own.
    """

    rows: sa.Select[Any]
    key: sa.Column[str]
    fields: Mapping[str, Field]
    search: sa.Column[str] | search.Texts | None
    order: tuple[tuple[str, bool], ...] = (("createdAt", True),)
    count: sa.Column[int] | None = None
    values: Mapping[str, Sequence[str]] = dataclasses.field(default_factory=dict)


def sortable(listing: Listing) -> list[str]:
    """Return the fields that a list can be sorted by."""
    return [n for n, field in listing.fields.items() if not isinstance(field, Related | Keyed)]


def filterable(listing: Listing) -> dict[str, str]:
    """Return the fields that a list can be filtered by, each with its kind of value.

    A name that ends with ``.*`` stands for any key there. Kinds: see ``fields.kind``.
    """
    return {name: fields.kind(field) for name, field in listing.fields.items()}


def possible(listing: Listing, name: str) -> Sequence[str]:
    """Return the only texts that a field ever is; nothing where there is no such list."""
    field = listing.fields[name]
    if isinstance(field, Choice) and fields.kind(field) == "text":
        return sorted(field.values)
    return listing.values.get(name, ())


@dataclass(frozen=True, slots=True)
class Found:
    """The rows of one page, and how many there are on all pages."""

    rows: Sequence[Row]
    total: int


@dataclass(frozen=True, slots=True)
class _Test:
    """A filter without its value.

    Attributes:
        field: as declared.
        param: the name of its parameters.
        choices: the values that a choice may have.
        letters: see ``fields.spellings``.
        parts: see ``fields.keyed``.
    """

    field: str
    operator: str
    param: str
    choices: frozenset[str] = frozenset()
    letters: str = ""
    parts: tuple[bool, ...] = ()


@dataclass(frozen=True, slots=True)
class _Shape:
    """What is asked for, without values: statements are kept by it.

    Attributes:
        search: characters of a search, up to those of a trigram.
    """

    listing: Listing
    dialect: str
    tests: tuple[_Test, ...]
    search: int
    sort: tuple[tuple[str, bool], ...]


async def fetch(session: TenantSession, listing: Listing, query: ListQuery) -> Found:
    """Return a page of rows.

    Raises:
        InvalidError: an unknown field, operator or value; says which are possible.
    """
    params: dict[str, Any] = {}
    tests = tuple(
        _test(listing, item, f"filter{index}", params) for index, item in enumerate(query.filters)
    )
    for name, _ in query.sort:
        _refuse_unsortable(listing, name)
    if query.search and listing.search is None:
        detail = "This list is not searched; filter it instead."
        raise InvalidError(detail, pointer="query/search")
    asked = folded(query.search)
    params.update(search.params(asked))
    length = min(len(asked), search.TRIGRAM)
    sort = query.sort or listing.order
    shape = _Shape(listing, session.dialect, tests, length, sort)
    if isinstance(listing.fields[sort[0][0]], Choice):
        return await _fetch_by_choice(session, shape, params, query)
    total = await _count(session, shape, params)
    return Found(await _page(session, shape, params, query, total=total), total)


async def _fetch_by_choice(
    session: TenantSession, shape: _Shape, params: Mapping[str, Any], query: ListQuery
) -> Found:
    """Return a page of a list that is sorted by a choice: of one list per value, end to end."""
    (name, descending), *rest = shape.sort
    choice = shape.listing.fields[name]
    assert isinstance(choice, Choice)  # noqa: S101  the caller looked
    rows: list[Row] = []
    total = 0
    for each in sorted(choice.values, reverse=descending):
        test = _Test(name, "in", "", frozenset([each]))
        part = replace(shape, tests=(*shape.tests, test), sort=tuple(rest) or (("id", descending),))
        count = await _count(session, part, params)
        here = replace(query, offset=max(query.offset - total, 0), limit=query.limit - len(rows))
        if here.limit:
            rows += await _page(session, part, params, here, total=count)
        total += count
    return Found(rows, total)


async def _count(session: TenantSession, shape: _Shape, params: Mapping[str, Any]) -> int:
    return int((await session.all(_counting(shape), **params))[0]["total"])


async def _page(
    session: TenantSession,
    shape: _Shape,
    params: Mapping[str, Any],
    query: ListQuery,
    *,
    total: int,
) -> Sequence[Row]:
    """Return the rows of a page, out of ``total``."""
    offset, limit = query.offset, min(query.limit, total - query.offset)
    if limit <= 0:
        return []
    # What lies behind the middle is nearer from the end.
    is_backwards = offset > total // 2
    if is_backwards:
        offset = total - offset - limit
    walked = _MANY / total * (offset + limit)
    few = bool(shape.tests or shape.search) and _COLLECTING * total <= walked
    page = _paging(shape, limit, is_backwards=is_backwards, few=few)
    rows = await session.all(page, offset=offset, **params)
    return rows[::-1] if is_backwards else rows


@lru_cache(maxsize=1024)
def _counting(shape: _Shape) -> sa.Select[Any]:
    """Return the statement that counts the rows, as ``total``."""
    listing, tests = shape.listing, shape.tests
    texts = listing.search
    if not tests and not shape.search:
        return sa.select(_counting_all(listing).label("total"))
    if not tests and isinstance(texts, search.Texts):
        return texts.count(shape.dialect, trigrams=shape.search == search.TRIGRAM)
    if len(tests) == 1 and not shape.search:
        alone = _counting_alone(shape, tests[0])
        if alone is not None:
            return alone
    conditions = _conditions(shape, few=True)
    counted = sa.select(sa.func.count().label("total"))
    return counted.select_from(_source(shape, sort=False)).where(
        listing.key.table.c.tenant_id == TENANT, *conditions
    )


def _counting_all(listing: Listing, *conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    """Return the number of the rows that fulfil conditions."""
    if listing.count is not None and not conditions:
        return sa.select(listing.count).where(tables.tenants.c.id == TENANT).scalar_subquery()
    table = listing.key.table
    counted = sa.select(sa.func.count()).select_from(table)
    return counted.where(table.c.tenant_id == TENANT, *conditions).scalar_subquery()


def _counting_alone(shape: _Shape, test: _Test) -> sa.Select[Any] | None:
    """Return the statement that counts the rows of one filter, where there is a shorter one."""
    field, listing = shape.listing.fields[test.field], shape.listing
    if isinstance(field, Related) and test.operator == "eq":
        return field.count(fields.comparison(field.column, "eq", test.param, ""))
    if isinstance(field, Keyed) and test.operator not in fields.NEGATIVE:
        sorts = fields.keyed(
            field, test.operator, test.param, parts=test.parts, letters=test.letters
        )
        found = [field.related.count(each).scalar_subquery() for each in sorts]
        return sa.select(reduce(add, found).label("total"))
    if isinstance(field, Choice):
        most = list(field.values)[-1]
        is_rest = most in test.choices
        counted = field.values.keys() - test.choices if is_rest else test.choices
        counts = [_counting_all(listing, field.values[each]) for each in sorted(counted)]
        total: Any = _counting_all(listing) if is_rest else _ZERO
        for each in counts:
            total = total - each if is_rest else total + each
        return sa.select(total.label("total"))
    return None


@lru_cache(maxsize=1024)
def _paging(shape: _Shape, limit: int, *, is_backwards: bool, few: bool) -> sa.Select[Any]:
    """Return the statement that gives the rows of a page."""
    key = shape.listing.key
    order = [(column, descending != is_backwards) for column, descending in _order(shape)]
    wanted = sa.select(key.label("id"))
    matching = wanted.select_from(_source(shape, sort=True)).where(
        key.table.c.tenant_id == TENANT, *_conditions(shape, few=few)
    )
    if few:
        keys = [column.label(f"key{index}") for index, (column, _) in enumerate(order)]
        hits = matching.with_only_columns(key.label("id"), *keys, maintain_column_froms=True)
        found = hits.cte("hits").prefix_with("MATERIALIZED")
        page = sa.select(found.c.id).order_by(
            *_directed(
                shape.dialect,
                [(found.c[f"key{index}"], down) for index, (_, down) in enumerate(order)],
            )
        )
    else:
        page = matching.order_by(*_directed(shape.dialect, order))
    # A literal tells PostgreSQL that few rows follow, whatever plan it keeps.
    page = page.limit(sa.literal_column(str(limit))).offset(
        sa.bindparam("offset", type_=sa.Integer)
    )
    rows = shape.listing.rows.where(key.table.c.tenant_id == TENANT, key.in_(page))
    return rows.order_by(*_directed(shape.dialect, order, of_page=True))


def _directed(
    dialect: str, order: Sequence[tuple[sa.ColumnElement[Any], bool]], *, of_page: bool = False
) -> list[sa.ColumnElement[Any]]:
    """Return what ORDER BY takes: null is less than everything, as SQLite has it by itself.

    Of a page the rows are few, but SQLite would rather walk all rows in order until it met them.
    """
    if dialect == "sqlite":
        plain = [(_plus(column) if of_page else column, down) for column, down in order]
        return [column.desc() if down else column.asc() for column, down in plain]
    return [
        (column.desc().nulls_last() if down else column.asc().nulls_first())
        if _may_be_null(column)
        else (column.desc() if down else column.asc())
        for column, down in order
    ]


def _plus(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """Return a value that no index is in the order of (SQLite manual, The Query Planner, 1.3)."""
    return sa.UnaryExpression(column, operator=operators.custom_op("+"))


def _may_be_null(column: sa.ColumnElement[Any]) -> bool:
    return not isinstance(column, sa.Column) or bool(column.nullable)


def _order(shape: _Shape) -> list[tuple[sa.ColumnElement[Any], bool]]:
    """Return what is sorted by, and whether downwards; ids go the way of the last before them."""
    order = [(_sorted(shape.listing.fields[name]), down) for name, down in shape.sort]
    return [*order, (shape.listing.key, shape.sort[-1][1])]


def _sorted(field: Field) -> sa.ColumnElement[Any]:
    """Return what rows are sorted by: nothing comes first, on both databases."""
    column: sa.ColumnElement[Any]
    if isinstance(field, Folded):
        column = field.key
    elif isinstance(field, Choice):
        column = field.shown
    else:
        assert isinstance(field, sa.ColumnElement)  # noqa: S101  others are refused
        column = field
    return column


def _source(shape: _Shape, *, sort: bool) -> sa.FromClause:
    """Return the noun's table, joined to what its rows show only where that is needed.

    A join gives every row its owner and so leaves out none, but takes a look-up for each.
    """
    listing = shape.listing
    names = {test.field for test in shape.tests} | ({n for n, _ in shape.sort} if sort else set())
    table = listing.key.table
    for name in names:
        field = listing.fields[name]
        column = field.column if isinstance(field, Folded) else field
        if isinstance(column, sa.Column) and column.table is not table:
            return listing.rows.get_final_froms()[0]
    return table


def _conditions(shape: _Shape, *, few: bool) -> list[sa.ColumnElement[bool]]:
    """Return all conditions.

    Args:
        shape: what is asked for.
        few: rows are collected by the conditions; else they are walked in some order, and must not
            be looked for by an index of a condition.
    """
    found = [_condition(shape, test, few=few) for test in shape.tests]
    texts = shape.listing.search
    if shape.search and isinstance(texts, sa.Column):
        found.append(search.contains(texts))
    elif shape.search and isinstance(texts, search.Texts):
        is_indexed = shape.search == search.TRIGRAM
        found.append(texts.among(shape.dialect, trigrams=is_indexed) if few else texts.has())
    return found if few else [_unindexed(condition) for condition in found]


def _unindexed(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Return a condition that no index answers, and that PostgreSQL expects of nearly every row."""
    return sa.case((condition, _ONE), else_=_ZERO) != _ZERO


def _condition(shape: _Shape, test: _Test, *, few: bool) -> sa.ColumnElement[bool]:
    field = shape.listing.fields[test.field]
    if isinstance(field, Choice):
        return fields.choice(field, test.choices)
    positive = fields.NEGATIVE.get(test.operator, test.operator)
    if isinstance(field, Related):
        compared = fields.comparison(field.column, positive, test.param, test.letters)
        related = field.among(compared) if few else field.has(compared)
        return related if positive == test.operator else sa.not_(related)
    if isinstance(field, Keyed):
        sorts = fields.keyed(field, positive, test.param, parts=test.parts, letters=test.letters)
        compared = sa.or_(*sorts)
        found = field.related.among(compared) if few else field.related.has(compared)
        return found if positive == test.operator else sa.not_(found)
    return fields.comparison(field, test.operator, test.param, test.letters)


def _test(listing: Listing, item: Filter, param: str, params: dict[str, Any]) -> _Test:
    """Return a filter without its value, which is put into ``params``."""
    pointer = f"query/filter[{item.field}]"
    name = fields.known(listing.fields, item.field)
    if name is None:
        raise _unknown(pointer, "field", item.field, _shown_names(listing.fields))
    if item.operator not in fields.OPERATORS:
        raise _unknown(pointer, "operator", item.operator, fields.OPERATORS)
    field = listing.fields[name]
    value = fields.value(field, item.operator, item.value, item.field)
    if item.operator in {"eq", "ne", "in", "nin"}:
        _refuse_impossible(pointer, value, possible(listing, name))
    if isinstance(field, Choice):
        fitting = field.fitting(item.operator, item.value)
        return _Test(name, "in", "", choices=fitting)
    letters = fields.spellings(value) if item.operator == "ilike" else ""
    if isinstance(field, Keyed):
        parts = value if isinstance(value, list) else [value]
        params[f"{param}_key"] = item.field.partition(".")[2]
        params.update({f"{param}_{index}": part for index, part in enumerate(parts)})
        numbers = tuple(fields.reads_as_number(part) for part in parts)
        params.update(
            {f"{param}_{n}_number": float(parts[n]) for n, is_one in enumerate(numbers) if is_one}
        )
        return _Test(name, item.operator, param, letters=letters, parts=numbers)
    params[param] = value
    if isinstance(field, Folded):
        params[f"{param}_folded"] = fields.keys(value)
    return _Test(name, item.operator, param, letters=letters)


def _refuse_impossible(pointer: str, value: Any, values: Sequence[str]) -> None:
    for each in value if isinstance(value, list) else [value]:
        if values and each not in values:
            detail = f"It is never {each[:100]!r}; it is one of: {', '.join(values)}."
            raise InvalidError(detail, pointer=pointer)


def _refuse_unsortable(listing: Listing, name: str) -> None:
    known = sortable(listing)
    if name not in known:
        raise _unknown("query/sort", "field", name, known)


def _shown_names(names: Mapping[str, Field]) -> list[str]:
    return [name.replace(".*", ".<key>") for name in names]


def _unknown(pointer: str, what: str, name: str, known: Sequence[str]) -> InvalidError:
    detail = f"There is no {what} {name[:100]!r} here; there are: {', '.join(known)}."
    return InvalidError(detail, pointer=pointer)
