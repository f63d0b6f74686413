"""What happened, for agents, auditors and mailboxes."""

import sqlalchemy as sa
from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table, Text

from gatescale.controller.store.tables.schema import Id, Time, metadata

changes = Table(
    "changes",
    metadata,
    Column("tenant_id", Id, sa.ForeignKey("tenants.id", ondelete="CASCADE"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("at", Time, nullable=False),
    # JSON array of policy.vocabulary.Change.
    Column("facts", Text, nullable=False),
    sa.PrimaryKeyConstraint("tenant_id", "revision"),
)

policy_snapshots = Table(
    "policy_snapshots",
    metadata,
    Column("tenant_id", Id, sa.ForeignKey("tenants.id", ondelete="CASCADE"), nullable=False),
    Column("revision", Integer, nullable=False),
    # When it was taken.
    Column("at", Time, nullable=False),
    # JSON of policy.vocabulary.Entity, one a line, compressed by zlib.
    Column("entities", LargeBinary, nullable=False),
    sa.PrimaryKeyConstraint("tenant_id", "revision"),
)

audit_events = Table(
    "audit_events",
    metadata,
    Column("tenant_id", Id, sa.ForeignKey("tenants.id", ondelete="CASCADE"), nullable=False),
    Column("id", Id, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("at", Time, nullable=False),
    # key, user, device, gateway or system.
    Column("actor_kind", String(16), nullable=False),
    Column("actor_id", Id),
    Column("actor_name", String(320), nullable=False),
    # Address that the request came from; null for what the controller does by itself.
    Column("origin", String(45)),
    # operationId of the contract, or a name of ours.
    Column("operation", String(100), nullable=False),
    Column("target_kind", String(32), nullable=False),
    Column("target_id", Id),
    Column("target_name", String(320), nullable=False),
    # JSON objects: the fields that changed, as they were and as they are, without secrets.
    Column("before", Text),
    Column("after", Text),
    # Place in the tenant's chain, from 1; 0 or less: from before there was a chain.
    Column("sequence", Integer, nullable=False),
    # HMAC-SHA256 over the event and the hash before it, hex.
    Column("hash", String(64), nullable=False),
    # What search looks into, as search.folded makes it; a trigram index leads to it.
    Column("search", Text, nullable=False),
    # Number of the row for that index: its place, counted from the middle of the tenant's range.
    Column("seq", BigInteger, nullable=False),
    sa.PrimaryKeyConstraint("tenant_id", "id"),
    sa.UniqueConstraint("tenant_id", "sequence"),
    Index("ix_audit_events_seq", "tenant_id", "seq", unique=True),
    Index("ix_audit_events_revision", "tenant_id", "revision"),
    Index("ix_audit_events_target_id", "tenant_id", "target_id", "sequence"),
    Index("ix_audit_events_actor_id", "tenant_id", "actor_id", "sequence"),
    Index("ix_audit_events_operation", "tenant_id", "operation", "sequence"),
)

agent_sessions = Table(
    "agent_sessions",
    metadata,
    Column("tenant_id", Id, sa.ForeignKey("tenants.id", ondelete="CASCADE"), nullable=False),
    Column("id", Id, nullable=False),
    # device or gateway.
    Column("kind", String(8), nullable=False),
    # What it was, which may be gone.
    Column("agent_id", Id, nullable=False),
    Column("agent_name", String(100), nullable=False),
    # A device's owner, and their email then.
    Column("user_id", Id),
    Column("user_email", String(320)),
    Column("started_at", Time, nullable=False),
    # Null while it lasts.
    Column("ended_at", Time),
    Column("origin", String(45)),
    Column("country", String(2)),
    # DISCONNECTED, SILENT, DEACTIVATED or DELETED; while it lasts, what it will be unless undone.
    Column("end_reason", String(16)),
    # The agent's latest stream, whose end ends it; null: what is known comes from its tunnel.
    Column("stream", Id),
    # What search looks into, as search.folded makes it.
    Column("search", Text, nullable=False),
    sa.PrimaryKeyConstraint("tenant_id", "id"),
    # An agent has one at a time.
    Index(
        "ix_agent_sessions_open",
        "agent_id",
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    ),
    Index("ix_agent_sessions_started_at", "tenant_id", "started_at", "id"),
    Index("ix_agent_sessions_agent_id", "tenant_id", "agent_id", "started_at", "id"),
    Index("ix_agent_sessions_user_id", "tenant_id", "user_id", "started_at", "id"),
    # Old ones go.
    Index("ix_agent_sessions_ended_at", "ended_at"),
)

denials = Table(
    "denials",
    metadata,
    Column("tenant_id", Id, sa.ForeignKey("tenants.id", ondelete="CASCADE"), nullable=False),
    Column("id", Id, nullable=False),
    Column("first_at", Time, nullable=False),
    Column("last_at", Time, nullable=False),
    # What it was, which may be gone, as it was called then.
    Column("device_id", Id, nullable=False),
    Column("device_name", String(100), nullable=False),
    Column("user_id", Id, nullable=False),
    Column("user_email", String(320), nullable=False),
    Column("gateway_id", Id, nullable=False),
    Column("gateway_name", String(100), nullable=False),
    # Null: several, of a device that tried more than is told apart.
    Column("destination", String(45)),
    Column("protocol", String(8)),
    Column("port", Integer),
    Column("resource_id", Id),
    Column("resource_name", String(100)),
    Column("policy_id", Id),
    Column("policy_name", String(100)),
    Column("cause", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("packets", BigInteger, nullable=False),
    Column("search", Text, nullable=False),
    sa.PrimaryKeyConstraint("tenant_id", "id"),
    Index("ix_denials_last_at", "tenant_id", "last_at", "id"),
    Index("ix_denials_device_id", "tenant_id", "device_id", "last_at", "id"),
    Index("ix_denials_user_id", "tenant_id", "user_id", "last_at", "id"),
    Index("ix_denials_resource_id", "tenant_id", "resource_id", "last_at", "id"),
    # Old ones go.
    Index("ix_denials_lapsed", "last_at"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("tenant_id", Id, sa.ForeignKey("tenants.id", ondelete="CASCADE"), nullable=False),
    Column("id", Id, primary_key=True),
    Column("created_at", Time, nullable=False),
    Column("recipient", String(320), nullable=False),
    # RFC 5322 Message-ID: the same at every try, so that a repeat can be told from a new mail.
    Column("message_id", String(200), nullable=False),
    # Template and its values, sealed: an invitation's values hold its secret.
    Column("content", LargeBinary, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt", Time, nullable=False),
    Column("last_error", String(1000)),
    Index("ix_outbox_next_attempt", "next_attempt"),
)
