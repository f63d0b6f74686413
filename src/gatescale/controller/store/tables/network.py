"""Gateways, and what is behind them."""

import sqlalchemy as sa
from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, String, Text

from gatescale.controller.store.tables.schema import Key, Time, link, noun

gateways = noun(
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
    # People work on it: devices are sent elsewhere, if there is another.
    Column("maintenance", Boolean, nullable=False, server_default=sa.false()),
    Column("online_until", Time, nullable=False),
    Column("last_online", Time),
    Column("enforced_revision", Integer, nullable=False),
    # Whether people were told that it is gone, and when they were last told that it went and came.
    Column("told_gone", Boolean, nullable=False, server_default=sa.false()),
    Column("told_gone_at", Time),
    Column("told_back_at", Time),
    Index("ix_gateways_id", "id", unique=True),
    sa.UniqueConstraint("tenant_id", "name_key"),
    sa.UniqueConstraint("tenant_id", "public_key"),
    sa.UniqueConstraint("token_hash"),
    sa.UniqueConstraint("identity_key"),
)

protocols = noun(
    "protocols",
    Column("name", String(100), nullable=False),
    Column("name_key", Key, nullable=False),
    # JSON array of {protocol, port}.
    Column("network_protocols", Text, nullable=False),
    # ALL, PREDEFINED or CUSTOM.
    Column("type", String(16), nullable=False),
    sa.UniqueConstraint("tenant_id", "name_key"),
)

resources = noun(
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

addresses = noun(
    "addresses",
    # Canonical: an IP network, a single IP without prefix length, or a lower-case name.
    Column("address", String(255), nullable=False),
    Column("is_ip", Boolean, nullable=False),
    # The type of the resources that it is for.
    Column("type", String(16), nullable=False),
    Index("ix_addresses_address", "tenant_id", "address"),
)

resource_addresses = link(
    "resource_addresses", "resource", "address", Column("position", Integer, nullable=False)
)

address_protocols = link("address_protocols", "address", "protocol")

# position: order of priority, from 0.
resource_gateways = link(
    "resource_gateways", "resource", "gateway", Column("position", Integer, nullable=False)
)
