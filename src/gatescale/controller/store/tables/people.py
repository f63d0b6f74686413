"""People, their groups and roles, and their devices."""

import sqlalchemy as sa
from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Text

from gatescale.controller.store.tables.schema import (
    Id,
    Key,
    Seq,
    Time,
    keyed,
    link,
    listed,
    metadata,
    noun,
    reference,
    searched,
    totals,
)

TRAIT_SIGNALS = (
    "os_family",
    "disk_encryption",
    "firewall",
    "endpoint_protection",
    "screen_lock",
    "secure_boot",
    "automatic_updates",
    "pending_reboot",
)
"""Signals of few values: columns of ``device_traits``."""

users = noun(
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
    Column("department", String(100)),
    Column("title", String(100)),
    # JSON object of texts, numbers, true and false; user_attributes holds the same.
    Column("attributes", Text, nullable=False, server_default="{}"),
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
    # Members of a group, and whoever holds a role, are asked for their status by it.
    Index("ix_users_id_status", "tenant_id", "id", "status", "invited_until"),
    Index(
        "ix_users_owner",
        "tenant_id",
        sqlite_where=sa.text("is_owner = 1"),
        postgresql_where=sa.text("is_owner"),
    ),
    listed("users", "newest", "created_at"),
    listed("users", "updated", "updated_at"),
    listed("users", "seen", "last_connection", is_nullable=True),
    listed("users", "first_name", "first_name_key"),
    listed("users", "last_name", "last_name_key"),
    listed("users", "max_devices", "max_devices", is_nullable=True),
    listed("users", "department", "department", is_nullable=True),
    listed("users", "title", "title", is_nullable=True),
)

user_search = searched("user")

user_attributes = keyed("user", "attributes")

groups = noun(
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

group_members = link("group_members", "group", "user", Column("created_at", Time, nullable=False))

roles = noun(
    "roles",
    Column("name", String(100), nullable=False),
    Column("description", String(500)),
    # OWNER, ADMIN, DEFAULT, BASIC, BILLING, AUDITOR or SUPPORT.
    Column("type", String(16), nullable=False),
    Column("deleteable", Boolean, nullable=False),
    sa.UniqueConstraint("tenant_id", "type"),
)

group_roles = link("group_roles", "group", "role")

user_roles = link("user_roles", "user", "role")

_CHANGING = ("active", "online_until", "compliant_until")
_SORTED = ("name_key", "created_at", "id")

devices = noun(
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
    # JSON object of signals, null until the first report; device_signals holds the same.
    Column("posture", Text),
    # When the latest report was collected.
    Column("reported_at", Time),
    # The same as the policy engine knows it, which is not told of every report.
    Column("checked_at", Time),
    # Compliant while this lies in the future: empty if the signals are not, null before a report.
    Column("compliant_until", Time),
    # Reported serial number, folded.
    Column("serial_key", Key),
    # Whether that is in owned_serials; null while it is not known.
    Column("owned", Boolean),
    # Address that its stream last came from, and the ISO 3166-1 code of its country.
    Column("origin", String(45)),
    Column("origin_country", String(2)),
    # WireGuard public key, base64.
    Column("public_key", String(44), nullable=False),
    # Ed25519 public key that the device proves itself by, base64.
    Column("identity_key", String(44), nullable=False),
    # Host part of its tunnel addresses.
    Column("host", Integer, nullable=False),
    Column("last_connection", Time),
    # Online while this lies in the future: pushed ahead by its stream and its handshakes.
    Column("online_until", Time, nullable=False),
    # The row of device_traits that says what it has in common with others; set by triggers.
    Column("traits", BigInteger),
    reference("user_id", "users"),
    sa.UniqueConstraint("tenant_id", "public_key"),
    sa.UniqueConstraint("tenant_id", "host"),
    sa.UniqueConstraint("identity_key"),
    Index("ix_devices_seq", "tenant_id", "seq", unique=True),
    # An agent names itself by its id alone.
    Index("ix_devices_id", "id", unique=True),
    # With what lists are filtered by besides, and mostly sorted by.
    Index(
        "ix_devices_found",
        *("tenant_id", "seq", "active", "online_until", "traits", "compliant_until"),
        *_SORTED,
    ),
    Index("ix_devices_traits", "tenant_id", "traits", *_CHANGING, *_SORTED),
    # Counted by, so no wider than they must be.
    Index("ix_devices_online", "tenant_id", "active", "online_until"),
    Index("ix_devices_compliant", "tenant_id", "compliant_until"),
    Index("ix_devices_traits_compliant", "tenant_id", "traits", "compliant_until"),
    listed("devices", "user_id", "user_id"),
    listed("devices", "newest", "created_at"),
    listed("devices", "updated", "updated_at"),
    listed("devices", "seen", "last_connection", is_nullable=True),
    listed("devices", "name", "name_key"),
    listed("devices", "hardware_id", "hardware_id"),
    listed("devices", "app_version", "app_version"),
    Index("ix_devices_serial_key", "tenant_id", "serial_key"),
    listed("devices", "reported", "reported_at", is_nullable=True),
    listed("devices", "origin", "origin", is_nullable=True),
    listed("devices", "country", "origin_country", is_nullable=True),
)

device_traits = sa.Table(
    "device_traits",
    metadata,
    Column("id", Seq, primary_key=True),
    Column("tenant_id", Id, sa.ForeignKey("tenants.id", ondelete="CASCADE"), nullable=False),
    # All that follows, as one JSON text.
    Column("key", Text, nullable=False),
    # As in devices.
    Column("active", Boolean, nullable=False),
    Column("owned", Boolean),
    # Whether the signals are compliant, however old they are; null before a report.
    Column("complies", Boolean),
    Column("app_version", String(50), nullable=False),
    Column("origin_country", String(2)),
    # As in device_signals: texts, "true" and "false".
    *(Column(name, String(500)) for name in TRAIT_SIGNALS),
    # How many have them.
    Column("devices", Integer, nullable=False),
    sa.UniqueConstraint("tenant_id", "key"),
)

device_search = searched("device")

device_signals = keyed("device", "signals")

device_signal_totals = totals("device_signals", "device")

posture_reports = sa.Table(
    "posture_reports",
    metadata,
    Column("tenant_id", Id, nullable=False),
    Column("id", Id, nullable=False),
    # When it was collected.
    Column("created_at", Time, nullable=False),
    Column("device_id", Id, nullable=False),
    # As in devices.
    Column("posture", Text, nullable=False),
    sa.PrimaryKeyConstraint("tenant_id", "id"),
    reference("device_id", "devices"),
    Index("ix_posture_reports_device_id", "tenant_id", "device_id", "created_at", "id"),
    # Old ones go.
    Index("ix_posture_reports_created_at", "created_at"),
)

owned_serials = sa.Table(
    "owned_serials",
    metadata,
    Column("tenant_id", Id, sa.ForeignKey("tenants.id", ondelete="CASCADE"), nullable=False),
    # serial folded: unique, and what reported serial numbers are compared with.
    Column("serial_key", Key, nullable=False),
    Column("serial", String(200), nullable=False),
    sa.PrimaryKeyConstraint("tenant_id", "serial_key"),
)
