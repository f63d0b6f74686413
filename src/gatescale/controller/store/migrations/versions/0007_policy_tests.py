"""What must be so whatever the policies say."""

import sqlalchemy as sa
from alembic import op

from gatescale.controller.store.walls import wall

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_OTHERS = ("group", "user", "resource")
_STATISTICS = {
    ("policy_tests", "sqlite_autoindex_policy_tests_1"): "1000 20 1",
    ("policy_tests", "sqlite_autoindex_policy_tests_2"): "1000 20 1",
    **{
        (f"policy_test_{each}s", index): "2000 40 2 1"
        for each in _OTHERS
        for index in (
            f"sqlite_autoindex_policy_test_{each}s_1",
            f"ix_policy_test_{each}s_{each}_id",
        )
    },
}
"""What SQLite plans by, as of many tenants: rows, then those alike in the first columns."""


def upgrade() -> None:
    """Apply."""
    is_postgres = op.get_context().dialect.name == "postgresql"
    # By code points, as SQLite orders all text.
    collation = "C" if is_postgres else None
    _make_tests(collation)
    for other in _OTHERS:
        _make_links(other, collation)
    if is_postgres:
        for table in ("policy_tests", *(f"policy_test_{other}s" for other in _OTHERS)):
            for statement in wall(table):
                op.execute(statement)
    else:
        statistics = sa.table("sqlite_stat1", *map(sa.column, ("tbl", "idx", "stat")))
        for (table, index), stat in _STATISTICS.items():
            op.execute(sa.insert(statistics).values(tbl=table, idx=index, stat=stat))


def _make_tests(collation: str | None) -> None:
    def text(name: str, length: int, *, nullable: bool = False) -> sa.Column[str]:
        return sa.Column(name, sa.String(length, collation=collation), nullable=nullable)

    op.create_table(
        "policy_tests",
        text("tenant_id", 36),
        text("id", 36),
        text("created_at", 27),
        text("updated_at", 27),
        text("name", 100),
        text("name_key", 960),
        text("description", 500, nullable=True),
        text("expect", 16),
        sa.Column("all_users", sa.Boolean, nullable=False),
        text("protocol", 4, nullable=True),
        text("port", 11, nullable=True),
        sa.Column("given", sa.Text(collation=collation), nullable=False),
        sa.Column("times", sa.Text(collation=collation), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_policy_tests")),
        sa.UniqueConstraint(
            "tenant_id", "name_key", name=op.f("uq_policy_tests_tenant_id_name_key")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_policy_tests_tenants"), ondelete="CASCADE"
        ),
    )


def _make_links(other: str, collation: str | None) -> None:
    name, other_id = f"policy_test_{other}s", f"{other}_id"
    ids = ("tenant_id", "policy_test_id", other_id)
    op.create_table(
        name,
        *(sa.Column(each, sa.String(36, collation=collation), nullable=False) for each in ids),
        sa.PrimaryKeyConstraint(*ids, name=op.f(f"pk_{name}")),
        *(
            sa.ForeignKeyConstraint(
                ["tenant_id", column],
                [f"{table}.tenant_id", f"{table}.id"],
                name=op.f(f"fk_{name}_{table}"),
                ondelete="CASCADE",
            )
            for column, table in (("policy_test_id", "policy_tests"), (other_id, f"{other}s"))
        ),
    )
    op.create_index(f"ix_{name}_{other_id}", name, ["tenant_id", other_id, "policy_test_id"])
