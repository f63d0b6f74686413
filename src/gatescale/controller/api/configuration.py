"""The configuration as one document."""

import msgspec

from gatescale.contract.configuration import Configuration, Plan
from gatescale.controller import configuration, previews
from gatescale.controller.api.operation import operation
from gatescale.controller.store.session import Transaction
from gatescale.controller.verdicts import DecisionPoint

_MAX_BODY = 4 * 1024 * 1024


@operation("GET", "/tenants/configuration", "ConfigurationController_export", dry=True)
async def export(transaction: Transaction) -> Configuration:
    """Return all that people set, by name: settings, groups, resources, policies, tests and so on.

    There are no secrets in it, and no ids but those of devices that policies name.
    """
    return await configuration.export(transaction)


@operation(
    "POST",
    "/tenants/configuration/plan",
    "ConfigurationController_plan",
    dry=True,
    max_body=_MAX_BODY,
)
async def plan(transaction: Transaction, point: DecisionPoint, body: Configuration) -> Plan:
    """Tell what a configuration would change, and who would gain or lose what by it.

    Nothing is changed.
    """
    names = await previews.names(transaction, point)
    planned = await configuration.apply(transaction, body)
    seen = await previews.preview(transaction, point, names)
    return msgspec.structs.replace(
        planned, consequences=seen.consequences, broken_tests=seen.broken_tests
    )


@operation("PUT", "/tenants/configuration", "ConfigurationController_apply", max_body=_MAX_BODY)
async def apply(transaction: Transaction, body: Configuration) -> Plan:
    """Make the tenant what a configuration says, all or nothing; tell what that changed.

    A section that is left out stays as it is; of one that is there, what it does not name goes.
    """
    return await configuration.apply(transaction, body)
