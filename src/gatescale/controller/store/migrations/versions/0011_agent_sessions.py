"""When devices and gateways were online."""

import sqlalchemy as sa
from alembic import op

from gatescale.controller.store.walls import wall

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_STATISTICS = {
    ("agent_sessions", "sqlite_autoindex_agent_sessions_1"): "1000000 1000000 1",
    ("agent_sessions", "ix_agent_sessions_open"): "10000 1",
    ("agent_sessions", "ix_agent_sessions_started_at"): "1000000 1000000 2 1",
    ("agent_sessions", "ix_agent_sessions_agent_id"): "1000000 1000000 100 1 1",
    ("agent_sessions", "ix_agent_sessions_user_id"): "1000000 1000000 300 1 1",
    ("agent_sessions", "ix_agent_sessions_ended_at"): "1000000 2",
}
"""What SQLite plans by, as of a large tenant: rows, then those alike in the first columns."""


def upgrade() -> None:
    """Apply."""
    is_postgres = op.get_context().dialect.name == "postgresql"
    # By code points, as SQLite orders all text.
    collation = "C" if is_postgres else None
    _make(collation)
    if is_postgres:
        for statement in wall("agent_sessions"):
            op.execute(statement)
    else:
        statistics = sa.table("sqlite_stat1", *map(sa.column, ("tbl", "idx", "stat")))
        for (table, index), stat in _STATISTICS.items():
            op.execute(sa.insert(statistics).values(tbl=table, idx=index, stat=stat))


def _make(collation: str | None) -> None:
    def text(name: str, length: int, *, nullable: bool = False) -> sa.Column[str]:
        return sa.Column(name, sa.String(length, collation=collation), nullable=nullable)

    op.create_table(
        "agent_sessions",
        text("tenant_id", 36),
        text("id", 36),
        text("kind", 8),
        text("agent_id", 36),
        text("agent_name", 100),
        text("user_id", 36, nullable=True),
        text("user_email", 320, nullable=True),
        text("started_at", 27),
        text("ended_at", 27, nullable=True),
        text("origin", 45, nullable=True),
        text("country", 2, nullable=True),
        text("end_reason", 16, nullable=True),
        text("stream", 36, nullable=True),
        sa.Column("search", sa.Text(collation=collation), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_agent_sessions")),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_agent_sessions_tenants"),
            ondelete="CASCADE",
        ),
    )
    lasts = sa.text("ended_at IS NULL")
    op.create_index(
        "ix_agent_sessions_open",
        "agent_sessions",
        ["agent_id"],
        unique=True,
        sqlite_where=lasts,
        postgresql_where=lasts,
    )
    for name, columns in (
        ("started_at", ["tenant_id", "started_at", "id"]),
        ("agent_id", ["tenant_id", "agent_id", "started_at", "id"]),
        ("user_id", ["tenant_id", "user_id", "started_at", "id"]),
        ("ended_at", ["ended_at"]),
    ):
        op.create_index(f"ix_agent_sessions_{name}", "agent_sessions", columns)
