"""Pages of lists.

A list is read in two steps. First its rows are counted, by whatever index answers the conditions.
Their number then decides how the page is read: few are collected and sorted; of many, the rows are
walked in the wanted order until the page is full. Databases guess such numbers, and often wrongly.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gatescale.controller.store.database import Row
from gatescale.controller.store.fields import Choice
from gatescale.controller.store.list_statements import (
    collecting,
    counting,
    is_related,
    related,
    walking,
)
from gatescale.controller.store.listing import Listing, ListQuery, Shape, Test, shaped
from gatescale.controller.store.session import TenantSession
from gatescale.controller.store.statements import Statement

FEW = 20_000
"""How many rows are collected before it is known how many there are."""

_MANY = 300_000
"""Rows among which a page is looked for: a guess that makes plans good where it matters."""

_COLLECTING = 2
"""How many walked rows take as long as one that is collected and sorted."""

_COLLECTING_SEARCHED = 1
"""The same where each walked row's text is looked for."""

_COLLECTING_RELATED = 7
"""How many rows walked beside a set of ids take as long as one that is collected, or how many ids
put into the set as to look for a walked row's related ones."""

_PATIENCE = 4
"""How many times the expected number of rows are walked at first: they may lie unevenly."""

_FURTHER = 8
"""How many times more are walked after that, as long as to collect those that fit would take twice
as long: they may lie together behind others, or at the far end."""

_COLLECTED = 150_000
"""So many rows, a half of all, are walked rather than collected in any case."""


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
    shape, params = shaped(listing, query, session.dialect)
    if isinstance(listing.fields[shape.sort[0][0]], Choice):
        return await _fetch_by_choice(session, shape, params, query)
    return await _fetch(session, shape, params, query)


async def _fetch(
    session: TenantSession, shape: Shape, params: Mapping[str, Any], query: ListQuery
) -> Found:
    is_joined = bool(shape.search and shape.tests) or len(related(shape)) > 1
    if is_joined or any(test.is_searched for test in shape.tests):
        # To count these takes as long as to collect them.
        page = collecting(shape, is_backwards=False, is_bounded=True)
        first = {"limit": query.limit, "offset": query.offset, "most": FEW + 1}
        rows = await _rows(session, shape, page, **first, **params)
        if rows and rows[0]["collected"] <= FEW:
            return Found(rows, rows[0]["collected"])
    total = await _count(session, shape, params)
    return Found(await _page(session, shape, params, query, total=total), total)


async def _fetch_by_choice(
    session: TenantSession, shape: Shape, params: Mapping[str, Any], query: ListQuery
) -> Found:
    """Return a page of a list that is sorted by a choice: of one list per value, end to end."""
    (name, descending), *rest = shape.sort
    choice = shape.listing.fields[name]
    assert isinstance(choice, Choice)  # noqa: S101  the caller looked
    rows: list[Row] = []
    total, before = await _count(session, shape, params), 0
    wanted = min(query.limit, total - query.offset)
    for each in sorted(choice.values, reverse=descending):
        if len(rows) >= wanted:
            break
        test = Test(name, "in", "", frozenset([each]))
        part = replace(shape, tests=(*shape.tests, test), sort=tuple(rest) or (("id", descending),))
        count = await _count(session, part, params)
        here = replace(query, offset=max(query.offset - before, 0), limit=query.limit - len(rows))
        rows += await _page(session, part, params, here, total=count)
        before += count
    return Found(rows, total)


async def _count(session: TenantSession, shape: Shape, params: Mapping[str, Any]) -> int:
    return int((await _rows(session, shape, counting(shape), **params))[0]["total"])


async def _rows(
    session: TenantSession, shape: Shape, statement: Statement, **params: Any
) -> Sequence[Row]:
    seeks = shape.search or any(test.operator == "ilike" for test in shape.tests)
    read = session.anew if seeks else session.all
    return await read(statement, **params)


async def _page(
    session: TenantSession,
    shape: Shape,
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
    in_set = is_related(shape) and total <= _COLLECTING_RELATED * walked
    collected = _collecting(shape, in_set=in_set) * total
    rows: Sequence[Row] = ()
    params = {**params, "limit": limit, "offset": offset}
    for most in _walks(shape, total, walked, collected):
        is_bounded = most is not None
        page = walking(shape, is_backwards=is_backwards, in_set=in_set, is_bounded=is_bounded)
        rows = await _rows(session, shape, page, **params, most=most)
        if len(rows) == limit:
            break
    else:
        page = collecting(shape, is_backwards=is_backwards)
        rows = await _rows(session, shape, page, **params)
    return rows[::-1] if is_backwards else rows


def _collecting(shape: Shape, *, in_set: bool) -> int:
    """Return how many walked rows take as long as one that is collected and sorted."""
    if in_set:
        return _COLLECTING_RELATED
    return _COLLECTING_SEARCHED if shape.search else _COLLECTING


def _walks(shape: Shape, total: int, walked: float, collected: int) -> Iterator[int | None]:
    """Yield how many rows to walk for a page, None for all, until it is full.

    Args:
        shape: what is asked for.
        total: how many rows fit.
        walked: how many are walked if those lie evenly.
        collected: how many walked rows take as long as to collect those that fit.
    """
    if not shape.tests and not shape.search:
        yield None
        return
    if walked < collected / 2:
        # Of few sizes, as databases keep statements by their texts.
        most = 1 << math.ceil(math.log2(max(_PATIENCE * walked, 1)))
        yield most
        while _FURTHER * most <= collected / 2:
            most *= _FURTHER
            yield most
    if total > _COLLECTED:
        yield None
