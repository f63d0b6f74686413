"""Policies, the rules that they carry, and what is tested of them."""

import sqlalchemy as sa
from sqlalchemy import Boolean, Column, Index, Integer, String, Text

from gatescale.controller.store.tables.schema import Id, Key, link, noun, reference

admission_rules = noun(
    "admission_rules",
    Column("name", String(100), nullable=False),
    Column("name_key", Key, nullable=False),
    # ALLOW, DENY or CUSTOM.
    Column("type", String(16), nullable=False),
    Column("rule", Text, nullable=False),
    Column("has_time_constraint", Boolean, nullable=False),
    sa.UniqueConstraint("tenant_id", "name_key"),
)

policies = noun(
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
    reference("rule_id", "admission_rules", ondelete="RESTRICT"),
    Index("ix_policies_order", "tenant_id", "type", "order"),
)

policy_groups = link("policy_groups", "policy", "group")

policy_users = link("policy_users", "policy", "user")

policy_devices = link("policy_devices", "policy", "device")

policy_resources = link("policy_resources", "policy", "resource")

policy_gateways = link("policy_gateways", "policy", "gateway")

policy_tests = noun(
    "policy_tests",
    Column("name", String(100), nullable=False),
    Column("name_key", Key, nullable=False),
    Column("description", String(500)),
    # NEVER or ALWAYS.
    Column("expect", String(16), nullable=False),
    Column("all_users", Boolean, nullable=False),
    # TCP, UDP or ICMP; null: everything.
    Column("protocol", String(4)),
    # One port or a range; null: every one.
    Column("port", String(11)),
    # JSON object of facts by the names of variables.
    Column("given", Text, nullable=False),
    # JSON array of times like MONDAY 10:00.
    Column("times", Text, nullable=False),
    sa.UniqueConstraint("tenant_id", "name_key"),
)

policy_test_groups = link("policy_test_groups", "policy_test", "group")

policy_test_users = link("policy_test_users", "policy_test", "user")

policy_test_resources = link("policy_test_resources", "policy_test", "resource")
