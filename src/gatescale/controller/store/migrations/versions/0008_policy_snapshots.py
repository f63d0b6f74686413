"""What the policy engine knew now and then: where the history of a tenant begins."""

import sqlalchemy as sa
from alembic import op

from gatescale.controller.store.walls import wall

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    is_postgres = op.get_context().dialect.name == "postgresql"
    # By code points, as SQLite orders all text.
    collation = "C" if is_postgres else None
    op.create_table(
        "policy_snapshots",
        sa.Column("tenant_id", sa.String(36, collation=collation), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("at", sa.String(27, collation=collation), nullable=False),
        sa.Column("entities", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "revision", name=op.f("pk_policy_snapshots")),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_policy_snapshots_tenants"),
            ondelete="CASCADE",
        ),
    )
    if is_postgres:
        for statement in wall("policy_snapshots"):
            op.execute(statement)
    else:
        statistics = sa.table("sqlite_stat1", *map(sa.column, ("tbl", "idx", "stat")))
        # As of a large tenant: rows, then those alike in the first columns.
        values = {"idx": "sqlite_autoindex_policy_snapshots_1", "stat": "1000 100 1"}
        op.execute(sa.insert(statistics).values(tbl="policy_snapshots", **values))
