"""Counts of users and devices, better indexes of statuses, and what SQLite plans by."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    is_postgres = op.get_context().dialect.name == "postgresql"
    for noun in ("user", "device"):
        op.add_column(
            "tenants", sa.Column(f"{noun}_count", sa.Integer, nullable=False, server_default="0")
        )
        _count(noun)
        (_count_on_postgres if is_postgres else _count_on_sqlite)(noun)
    _make_indexes(is_postgres=is_postgres)
    if not is_postgres:
        _plan_for_many()


def _count(noun: str) -> None:
    tenants = sa.table("tenants", sa.column("id"), sa.column(f"{noun}_count"))
    rows = sa.table(f"{noun}s", sa.column("tenant_id"))
    of_tenant = sa.select(sa.func.count()).where(rows.c.tenant_id == tenants.c.id)
    op.execute(sa.update(tenants).values({f"{noun}_count": of_tenant.scalar_subquery()}))


def _change(noun: str, row: str, by: str) -> str:
    changed = f"{noun}_count = {noun}_count {by} 1"
    return f"UPDATE tenants SET {changed} WHERE id = {row}.tenant_id;"  # noqa: S608  nouns above


def _count_on_sqlite(noun: str) -> None:
    for event, row, by in (("insert", "new", "+"), ("delete", "old", "-")):
        op.execute(
            f"CREATE TRIGGER count_{noun}s_{event} AFTER {event} ON {noun}s"
            f" BEGIN {_change(noun, row, by)} END"
        )


def _count_on_postgres(noun: str) -> None:
    op.execute(
        f"CREATE FUNCTION count_{noun}s() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF TG_OP = 'INSERT' THEN {_change(noun, 'new', '+')}"
        f" ELSE {_change(noun, 'old', '-')} END IF; RETURN NULL; END $$"
    )
    op.execute(
        f"CREATE TRIGGER count_{noun}s AFTER INSERT OR DELETE ON {noun}s"
        f" FOR EACH ROW EXECUTE FUNCTION count_{noun}s()"
    )


def _make_indexes(*, is_postgres: bool) -> None:
    op.drop_index("ix_devices_tenant_id", "devices")
    op.drop_index("ix_devices_status", "devices")
    op.drop_index("ix_users_status", "users")
    op.drop_index("ix_users_owner", "users")
    op.create_index("ix_devices_status", "devices", ["tenant_id", "active", "online_until", "seq"])
    op.create_index("ix_devices_found", "devices", ["tenant_id", "seq", "active", "online_until"])
    op.create_index("ix_users_status", "users", ["tenant_id", "status", "invited_until", "seq"])
    op.create_index(
        "ix_users_owner",
        "users",
        ["tenant_id"],
        sqlite_where=sa.text("is_owner = 1"),
        postgresql_where=sa.text("is_owner"),
    )
    most = sa.text("max_devices NULLS FIRST") if is_postgres else "max_devices"
    op.create_index("ix_users_max_devices", "users", ["tenant_id", most, "id"])


_ROWS = {
    "users": 100_000,
    "user_search": 100_000,
    "devices": 300_000,
    "device_search": 300_000,
    "group_members": 130_000,
    "enrolment_secrets": 100_000,
    "audit_events": 1_000_000,
    "changes": 1_000_000,
    "resources": 5_000,
    "addresses": 10_000,
    "resource_addresses": 10_000,
    "address_protocols": 10_000,
    "resource_gateways": 10_000,
    "tenants": 10,
    "gateways": 50,
    "roles": 7,
    "user_roles": 100,
}
"""Rows of a large tenant; other tables have ``_ROWS_ELSEWHERE``."""

_ROWS_ELSEWHERE = 1_000

_ALIKE = {
    ("users", "status"): 30_000,
    ("users", "max_devices"): 10_000,
    ("users", "last_connection"): 10_000,
    ("users", "first_name_key"): 1_000,
    ("users", "last_name_key"): 1_000,
    ("devices", "active"): 150_000,
    ("devices", "app_version"): 75_000,
    ("devices", "last_connection"): 10_000,
    ("group_members", "group_id"): 400,
    ("group_roles", "role_id"): 20,
    ("resource_gateways", "gateway_id"): 500,
    ("address_protocols", "protocol_id"): 500,
    ("policies", "type"): 250,
}
"""Rows of such a tenant that share a value; of other columns, ``_ALIKE_ELSEWHERE`` do."""

_ALIKE_ELSEWHERE = 3


def _plan_for_many() -> None:
    """Write the statistics of a large tenant, by which a small one is served as well.

    SQLite reads them when a connection opens (its manual, ANALYZE). Without any it takes the rows
    of one tenant for some ten, and plans badly for more.
    """
    connection = op.get_bind()
    op.execute("ANALYZE tenants")
    op.execute("DELETE FROM sqlite_stat1")
    statistics = sa.table("sqlite_stat1", *map(sa.column, ("tbl", "idx", "stat")))
    for table in sa.inspect(connection).get_table_names():
        rows = _ROWS.get(table, _ROWS_ELSEWHERE)
        quoted = table.replace('"', '""')
        for _, index, is_unique, *_ in connection.exec_driver_sql(
            f'PRAGMA index_list("{quoted}")'
        ).fetchall():
            columns = connection.exec_driver_sql(f'PRAGMA index_info("{index}")').fetchall()
            names = [column for _, _, column in columns]
            stat = _stat(table, rows, names, is_unique=bool(is_unique))
            if index == "ix_users_owner":
                stat = "10 1"
            op.execute(sa.insert(statistics).values(tbl=table, idx=index, stat=stat))


def _stat(table: str, rows: int, columns: list[str], *, is_unique: bool) -> str:
    """Return the number of rows, then of those alike in the first columns: one, two, all."""
    alike = rows
    numbers = [rows]
    for column in columns:
        if column != "tenant_id":
            alike = min(alike, _ALIKE.get((table, column), _ALIKE_ELSEWHERE))
            if column in {"id", "seq"}:
                alike = 1
        numbers.append(alike)
    if is_unique:
        numbers[-1] = 1
    return " ".join(map(str, numbers))
