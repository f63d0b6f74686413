"""How people sign in: passkeys, passwords with codes, recovery codes, and their sessions."""

import sqlalchemy as sa
from alembic import op

from gatescale.controller.store.walls import wall

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_STATISTICS = {
    ("passkeys", "sqlite_autoindex_passkeys_1"): "1000 100 1",
    ("passkeys", "sqlite_autoindex_passkeys_2"): "1000 1",
    ("passkeys", "ix_passkeys_user_id"): "1000 100 2",
    ("passwords", "sqlite_autoindex_passwords_1"): "1000 100 1",
    ("recovery_codes", "sqlite_autoindex_recovery_codes_1"): "10000 1000 10 1",
    ("browser_sessions", "sqlite_autoindex_browser_sessions_1"): "1000 100 1",
    ("browser_sessions", "sqlite_autoindex_browser_sessions_2"): "1000 1",
    ("browser_sessions", "ix_browser_sessions_user_id"): "1000 100 2",
    ("browser_sessions", "ix_browser_sessions_expires_at"): "1000 1",
}
"""What SQLite plans by, as of many tenants: rows, then those alike in the first columns."""

_TABLES = ("passkeys", "passwords", "recovery_codes", "browser_sessions")


def upgrade() -> None:
    """Apply."""
    is_postgres = op.get_context().dialect.name == "postgresql"
    # By code points, as SQLite orders all text.
    collation = "C" if is_postgres else None
    _extend_tenants()
    _make_passkeys(collation)
    _make_passwords(collation)
    _make_recovery_codes(collation)
    _make_sessions(collation)
    if is_postgres:
        for table in _TABLES:
            for statement in wall(table):
                op.execute(statement)
    else:
        statistics = sa.table("sqlite_stat1", *map(sa.column, ("tbl", "idx", "stat")))
        for (table, index), stat in _STATISTICS.items():
            op.execute(sa.insert(statistics).values(tbl=table, idx=index, stat=stat))


def _extend_tenants() -> None:
    for name, default in (("idle_seconds", "43200"), ("signed_in_seconds", "604800")):
        op.add_column(
            "tenants", sa.Column(name, sa.Integer, nullable=False, server_default=default)
        )
    op.add_column(
        "tenants",
        sa.Column("allows_passwords", sa.Boolean, nullable=False, server_default=sa.true()),
    )


def _text(
    name: str, length: int, collation: str | None, *, nullable: bool = False
) -> sa.Column[str]:
    return sa.Column(name, sa.String(length, collation=collation), nullable=nullable)


def _of_user(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", "user_id"],
        ["users.tenant_id", "users.id"],
        name=op.f(f"fk_{table}_users"),
        ondelete="CASCADE",
    )


def _make_passkeys(collation: str | None) -> None:
    op.create_table(
        "passkeys",
        _text("tenant_id", 36, collation),
        _text("id", 36, collation),
        _text("created_at", 27, collation),
        _text("updated_at", 27, collation),
        _text("user_id", 36, collation),
        _text("name", 100, collation),
        _text("credential_id", 1400, collation),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("sign_count", sa.BigInteger, nullable=False),
        _text("last_used", 27, collation, nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkeys_credential_id")),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_passkeys_tenants"), ondelete="CASCADE"
        ),
        _of_user("passkeys"),
    )
    op.create_index("ix_passkeys_user_id", "passkeys", ["tenant_id", "user_id"])


def _make_passwords(collation: str | None) -> None:
    op.create_table(
        "passwords",
        _text("tenant_id", 36, collation),
        _text("user_id", 36, collation),
        _text("hash", 200, collation),
        sa.Column("totp", sa.LargeBinary, nullable=False),
        sa.Column("totp_step", sa.BigInteger, nullable=False),
        _text("changed_at", 27, collation),
        sa.PrimaryKeyConstraint("tenant_id", "user_id", name=op.f("pk_passwords")),
        _of_user("passwords"),
    )


def _make_recovery_codes(collation: str | None) -> None:
    op.create_table(
        "recovery_codes",
        _text("tenant_id", 36, collation),
        _text("user_id", 36, collation),
        _text("hash", 64, collation),
        sa.PrimaryKeyConstraint("tenant_id", "user_id", "hash", name=op.f("pk_recovery_codes")),
        _of_user("recovery_codes"),
    )


def _make_sessions(collation: str | None) -> None:
    op.create_table(
        "browser_sessions",
        _text("tenant_id", 36, collation),
        _text("id", 36, collation),
        _text("user_id", 36, collation),
        _text("hash", 64, collation),
        _text("created_at", 27, collation),
        _text("seen_at", 27, collation),
        _text("expires_at", 27, collation),
        _text("way", 16, collation),
        _text("origin", 45, collation, nullable=True),
        _text("agent", 300, collation),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_browser_sessions")),
        sa.UniqueConstraint("hash", name=op.f("uq_browser_sessions_hash")),
        _of_user("browser_sessions"),
    )
    op.create_index("ix_browser_sessions_user_id", "browser_sessions", ["tenant_id", "user_id"])
    op.create_index("ix_browser_sessions_expires_at", "browser_sessions", ["expires_at"])
