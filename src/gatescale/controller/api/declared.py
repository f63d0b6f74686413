"""All operations: importing a noun's module declares them."""

from gatescale.controller.api import (
    admission_rules,
    api_keys,
    devices,
    gateways,
    groups,
    policies,
    protocols,
    resources,
    roles,
    users,
)
from gatescale.controller.api.operation import OPERATIONS

MODULES = (
    users,
    devices,
    gateways,
    resources,
    protocols,
    roles,
    groups,
    admission_rules,
    policies,
    api_keys,
)
"""In the contract's order of tags."""

__all__ = ["MODULES", "OPERATIONS"]
