"""The nouns of the command line: one table of how each is called, shown, made and changed.

``contract`` and ``operations`` say what the API knows; this says how people write and read it.
"""

from gatescale.admin.nouns.access import ACCESS, POLICIES, POLICY_TESTS, RULES
from gatescale.admin.nouns.network import ADDRESSES, GATEWAYS, PROTOCOLS, RESOURCES
from gatescale.admin.nouns.people import DEVICES, GROUPS, OWNED, ROLES, USERS
from gatescale.admin.nouns.tenant import (
    AUDIT,
    CONFIG,
    DENIALS,
    KEYS,
    LIVE,
    NOTIFICATIONS,
    OVERVIEW,
    SESSIONS,
    SETTINGS,
    TOPOLOGY,
)

NOUNS = {
    noun.command: noun
    for noun in (
        USERS,
        DEVICES,
        GATEWAYS,
        RESOURCES,
        ADDRESSES,
        PROTOCOLS,
        ROLES,
        GROUPS,
        RULES,
        POLICIES,
        ACCESS,
        POLICY_TESTS,
        SESSIONS,
        DENIALS,
        OWNED,
        SETTINGS,
        NOTIFICATIONS,
        KEYS,
        AUDIT,
        CONFIG,
        OVERVIEW,
        TOPOLOGY,
        LIVE,
    )
}

"""All of them by their command, in the contract's order."""
