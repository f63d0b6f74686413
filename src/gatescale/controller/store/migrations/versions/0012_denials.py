"""What gateways denied."""

import sqlalchemy as sa
from alembic import op

from gatescale.controller.store.walls import wall

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_STATISTICS = {
    ("denials", "sqlite_autoindex_denials_1"): "1000000 1000000 1",
    ("denials", "ix_denials_last_at"): "1000000 1000000 2 1",
    ("denials", "ix_denials_device_id"): "1000000 1000000 100 1 1",
    ("denials", "ix_denials_user_id"): "1000000 1000000 300 1 1",
    ("denials", "ix_denials_resource_id"): "1000000 1000000 1000 1 1",
    ("denials", "ix_denials_lapsed"): "1000000 2",
}
"""What SQLite plans by, as of a large tenant: rows, then those alike in the first columns."""


def upgrade() -> None:
    """Apply."""
    is_postgres = op.get_context().dialect.name == "postgresql"
    # By code points, as SQLite orders all text.
    collation = "C" if is_postgres else None
    _make(collation)
    if is_postgres:
        for statement in wall("denials"):
            op.execute(statement)
    else:
        statistics = sa.table("sqlite_stat1", *map(sa.column, ("tbl", "idx", "stat")))
        for (table, index), stat in _STATISTICS.items():
            op.execute(sa.insert(statistics).values(tbl=table, idx=index, stat=stat))


def _make(collation: str | None) -> None:
    def text(name: str, length: int | None, *, nullable: bool = False) -> sa.Column[str]:
        kind = sa.String(length, collation=collation) if length else sa.Text(collation=collation)
        return sa.Column(name, kind, nullable=nullable)

    op.create_table(
        "denials",
        text("tenant_id", 36),
        text("id", 36),
        text("first_at", 27),
        text("last_at", 27),
        text("device_id", 36),
        text("device_name", 100),
        text("user_id", 36),
        text("user_email", 320),
        text("gateway_id", 36),
        text("gateway_name", 100),
        text("destination", 45, nullable=True),
        text("protocol", 8, nullable=True),
        sa.Column("port", sa.Integer(), nullable=True),
        text("resource_id", 36, nullable=True),
        text("resource_name", 100, nullable=True),
        text("policy_id", 36, nullable=True),
        text("policy_name", 100, nullable=True),
        text("cause", 16),
        text("reason", None),
        sa.Column("packets", sa.BigInteger(), nullable=False),
        text("search", None),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_denials")),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_denials_tenants"), ondelete="CASCADE"
        ),
    )
    for name, columns in (
        ("last_at", ["tenant_id", "last_at", "id"]),
        ("device_id", ["tenant_id", "device_id", "last_at", "id"]),
        ("user_id", ["tenant_id", "user_id", "last_at", "id"]),
        ("resource_id", ["tenant_id", "resource_id", "last_at", "id"]),
        ("lapsed", ["last_at"]),
    ):
        op.create_index(f"ix_denials_{name}", "denials", columns)
