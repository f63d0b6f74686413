"""What search looks into: texts folded alike for the asked and the stored, and their indexes.

Texts of nouns that may be many lie in tables of their own under an index of trigrams: FTS5 on
SQLite, ``pg_trgm`` on PostgreSQL. A search for fewer characters than a trigram has reads them all.
Filters by ``ilike`` go by the index, too, where it holds the field.
"""

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from gatescale.controller.store import tables
from gatescale.controller.store.folding import folded
from gatescale.controller.store.session import Transaction
from gatescale.controller.store.statements import TENANT

TRIGRAM = 3
"""Characters that an index needs at least."""

_LATIN = re.compile(r"[\x00-\u02ff]+")


def params(name: str, asked: str) -> Mapping[str, str]:
    """Return the parameters that the conditions below use, for a text that is ``folded``.

    Args:
        name: what they are named after.
        asked: the text.
    """
    quoted = asked.replace('"', '""')
    return {f"{name}_pattern": f"%{escaped(asked)}%", f"{name}_phrase": f'"{quoted}"'}


def contained(pattern: str) -> str:
    """Return the longest text that an index is good for and that all contain that are ``ilike``.

    Keys that were made before look-alikes were refused are not ``folded``, only their case is. Of
    Latin letters, none of which is a mark, the two differ in the last at most: a mark may follow.

    >>> contained("%Müller@acme%"), contained("%acm%")
    ('müller@acm', '')
    """
    runs = [run[:-1] for part in pattern.split("%") for run in _LATIN.findall(folded(part))]
    longest = max(runs, key=len, default="")
    return longest if len(longest) >= TRIGRAM else ""


def escaped(text: str) -> str:
    r"""Return a pattern for LIKE with the escape character ``\`` that matches only the text."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def contains(column: sa.ColumnElement[str], name: str) -> sa.ColumnElement[bool]:
    """Return the condition that a folded text contains what the parameters of ``name`` ask for."""
    return column.like(sa.bindparam(f"{name}_pattern", type_=sa.String), escape="\\")


@dataclass(frozen=True, slots=True, eq=False)
class Texts:
    """The texts of a noun: in its own table, or in one of their own.

    Attributes:
        text: the column of the texts; beside it stand their numbers, ``seq``.
        owner: the noun's column of these numbers.
        fields: the folded fields whose keys are part of the texts.
    """

    text: sa.Column[str]
    owner: sa.Column[int]
    fields: AbstractSet[str] = frozenset()

    def among(self, dialect: str, name: str, *, trigrams: bool) -> sa.ColumnElement[bool]:
        """Return the condition on the noun's rows, to start from the texts that match."""
        if self._is_beside and not (trigrams and dialect == "sqlite"):
            return contains(self.text, name)
        return self.owner.in_(self._hits(dialect, name, trigrams=trigrams))

    def has(self, name: str) -> sa.ColumnElement[bool]:
        """Return the same condition, to be asked of one row after the other."""
        if self._is_beside:
            return contains(self.text, name)
        text = self.text.table.c
        found = sa.select(text.seq).where(
            text.tenant_id == TENANT, text.seq == self.owner, contains(self.text, name)
        )
        # Of EXISTS, PostgreSQL would rather collect all texts that match.
        return found.scalar_subquery().is_not(None)

    def count(self, dialect: str, name: str, *, trigrams: bool) -> sa.Select[tuple[int]]:
        """Return the statement that counts the texts that match, as ``total``."""
        hits = self._hits(dialect, name, trigrams=trigrams)
        return hits.with_only_columns(sa.func.count().label("total"), maintain_column_froms=True)

    def _hits(self, dialect: str, name: str, *, trigrams: bool) -> sa.Select[tuple[int]]:
        text = self.text.table.c
        if trigrams and dialect == "sqlite":
            table = f"{self.text.table.name}_trigrams"
            index = sa.table(table, sa.column("rowid", sa.Integer), sa.column(table, sa.String)).c
            phrase = sa.bindparam(f"{name}_phrase", type_=sa.String)
            seq: sa.ColumnElement[int] = index.rowid
            found: sa.Select[Any] = sa.select(seq).where(index[table].match(phrase))
        else:
            seq = text.seq
            found = sa.select(seq).where(text.tenant_id == TENANT, contains(self.text, name))
        if dialect == "sqlite" or not trigrams:
            found = found.where(*_within(seq))
        return found

    @property
    def _is_beside(self) -> bool:
        """Whether the texts stand in the noun's own rows."""
        return self.text.table is self.owner.table


def _within(seq: sa.ColumnElement[int]) -> Sequence[sa.ColumnElement[bool]]:
    """Return the conditions that a number is the tenant's: what is all tenants' is read between."""
    t = tables.tenants.c
    first = sa.select(t.first_seq).where(t.id == TENANT).scalar_subquery()
    return (seq >= first, seq < first + tables.SEQ_RANGE)


_NUMBERS = (
    sa.update(tables.tenants)
    .where(tables.tenants.c.id == TENANT)
    .values(next_seq=tables.tenants.c.next_seq + sa.bindparam("count"))
    .returning(tables.tenants.c.next_seq)
)


async def next_numbers(transaction: Transaction, count: int) -> range:
    """Return numbers for ``count`` new rows with texts."""
    row = await transaction.find(_NUMBERS, "tenant", count=count)
    return range(row["next_seq"] - count, row["next_seq"])


def text_row(seq: int, *fields: str | None) -> dict[str, Any]:
    """Return the row of a text table for a row of the noun."""
    return {"seq": seq, "text": folded(*fields)}
