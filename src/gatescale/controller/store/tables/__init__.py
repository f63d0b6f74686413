"""Every table, with what its columns mean.

Ids are UUID strings. Every row of a tenant has the primary key (``tenant_id``, ``id``) and refers
to others through both, so that the database itself refuses a row that points into another tenant.
Times are ``YYYY-MM-DDTHH:MM:SS.ffffffZ`` in UTC: one form from the row to the answer, whose order
as text is the order in time, on both databases. JSON is text, passed through as it is.

Text is ordered by code points on both databases: SQLite knows nothing else, and migrations give
PostgreSQL's columns the collation "C", which is also its fastest.
"""

from gatescale.controller.store.tables.access import (
    admission_rules,
    policies,
    policy_devices,
    policy_gateways,
    policy_groups,
    policy_resources,
    policy_test_groups,
    policy_test_resources,
    policy_test_users,
    policy_tests,
    policy_users,
)
from gatescale.controller.store.tables.credentials import (
    api_keys,
    browser_sessions,
    enrolment_secrets,
    idempotency_keys,
    passkeys,
    passwords,
    recovery_codes,
    spent_challenges,
)
from gatescale.controller.store.tables.journal import (
    agent_sessions,
    audit_events,
    changes,
    denials,
    outbox,
    policy_snapshots,
)
from gatescale.controller.store.tables.network import (
    address_protocols,
    addresses,
    gateways,
    protocols,
    resource_addresses,
    resource_gateways,
    resources,
)
from gatescale.controller.store.tables.people import (
    TRAIT_SIGNALS,
    device_search,
    device_signal_totals,
    device_signals,
    device_traits,
    devices,
    group_members,
    group_roles,
    groups,
    owned_serials,
    posture_reports,
    roles,
    user_attributes,
    user_roles,
    user_search,
    users,
)
from gatescale.controller.store.tables.schema import SEQ_RANGE, metadata
from gatescale.controller.store.tables.tenants import tenants

__all__ = [
    "SEQ_RANGE",
    "TRAIT_SIGNALS",
    "address_protocols",
    "addresses",
    "admission_rules",
    "agent_sessions",
    "api_keys",
    "audit_events",
    "browser_sessions",
    "changes",
    "denials",
    "device_search",
    "device_signal_totals",
    "device_signals",
    "device_traits",
    "devices",
    "enrolment_secrets",
    "gateways",
    "group_members",
    "group_roles",
    "groups",
    "idempotency_keys",
    "metadata",
    "outbox",
    "owned_serials",
    "passkeys",
    "passwords",
    "policies",
    "policy_devices",
    "policy_gateways",
    "policy_groups",
    "policy_resources",
    "policy_snapshots",
    "policy_test_groups",
    "policy_test_resources",
    "policy_test_users",
    "policy_tests",
    "policy_users",
    "posture_reports",
    "protocols",
    "recovery_codes",
    "resource_addresses",
    "resource_gateways",
    "resources",
    "roles",
    "spent_challenges",
    "tenants",
    "user_attributes",
    "user_roles",
    "user_search",
    "users",
]
