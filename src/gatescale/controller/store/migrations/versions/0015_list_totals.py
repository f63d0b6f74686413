"""How many devices say what, kept by triggers; statuses with what lists are sorted by."""

import sqlalchemy as sa
from alembic import op

from gatescale.controller.store.walls import wall

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_TABLE = "device_signal_totals"
_KINDS = ("text", "number")
_STATISTICS = {
    (_TABLE, f"ix_{_TABLE}_text"): "400000 400000 40000 1",
    (_TABLE, f"ix_{_TABLE}_number"): "400000 400000 1000 1",
    ("devices", "ix_devices_status"): "300000 300000 150000 3 1 1 1",
}
"""What SQLite plans by, as of a large tenant: rows, then those alike in the first columns."""


def upgrade() -> None:
    """Apply."""
    is_postgres = op.get_context().dialect.name == "postgresql"
    _make_table("C" if is_postgres else None)
    _count()
    if is_postgres:
        _keep_on_postgres()
        for statement in wall(_TABLE):
            op.execute(statement)
    else:
        _keep_on_sqlite()
    op.drop_index("ix_devices_status", "devices")
    columns = ["tenant_id", "active", "online_until", "seq", "created_at", "id"]
    op.create_index("ix_devices_status", "devices", columns)
    if not is_postgres:
        op.execute("DELETE FROM sqlite_stat1 WHERE idx = 'ix_devices_status'")
        statistics = sa.table("sqlite_stat1", *map(sa.column, ("tbl", "idx", "stat")))
        for (table, index), stat in _STATISTICS.items():
            op.execute(sa.insert(statistics).values(tbl=table, idx=index, stat=stat))


def _make_table(collation: str | None) -> None:
    op.create_table(
        _TABLE,
        sa.Column("tenant_id", sa.String(36, collation=collation), nullable=False),
        sa.Column("name", sa.String(60, collation=collation), nullable=False),
        sa.Column("text", sa.String(500, collation=collation)),
        sa.Column("number", sa.Double),
        sa.Column("devices", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f(f"fk_{_TABLE}_tenants"), ondelete="CASCADE"
        ),
    )
    for kind in _KINDS:
        is_there = sa.text(f"{kind} IS NOT NULL")
        op.create_index(
            f"ix_{_TABLE}_{kind}",
            _TABLE,
            ["tenant_id", "name", kind],
            unique=True,
            sqlite_where=is_there,
            postgresql_where=is_there,
        )


def _count() -> None:
    op.execute(
        f"INSERT INTO {_TABLE} (tenant_id, name, text, number, devices)"  # noqa: S608  a constant
        " SELECT tenant_id, name, text, number, count(*) FROM device_signals"
        " GROUP BY tenant_id, name, text, number"
    )


def _add(kind: str) -> str:
    return (
        f"INSERT INTO {_TABLE} (tenant_id, name, {kind}, devices)"  # noqa: S608  constants
        f" VALUES (new.tenant_id, new.name, new.{kind}, 1)"
        f" ON CONFLICT (tenant_id, name, {kind}) WHERE {kind} IS NOT NULL"
        f" DO UPDATE SET devices = {_TABLE}.devices + 1;"
    )


def _take(kind: str) -> str:
    same = f"tenant_id = old.tenant_id AND name = old.name AND {kind} = old.{kind}"
    return (
        f"UPDATE {_TABLE} SET devices = devices - 1 WHERE {same};"  # noqa: S608  constants
        f" DELETE FROM {_TABLE} WHERE {same} AND devices = 0;"
    )


def _keep_on_sqlite() -> None:
    for event, row, change in (("insert", "new", _add), ("delete", "old", _take)):
        for kind in _KINDS:
            op.execute(
                f"CREATE TRIGGER total_device_signals_{event}_{kind}"
                f" AFTER {event} ON device_signals WHEN {row}.{kind} IS NOT NULL"
                f" BEGIN {change(kind)} END"
            )


def _keep_on_postgres() -> None:
    for event, row, change in (("insert", "new", _add), ("delete", "old", _take)):
        for kind in _KINDS:
            name = f"total_device_signals_{event}_{kind}"
            op.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
                f" $$ BEGIN {change(kind)} RETURN NULL; END $$"
            )
            op.execute(
                f"CREATE TRIGGER {name} AFTER {event} ON device_signals FOR EACH ROW"
                f" WHEN ({row}.{kind} IS NOT NULL) EXECUTE FUNCTION {name}()"
            )
