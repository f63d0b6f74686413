"""Indexes that people and devices are counted by hold no more than is counted."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_WIDE = ("ix_devices_status", "ix_devices_compliant")
_INDEXES = {
    ("devices", "ix_devices_online"): ("active", "online_until"),
    ("devices", "ix_devices_compliant"): ("compliant_until",),
    ("devices", "ix_devices_traits_online"): (
        "traits",
        "active",
        "online_until",
        "compliant_until",
    ),
    ("devices", "ix_devices_traits_compliant"): ("traits", "compliant_until"),
    ("users", "ix_users_id_status"): ("id", "status", "invited_until"),
}
"""Columns behind the tenant."""

_STATISTICS = {
    ("devices", "ix_devices_online"): "300000 300000 150000 3",
    ("devices", "ix_devices_compliant"): "300000 300000 3",
    ("devices", "ix_devices_traits_online"): "300000 300000 100 100 3 1",
    ("devices", "ix_devices_traits_compliant"): "300000 300000 100 3",
    ("users", "ix_users_id_status"): "100000 100000 1 1 1",
}
"""What SQLite plans by, as of a large tenant: rows, then those alike in the first columns."""


def upgrade() -> None:
    """Apply."""
    for name in _WIDE:
        op.drop_index(name, "devices")
    for (table, name), columns in _INDEXES.items():
        op.create_index(name, table, ["tenant_id", *columns])
    if op.get_context().dialect.name == "sqlite":
        statistics = sa.table("sqlite_stat1", *map(sa.column, ("tbl", "idx", "stat")))
        op.execute(sa.delete(statistics).where(statistics.c.idx.in_(_WIDE)))
        for (table, index), stat in _STATISTICS.items():
            op.execute(sa.insert(statistics).values(tbl=table, idx=index, stat=stat))
