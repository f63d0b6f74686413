"""Walls around the rows of each tenant, on PostgreSQL."""

import sqlalchemy as sa
from alembic import op

from gatescale.controller.store.walls import wall

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    inspector = sa.inspect(connection)
    for table in inspector.get_table_names():
        columns = {column["name"] for column in inspector.get_columns(table)}
        if "tenant_id" in columns:
            _run(*wall(table))
    _run(*wall("tenants", owner="id"))
    # A key is looked up before its tenant is known; it is found by the hash of 256 random bits.
    _run("CREATE POLICY look_up ON api_keys FOR SELECT USING (true)")


def _run(*statements: str) -> None:
    for statement in statements:
        op.execute(statement)
