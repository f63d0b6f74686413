"""Mails about gateways and seats: who gets them, and what was told.

Columns of tables that have their walls and statistics already.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    # By code points, as SQLite orders all text.
    collation = "C" if op.get_context().dialect.name == "postgresql" else None
    for column in (
        sa.Column("notified", sa.Text(collation=collation), nullable=False, server_default="[]"),
        sa.Column("gateway_alerts", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("seat_limit", sa.Integer),
        sa.Column("seat_threshold", sa.Integer, nullable=False, server_default="80"),
        sa.Column("seats_told", sa.Integer, nullable=False, server_default="0"),
    ):
        op.add_column("tenants", column)
    for column in (
        sa.Column("told_gone", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("told_gone_at", sa.String(27, collation=collation)),
        sa.Column("told_back_at", sa.String(27, collation=collation)),
    ):
        op.add_column("gateways", column)
