"""All operations: importing a noun's module declares them."""

import re

from gatescale.contract.fields import Single
from gatescale.controller.api import (
    access,
    addresses,
    admission_rules,
    api_keys,
    audit,
    configuration,
    denials,
    devices,
    gateways,
    groups,
    live,
    me,
    notifications,
    overview,
    owned_devices,
    policies,
    policy_tests,
    protocols,
    resources,
    roles,
    sessions,
    settings,
    topology,
    users,
)
from gatescale.controller.api.operation import OPERATIONS, TAGS, Operation

MODULES = (
    users,
    denials,
    devices,
    gateways,
    resources,
    addresses,
    protocols,
    roles,
    groups,
    admission_rules,
    policies,
    policy_tests,
    access,
    sessions,
    owned_devices,
    me,
    settings,
    notifications,
    api_keys,
    audit,
    configuration,
    overview,
    topology,
    live,
)
"""In the contract's order of tags."""

_SINGLE = re.compile(r"/tenants/[^/]+(/\{id\})?")
_FINDERS = {
    op.path: op
    for op in OPERATIONS
    if op.method == "GET"
    and _SINGLE.fullmatch(op.path)
    and isinstance(op.answer, type)
    and issubclass(op.answer, Single)
}


def finder_of(op: Operation) -> Operation | None:
    """Return the operation that reads the single thing that another one is about, if there is."""
    return _FINDERS.get("/".join(op.path.split("/")[:4]))


__all__ = ["MODULES", "OPERATIONS", "TAGS", "finder_of"]
