"""What search looks into: texts folded alike for the asked and the stored, and their indexes.

Texts of nouns that may be many lie in tables of their own under an index of trigrams: FTS5 on
SQLite, ``pg_trgm`` on PostgreSQL. A search for fewer characters than a trigram has reads them all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from gatescale.controller.store import tables
from gatescale.controller.store.folding import folded
from gatescale.controller.store.session import Transaction
from gatescale.controller.store.statements import TENANT

TRIGRAM = 3
"""Characters that an index needs at least."""

_pattern = sa.bindparam("search_pattern", type_=sa.String)
_phrase = sa.bindparam("search_phrase", type_=sa.String)


def params(asked: str) -> Mapping[str, str]:
    """Return the parameters that the conditions below use, for a text that is ``folded``."""
    quoted = asked.replace('"', '""')
    return {"search_pattern": f"%{escaped(asked)}%", "search_phrase": f'"{quoted}"'}


def escaped(text: str) -> str:
    r"""Return a pattern for LIKE with the escape character ``\`` that matches only the text."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def contains(column: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Return the condition that a folded text contains what is asked."""
    return column.like(_pattern, escape="\\")


@dataclass(frozen=True, slots=True, eq=False)
class Texts:
    """The texts of a noun, in a table of their own.

    Attributes:
        table: has a text for each row of the noun.
        owner: the noun's column that refers to it.
    """

    table: sa.Table
    owner: sa.Column[int]

    def among(self, dialect: str, *, trigrams: bool) -> sa.ColumnElement[bool]:
        """Return the condition on the noun's rows, to start from the texts that match."""
        return self.owner.in_(self._hits(dialect, trigrams=trigrams))

    def has(self) -> sa.ColumnElement[bool]:
        """Return the same condition, to be asked of one row after the other."""
        text = self.table.c
        found = sa.select(text.seq).where(
            text.tenant_id == TENANT, text.seq == self.owner, contains(text.text)
        )
        # Of EXISTS, PostgreSQL would rather collect all texts that match.
        return found.scalar_subquery().is_not(None)

    def count(self, dialect: str, *, trigrams: bool) -> sa.Select[tuple[int]]:
        """Return the statement that counts the texts that match, as ``total``."""
        hits = self._hits(dialect, trigrams=trigrams)
        return hits.with_only_columns(sa.func.count().label("total"), maintain_column_froms=True)

    def _hits(self, dialect: str, *, trigrams: bool) -> sa.Select[tuple[int]]:
        text = self.table.c
        found = sa.select(text.seq).where(text.tenant_id == TENANT, contains(text.text))
        if not trigrams:
            return found.where(*_within(text.seq))
        if dialect != "sqlite":
            return found
        name = f"{self.table.name}_trigrams"
        index = sa.table(name, sa.column("rowid", sa.Integer), sa.column(name, sa.String)).c
        return sa.select(index.rowid).where(index[name].match(_phrase), *_within(index.rowid))


def _within(seq: sa.ColumnElement[int]) -> Sequence[sa.ColumnElement[bool]]:
    """Return the conditions that a number is the tenant's: what is all tenants' is read between."""
    t = tables.tenants.c
    first, after = (
        sa.select(end).where(t.id == TENANT).scalar_subquery() for end in (t.first_seq, t.next_seq)
    )
    return (seq >= first, seq < after)


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
