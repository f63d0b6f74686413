"""What devices have in common, with how many have it, kept by triggers; texts by code points."""

import sqlalchemy as sa
from alembic import op

from gatescale.controller.store.walls import wall

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_TABLE = "device_traits"
_SIGNALS = {
    "os_family": "osFamily",
    "disk_encryption": "diskEncryption",
    "firewall": "firewall",
    "endpoint_protection": "endpointProtection",
    "screen_lock": "screenLock",
    "secure_boot": "secureBoot",
    "automatic_updates": "automaticUpdates",
    "pending_reboot": "pendingReboot",
}
_COLUMNS = ("active", "owned", "complies", "app_version", "origin_country", *_SIGNALS)
_CHANGING = ("active", "online_until", "traits", "compliant_until")
_SORTED = ("name_key", "created_at", "id")
_INDEXES = {
    "ix_devices_status": (*_CHANGING, "seq", *_SORTED),
    "ix_devices_found": ("seq", *_CHANGING, *_SORTED),
    "ix_devices_traits": ("traits", *_SORTED),
    "ix_devices_compliant": ("compliant_until", "traits", *_SORTED),
}
"""Columns behind the tenant."""

_STATISTICS = {
    ("devices", "ix_devices_status"): "300000 300000 150000 3 1 1 1 1 1 1",
    ("devices", "ix_devices_found"): "300000 300000 1 1 1 1 1 1 1 1",
    ("devices", "ix_devices_traits"): "300000 300000 100 3 1 1",
    ("devices", "ix_devices_compliant"): "300000 300000 3 1 1 1 1",
    (_TABLE, f"sqlite_autoindex_{_TABLE}_1"): "3000 3000 1",
}
"""What SQLite plans by, as of a large tenant: rows, then those alike in the first columns."""

_KEY, _SEARCH = "varchar(960)", ("search", "text")
_NOT_YET = {
    "users": (("first_name_key", _KEY), ("last_name_key", _KEY)),
    "devices": (("name_key", _KEY),),
    "groups": (_SEARCH,),
    "gateways": (_SEARCH,),
    "resources": (_SEARCH,),
    "policies": (("name_key", _KEY), _SEARCH),
}


def upgrade() -> None:
    """Apply."""
    is_postgres = op.get_context().dialect.name == "postgresql"
    _make_table("C" if is_postgres else None)
    op.add_column("devices", sa.Column("traits", sa.BigInteger))
    values = (_values_on_postgres if is_postgres else _values_on_sqlite)("devices")
    key = (_key_on_postgres if is_postgres else _key_on_sqlite)(values)
    _count(values, key)
    if is_postgres:
        _order_by_code_points()
        _keep_on_postgres()
        for statement in wall(_TABLE):
            op.execute(statement)
    else:
        _keep_on_sqlite()
    for name in ("status", "found", "compliant", "owned"):
        op.drop_index(f"ix_devices_{name}", "devices")
    for name, columns in _INDEXES.items():
        op.create_index(name, "devices", ["tenant_id", *columns])
    if not is_postgres:
        _plan()


def _order_by_code_points() -> None:
    """Mend what 0003 left to the database's own collation."""
    for table, columns in _NOT_YET.items():
        changes = (f'ALTER COLUMN {name} TYPE {kind} COLLATE "C"' for name, kind in columns)
        op.execute(f"ALTER TABLE {table} {', '.join(changes)}")


def _make_table(collation: str | None) -> None:
    def text(name: str, length: int | None, *, nullable: bool = True) -> sa.Column[str]:
        kind = sa.String(length, collation=collation) if length else sa.Text(collation=collation)
        return sa.Column(name, kind, nullable=nullable)

    op.create_table(
        _TABLE,
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        text("tenant_id", 36, nullable=False),
        text("key", None, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("owned", sa.Boolean),
        sa.Column("complies", sa.Boolean),
        text("app_version", 50, nullable=False),
        text("origin_country", 2),
        *(text(name, 500) for name in _SIGNALS),
        sa.Column("devices", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f(f"fk_{_TABLE}_tenants"), ondelete="CASCADE"
        ),
        sa.UniqueConstraint("tenant_id", "key", name=op.f(f"uq_{_TABLE}_tenant_id_key")),
    )


def _values_on_sqlite(row: str) -> tuple[str, ...]:
    def signal(name: str) -> str:
        said = f"json_extract({row}.posture, '$.{name}')"
        if name == "osFamily":
            return said
        return f"CASE {said} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END"

    return (*_own_values(row), *map(signal, _SIGNALS.values()))


def _values_on_postgres(row: str) -> tuple[str, ...]:
    signals = (f"{row}.posture::jsonb ->> '{name}'" for name in _SIGNALS.values())
    return (*_own_values(row), *signals)


def _own_values(row: str) -> tuple[str, ...]:
    own = (f"{row}.{name}" for name in ("app_version", "origin_country"))
    return (f"{row}.active", f"{row}.owned", f"{row}.compliant_until > ''", *own)


def _key_on_sqlite(values: tuple[str, ...]) -> str:
    return f"json_array({', '.join(values)})"


def _key_on_postgres(values: tuple[str, ...]) -> str:
    return f"jsonb_build_array({', '.join(values)})::text"


def _count(values: tuple[str, ...], key: str) -> None:
    op.execute(
        f"INSERT INTO {_TABLE} (tenant_id, key, {', '.join(_COLUMNS)}, devices)"  # noqa: S608
        f" SELECT tenant_id, {key}, {', '.join(values)}, count(*) FROM devices"
        f" GROUP BY {', '.join(map(str, range(1, 3 + len(values))))}"
    )
    op.execute(
        f"UPDATE devices SET traits = (SELECT id FROM {_TABLE} AS kept"  # noqa: S608  constants
        f" WHERE kept.tenant_id = devices.tenant_id AND kept.key = {key})"
    )


def _add(values: tuple[str, ...], key: str) -> str:
    return (
        f"INSERT INTO {_TABLE} (tenant_id, key, {', '.join(_COLUMNS)}, devices)"  # noqa: S608
        f" VALUES (new.tenant_id, {key}, {', '.join(values)}, 1)"
        f" ON CONFLICT (tenant_id, key) DO UPDATE SET devices = {_TABLE}.devices + 1"
    )


_TAKE = (
    f"UPDATE {_TABLE} SET devices = devices - 1 WHERE id = old.traits;"  # noqa: S608  a constant
    f" DELETE FROM {_TABLE} WHERE id = old.traits AND devices = 0;"
)
_CAUSES = ("active", "owned", "app_version", "origin_country", "posture", "compliant_until")


def _differs(compared: str) -> str:
    """Return what says whether an updated device may have other traits.

    Args:
        compared: the operator that tells one value or null from another.
    """
    pairs = [(f"old.{name}", f"new.{name}") for name in _CAUSES[:-1]]
    pairs.append(("(old.compliant_until > '')", "(new.compliant_until > '')"))
    return " OR ".join(f"{old} {compared} {new}" for old, new in pairs)


def _keep_on_sqlite() -> None:
    values = _values_on_sqlite("new")
    key = _key_on_sqlite(values)
    note = (
        f"{_add(values, key)};"  # noqa: S608  constants
        f" UPDATE devices SET traits = (SELECT id FROM {_TABLE}"
        f" WHERE tenant_id = new.tenant_id AND key = {key})"
        " WHERE tenant_id = new.tenant_id AND id = new.id;"
    )
    for event, when, change in (
        ("INSERT", "", note),
        (f"UPDATE OF {', '.join(_CAUSES)}", f" WHEN {_differs('IS NOT')}", f"{note} {_TAKE}"),
        ("DELETE", "", _TAKE),
    ):
        name = f"traits_devices_{event[:6].lower()}"
        op.execute(f"CREATE TRIGGER {name} AFTER {event} ON devices{when} BEGIN {change} END")


def _keep_on_postgres() -> None:
    values = _values_on_postgres("new")
    note = f"{_add(values, _key_on_postgres(values))} RETURNING id INTO new.traits;"
    for event, when, change, answer in (
        ("BEFORE INSERT", "", note, "new"),
        (
            f"BEFORE UPDATE OF {', '.join(_CAUSES)}",
            f" WHEN ({_differs('IS DISTINCT FROM')})",
            f"{note} {_TAKE}",
            "new",
        ),
        ("AFTER DELETE", "", _TAKE, "NULL"),
    ):
        name = f"traits_devices_{event.split()[1].lower()}"
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN {change} RETURN {answer}; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {name} {event} ON devices FOR EACH ROW{when} EXECUTE FUNCTION {name}()"
        )


def _plan() -> None:
    for table, index in _STATISTICS:
        op.execute(f"DELETE FROM sqlite_stat1 WHERE tbl = '{table}' AND idx = '{index}'")  # noqa: S608
    op.execute("DELETE FROM sqlite_stat1 WHERE idx = 'ix_devices_owned'")
    statistics = sa.table("sqlite_stat1", *map(sa.column, ("tbl", "idx", "stat")))
    for (table, index), stat in _STATISTICS.items():
        op.execute(sa.insert(statistics).values(tbl=table, idx=index, stat=stat))
