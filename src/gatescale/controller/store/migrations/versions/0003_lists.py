"""Lists: what sorting and searching need, and indexes for it."""

import secrets
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

import idna
import sqlalchemy as sa
from alembic import op

from gatescale.controller.store.folding import folded, key

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_AT_ONCE = 1000


def upgrade() -> None:
    """Apply."""
    is_postgres = op.get_context().dialect.name == "postgresql"
    if is_postgres:
        _order_by_code_points()
    _add_columns()
    _fill()
    _require_columns()
    _make_text_tables(is_postgres=is_postgres)
    _fill_text_tables()
    _make_indexes(is_postgres=is_postgres)


def _order_by_code_points() -> None:
    """Give all text PostgreSQL's collation "C"."""
    columns = op.get_bind().execute(
        sa.text(
            "SELECT table_name, string_agg(format('ALTER COLUMN %I TYPE %s COLLATE \"C\"',"
            " column_name, CASE WHEN character_maximum_length IS NULL THEN 'text'"
            " ELSE format('varchar(%s)', character_maximum_length) END), ', ') AS changes"
            " FROM information_schema.columns WHERE table_schema = current_schema()"
            " AND data_type IN ('character varying', 'text') AND table_name <> 'alembic_version'"
            " GROUP BY table_name"
        )
    )
    for table, changes in columns.fetchall():
        op.execute(f'ALTER TABLE "{table}" {changes}')


def _key(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.String(960))


def _new_columns() -> dict[str, tuple[sa.Column[Any], ...]]:
    return {
        "tenants": (
            sa.Column("first_seq", sa.BigInteger()),
            sa.Column("next_seq", sa.BigInteger()),
        ),
        "users": (
            sa.Column("seq", sa.BigInteger()),
            _key("first_name_key"),
            _key("last_name_key"),
        ),
        "devices": (sa.Column("seq", sa.BigInteger()), _key("name_key")),
        "groups": (sa.Column("search", sa.Text()),),
        "gateways": (sa.Column("search", sa.Text()),),
        "resources": (sa.Column("search", sa.Text()),),
        "policies": (_key("name_key"), sa.Column("search", sa.Text())),
    }


def _add_columns() -> None:
    for table, columns in _new_columns().items():
        for column in columns:
            op.add_column(table, column)


def _require_columns() -> None:
    for table, columns in _new_columns().items():
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.alter_column(column.name, existing_type=column.type, nullable=False)
            if table == "tenants":
                batch.create_unique_constraint(op.f("uq_tenants_first_seq"), ["first_seq"])


def _table(name: str, *columns: str) -> sa.TableClause:
    types: dict[str, Any] = {"seq": sa.BigInteger, "first_seq": sa.BigInteger}
    types["next_seq"] = sa.BigInteger
    return sa.table(name, *(sa.column(each, types.get(each, sa.String)) for each in columns))


def _fill() -> None:
    tenants = _table("tenants", "id", "first_seq", "next_seq")
    ids = op.get_bind().execute(sa.select(tenants.c.id)).scalars().all()
    firsts = {tenant: secrets.randbits(31) << 32 for tenant in ids}
    numbers = {tenant: count(first) for tenant, first in firsts.items()}
    row_key = ("tenant_id", "id", "created_at")
    users = _table(
        "users", *row_key, "seq", "first_name", "first_name_key", "last_name", "last_name_key"
    )
    _rewrite(
        users,
        lambda row: {
            "seq": next(numbers[row["tenant_id"]]),
            "first_name_key": key(row["first_name"] or ""),
            "last_name_key": key(row["last_name"] or ""),
        },
    )
    _rewrite(
        _table("devices", *row_key, "seq", "name", "name_key"),
        lambda row: {
            "seq": next(numbers[row["tenant_id"]]),
            "name_key": key(row["name"]),
        },
    )
    for tenant, first in firsts.items():
        changed = sa.update(tenants).where(tenants.c.id == tenant)
        op.execute(changed.values(first_seq=first, next_seq=next(numbers[tenant])))
    for name in ("groups", "gateways"):
        _rewrite(
            _table(name, *row_key, "name", "description", "search"),
            lambda row: {"search": folded(row["name"], row["description"])},
        )
    _rewrite(
        _table("policies", *row_key, "name", "name_key", "description", "search"),
        lambda row: {
            "name_key": key(row["name"]),
            "search": folded(row["name"], row["description"]),
        },
    )
    _fold_unique_keys()
    _fill_resources(_table("resources", *row_key, "name", "description", "search"))


def _fold_unique_keys() -> None:
    """Fold names and mailboxes that may not stand beside each other; those that do already, stay.

    The first of several that are alike gets the key; the others keep theirs, case-folded.
    """
    for name in ("groups", "gateways", "resources", "protocols", "admission_rules"):
        _fold_unique_key(name, "name", "name_key", str)
    _fold_unique_key("users", "email", "email_key", _canonical)


def _fold_unique_key(name: str, column: str, key_column: str, form: Callable[[str], str]) -> None:
    table = _table(name, "tenant_id", "id", "created_at", column, key_column)
    keys = op.get_bind().execute(sa.select(table.c.tenant_id, table.c[key_column]))
    taken = {(tenant, held) for tenant, held in keys}

    def computed(row: sa.RowMapping) -> dict[str, Any]:
        text = form(row[column])
        wanted = row["tenant_id"], key(text)
        if wanted in taken:
            return {column: row[column], key_column: row[key_column]}
        taken.add(wanted)
        return {column: text, key_column: wanted[1]}

    _rewrite(table, computed)


def _canonical(email: str) -> str:
    local, _, domain = email.rpartition("@")
    try:
        return f"{local}@{idna.encode(domain, uts46=True).decode().lower()}"
    except idna.IDNAError:
        return email


def _fill_resources(resources: sa.TableClause) -> None:
    a = _table("addresses", "tenant_id", "id", "address")
    ra = _table("resource_addresses", "tenant_id", "resource_id", "address_id", "position")
    places: dict[tuple[str, str], list[str]] = {}
    tie = sa.and_(a.c.tenant_id == ra.c.tenant_id, a.c.id == ra.c.address_id)
    found = sa.select(ra.c.tenant_id, ra.c.resource_id, a.c.address).select_from(ra.join(a, tie))
    for tenant, resource, address in op.get_bind().execute(found.order_by(ra.c.position)):
        places.setdefault((tenant, resource), []).append(address)
    _rewrite(
        resources,
        lambda row: {
            "search": folded(
                row["name"], row["description"], *places.get((row["tenant_id"], row["id"]), [])
            )
        },
    )


def _rewrite(table: sa.TableClause, computed: Callable[[sa.RowMapping], dict[str, Any]]) -> None:
    """Set columns of every row, the oldest first."""
    c = table.c
    rows = op.get_bind().execute(sa.select(table).order_by(c.tenant_id, c.created_at, c.id))
    values = [
        {"its_tenant": row["tenant_id"], "its_id": row["id"], **computed(row)}
        for row in rows.mappings()
    ]
    changed = sa.update(table).where(
        c.tenant_id == sa.bindparam("its_tenant", type_=sa.String),
        c.id == sa.bindparam("its_id", type_=sa.String),
    )
    _in_portions(changed, values)


def _in_portions(statement: sa.Update | sa.Insert, values: Sequence[dict[str, Any]]) -> None:
    for start in range(0, len(values), _AT_ONCE):
        op.get_bind().execute(statement, list(values[start : start + _AT_ONCE]))


def _make_text_tables(*, is_postgres: bool) -> None:
    for noun in ("user", "device"):
        name = f"{noun}_search"
        op.create_index(f"ix_{noun}s_seq", f"{noun}s", ["tenant_id", "seq"], unique=True)
        collation = "C" if is_postgres else None
        op.create_table(
            name,
            sa.Column(
                "seq",
                sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
                nullable=False,
                autoincrement=False,
            ),
            sa.Column("tenant_id", sa.String(36, collation=collation), nullable=False),
            sa.Column("text", sa.Text(collation=collation), nullable=False),
            sa.PrimaryKeyConstraint("seq", name=op.f(f"pk_{name}")),
            sa.ForeignKeyConstraint(
                ["tenant_id", "seq"],
                [f"{noun}s.tenant_id", f"{noun}s.seq"],
                name=op.f(f"fk_{name}_{noun}s"),
                ondelete="CASCADE",
            ),
        )
        if not is_postgres:
            _make_trigrams(name)
    if is_postgres:
        op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")


def _make_trigrams(table: str) -> None:
    """Make an index of a table's texts, which triggers keep (SQLite manual, FTS5, 4.4.3)."""
    index = f"{table}_trigrams"
    op.execute(
        f"CREATE VIRTUAL TABLE {index} USING fts5(text, content='{table}', content_rowid='seq',"
        " tokenize='trigram case_sensitive 1')"
    )
    into = f"INSERT INTO {index}"
    add = f"{into}(rowid, text) VALUES (new.seq, new.text);"
    forget = f"{into}({index}, rowid, text) VALUES ('delete', old.seq, old.text);"
    for event, action in (
        ("INSERT", add),
        ("DELETE", forget),
        ("UPDATE OF text", forget + add),
    ):
        name = f"{index}_{event.partition(' ')[0].lower()}"
        op.execute(f"CREATE TRIGGER {name} AFTER {event} ON {table} BEGIN {action} END")


def _fill_text_tables() -> None:
    u = _table("users", "tenant_id", "id", "seq", "email", "first_name", "last_name")
    d = _table("devices", "tenant_id", "user_id", "seq", "name", "hardware_id")
    owner = sa.and_(u.c.tenant_id == d.c.tenant_id, u.c.id == d.c.user_id)
    names = (u.c.email, u.c.first_name, u.c.last_name)
    people = sa.select(u.c.seq, u.c.tenant_id, *names).order_by(u.c.seq)
    devices = (
        sa.select(d.c.seq, d.c.tenant_id, d.c.name, d.c.hardware_id, *names)
        .select_from(d.join(u, owner))
        .order_by(d.c.seq)
    )
    for noun, found in (("user", people), ("device", devices)):
        values = [
            {"seq": seq, "tenant_id": tenant, "text": folded(*texts)}
            for seq, tenant, *texts in op.get_bind().execute(found)
        ]
        _in_portions(sa.insert(_table(f"{noun}_search", "seq", "tenant_id", "text")), values)


def _make_indexes(*, is_postgres: bool) -> None:
    op.drop_index("ix_devices_user_id", "devices")
    # Never comes first, as it does in SQLite.
    seen = sa.text("last_connection NULLS FIRST") if is_postgres else "last_connection"
    for table, what, column in (
        ("users", "newest", "created_at"),
        ("users", "updated", "updated_at"),
        ("users", "seen", seen),
        ("users", "first_name", "first_name_key"),
        ("users", "last_name", "last_name_key"),
        ("devices", "user_id", "user_id"),
        ("devices", "updated", "updated_at"),
        ("devices", "seen", seen),
        ("devices", "name", "name_key"),
        ("devices", "hardware_id", "hardware_id"),
        ("devices", "app_version", "app_version"),
    ):
        op.create_index(f"ix_{table}_{what}", table, ["tenant_id", column, "id"])
    op.create_index("ix_users_status", "users", ["tenant_id", "status", "invited_until"])
    op.create_index(
        "ix_users_owner",
        "users",
        ["tenant_id"],
        sqlite_where=sa.text("is_owner"),
        postgresql_where=sa.text("is_owner"),
    )
    op.create_index("ix_devices_tenant_id", "devices", ["tenant_id"])
    op.create_index("ix_devices_status", "devices", ["tenant_id", "active", "online_until"])
    if is_postgres:
        for noun in ("user", "device"):
            op.execute(
                f"CREATE INDEX ix_{noun}_search_trigrams ON {noun}_search"
                " USING gin (text gin_trgm_ops)"
            )
