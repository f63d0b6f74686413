"""What admission rules ask about: attributes, posture, origin, ownership, settings."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from gatescale.controller.store.walls import wall

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_KEYED = {"device": "signals", "user": "attributes"}
_NEW_TABLES = ("device_signals", "user_attributes", "posture_reports", "owned_serials")


def upgrade() -> None:
    """Apply."""
    is_postgres = op.get_context().dialect.name == "postgresql"
    # By code points, as SQLite orders all text.
    collation = "C" if is_postgres else None
    _add_columns(collation)
    for noun, values in _KEYED.items():
        _make_keyed_table(noun, values, collation)
    _make_tables(collation)
    _make_indexes(is_postgres=is_postgres)
    if is_postgres:
        for table in _NEW_TABLES:
            for statement in wall(table):
                op.execute(statement)
    else:
        _plan_for_many()


def _add_columns(collation: str | None) -> None:
    def text(name: str, length: int, **options: Any) -> sa.Column[Any]:
        return sa.Column(name, sa.String(length, collation=collation), **options)

    attributes = sa.Text(collation=collation)
    columns: dict[str, Sequence[sa.Column[Any]]] = {
        "users": (
            text("department", 100),
            text("title", 100),
            sa.Column("attributes", attributes, nullable=False, server_default="{}"),
        ),
        "devices": (
            text("reported_at", 27),
            text("checked_at", 27),
            text("compliant_until", 27),
            text("serial_key", 960),
            sa.Column("owned", sa.Boolean),
            text("origin", 45),
            text("origin_country", 2),
        ),
        "tenants": (
            text("zone", 64, nullable=False, server_default="UTC"),
            sa.Column("posture_seconds", sa.Integer, nullable=False, server_default="3600"),
        ),
    }
    for table, added in columns.items():
        for column in added:
            op.add_column(table, column)


def _make_keyed_table(noun: str, values: str, collation: str | None) -> None:
    name, owner = f"{noun}_{values}", f"{noun}_id"
    op.create_table(
        name,
        sa.Column("tenant_id", sa.String(36, collation=collation), nullable=False),
        sa.Column(owner, sa.String(36, collation=collation), nullable=False),
        sa.Column("name", sa.String(60, collation=collation), nullable=False),
        sa.Column("text", sa.String(500, collation=collation)),
        sa.Column("number", sa.Double),
        sa.PrimaryKeyConstraint("tenant_id", owner, "name", name=op.f(f"pk_{name}")),
        sa.ForeignKeyConstraint(
            ["tenant_id", owner],
            [f"{noun}s.tenant_id", f"{noun}s.id"],
            name=op.f(f"fk_{name}_{noun}s"),
            ondelete="CASCADE",
        ),
        sqlite_with_rowid=False,
    )
    for column in ("text", "number"):
        op.create_index(f"ix_{name}_{column}", name, ["tenant_id", "name", column, owner])


def _make_tables(collation: str | None) -> None:
    def text(name: str, length: int) -> sa.Column[Any]:
        return sa.Column(name, sa.String(length, collation=collation), nullable=False)

    op.create_table(
        "posture_reports",
        text("tenant_id", 36),
        text("id", 36),
        text("created_at", 27),
        text("device_id", 36),
        sa.Column("posture", sa.Text(collation=collation), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_posture_reports")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "device_id"],
            ["devices.tenant_id", "devices.id"],
            name=op.f("fk_posture_reports_devices"),
            ondelete="CASCADE",
        ),
    )
    op.create_index(
        "ix_posture_reports_device_id",
        "posture_reports",
        ["tenant_id", "device_id", "created_at", "id"],
    )
    op.create_index("ix_posture_reports_created_at", "posture_reports", ["created_at"])
    op.create_table(
        "owned_serials",
        text("tenant_id", 36),
        text("serial_key", 960),
        text("serial", 200),
        sa.PrimaryKeyConstraint("tenant_id", "serial_key", name=op.f("pk_owned_serials")),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_owned_serials_tenants"),
            ondelete="CASCADE",
        ),
    )


def _make_indexes(*, is_postgres: bool) -> None:
    for table, what, column in (
        ("users", "department", "department"),
        ("users", "title", "title"),
        ("devices", "reported", "reported_at"),
        ("devices", "origin", "origin"),
        ("devices", "country", "origin_country"),
    ):
        # Never comes first, as it does in SQLite.
        key = sa.text(f"{column} NULLS FIRST") if is_postgres else column
        op.create_index(f"ix_{table}_{what}", table, ["tenant_id", key, "id"])
    op.create_index("ix_devices_compliant", "devices", ["tenant_id", "compliant_until", "seq"])
    op.create_index("ix_devices_owned", "devices", ["tenant_id", "owned", "seq"])
    op.create_index("ix_devices_serial_key", "devices", ["tenant_id", "serial_key"])


_STATISTICS = {
    ("users", "ix_users_department"): "100000 100000 1000 1",
    ("users", "ix_users_title"): "100000 100000 1000 1",
    ("devices", "ix_devices_reported"): "300000 300000 3 1",
    ("devices", "ix_devices_origin"): "300000 300000 100 1",
    ("devices", "ix_devices_country"): "300000 300000 30000 1",
    ("devices", "ix_devices_compliant"): "300000 300000 3 1",
    ("devices", "ix_devices_owned"): "300000 300000 100000 1",
    ("devices", "ix_devices_serial_key"): "300000 300000 2",
    ("device_signals", "device_signals"): "4000000 4000000 13 1",
    ("device_signals", "ix_device_signals_text"): "4000000 4000000 300000 30000 1",
    ("device_signals", "ix_device_signals_number"): "4000000 4000000 300000 30000 1",
    ("user_attributes", "user_attributes"): "1000000 1000000 10 1",
    ("user_attributes", "ix_user_attributes_text"): "1000000 1000000 100000 10000 1",
    ("user_attributes", "ix_user_attributes_number"): "1000000 1000000 100000 10000 1",
    ("posture_reports", "sqlite_autoindex_posture_reports_1"): "3000000 3000000 1",
    ("posture_reports", "ix_posture_reports_device_id"): "3000000 3000000 10 1 1",
    ("posture_reports", "ix_posture_reports_created_at"): "3000000 2",
    ("owned_serials", "sqlite_autoindex_owned_serials_1"): "10000 10000 1",
}
"""What SQLite plans by, as of a large tenant: rows, then those alike in the first columns."""


def _plan_for_many() -> None:
    statistics = sa.table("sqlite_stat1", *map(sa.column, ("tbl", "idx", "stat")))
    for (table, index), stat in _STATISTICS.items():
        op.execute(sa.insert(statistics).values(tbl=table, idx=index, stat=stat))
