"""Tenants."""

import sqlalchemy as sa
from sqlalchemy import BigInteger, Boolean, Column, Integer, String, Table, Text

from gatescale.controller.store.tables.schema import Id, Time, metadata

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
    # Default time zone of admission rules, its IANA name.
    Column("zone", String(64), nullable=False, server_default="UTC"),
    # How long people stay signed in: without a request, and however much they do, seconds.
    Column("idle_seconds", Integer, nullable=False, server_default="43200"),
    Column("signed_in_seconds", Integer, nullable=False, server_default="604800"),
    # Whether a password with a code signs people in; a passkey always does.
    Column("allows_passwords", Boolean, nullable=False, server_default=sa.true()),
    # Age from which a device's report counts as absent, seconds.
    Column("posture_seconds", Integer, nullable=False, server_default="3600"),
    # Who gets mails about gateways and seats, a JSON array of emails; none: owner and admins.
    Column("notified", Text, nullable=False, server_default="[]"),
    Column("gateway_alerts", Boolean, nullable=False, server_default=sa.true()),
    # How many users are planned for; null: seats are not watched.
    Column("seat_limit", Integer),
    # Percent of the seats from which their use is told of.
    Column("seat_threshold", Integer, nullable=False, server_default="80"),
    # What was told of the seats' use: alerts.THRESHOLD, alerts.LIMIT, or 0.
    Column("seats_told", Integer, nullable=False, server_default="0"),
)
