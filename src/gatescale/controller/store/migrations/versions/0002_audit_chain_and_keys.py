"""Audit events in a chain; limits of API keys; repeats of requests."""

import sqlalchemy as sa
from alembic import op

from gatescale.controller.store.folding import folded

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_AT_ONCE = 1000


def upgrade() -> None:
    """Apply."""
    _columns()
    _chain()
    _repeats()


def _columns() -> None:
    op.add_column(
        "tenants", sa.Column("audit_count", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column(
        "tenants", sa.Column("audit_head", sa.String(64), nullable=False, server_default="")
    )
    op.create_index("ix_addresses_address", "addresses", ["tenant_id", "address"])
    op.add_column("api_keys", sa.Column("expires_at", sa.String(27)))
    op.add_column(
        "api_keys", sa.Column("allowed_sources", sa.Text(), nullable=False, server_default="[]")
    )


def _chain() -> None:
    """Make the table anew: what it holds stays, numbered up to 0, ahead of the chain."""
    op.drop_index("ix_audit_events_revision", "audit_events")
    op.rename_table("audit_events", "audit_events_before")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "ALTER TABLE audit_events_before RENAME CONSTRAINT pk_audit_events TO pk_audit_before"
        )
    op.create_table(
        "audit_events",
        sa.Column("tenant_id", sa.String(36), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("actor_kind", sa.String(16), nullable=False),
        sa.Column("actor_id", sa.String(36)),
        sa.Column("actor_name", sa.String(320), nullable=False),
        sa.Column("origin", sa.String(45)),
        sa.Column("operation", sa.String(100), nullable=False),
        sa.Column("target_kind", sa.String(32), nullable=False),
        sa.Column("target_id", sa.String(36)),
        sa.Column("target_name", sa.String(320), nullable=False),
        sa.Column("before", sa.Text()),
        sa.Column("after", sa.Text()),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_audit_events"),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name="fk_audit_events_tenants", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("tenant_id", "sequence", name="uq_audit_events_tenant_id_sequence"),
    )
    kept = (
        "tenant_id, id, revision, at, actor_kind, actor_id, actor_name, origin, operation,"
        " target_kind, target_id, target_name"
    )
    op.execute(
        f"INSERT INTO audit_events ({kept}, sequence, hash, search)"  # noqa: S608  our own words
        f" SELECT {kept}, row_number() OVER (PARTITION BY tenant_id ORDER BY revision, id)"
        " - count(*) OVER (PARTITION BY tenant_id), '', '' FROM audit_events_before"
    )
    _fill_search()
    op.drop_table("audit_events_before")
    op.create_index("ix_audit_events_revision", "audit_events", ["tenant_id", "revision"])
    for column in ("target_id", "actor_id", "operation"):
        op.create_index(
            f"ix_audit_events_{column}", "audit_events", ["tenant_id", column, "sequence"]
        )


def _fill_search() -> None:
    words = ("actor_name", "target_name", "operation")
    columns = (sa.column(each, sa.String) for each in ("tenant_id", "id", "search", *words))
    events = sa.table("audit_events", *columns)
    key = (events.c.tenant_id, events.c.id)
    rows = op.get_bind().execute(sa.select(*key, *(events.c[each] for each in words)))
    values = [
        {"its_tenant": tenant, "its_id": row_id, "text": folded(*texts)}
        for tenant, row_id, *texts in rows
    ]
    changed = (
        sa.update(events)
        .where(key[0] == sa.bindparam("its_tenant", type_=sa.String))
        .where(key[1] == sa.bindparam("its_id", type_=sa.String))
        .values(search=sa.bindparam("text", type_=sa.String))
    )
    for start in range(0, len(values), _AT_ONCE):
        op.get_bind().execute(changed, values[start : start + _AT_ONCE])


def _repeats() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("tenant_id", sa.String(36), nullable=False),
        sa.Column("caller_id", sa.String(36), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("request_hash", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "caller_id", "hash", name="pk_idempotency_keys"),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name="fk_idempotency_keys_tenants", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"])
