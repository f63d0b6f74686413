"""One index of devices by their traits holds what else lists filter and mostly sort by."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_NAME = "ix_devices_traits"
_NEEDLESS = "ix_devices_traits_online"
_CHANGING = ("active", "online_until", "compliant_until")
_SORTED = ("name_key", "created_at", "id")
_STATISTICS = "300000 300000 40 40 3 1 1 1 1"
"""What SQLite plans by: rows, then those alike in the first columns.

Fewer than a large tenant has, that it rather reads all of some traits here than some of them in
``ix_devices_traits_compliant`` and then each row.
"""


def upgrade() -> None:
    """Apply."""
    for name in (_NAME, _NEEDLESS):
        op.drop_index(name, "devices")
    op.create_index(_NAME, "devices", ["tenant_id", "traits", *_CHANGING, *_SORTED])
    if op.get_context().dialect.name == "sqlite":
        statistics = sa.table("sqlite_stat1", *map(sa.column, ("tbl", "idx", "stat")))
        op.execute(sa.delete(statistics).where(statistics.c.idx.in_([_NAME, _NEEDLESS])))
        op.execute(sa.insert(statistics).values(tbl="devices", idx=_NAME, stat=_STATISTICS))
