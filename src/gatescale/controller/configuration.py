"""A tenant's configuration as one document: read, and made so, all or nothing."""

import sqlalchemy as sa

from gatescale.contract.configuration import (
    Configuration,
    ConfiguredAddress,
    ConfiguredGateway,
    ConfiguredGroup,
    ConfiguredPolicy,
    ConfiguredPolicyTest,
    ConfiguredProtocol,
    ConfiguredResource,
    ConfiguredRule,
    ConfiguredSettings,
    Plan,
)
from gatescale.contract.policies import Policy
from gatescale.contract.policy_tests import PolicyTest
from gatescale.contract.resources import Resource
from gatescale.controller import (
    admission_rules,
    configuration_steps,
    convergence,
    gateways,
    groups,
    policies,
    policy_tests,
    protocols,
    resources,
    roles,
    tenant_settings,
)
from gatescale.controller.store.session import TenantSession, Transaction

_GROUPS = sa.select(*groups.COLUMNS).order_by(groups.g.c.name_key)


async def export(session: TenantSession) -> Configuration:
    """Return what the tenant has; each section in the order of names, policies in their own."""
    return Configuration(
        version=1,
        settings=await _settings(session),
        groups=await _groups(session),
        protocols=[
            ConfiguredProtocol(name=each.name, network_protocols=each.network_protocols)
            for each in await protocols.every(session)
            if each.type == "CUSTOM"
        ],
        gateways=[
            ConfiguredGateway(
                name=each.name,
                description=each.description,
                wireguard_port=each.wireguard_port,
                endpoint=None if each.auto_discover_endpoint else each.endpoint,
                relay_enabled=each.relay_enabled,
            )
            for each in await gateways.every(session)
        ],
        resources=[_resource(each) for each in await resources.every(session)],
        admission_rules=[
            ConfiguredRule(
                name=each.name, rule=each.rule, has_time_constraint=each.has_time_constraint
            )
            for each in await admission_rules.every(session)
            if each.type == "CUSTOM"
        ],
        policies=[_policy(each) for each in await policies.every(session)],
        policy_tests=[_policy_test(each) for each in await policy_tests.every(session)],
    )


async def apply(transaction: Transaction, wanted: Configuration) -> Plan:
    """Make the tenant what the document says; return what that changed.

    Raises:
        InvalidError: something in the document is wrong, or names what is not there.
        ConflictError: something does not fit what is stored.
    """
    before = await export(transaction)
    await convergence.converge(transaction, before, wanted)
    after = await export(transaction)
    return Plan(steps=configuration_steps.between(before, after))


async def _settings(session: TenantSession) -> ConfiguredSettings:
    found = await tenant_settings.find(session)
    return ConfiguredSettings(time_zone=found.time_zone, posture_max_age=found.posture_max_age)


async def _groups(session: TenantSession) -> list[ConfiguredGroup]:
    rows = await session.all(_GROUPS)
    granted = await roles.of_groups(session, [row["id"] for row in rows])
    return [
        ConfiguredGroup(
            name=row["name"],
            description=row["description"],
            roles=[role.type for role in granted.get(row["id"], [])],
            max_devices=row["max_devices"],
            idp_mapping=groups.idp_mapping(row),
        )
        for row in rows
    ]


def _resource(resource: Resource) -> ConfiguredResource:
    return ConfiguredResource(
        name=resource.name,
        type=resource.type,
        description=resource.description,
        addresses=[
            ConfiguredAddress(
                address=each.address, protocols=[protocol.name for protocol in each.protocols]
            )
            for each in resource.addresses
        ],
        load_balancing_mode=resource.load_balancing_mode,
        gateways=[gateway.name for gateway in resource.gateways],
    )


def _policy(policy: Policy) -> ConfiguredPolicy:
    return ConfiguredPolicy(
        name=policy.name,
        type=policy.type,
        default=policy.is_default,
        action=policy.action,
        description=policy.description,
        mode=policy.mode,
        all_groups=policy.all_groups,
        all_users=policy.all_users,
        all_devices=policy.all_devices,
        all_resources=policy.all_resources,
        groups=[group.name for group in policy.groups],
        users=[user.email for user in policy.users],
        devices=[device.id for device in policy.devices],
        resources=[resource.name for resource in policy.resources],
        gateways=[gateway.name for gateway in policy.gateways],
        source_ips=policy.source_ips,
        rule=policy.rule.name if policy.rule else "",
    )


def _policy_test(test: PolicyTest) -> ConfiguredPolicyTest:
    return ConfiguredPolicyTest(
        name=test.name,
        description=test.description,
        expect=test.expect,
        all_users=test.all_users,
        groups=[group.name for group in test.groups],
        users=[user.email for user in test.users],
        resources=[resource.name for resource in test.resources],
        protocol=test.protocol,
        port=test.port,
        given=test.given,
        times=test.times,
    )
