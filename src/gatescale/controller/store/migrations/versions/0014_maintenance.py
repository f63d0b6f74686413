"""Gateways in maintenance."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "gateways", sa.Column("maintenance", sa.Boolean, nullable=False, server_default=sa.false())
    )
