"""What callers and agents prove themselves by, and what was answered to them."""

import sqlalchemy as sa
from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table, Text

from gatescale.controller.store.tables.schema import Id, Time, metadata, noun, reference

api_keys = noun(
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

enrolment_secrets = Table(
    "enrolment_secrets",
    metadata,
    Column("tenant_id", Id, nullable=False),
    Column("id", Id, nullable=False),
    Column("user_id", Id, nullable=False),
    # INVITATION (from the mail), CODE (a further device) or SIGN_IN (a way to sign in).
    Column("kind", String(16), nullable=False),
    # SHA-256 of the secret, hex.
    Column("hash", String(64), nullable=False, unique=True),
    Column("created_at", Time, nullable=False),
    Column("expires_at", Time, nullable=False),
    Column("used_at", Time),
    # The device that used it, so that a device whose answer was lost may ask again.
    Column("device_id", Id),
    sa.PrimaryKeyConstraint("tenant_id", "id"),
    reference("user_id", "users"),
    Index("ix_enrolment_secrets_user_id", "tenant_id", "user_id"),
)

passkeys = noun(
    "passkeys",
    Column("user_id", Id, nullable=False),
    # What its owner calls it.
    Column("name", String(100), nullable=False),
    # As the authenticator made it (WebAuthn Level 3, section 4), base64url.
    Column("credential_id", String(1400), nullable=False, unique=True),
    # COSE_Key (RFC 9052, section 7).
    Column("public_key", LargeBinary, nullable=False),
    # How often it signed, as far as it counts.
    Column("sign_count", BigInteger, nullable=False),
    Column("last_used", Time),
    reference("user_id", "users"),
    Index("ix_passkeys_user_id", "tenant_id", "user_id"),
)

passwords = Table(
    "passwords",
    metadata,
    Column("tenant_id", Id, nullable=False),
    Column("user_id", Id, nullable=False),
    # Argon2id in PHC string format.
    Column("hash", String(200), nullable=False),
    # Secret of the codes that go with it (RFC 6238), sealed.
    Column("totp", LargeBinary, nullable=False),
    # Number of the latest time step that a code was taken of: none is taken twice.
    Column("totp_step", BigInteger, nullable=False),
    Column("changed_at", Time, nullable=False),
    sa.PrimaryKeyConstraint("tenant_id", "user_id"),
    reference("user_id", "users"),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("tenant_id", Id, nullable=False),
    Column("user_id", Id, nullable=False),
    # SHA-256 of the code, hex. A code that was used is deleted.
    Column("hash", String(64), nullable=False),
    sa.PrimaryKeyConstraint("tenant_id", "user_id", "hash"),
    reference("user_id", "users"),
)

browser_sessions = Table(
    "browser_sessions",
    metadata,
    Column("tenant_id", Id, nullable=False),
    Column("id", Id, nullable=False),
    Column("user_id", Id, nullable=False),
    # SHA-256 of the cookie, hex.
    Column("hash", String(64), nullable=False, unique=True),
    Column("created_at", Time, nullable=False),
    Column("seen_at", Time, nullable=False),
    # When it ends, however much it is used.
    Column("expires_at", Time, nullable=False),
    # passkey, password or recovery code.
    Column("way", String(16), nullable=False),
    # Where it was begun, and by which browser.
    Column("origin", String(45)),
    Column("agent", String(300), nullable=False),
    sa.PrimaryKeyConstraint("tenant_id", "id"),
    reference("user_id", "users"),
    Index("ix_browser_sessions_user_id", "tenant_id", "user_id"),
    Index("ix_browser_sessions_expires_at", "expires_at"),
)

spent_challenges = Table(
    "spent_challenges",
    metadata,
    # SHA-256 of a challenge that was answered, hex: it opens no second session.
    Column("hash", String(64), primary_key=True),
    Column("expires_at", Time, nullable=False),
    Index("ix_spent_challenges_expires_at", "expires_at"),
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
