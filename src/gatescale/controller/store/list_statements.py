"""The statements of lists, built once for each shape."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache, reduce
from operator import add
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import operators

from gatescale.controller.store import fields, search, tables
from gatescale.controller.store.fields import (
    Choice,
    Field,
    Folded,
    Keyed,
    Part,
    Related,
    Traits,
)
from gatescale.controller.store.listing import SEARCH, Listing, Shape, Test
from gatescale.controller.store.statements import TENANT

_ZERO: sa.ColumnElement[int] = sa.literal_column("0")
_ONE: sa.ColumnElement[int] = sa.literal_column("1")

# Written out, they tell PostgreSQL that few rows follow, whatever plan it keeps.
_LIMIT = sa.bindparam("limit", type_=sa.Integer, literal_execute=True)
_MOST = sa.bindparam("most", type_=sa.Integer, literal_execute=True)


@lru_cache(maxsize=1024)
def counting(shape: Shape) -> sa.Select[Any]:
    """Return the statement that counts the rows, as ``total``."""
    listing, tests = shape.listing, shape.tests
    texts = listing.search
    if not tests and not shape.search:
        return sa.select(_counting_all(listing).label("total"))
    if not tests and isinstance(texts, search.Texts):
        is_indexed = shape.search == search.TRIGRAM
        return texts.count(shape.dialect, SEARCH, trigrams=is_indexed)
    if not shape.search and all(_is_kept(shape, test) for test in tests):
        return _counting_kept(shape)
    if len(tests) == 1 and not shape.search:
        alone = _counting_alone(shape, tests[0])
        if alone is not None:
            return alone
    conditions = _conditions(shape, few=True)
    counted = sa.select(sa.func.count().label("total"))
    return counted.select_from(_source(shape, sort=False, few=True)).where(
        listing.key.table.c.tenant_id == TENANT, *conditions
    )


def _counting_all(listing: Listing, *conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    """Return the number of the rows that fulfil conditions."""
    if listing.count is not None and not conditions:
        return sa.select(listing.count).where(tables.tenants.c.id == TENANT).scalar_subquery()
    table = listing.key.table
    counted = sa.select(sa.func.count()).select_from(table)
    return counted.where(table.c.tenant_id == TENANT, *conditions).scalar_subquery()


def _is_kept(shape: Shape, test: Test) -> bool:
    """Tell whether a filter's rows can be counted by the table of traits."""
    field = shape.listing.fields[test.field]
    return bool(test.trait) or (isinstance(field, Choice) and bool(field.parts))


def _counting_kept(shape: Shape) -> sa.Select[Any]:
    """Return the statement that counts rows by what is kept of their traits.

    What time changes is counted itself: of those that are online and those that are not the few,
    and never the many.
    """
    traits, pure, changing = _traits(shape)
    assert traits is not None  # noqa: S101  a filter is of them
    # Those that are declared first: the index of what they ask has what the others ask.
    changing.sort(key=lambda test: list(shape.listing.fields).index(test.field))
    is_alone = len(changing) == 1 and not pure
    total: Any = _ZERO
    kept: list[sa.ColumnElement[Any]] = []
    for sign, such, rows in _terms(shape, changing, pure):
        counts = bool(rows) and is_alone
        number = _counting_all(shape.listing, *rows) if counts else traits.number(such, rows)
        signed = number if sign > 0 else -number
        if counts:
            total += signed
        else:
            kept.append(signed)
    if kept:
        total += traits.total(reduce(add, kept))
    return sa.select(total.label("total"))


def _terms(
    shape: Shape, tests: Sequence[Test], such: Sequence[sa.ColumnElement[bool]]
) -> Iterator[tuple[int, Sequence[sa.ColumnElement[bool]], Sequence[sa.ColumnElement[bool]]]]:
    """Yield what is to be counted: 1 or -1, conditions on traits, and conditions on rows."""
    if not tests:
        yield 1, such, ()
        return
    first, *others = tests
    for part, sign in _parts(shape, first).items():
        if part.rows is not None:
            of_part = [part.rows, *(_condition(shape, test, few=True) for test in others)]
            yield sign, [*such, *_implied(shape, part, others)], of_part
        else:
            for by, also, rows in _terms(shape, others, [*such, part.traits]):
                yield sign * by, also, rows


def _implied(shape: Shape, part: Part, others: Sequence[Test]) -> Iterator[sa.ColumnElement[bool]]:
    """Yield what traits the rows of a part have that fulfil other tests, too."""
    yield part.traits
    for test in others:
        added = [each.traits for each, sign in _parts(shape, test).items() if sign > 0]
        yield sa.or_(sa.false(), *added)


def _parts(shape: Shape, test: Test) -> Counter[Part]:
    """Return what is to be added and subtracted for the number of rows of a choice.

    No traits fulfil two parts, so that all that are about traits alone are one: many filters would
    multiply them.
    """
    field = shape.listing.fields[test.field]
    assert isinstance(field, Choice)  # noqa: S101  others are pure
    signs: Counter[Part] = Counter()
    for each in sorted(test.choices):
        signs.update(field.parts[each])
    such = [part.traits for part in signs if part.rows is None]
    found = Counter({part: sign for part, sign in signs.items() if part.rows is not None and sign})
    if such:
        found[Part(traits=sa.or_(*such))] = 1
    return found


def _traits(shape: Shape) -> tuple[Traits | None, list[sa.ColumnElement[bool]], list[Test]]:
    """Return the noun's traits, what is asked of them alone, and the filters that ask for more."""
    traits = shape.listing.traits
    pure, others = [], []
    for test in shape.tests:
        asked = None if traits is None else _of_traits(shape, traits, test)
        if asked is None:
            others.append(test)
        else:
            pure.append(asked)
    return traits, pure, others


def _of_traits(shape: Shape, traits: Traits, test: Test) -> sa.ColumnElement[bool] | None:
    """Return what a filter asks of traits; None if it asks for more than these."""
    field = shape.listing.fields[test.field]
    if test.trait:
        column = traits.columns[test.trait]
        return fields.of_trait(
            field, column, test.operator, test.param, parts=test.parts, letters=test.letters
        )
    if not isinstance(field, Choice) or not field.parts:
        return None
    asked = [part for each in sorted(test.choices) for part in field.parts[each]]
    conditions = [part.traits for part in asked]
    is_pure = all(part.rows is None for part in asked)
    return sa.or_(sa.false(), *conditions) if is_pure else None


def _counting_alone(shape: Shape, test: Test) -> sa.Select[Any] | None:
    """Return the statement that counts the rows of one filter, where there is a shorter one."""
    field, listing = shape.listing.fields[test.field], shape.listing
    if isinstance(field, Related) and test.operator == "eq":
        if field.total is not None:
            return field.total(sa.bindparam(test.param, type_=field.column.type))
        return field.count(fields.comparison(field.column, "eq", test.param, ""))
    if isinstance(field, Keyed) and test.operator not in fields.NEGATIVE:
        sums = fields.totalled(
            field, test.operator, test.param, parts=test.parts, letters=test.letters
        )
        found = [each.scalar_subquery() for each in sums]
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
def walking(shape: Shape, *, is_backwards: bool, in_set: bool, is_bounded: bool) -> sa.Select[Any]:
    """Return the statement that gives the rows of a page out of many: ``limit`` after ``offset``.

    Args:
        shape: what is asked for.
        is_backwards: from the end.
        in_set: the ids of related rows are collected first, and not looked for one by one.
        is_bounded: ``most`` rows are walked, whether they fulfil the conditions or not.
    """
    order = _order(shape, is_backwards=is_backwards)
    by = _directed(shape.dialect, order)
    if not is_bounded:
        return _shown(shape, _matching(shape, few=False, in_set=in_set).order_by(*by), order)
    key = shape.listing.key
    fits = sa.case((sa.and_(*_conditions(shape, few=False, in_set=in_set)), _ONE), else_=_ZERO)
    first = (
        sa.select(key.label("id"), fits.label("fits"))
        .select_from(_source(shape, sort=True))
        .where(key.table.c.tenant_id == TENANT)
        .order_by(*by)
        .limit(_MOST)
        .subquery("first")
    )
    return _shown(shape, sa.select(first.c.id).where(first.c.fits != _ZERO), order)


@lru_cache(maxsize=1024)
def collecting(shape: Shape, *, is_backwards: bool, is_bounded: bool = False) -> sa.Select[Any]:
    """Return the statement that gives the rows of a page out of few: ``limit`` after ``offset``.

    Args:
        shape: what is asked for.
        is_backwards: from the end.
        is_bounded: ``most`` are collected at most; beside each row stands how many were, as
            ``collected``.
    """
    order = _order(shape, is_backwards=is_backwards)
    keys = [column.label(f"key{index}") for index, (column, _) in enumerate(order)]
    matching = _matching(shape, few=True).add_columns(*keys)
    if is_bounded:
        matching = matching.limit(_MOST)
    hits = matching.cte("hits").prefix_with("MATERIALIZED")
    by = [(hits.c[f"key{index}"], down) for index, (_, down) in enumerate(order)]
    rows = _shown(shape, sa.select(hits.c.id).order_by(*_directed(shape.dialect, by)), order)
    if not is_bounded:
        return rows
    collected = sa.select(sa.func.count()).select_from(hits).scalar_subquery()
    return rows.add_columns(collected.label("collected"))


def _matching(shape: Shape, *, few: bool, in_set: bool = False) -> sa.Select[Any]:
    """Return the statement that gives the ids of the rows that fulfil all conditions."""
    key = shape.listing.key
    return (
        sa.select(key.label("id"))
        .select_from(_source(shape, sort=True, few=few))
        .where(key.table.c.tenant_id == TENANT, *_conditions(shape, few=few, in_set=in_set))
    )


def _shown(
    shape: Shape, ids: sa.Select[Any], order: Sequence[tuple[sa.ColumnElement[Any], bool]]
) -> sa.Select[Any]:
    """Return the statement that gives a page of rows of these ids."""
    key = shape.listing.key
    page = ids.limit(_LIMIT).offset(sa.bindparam("offset", type_=sa.Integer))
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
        if fields.may_be_null(column)
        else (column.desc() if down else column.asc())
        for column, down in order
    ]


def _plus(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """Return a value that no index is in the order of (SQLite manual, The Query Planner, 1.3)."""
    return sa.UnaryExpression(column, operator=operators.custom_op("+"))


def _order(shape: Shape, *, is_backwards: bool) -> list[tuple[sa.ColumnElement[Any], bool]]:
    """Return what is sorted by, and whether downwards; ids go the way of the last before them."""
    order = [(_sorted(shape.listing.fields[name]), down) for name, down in shape.sort]
    order.append((shape.listing.key, shape.sort[-1][1]))
    return [(column, down != is_backwards) for column, down in order]


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


def _source(shape: Shape, *, sort: bool, few: bool = False) -> sa.FromClause:
    """Return the noun's table, joined to what its rows show only where that is needed.

    A join gives every row its owner and so leaves out none, but takes a look-up for each.
    """
    rows, traits = _own_source(shape, sort=sort), shape.listing.traits
    if traits is None or not (few and _joins_traits(shape)):
        return rows
    return rows.join(traits.count.table, traits.id == traits.owner)


def _joins_traits(shape: Shape) -> bool:
    """Tell whether rows that something else finds are joined to their traits.

    PostgreSQL reckons a set of ids anew for each of these rows, and would rather read all rows.
    """
    _, pure, others = _traits(shape)
    return bool(shape.dialect == "postgresql" and pure and (others or shape.search))


def _own_source(shape: Shape, *, sort: bool) -> sa.FromClause:
    listing = shape.listing
    names = {test.field for test in shape.tests} | ({n for n, _ in shape.sort} if sort else set())
    table = listing.key.table
    for name in names:
        field = listing.fields[name]
        column = field.column if isinstance(field, Folded) else field
        if isinstance(column, sa.Column) and column.table is not table:
            return listing.rows.get_final_froms()[0]
    return table


def _conditions(shape: Shape, *, few: bool, in_set: bool = False) -> list[sa.ColumnElement[bool]]:
    """Return all conditions.

    Args:
        shape: what is asked for.
        few: rows are collected by the conditions, or by the one that leads; else they are walked in
            some order, and must not be looked for by an index of a condition.
        in_set: see ``walking``.
    """
    traits, pure, tests = _traits(shape)
    crossed = related(shape) if few and shape.dialect == "sqlite" else ()
    if len(crossed) < 2:
        found = [_condition(shape, test, few=few or in_set) for test in tests]
    else:
        others = [test for test in tests if test not in crossed]
        found = [_merged(shape, crossed), *(_condition(shape, test, few=few) for test in others)]
    if traits is not None and few and _joins_traits(shape):
        found += [traits.count.table.c.tenant_id == TENANT, *pure]
    elif traits is not None and pure:
        # Many rows may have them: they lead only where nothing does that is not kept.
        among = traits.among(pure)
        leads = not shape.search and all(_is_kept(shape, test) for test in tests)
        found.append(among if leads else _unindexed(among))
    if shape.search:
        found.append(_searched(shape, few=few))
    return found if few else [_unindexed(condition) for condition in found]


def is_related(shape: Shape) -> bool:
    """Tell whether all that is asked for is what some related rows say."""
    return len(shape.tests) == len(related(shape)) == 1 and not shape.search


def related(shape: Shape) -> Sequence[Test]:
    """Return the filters of related rows that are true of what some of these say."""
    return [
        test
        for test in shape.tests
        if isinstance(shape.listing.fields[test.field], Related | Keyed)
        and test.operator not in fields.NEGATIVE
        and not test.trait
    ]


def _merged(shape: Shape, tests: Sequence[Test]) -> sa.ColumnElement[bool]:
    """Return the condition that several filters of related rows hold, as SQLite is fast at it.

    Asked for an order it reads their indexes side by side, and else puts all ids into a tree.
    """
    ids = [each.owners(compared) for each, compared in (_related(shape, test) for test in tests)]
    return shape.listing.key.in_(sa.intersect(*ids).order_by(sa.literal_column("1")))


def _unindexed(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Return a condition that no index answers, and that PostgreSQL expects of nearly every row."""
    return sa.case((condition, _ONE), else_=_ZERO) != _ZERO


def _searched(shape: Shape, *, few: bool) -> sa.ColumnElement[bool]:
    texts = shape.listing.search
    if not isinstance(texts, search.Texts):
        assert texts is not None  # noqa: S101  ``shaped`` refused it
        return search.contains(texts, SEARCH)
    is_indexed = shape.search == search.TRIGRAM
    if not few:
        return texts.has(SEARCH)
    return texts.among(shape.dialect, SEARCH, trigrams=is_indexed)


def _condition(shape: Shape, test: Test, *, few: bool) -> sa.ColumnElement[bool]:
    field = shape.listing.fields[test.field]
    if isinstance(field, Choice):
        return fields.choice(field, test.choices)
    if isinstance(field, Related | Keyed):
        rows, compared = _related(shape, test)
        found = rows.among(compared) if few else rows.has(compared)
        return sa.not_(found) if test.operator in fields.NEGATIVE else found
    compared = fields.comparison(field, test.operator, test.param, test.letters)
    texts = shape.listing.search
    if few and test.is_searched and isinstance(texts, search.Texts):
        return sa.and_(texts.among(shape.dialect, test.param, trigrams=True), compared)
    return compared


def _related(shape: Shape, test: Test) -> tuple[Related, sa.ColumnElement[bool]]:
    """Return related rows, and what is asked of them, or of none of them."""
    field = shape.listing.fields[test.field]
    positive = fields.NEGATIVE.get(test.operator, test.operator)
    if isinstance(field, Related):
        return field, fields.comparison(field.column, positive, test.param, test.letters)
    assert isinstance(field, Keyed)  # noqa: S101  the callers looked
    sorts = fields.keyed(field, positive, test.param, parts=test.parts, letters=test.letters)
    return field.related, sa.or_(*sorts)
