"""The forms that tables have."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import BigInteger, Column, Double, Index, Integer, String, Table, Text

from gatescale.controller.store.folding import KEY_LENGTH

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

Id = String(36)
Time = String(27)
# As folding.key makes it.
Key = String(KEY_LENGTH)
# Only so is it the number of a row in SQLite, which full-text tables refer to.
Seq = BigInteger().with_variant(Integer, "sqlite")
# How many numbers a tenant has for rows with texts.
SEQ_RANGE = 2**32


def noun(name: str, *columns: sa.schema.SchemaItem) -> Table:
    """Declare a table whose rows the contract shows with id, createdAt and updatedAt."""
    return Table(
        name,
        metadata,
        Column("tenant_id", Id, nullable=False),
        Column("id", Id, nullable=False),
        Column("created_at", Time, nullable=False),
        Column("updated_at", Time, nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], ondelete="CASCADE"),
    )


def link(name: str, owner: str, other: str, *columns: sa.schema.SchemaItem) -> Table:
    """Declare a many-to-many table between two nouns; a link dies with either end."""
    owner_id, other_id = f"{owner}_id", f"{other}_id"
    return Table(
        name,
        metadata,
        Column("tenant_id", Id, nullable=False),
        Column(owner_id, Id, nullable=False),
        Column(other_id, Id, nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("tenant_id", owner_id, other_id),
        reference(owner_id, _plural(owner)),
        reference(other_id, _plural(other)),
        # With both ends, so that a database without statistics prefers it for a list of others.
        Index(f"ix_{name}_{other_id}", "tenant_id", other_id, owner_id),
    )


def listed(name: str, what: str, column: str, *, is_nullable: bool = False) -> Index:
    """Declare an index that gives a tenant's rows in the order of a column.

    Null comes before everything else: PostgreSQL has to be told, SQLite knows no other way.
    """
    key: Any = sa.nulls_first(sa.column(column)) if is_nullable else column
    return Index(f"ix_{name}_{what}", "tenant_id", key, "id")


def searched(noun: str) -> Table:
    """Declare what search looks into, apart from rows that presence rewrites all the time.

    A trigram index leads to it, which migrations make.
    """
    owner = _plural(noun)
    return Table(
        f"{noun}_search",
        metadata,
        Column("seq", Seq, primary_key=True, autoincrement=False),
        Column("tenant_id", Id, nullable=False),
        # As search.folded makes it.
        Column("text", Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "seq"], [f"{owner}.tenant_id", f"{owner}.seq"], ondelete="CASCADE"
        ),
    )


def keyed(noun: str, values: str) -> Table:
    """Declare the values of a noun's JSON object, one a row: the index that filters go by.

    The object itself is what is shown; a text, true or false is ``text`` here, a number ``number``.
    """
    name, owner = f"{noun}_{values}", f"{noun}_id"
    return Table(
        name,
        metadata,
        Column("tenant_id", Id, nullable=False),
        Column(owner, Id, nullable=False),
        Column("name", String(60), nullable=False),
        Column("text", String(500)),
        Column("number", Double),
        sa.PrimaryKeyConstraint("tenant_id", owner, "name"),
        reference(owner, _plural(noun)),
        Index(f"ix_{name}_text", "tenant_id", "name", "text", owner),
        Index(f"ix_{name}_number", "tenant_id", "name", "number", owner),
        # The primary key is the table itself: one look-up less for each row that is walked.
        sqlite_with_rowid=False,
    )


def totals(values: str, noun: str) -> Table:
    """Declare how many of a noun have each value of a ``keyed`` table, which its triggers keep.

    A list's total is a sum of few of them, where the rows themselves may be hundreds of thousands.
    """
    name = f"{values.removesuffix('s')}_totals"
    table = Table(
        name,
        metadata,
        Column("tenant_id", Id, nullable=False),
        Column("name", String(60), nullable=False),
        # One of the two.
        Column("text", String(500)),
        Column("number", Double),
        Column(f"{noun}s", Integer, nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], ondelete="CASCADE"),
    )
    for kind in ("text", "number"):
        is_there = table.c[kind].is_not(None)
        Index(
            f"ix_{name}_{kind}",
            *(table.c[column] for column in ("tenant_id", "name", kind)),
            unique=True,
            sqlite_where=is_there,
            postgresql_where=is_there,
        )
    return table


def _plural(noun: str) -> str:
    return {"policy": "policies", "address": "addresses"}.get(noun, f"{noun}s")


def reference(column: str, table: str, *, ondelete: str = "CASCADE") -> sa.ForeignKeyConstraint:
    """Declare that a column names a row of another table of the same tenant."""
    return sa.ForeignKeyConstraint(
        ["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"], ondelete=ondelete
    )
