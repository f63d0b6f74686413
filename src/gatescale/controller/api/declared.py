"""All operations: importing a noun's module declares them."""

from gatescale.controller.api import (
    addresses,
    admission_rules,
    api_keys,
    audit,
    configuration,
    devices,
    gateways,
    groups,
    policies,
    protocols,
    resources,
    roles,
    users,
)
from gatescale.controller.api.operation import OPERATIONS, TAGS

MODULES = (
    users,
    devices,
    gateways,
    resources,
    addresses,
    protocols,
    roles,
    groups,
    admission_rules,
    policies,
    api_keys,
    audit,
    configuration,
)
"""In the contract's order of tags."""

__all__ = ["MODULES", "OPERATIONS", "TAGS"]
