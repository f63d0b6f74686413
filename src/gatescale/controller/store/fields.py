"""Fields of lists: what can be compared how, as conditions in SQL.

Names come from a noun's table of fields, never from the request; values are bound parameters.
"""

import dataclasses
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import sqlalchemy as sa

from gatescale.controller.store.folding import folded, key
from gatescale.controller.store.search import escaped
from gatescale.controller.store.statements import TENANT
from gatescale.errors import InvalidError

OPERATORS = ("eq", "ne", "gt", "gte", "lt", "lte", "ilike", "in", "nin")
NEGATIVE = {"ne": "eq", "nin": "in"}
"""Operators that are true where another is not."""

_BOOLEANS = {"true": True, "false": False}
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?", re.ASCII)

Condition = sa.ColumnElement[bool]
Column = sa.ColumnElement[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Folded:
    """A text of which a column holds the case-folded form: sorted by it, and by it alike."""

    column: Column
    key: Column


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Rows that are counted together: those of a condition, or all with certain traits.

    Attributes:
        traits: the condition on the table of traits that all of them fulfil.
        rows: the condition on the rows, which changes by itself and an index answers; None: their
            traits say it all.
    """

    traits: Condition
    rows: Condition | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """A field of few values, each of which is a condition that an index answers.

    Attributes:
        values: the condition of each value, "" standing for none; every row fulfils exactly one.
            The last is the one that most rows are expected to have.
        shown: the value of a row.
        parts: where traits are kept, how often each part counts in the number of each value: 1, or
            -1 if it is about rows. No row's traits fulfil two of them.
    """

    values: Mapping[str, Condition]
    shown: Column
    parts: Mapping[str, Mapping[Part, int]] = dataclasses.field(default_factory=dict)

    def fitting(self, operator: str, value: str) -> frozenset[str]:
        """Return the values that a comparison is true of."""
        return frozenset(
            each
            for each in self.values
            if (each or operator in NEGATIVE) and _fits(each, operator, value)
        )


@dataclass(frozen=True, slots=True, eq=False)
class Traits:
    """What rows have in common with many others: a table of it, with how many have it.

    Filters of it are asked of that table, whatever their number and whichever way they are put
    together: it has a row for each combination that there is, some hundreds for any number of rows.

    Attributes:
        id: the table's id.
        owner: the listed rows' column of it.
        count: the table's column that says how many rows have it.
        columns: by field's name (of a ``Keyed``, with the key), the table's column.
    """

    id: Column
    owner: Column
    count: sa.Column[int]
    columns: Mapping[str, Column]

    def among(self, conditions: Sequence[Condition]) -> Condition:
        """Return the condition on listed rows that their traits fulfil all conditions."""
        its = self.count.table.c.tenant_id == TENANT
        return self.owner.in_(sa.select(self.id).where(its, *conditions))

    def number(self, conditions: Sequence[Condition], rows: Sequence[Condition] = ()) -> Column:
        """Return, for one row of the table, how many listed rows with its traits fulfil conditions.

        They are counted for one combination of traits after the other, by an index that begins
        with these: to ask each row for its traits takes twice as long.

        Args:
            conditions: on the traits.
            rows: on the listed rows; none: what is kept says it.
        """
        number: Any = self.count
        if rows:
            table = self.owner.table
            each = sa.select(sa.func.count()).select_from(table)
            each = each.where(table.c.tenant_id == TENANT, self.owner == self.id, *rows)
            number = each.correlate(self.count.table).scalar_subquery()
        zero: Column = sa.literal_column("0")
        return sa.case((sa.and_(sa.true(), *conditions), number), else_=zero)

    def total(self, number: Column) -> sa.ScalarSelect[Any]:
        """Return the sum of a number over all combinations of traits."""
        total = sa.func.coalesce(sa.func.sum(number), sa.literal_column("0"))
        return sa.select(total).where(self.count.table.c.tenant_id == TENANT).scalar_subquery()


@dataclass(frozen=True, slots=True, eq=False)
class Related:
    """A field of related rows: true of a row if it is true of any of them.

    Attributes:
        column: the related rows' column.
        owner: their column with the id of the listed row.
        source: where both columns are; tied to the tenant.
        listed: the listed rows' id.
        is_once: the related rows are a table in which no pair of the two is twice.
        total: makes the statement that counts the listed rows of one value, as ``total``, if
            there is a faster one than to count owners.
    """

    column: Column
    owner: Column
    source: sa.FromClause
    listed: Column
    is_once: bool = True
    total: Callable[[sa.BindParameter[Any]], sa.Select[Any]] | None = None

    def among(self, comparison: Condition) -> Condition:
        """Return the condition, to start from the related rows."""
        return self.listed.in_(self.owners(comparison))

    def has(self, comparison: Condition) -> Condition:
        """Return the same condition, to be asked of one row after the other."""
        its = self.owners(comparison).where(self.owner == self.listed)
        # Of EXISTS, PostgreSQL would rather collect all related rows.
        return its.limit(sa.literal_column("1")).scalar_subquery().is_not(None)

    def count(self, comparison: Condition) -> sa.Select[Any]:
        """Return the statement that counts the listed rows, as ``total``."""
        owners = self.owners(comparison)
        number = sa.func.count() if self.is_once else sa.func.count(sa.distinct(self.owner))
        return owners.with_only_columns(number.label("total"), maintain_column_froms=True)

    def owners(self, comparison: Condition) -> sa.Select[Any]:
        """Return the statement that gives the listed rows' ids."""
        table: Any = self.owner
        return (
            sa.select(self.owner)
            .select_from(self.source)
            .where(table.table.c.tenant_id == TENANT, comparison)
        )


def link(table: sa.Table, column: str, owner: str, listed: Column) -> Related:
    """Return the field of a many-to-many table."""
    return Related(table.c[column], table.c[owner], table, listed)


@dataclass(frozen=True, slots=True, eq=False)
class Keyed:
    """Values by key; declared as ``name.*``, asked for as ``name.key``.

    Attributes:
        related: the rows that have them (``tables.schema.keyed``), by the column of their keys.
        text: a value's column if it is a text, true or false.
        number: its column if it is a number.
        total: the column that says in how many rows a value is (``tables.schema.totals``), if
            that is kept.
    """

    related: Related
    text: Column
    number: Column
    total: sa.Column[int] | None = None


def pairs(
    table: sa.Table, owner: str, listed: Column, total: sa.Column[int] | None = None
) -> Keyed:
    """Return the field of a table of values."""
    return Keyed(link(table, "name", owner, listed), table.c.text, table.c.number, total)


Field = Column | Folded | Choice | Related | Keyed


def known(fields: Mapping[str, Field], name: str) -> str | None:
    """Return the name that a field is declared by; None if it is not."""
    if name in fields:
        return None if name.endswith(".*") else name
    declared = f"{name.partition('.')[0]}.*"
    return declared if declared in fields and name.partition(".")[2] else None


def value(field: Field, operator: str, text: str, name: str) -> Any:
    """Return what a field is compared with, as a parameter.

    Raises:
        InvalidError: the text is no such value.
    """
    pointer = f"query/filter[{name}]"
    if "\x00" in text:
        raise InvalidError("A value cannot hold NUL.", pointer=pointer)
    if operator in {"in", "nin"}:
        return [_typed(_type(field), part.strip(), pointer) for part in text.split(",")]
    if operator == "ilike":
        if not isinstance(_type(field), sa.String):
            detail = f"{name} is no text, so it cannot be compared by ilike."
            raise InvalidError(detail, pointer=pointer)
        fold = folded if isinstance(field, Folded) else str.casefold
        return "%".join(escaped(fold(part)) for part in text.split("%"))
    return _typed(_type(field), text, pointer)


def _type(field: Field) -> sa.types.TypeEngine[Any]:
    if isinstance(field, Keyed):
        return sa.String()
    if isinstance(field, Choice):
        return field.shown.type
    return field.column.type if isinstance(field, Folded | Related) else field.type


def kind(field: Field) -> str:
    """Return what a field is compared with: ``boolean``, ``integer`` or ``text``."""
    if isinstance(_type(field), sa.Boolean):
        return "boolean"
    return "integer" if isinstance(_type(field), sa.Integer) else "text"


def _typed(wanted: sa.types.TypeEngine[Any], value: str, pointer: str) -> Any:
    if isinstance(wanted, sa.Boolean):
        if value not in _BOOLEANS:
            raise InvalidError(f"{value[:50]!r} is neither true nor false.", pointer=pointer)
        return _BOOLEANS[value]
    if isinstance(wanted, sa.Integer):
        if not re.fullmatch(r"-?[0-9]{1,9}", value, re.ASCII):
            detail = f"{value[:50]!r} is not a whole number of at most nine digits."
            raise InvalidError(detail, pointer=pointer)
        return int(value)
    return value


def _fits(one: str, operator: str, value: str) -> bool:
    compare: dict[str, Callable[[], bool]] = {
        "eq": lambda: one == value,
        "ne": lambda: one != value,
        "gt": lambda: one > value,
        "gte": lambda: one >= value,
        "lt": lambda: one < value,
        "lte": lambda: one <= value,
        "in": lambda: one in [part.strip() for part in value.split(",")],
        "nin": lambda: one not in [part.strip() for part in value.split(",")],
        "ilike": lambda: _is_like(one.casefold(), value.casefold()),
    }
    return compare[operator]()


def _is_like(text: str, pattern: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, pattern.split("%"))), text, re.DOTALL) is not None


def comparison(field: Column | Folded, operator: str, name: str, letters: str) -> Condition:
    """Return the comparison with the parameter ``name``.

    Args:
        field: what is compared.
        operator: how; a positive one for what is related.
        name: of the parameter.
        letters: for ilike, those of ``spellings`` of the pattern.
    """
    column = field.column if isinstance(field, Folded) else field
    if isinstance(field, Folded) and operator in {"eq", "in"}:
        # The index is of folded texts.
        folded = comparison(field.key, "in", f"{name}_folded", "")
        return sa.and_(folded, comparison(field.column, operator, name, letters))
    if operator in {"in", "nin"}:
        values = sa.bindparam(name, type_=column.type, expanding=True)
        found = column.in_(values)
        return found if operator == "in" else sa.or_(sa.not_(found), column.is_(None))
    bound = sa.bindparam(name, type_=column.type)
    if operator == "ne":
        return sa.or_(column != bound, column.is_(None))
    if operator == "ilike" and isinstance(field, Folded):
        compared = _compared(field.key, operator, bound)
        # The key of nothing is empty, and would be like %.
        return sa.and_(column.is_not(None), compared) if may_be_null(column) else compared
    return _compared(_folded(column, letters) if operator == "ilike" else column, operator, bound)


def may_be_null(column: Column) -> bool:
    """Tell whether there are rows in which a column is null, as far as that is known."""
    return not isinstance(column, sa.Column) or bool(column.nullable)


def _folded(field: Column, letters: str) -> Column:
    """Return a text case-folded, as far as these letters are concerned.

    Databases fold the letters of ASCII alike and others differently or not at all, so others are
    replaced one by one: those that ``letters`` says might matter.
    """
    text: Column = sa.func.lower(field)
    for letter in letters:
        text = sa.func.replace(text, _literal(letter), _literal(letter.casefold()))
    return text


def _literal(letter: str) -> Column:
    """Return a letter of ``_other_cases`` as SQL; none of them is a quote."""
    return sa.literal_column(f"'{letter}'")


def spellings(pattern: str) -> str:
    """Return the letters beyond ASCII that become letters of the pattern when case is folded.

    >>> [f"{ord(letter):x}" for letter in spellings("%k%")]
    ['212a']
    """
    wanted = set(pattern)
    return "".join(each for each in _other_cases() if wanted & set(each.casefold()))


@cache
def _other_cases() -> Sequence[str]:
    """Return every letter beyond ASCII that folding changes."""
    # No letter above has cases (Unicode 16, CaseFolding.txt).
    return [c for c in map(chr, range(0x80, 0x1F000)) if c.casefold() != c]


def totalled(
    field: Keyed, operator: str, name: str, *, parts: Sequence[bool], letters: str
) -> Sequence[sa.Select[Any]]:
    """Return statements whose sum counts the rows that fulfil the comparison; see ``keyed``."""
    if field.total is None:
        sorts = keyed(field, operator, name, parts=parts, letters=letters)
        return [field.related.count(each) for each in sorts]
    kept = field.total.table.c
    values = replace(
        field, related=replace(field.related, column=kept.name), text=kept.text, number=kept.number
    )
    number = sa.func.coalesce(sa.func.sum(field.total), sa.literal_column("0"))
    return [
        sa.select(number).where(kept.tenant_id == TENANT, each)
        for each in keyed(values, operator, name, parts=parts, letters=letters)
    ]


def keyed(
    field: Keyed, operator: str, name: str, *, parts: Sequence[bool], letters: str
) -> Sequence[Condition]:
    """Return the comparison of what stands below the key ``{name}_key``, as a related row.

    Texts, true and false are compared as text; a number with what reads as one, by its size. Either
    is a condition of its own, as either has an index; no row fulfils both.

    Args:
        field: where the values are.
        operator: a positive one.
        name: of the parameters ``{name}_0`` …, and ``{name}_0_number`` … of those that are numbers.
        parts: for each parameter, whether it reads as a number.
        letters: as for ``comparison``.
    """
    text = _folded(field.text, letters) if operator == "ilike" else field.text
    texts, numbers = [], []
    for index, is_number in enumerate(parts):
        texts.append(_compared(text, operator, sa.bindparam(f"{name}_{index}", type_=sa.String)))
        if is_number and operator != "ilike":
            size = sa.bindparam(f"{name}_{index}_number", type_=sa.Double)
            numbers.append(_compared(field.number, operator, size))
    asked = sa.bindparam(f"{name}_key", type_=sa.String)
    sorts = [texts, numbers] if numbers else [texts]
    return [sa.and_(field.related.column == asked, sa.or_(*each)) for each in sorts]


def of_trait(
    field: Field, column: Column, operator: str, name: str, *, parts: Sequence[bool], letters: str
) -> Condition:
    """Return the comparison of a field with its parameters, asked of the column of its traits.

    Args:
        field: as the noun declares it.
        column: ``Traits.columns``; of a ``Keyed``, its values as text.
        operator: how.
        name: of the parameters.
        parts: as for ``keyed``.
        letters: as for ``comparison``.
    """
    if not isinstance(field, Keyed):
        return comparison(column, operator, name, letters)
    positive = NEGATIVE.get(operator, operator)
    text = _folded(column, letters) if operator == "ilike" else column
    params = [sa.bindparam(f"{name}_{index}", type_=sa.String) for index in range(len(parts))]
    found = sa.or_(*(_compared(text, positive, param) for param in params))
    return sa.or_(column.is_(None), sa.not_(found)) if operator in NEGATIVE else found


def _compared(one: Column, operator: str, other: Column) -> Condition:
    compare: dict[str, Callable[[], Condition]] = {
        "eq": lambda: one == other,
        "in": lambda: one == other,
        "gt": lambda: one > other,
        "gte": lambda: one >= other,
        "lt": lambda: one < other,
        "lte": lambda: one <= other,
        "ilike": lambda: one.like(other, escape="\\"),
    }
    return compare[operator]()


def keys(value: str | Sequence[str]) -> list[str]:
    """Return texts as the key columns of ``Folded`` may have them.

    Names that looked alike before that was refused keep keys of which only the case is folded.
    """
    texts = [value] if isinstance(value, str) else value
    return sorted({each for text in texts for each in (key(text), text.casefold())})


def reads_as_number(text: str) -> bool:
    """Tell whether a text is a number as JSON would write it."""
    return _NUMBER.fullmatch(text) is not None


def choice(field: Choice, values: Collection[str]) -> Condition:
    """Return the condition that a row has one of these values."""
    return sa.or_(sa.false(), *(field.values[each] for each in field.values if each in values))
