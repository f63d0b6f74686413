"""Every table, with what its columns mean.

Ids are UUID strings. Every row of a tenant has the primary key (``tenant_id``, ``id``) and refers
to others through both, so that the database itself refuses a row that points into another tenant.
Times are ``YYYY-MM-DDTHH:MM:SS.ffffffZ`` in UTC: one form from the row to the answer, whose order
as text is the order in time, on both databases. JSON is text, passed through as it is.

Text is ordered by code points on both databases: SQLite knows nothing else, and migrations give
PostgreSQL's columns the collation "C", which is also its fastest.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Table, Text

from gatescale.controller.store.folding import KEY_LENGTH

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

Id = String(36)
Time = String(27)
# As folding.key makes it.
Key = String(KEY_LENGTH)
# Only so is it the number of a row in SQLite, which full-text tables refer to.
Seq = BigInteger().with_variant(Integer, "sqlite")


def _noun(name: str, *columns: sa.schema.SchemaItem) -> Table:
    """Declare a table whose rows the contract shows with id, createdAt and updatedAt."""
    return Table(
        name,
        metadata,
        Column("tenant_id", Id, nullable=False),
        Column("id", Id, nullable=False),
        Column("created_at", Time, nullable=False),
        Column("updated_at", Time, nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], ondelete="CASCADE"),
    )


def _link(name: str, owner: str, other: str, *columns: sa.schema.SchemaItem) -> Table:
    """Declare a many-to-many table between two nouns; a link dies with either end."""
    owner_id, other_id = f"{owner}_id", f"{other}_id"
    return Table(
        name,
        metadata,
        Column("tenant_id", Id, nullable=False),
        Column(owner_id, Id, nullable=False),
        Column(other_id, Id, nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("tenant_id", owner_id, other_id),
        _reference(owner_id, _plural(owner)),
        _reference(other_id, _plural(other)),
        # With both ends, so that a database without statistics prefers it for a list of others.
        Index(f"ix_{name}_{other_id}", "tenant_id", other_id, owner_id),
    )


def _listed(name: str, what: str, column: str, *, is_nullable: bool = False) -> Index:
    """Declare an index that gives a tenant's rows in the order of a column.

    Null comes before everything else: PostgreSQL has to be told, SQLite knows no other way.
    """
    key: Any = sa.nulls_first(sa.column(column)) if is_nullable else column
    return Index(f"ix_{name}_{what}", "tenant_id", key, "id")


def _searched(noun: str) -> Table:
    """Declare what search looks into, apart from rows that presence rewrites all the time.

    A trigram index leads to it, which migrations make.
    """
    owner = _plural(noun)
    return Table(
        f"{noun}_search",
        metadata,
        Column("seq", Seq, primary_key=True, autoincrement=False),
        Column("tenant_id", Id, nullable=False),
        # As search.folded makes it.
        Column("text", Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "seq"], [f"{owner}.tenant_id", f"{owner}.seq"], ondelete="CASCADE"
        ),
    )


def _plural(noun: str) -> str:
    return {"policy": "policies", "address": "addresses"}.get(noun, f"{noun}s")


def _reference(column: str, table: str, *, ondelete: str = "CASCADE") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"], ondelete=ondelete
    )


tenants = Table(
    "tenants",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("created_at", Time, nullable=False),
    # The latest committed change; raised first in every writing transaction, which makes the
    # writers of one tenant queue and the numbers free of gaps.
    Column("revision", Integer, nullable=False),
    # Host part of the next tunnel address. Only ever rises: an address is not handed out again.
    Column("next_host", Integer, nullable=False),
    # The tenant's own range of seq begins at the first, a random multiple of 2^32; none of its rows
    # has reached the next.
    Column("first_seq", BigInteger, nullable=False, unique=True),
    Column("next_seq", BigInteger, nullable=False),
    # How many users and devices it has: kept by triggers, which migrations make.
    Column("user_count", Integer, nullable=False, server_default="0"),
    Column("device_count", Integer, nullable=False, server_default="0"),
    # IPv6 tunnel network of the tenant, a /64 below a random RFC 4193 /48.
    Column("network6", String(43), nullable=False),
    # How long a gateway may enforce its program without hearing from the controller, seconds.
    Column("lease_seconds", Integer, nullable=False),
    # Number and hash of the latest audit event in the tenant's chain; 0 and "" before the first.
    Column("audit_count", Integer, nullable=False, server_default="0"),
    Column("audit_head", String(64), nullable=False, server_default=""),
)

users = _noun(
    "users",
    # Number of the row, in the tenant's range; never used again.
    Column("seq", BigInteger, nullable=False),
    Column("email", String(320), nullable=False),
    # email case-folded: unique, compared and searched (SQLite folds ASCII only).
    Column("email_key", Key, nullable=False),
    Column("first_name", String(100)),
    # Case-folded names, empty where there is none.
    Column("first_name_key", Key, nullable=False),
    Column("last_name", String(100)),
    Column("last_name_key", Key, nullable=False),
    Column("image", String(2048)),
    # INVITED, ACTIVE or DEACTIVATED; EXPIRED is an INVITED whose invitation has lapsed.
    Column("status", String(16), nullable=False),
    Column("is_owner", Boolean, nullable=False),
    Column("max_devices", Integer),
    Column("last_connection", Time),
    # When the pending invitation lapses; null once accepted.
    Column("invited_until", Time),
    sa.UniqueConstraint("tenant_id", "email_key"),
    Index("ix_users_seq", "tenant_id", "seq", unique=True),
    Index("ix_users_status", "tenant_id", "status", "invited_until", "seq"),
    Index(
        "ix_users_owner",
        "tenant_id",
        sqlite_where=sa.text("is_owner = 1"),
        postgresql_where=sa.text("is_owner"),
    ),
    _listed("users", "newest", "created_at"),
    _listed("users", "updated", "updated_at"),
    _listed("users", "seen", "last_connection", is_nullable=True),
    _listed("users", "first_name", "first_name_key"),
    _listed("users", "last_name", "last_name_key"),
    _listed("users", "max_devices", "max_devices", is_nullable=True),
)
user_search = _searched("user")

groups = _noun(
    "groups",
    Column("name", String(100), nullable=False),
    Column("name_key", Key, nullable=False),
    # What search looks into, as search.folded makes it.
    Column("search", Text, nullable=False),
    Column("description", String(500)),
    # The Default Group: false.
    Column("deleteable", Boolean, nullable=False),
    Column("max_devices", Integer, nullable=False),
    Column("is_saml_default_group", Boolean, nullable=False),
    # JSON array of strings.
    Column("idp_mapping", Text, nullable=False),
    sa.UniqueConstraint("tenant_id", "name_key"),
)

group_members = _link("group_members", "group", "user", Column("created_at", Time, nullable=False))

roles = _noun(
    "roles",
    Column("name", String(100), nullable=False),
    Column("description", String(500)),
    # OWNER, ADMIN, DEFAULT, BASIC, BILLING, AUDITOR or SUPPORT.
    Column("type", String(16), nullable=False),
    Column("deleteable", Boolean, nullable=False),
    sa.UniqueConstraint("tenant_id", "type"),
)

group_roles = _link("group_roles", "group", "role")
user_roles = _link("user_roles", "user", "role")

devices = _noun(
    "devices",
    Column("seq", BigInteger, nullable=False),
    Column("user_id", Id, nullable=False),
    Column("name", String(100), nullable=False),
    Column("name_key", Key, nullable=False),
    # False once deactivated.
    Column("active", Boolean, nullable=False),
    Column("hardware_id", String(200), nullable=False),
    Column("app_version", String(50), nullable=False),
    Column("os", String(200)),
    # JSON object, null until the first report.
    Column("posture", Text),
    # WireGuard public key, base64.
    Column("public_key", String(44), nullable=False),
    # Ed25519 public key that the device proves itself by, base64.
    Column("identity_key", String(44), nullable=False),
    # Host part of its tunnel addresses.
    Column("host", Integer, nullable=False),
    Column("last_connection", Time),
    # Online while this lies in the future: pushed ahead by its stream and its handshakes.
    Column("online_until", Time, nullable=False),
    _reference("user_id", "users"),
    sa.UniqueConstraint("tenant_id", "public_key"),
    sa.UniqueConstraint("tenant_id", "host"),
    sa.UniqueConstraint("identity_key"),
    Index("ix_devices_seq", "tenant_id", "seq", unique=True),
    # An agent names itself by its id alone.
    Index("ix_devices_id", "id", unique=True),
    Index("ix_devices_status", "tenant_id", "active", "online_until", "seq"),
    # For those that a search found.
    Index("ix_devices_found", "tenant_id", "seq", "active", "online_until"),
    _listed("devices", "user_id", "user_id"),
    _listed("devices", "newest", "created_at"),
    _listed("devices", "updated", "updated_at"),
    _listed("devices", "seen", "last_connection", is_nullable=True),
    _listed("devices", "name", "name_key"),
    _listed("devices", "hardware_id", "hardware_id"),
    _listed("devices", "app_version", "app_version"),
)
device_search = _searched("device")

gateways = _noun(
    "gateways",
    Column("name", String(100), nullable=False),
    Column("name_key", Key, nullable=False),
    # What search looks into, as search.folded makes it.
    Column("search", Text, nullable=False),
    Column("description", String(500)),
    Column("wireguard_port", Integer, nullable=False),
    # As given; null: discovered.
    Column("endpoint", String(300)),
    # Address that the controller last saw the gateway come from.
    Column("observed_address", String(45)),
    Column("relay_enabled", Boolean, nullable=False),
    # Enrolment token: sealed, for those who may see it, and hashed, for looking it up.
    Column("token_sealed", LargeBinary, nullable=False),
    Column("token_hash", String(64), nullable=False),
    # When the present token was used; a used one enrols nothing.
    Column("token_used_at", Time),
    Column("public_key", String(44)),
    Column("identity_key", String(44)),
    Column("host", Integer, nullable=False),
    Column("deployed_on", Time),
    Column("app_version", String(50)),
    Column("error", String(1000)),
    # Devices may be sent to it. Set and cleared with a change, so that every replica hears of it.
    Column("available", Boolean, nullable=False),
    Column("online_until", Time, nullable=False),
    Column("last_online", Time),
    Column("enforced_revision", Integer, nullable=False),
    Index("ix_gateways_id", "id", unique=True),
    sa.UniqueConstraint("tenant_id", "name_key"),
    sa.UniqueConstraint("tenant_id", "public_key"),
    sa.UniqueConstraint("token_hash"),
    sa.UniqueConstraint("identity_key"),
)

protocols = _noun(
    "protocols",
    Column("name", String(100), nullable=False),
    Column("name_key", Key, nullable=False),
    # JSON array of {protocol, port}.
    Column("network_protocols", Text, nullable=False),
    # ALL, PREDEFINED or CUSTOM.
    Column("type", String(16), nullable=False),
    sa.UniqueConstraint("tenant_id", "name_key"),
)

resources = _noun(
    "resources",
    Column("name", String(40), nullable=False),
    Column("name_key", Key, nullable=False),
    # What search looks into, as search.folded makes it.
    Column("search", Text, nullable=False),
    Column("description", String(120)),
    # PRIVATE, SAAS or INTERNET.
    Column("type", String(16), nullable=False),
    # MANUAL or AUTOMATIC.
    Column("load_balancing_mode", String(16), nullable=False),
    sa.UniqueConstraint("tenant_id", "name_key"),
)

addresses = _noun(
    "addresses",
    # Canonical: an IP network, a single IP without prefix length, or a lower-case name.
    Column("address", String(255), nullable=False),
    Column("is_ip", Boolean, nullable=False),
    # The type of the resources that it is for.
    Column("type", String(16), nullable=False),
    Index("ix_addresses_address", "tenant_id", "address"),
)

resource_addresses = _link(
    "resource_addresses", "resource", "address", Column("position", Integer, nullable=False)
)
address_protocols = _link("address_protocols", "address", "protocol")
# position: order of priority, from 0.
resource_gateways = _link(
    "resource_gateways", "resource", "gateway", Column("position", Integer, nullable=False)
)

admission_rules = _noun(
    "admission_rules",
    Column("name", String(100), nullable=False),
    Column("name_key", Key, nullable=False),
    # ALLOW, DENY or CUSTOM.
    Column("type", String(16), nullable=False),
    Column("rule", Text, nullable=False),
    Column("has_time_constraint", Boolean, nullable=False),
    sa.UniqueConstraint("tenant_id", "name_key"),
)

policies = _noun(
    "policies",
    Column("name", String(100), nullable=False),
    Column("name_key", Key, nullable=False),
    Column("search", Text, nullable=False),
    Column("description", String(500)),
    # PRIVATE, SAAS, INTERNET or SITETOSITE.
    Column("type", String(16), nullable=False),
    # True allows.
    Column("action", Boolean, nullable=False),
    # Contiguous from 0 within the type; the default policy stands at 2^31 - 1.
    Column("order", Integer, nullable=False),
    Column("is_default", Boolean, nullable=False),
    # LOCAL, RESTRICTED or REMOTE; null but for INTERNET.
    Column("mode", String(16)),
    Column("all_groups", Boolean, nullable=False),
    Column("all_users", Boolean, nullable=False),
    Column("all_devices", Boolean, nullable=False),
    Column("all_resources", Boolean, nullable=False),
    # JSON array of IP networks.
    Column("source_ips", Text, nullable=False),
    Column("rule_id", Id),
    _reference("rule_id", "admission_rules", ondelete="RESTRICT"),
    Index("ix_policies_order", "tenant_id", "type", "order"),
)

policy_groups = _link("policy_groups", "policy", "group")
policy_users = _link("policy_users", "policy", "user")
policy_devices = _link("policy_devices", "policy", "device")
policy_resources = _link("policy_resources", "policy", "resource")
policy_gateways = _link("policy_gateways", "policy", "gateway")

api_keys = _noun(
    "api_keys",
    Column("name", String(100), nullable=False),
    # SHA-256 of the whole key, hex.
    Column("hash", String(64), nullable=False, unique=True),
    # Role type that it acts with.
    Column("role", String(16), nullable=False),
    Column("last_used", Time),
    Column("revoked_at", Time),
    # Null: never.
    Column("expires_at", Time),
    # JSON array of IP networks that it may be used from; empty: from anywhere.
    Column("allowed_sources", Text, nullable=False, server_default="[]"),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("tenant_id", Id, sa.ForeignKey("tenants.id", ondelete="CASCADE"), nullable=False),
    # The API key that the request came with: nobody else's repeats get its answer.
    Column("caller_id", Id, nullable=False),
    # SHA-256 of the header Idempotency-Key, hex.
    Column("hash", String(64), nullable=False),
    # SHA-256 of method, path and body, hex.
    Column("request_hash", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    # The answer's body, sealed: it may hold a key or a token.
    Column("answer", LargeBinary, nullable=False),
    Column("created_at", Time, nullable=False),
    sa.PrimaryKeyConstraint("tenant_id", "caller_id", "hash"),
    Index("ix_idempotency_keys_created_at", "created_at"),
)

enrolment_secrets = Table(
    "enrolment_secrets",
    metadata,
    Column("tenant_id", Id, nullable=False),
    Column("id", Id, nullable=False),
    Column("user_id", Id, nullable=False),
    # INVITATION (from the mail) or CODE (a further device).
    Column("kind", String(16), nullable=False),
    # SHA-256 of the secret, hex.
    Column("hash", String(64), nullable=False, unique=True),
    Column("created_at", Time, nullable=False),
    Column("expires_at", Time, nullable=False),
    Column("used_at", Time),
    # The device that used it, so that a device whose answer was lost may ask again.
    Column("device_id", Id),
    sa.PrimaryKeyConstraint("tenant_id", "id"),
    _reference("user_id", "users"),
    Index("ix_enrolment_secrets_user_id", "tenant_id", "user_id"),
)

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
    # What search looks into, as search.folded makes it.
    Column("search", Text, nullable=False),
    sa.PrimaryKeyConstraint("tenant_id", "id"),
    sa.UniqueConstraint("tenant_id", "sequence"),
    Index("ix_audit_events_revision", "tenant_id", "revision"),
    Index("ix_audit_events_target_id", "tenant_id", "target_id", "sequence"),
    Index("ix_audit_events_actor_id", "tenant_id", "actor_id", "sequence"),
    Index("ix_audit_events_operation", "tenant_id", "operation", "sequence"),
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

spent_challenges = Table(
    "spent_challenges",
    metadata,
    # SHA-256 of a challenge that was answered, hex: it opens no second session.
    Column("hash", String(64), primary_key=True),
    Column("expires_at", Time, nullable=False),
    Index("ix_spent_challenges_expires_at", "expires_at"),
)
