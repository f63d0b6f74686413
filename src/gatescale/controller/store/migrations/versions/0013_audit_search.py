"""The audit log's texts under an index of trigrams."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_INDEX = "audit_events_trigrams"


def upgrade() -> None:
    """Apply."""
    # Rows are numbered anew at once: the default is for the moment in between.
    op.add_column(
        "audit_events", sa.Column("seq", sa.BigInteger(), nullable=False, server_default="0")
    )
    # The middle of the tenant's range, as events from before the chain have numbers below 1.
    op.execute(
        "UPDATE audit_events SET seq = sequence + 2147483648"
        " + (SELECT first_seq FROM tenants WHERE tenants.id = audit_events.tenant_id)"
    )
    op.create_index("ix_audit_events_seq", "audit_events", ["tenant_id", "seq"], unique=True)
    if op.get_context().dialect.name == "postgresql":
        op.alter_column("audit_events", "seq", server_default=None)
        op.execute(f"CREATE INDEX ix_{_INDEX} ON audit_events USING gin (search gin_trgm_ops)")
    else:
        _make_trigrams()
        statistics = sa.table("sqlite_stat1", *map(sa.column, ("tbl", "idx", "stat")))
        row = {"tbl": "audit_events", "idx": "ix_audit_events_seq", "stat": "1000000 1000000 1"}
        op.execute(sa.insert(statistics).values(row))


def _make_trigrams() -> None:
    """Make an index of the texts, which triggers keep (SQLite manual, FTS5, 4.4.3)."""
    op.execute(
        f"CREATE VIRTUAL TABLE {_INDEX} USING fts5(search, content='audit_events',"
        " content_rowid='seq', tokenize='trigram case_sensitive 1')"
    )
    into = f"INSERT INTO {_INDEX}"
    # Few large merges: what is written meanwhile took four times as long with FTS5's own setting.
    op.execute(f"{into}({_INDEX}, rank) VALUES ('automerge', 16)")
    op.execute(f"{into}({_INDEX}) VALUES ('rebuild')")
    add = f"{into}(rowid, search) VALUES (new.seq, new.search);"
    forget = f"{into}({_INDEX}, rowid, search) VALUES ('delete', old.seq, old.search);"
    for event, action in (("INSERT", add), ("DELETE", forget), ("UPDATE OF search", forget + add)):
        name = f"{_INDEX}_{event.partition(' ')[0].lower()}"
        op.execute(f"CREATE TRIGGER {name} AFTER {event} ON audit_events BEGIN {action} END")
