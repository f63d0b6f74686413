"""Makes a tenant what a configuration says, by the nouns' own verbs.

What things name is made before them, and what is named is deleted after them.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import msgspec
import sqlalchemy as sa

from gatescale.contract.addresses import WriteAddress
from gatescale.contract.admission_rules import WriteAdmissionRule
from gatescale.contract.configuration import (
    Configuration,
    ConfiguredGateway,
    ConfiguredGroup,
    ConfiguredPolicy,
    ConfiguredPolicyTest,
    ConfiguredProtocol,
    ConfiguredResource,
    ConfiguredRule,
)
from gatescale.contract.gateways import WriteGateway
from gatescale.contract.groups import WriteGroup
from gatescale.contract.policies import CreatePolicy, ReorderPolicies, UpdatePolicy
from gatescale.contract.policy_tests import WritePolicyTest
from gatescale.contract.protocols import CreateProtocol
from gatescale.contract.resources import CreateResource, LoadBalancingChoice, UpdateResource
from gatescale.contract.settings import UpdateSettings
from gatescale.controller import (
    admission_rules,
    gateways,
    groups,
    policies,
    policy_tests,
    protocols,
    resources,
    tenant_settings,
)
from gatescale.controller.configuration_steps import keyed
from gatescale.controller.rule_readings import read
from gatescale.controller.store import tables
from gatescale.controller.store.folding import key
from gatescale.controller.store.session import Transaction
from gatescale.errors import ConflictError, GatescaleError, InvalidError, Violation

Key = tuple[str, ...]


@dataclass(slots=True)
class _Names:
    """Ids by folded name, of all that a document can name."""

    roles: dict[str, str]
    groups: dict[str, str]
    protocols: dict[str, str]
    gateways: dict[str, str]
    resources: dict[str, str]
    rules: dict[str, str]
    tests: dict[str, str]
    users: dict[str, str]

    def ids(self, kind: str, names: Sequence[str], pointer: str) -> list[str]:
        """Return the ids of these names.

        Raises:
            InvalidError: names each that nothing bears.
        """
        known: dict[str, str] = getattr(self, kind)
        unknown = [
            Violation(f"{pointer}/{place}", f"There is no {kind.removesuffix('s')} {name!r}.")
            for place, name in enumerate(names)
            if key(name) not in known
        ]
        if unknown:
            raise InvalidError.of(unknown)
        return [known[key(name)] for name in names]


async def converge(transaction: Transaction, before: Configuration, wanted: Configuration) -> None:
    """Change the tenant from one configuration to another.

    Args:
        transaction: of the tenant; all or nothing.
        before: what the tenant has, whole.
        wanted: what it shall have; a section that is left out stays.

    Raises:
        InvalidError: something wanted is wrong; its pointer leads into ``wanted``.
        ConflictError: something wanted does not fit what is stored.
    """
    _refuse_doubles(wanted)
    names = await _names(transaction, wanted)
    if wanted.settings is not msgspec.UNSET and wanted.settings != before.settings:
        with _at("/settings"):
            settings = msgspec.structs.asdict(wanted.settings)
            await tenant_settings.update(transaction, UpdateSettings(**settings))
    if wanted.protocols is not msgspec.UNSET:
        await _each(before.protocols, wanted.protocols, "/protocols", _protocol(transaction, names))
    if wanted.admission_rules is not msgspec.UNSET:
        rules = [await _with_time(each) for each in wanted.admission_rules]
        await _each(before.admission_rules, rules, "/admissionRules", _rule(transaction, names))
    if wanted.groups is not msgspec.UNSET:
        await _each(before.groups, wanted.groups, "/groups", _group(transaction, names))
    if wanted.gateways is not msgspec.UNSET:
        await _each(before.gateways, wanted.gateways, "/gateways", _gateway(transaction, names))
    if wanted.resources is not msgspec.UNSET:
        await _each(before.resources, wanted.resources, "/resources", _resource(transaction, names))
    if wanted.policies is not msgspec.UNSET:
        await _policies(transaction, names, before.policies, wanted.policies)
    if wanted.policy_tests is not msgspec.UNSET:
        tests = wanted.policy_tests
        await _each(before.policy_tests, tests, "/policyTests", _test(transaction, names))
    await _delete_the_rest(transaction, names, before, wanted)


async def _each(
    before: Any, wanted: Sequence[Any], pointer: str, write: Callable[[Any], Awaitable[None]]
) -> None:
    """Write what differs from before."""
    old = keyed(before)
    for place, (each, thing) in enumerate(keyed(wanted).items()):
        if old.get(each) != thing:
            with _at(f"{pointer}/{place}"):
                await write(thing)


@contextmanager
def _at(pointer: str) -> Iterator[None]:
    """Let errors point into the document rather than into one thing of it."""
    try:
        yield
    except GatescaleError as error:
        error.violations = tuple(
            Violation(f"{pointer}{each.pointer}", each.detail) for each in error.violations
        ) or (Violation(pointer, error.detail),)
        raise


def _refuse_doubles(wanted: Configuration) -> None:
    violations = []
    for section, pointer in (
        ("groups", "/groups"),
        ("protocols", "/protocols"),
        ("gateways", "/gateways"),
        ("resources", "/resources"),
        ("admission_rules", "/admissionRules"),
        ("policy_tests", "/policyTests"),
    ):
        things = getattr(wanted, section)
        seen: set[str] = set()
        for place, thing in enumerate([] if things is msgspec.UNSET else things):
            if key(thing.name) in seen:
                detail = f"{thing.name!r} stands here twice."
                violations.append(Violation(f"{pointer}/{place}/name", detail))
            seen.add(key(thing.name))
    if violations:
        raise InvalidError.of(violations)


def _named(table: sa.Table, name: str = "name_key") -> sa.Select[Any]:
    return sa.select(table.c.id, table.c[name].label("name"))


_NAMED = {
    "roles": _named(tables.roles, "type"),
    "groups": _named(tables.groups),
    "protocols": _named(tables.protocols),
    "gateways": _named(tables.gateways),
    "resources": _named(tables.resources),
    "rules": _named(tables.admission_rules),
    "tests": _named(tables.policy_tests),
}
_USERS = _named(tables.users, "email_key").where(
    tables.users.c.email_key.in_(sa.bindparam("ids", expanding=True, type_=sa.String))
)


async def _names(transaction: Transaction, wanted: Configuration) -> _Names:
    sections = (wanted.policies, wanted.policy_tests)
    naming = [thing for each in sections if each is not msgspec.UNSET for thing in each]
    emails = {key(email) for thing in naming for email in thing.users}
    found = {
        kind: {key(row["name"]): row["id"] for row in await transaction.all(statement)}
        for kind, statement in _NAMED.items()
    }
    users = await transaction.all_of(_USERS, sorted(emails))
    return _Names(**found, users={row["name"]: row["id"] for row in users})


def _protocol(
    transaction: Transaction, names: _Names
) -> Callable[[ConfiguredProtocol], Awaitable[None]]:
    async def write(thing: ConfiguredProtocol) -> None:
        wanted = CreateProtocol(name=thing.name, network_protocols=thing.network_protocols)
        await _put(transaction, protocols, names.protocols, wanted)

    return write


async def _with_time(thing: ConfiguredRule) -> ConfiguredRule:
    if thing.has_time_constraint is not None:
        return thing
    said = (await read(thing.rule)).has_time
    return msgspec.structs.replace(thing, has_time_constraint=said)


def _rule(transaction: Transaction, names: _Names) -> Callable[[ConfiguredRule], Awaitable[None]]:
    async def write(thing: ConfiguredRule) -> None:
        wanted = WriteAdmissionRule(
            name=thing.name, rule=thing.rule, has_time_constraint=bool(thing.has_time_constraint)
        )
        await _put(transaction, admission_rules, names.rules, wanted)

    return write


def _group(transaction: Transaction, names: _Names) -> Callable[[ConfiguredGroup], Awaitable[None]]:
    async def write(thing: ConfiguredGroup) -> None:
        wanted = WriteGroup(
            name=thing.name,
            roles=names.ids("roles", thing.roles, "/roles"),
            description=thing.description,
            max_devices=thing.max_devices,
            idp_mapping=thing.idp_mapping,
        )
        await _put(transaction, groups, names.groups, wanted)

    return write


def _gateway(
    transaction: Transaction, names: _Names
) -> Callable[[ConfiguredGateway], Awaitable[None]]:
    async def write(thing: ConfiguredGateway) -> None:
        wanted = WriteGateway(
            name=thing.name,
            description=thing.description,
            wireguard_port=thing.wireguard_port,
            endpoint=thing.endpoint,
        )
        held = await _put(transaction, gateways, names.gateways, wanted)
        verb = "enable" if thing.relay_enabled else "disable"
        operation = f"GatewaysController_{verb}Relay"
        await gateways.set_relay(transaction, held, operation, enabled=thing.relay_enabled)

    return write


async def _put(transaction: Transaction, noun: Any, ids: dict[str, str], wanted: Any) -> str:
    """Make a thing what is wanted, whether it is there or not; return its id.

    Args:
        transaction: of the tenant.
        noun: the module with its verbs.
        ids: of the noun's things, by folded name; a new one is put in.
        wanted: what the verbs take.
    """
    held = ids.get(key(wanted.name))
    if held is None:
        held = ids[key(wanted.name)] = (await noun.create(transaction, wanted)).id
    else:
        await noun.update(transaction, held, wanted)
    return held


def _resource(
    transaction: Transaction, names: _Names
) -> Callable[[ConfiguredResource], Awaitable[None]]:
    async def write(thing: ConfiguredResource) -> None:
        places = [
            WriteAddress(
                address=each.address,
                protocols=names.ids("protocols", each.protocols, f"/addresses/{place}/protocols"),
            )
            for place, each in enumerate(thing.addresses)
        ]
        serving = names.ids("gateways", thing.gateways, "/gateways")
        held = names.resources.get(key(thing.name))
        if held is None:
            made = await resources.create(
                transaction,
                CreateResource(
                    name=thing.name,
                    type=thing.type,
                    addresses=places,
                    description=thing.description,
                ),
            )
            held = names.resources[key(thing.name)] = made.id
        else:
            await _update_resource(transaction, held, thing, places)
        await _balance(transaction, held, thing, serving)

    return write


async def _update_resource(
    transaction: Transaction, held: str, thing: ConfiguredResource, places: list[WriteAddress]
) -> None:
    stored = await resources.find(transaction, held)
    if stored.type != thing.type:
        detail = f"{stored.name} is a {stored.type} resource; give the {thing.type} one a new name."
        raise ConflictError(detail, pointer="/type")
    await resources.update(
        transaction,
        held,
        UpdateResource(name=thing.name, addresses=places, description=thing.description),
    )


async def _balance(
    transaction: Transaction, held: str, thing: ConfiguredResource, serving: list[str]
) -> None:
    # An order is given by way of MANUAL; AUTOMATIC then keeps the gateways.
    await resources.balance(transaction, held, LoadBalancingChoice(mode="MANUAL", gateways=serving))
    if thing.load_balancing_mode == "AUTOMATIC":
        await resources.balance(transaction, held, LoadBalancingChoice(mode="AUTOMATIC"))


async def _policies(
    transaction: Transaction,
    names: _Names,
    before: Any,
    wanted: Sequence[ConfiguredPolicy],
) -> None:
    old, new = keyed(before), keyed(wanted)
    stored = await policies.every(transaction)
    ids: dict[Key, str] = {mark: policy.id for mark, policy in zip(old, stored, strict=True)}
    for mark in [mark for mark in old if mark not in new and not old[mark].default]:
        await policies.delete(transaction, ids.pop(mark))
    for place, (mark, thing) in enumerate(new.items()):
        if old.get(mark) != thing:
            with _at(f"/policies/{place}"):
                ids[mark] = await _policy(transaction, names, thing, ids.get(mark))
    for policy_type in dict.fromkeys(thing.type for thing in wanted):
        order = [
            ids[mark]
            for mark, thing in new.items()
            if thing.type == policy_type and not thing.default
        ]
        await policies.reorder(transaction, ReorderPolicies(type=policy_type, policies=order))


async def _policy(
    transaction: Transaction, names: _Names, thing: ConfiguredPolicy, held: str | None
) -> str:
    if held is None and thing.default:
        detail = f"There is no default policy of the type {thing.type}."
        raise InvalidError(detail, pointer="/default")
    rule = key(thing.rule)
    if rule not in names.rules:
        raise InvalidError(f"There is no admission rule {thing.rule!r}.", pointer="/rule")
    fields: dict[str, Any] = {
        name: getattr(thing, name)
        for name in (
            "name",
            "action",
            "description",
            "mode",
            "all_groups",
            "all_users",
            "all_devices",
            "all_resources",
            "devices",
            "source_ips",
        )
    }
    for kind in ("groups", "users", "resources", "gateways"):
        fields[kind] = names.ids(kind, getattr(thing, kind), f"/{kind}")
    fields["rule"] = names.rules[rule]
    if held is None:
        return (await policies.create(transaction, CreatePolicy(type=thing.type, **fields))).id
    await policies.update(transaction, held, UpdatePolicy(**fields))
    return held


def _test(
    transaction: Transaction, names: _Names
) -> Callable[[ConfiguredPolicyTest], Awaitable[None]]:
    async def write(thing: ConfiguredPolicyTest) -> None:
        fields = msgspec.structs.asdict(thing)
        for kind in ("groups", "users", "resources"):
            fields[kind] = names.ids(kind, fields[kind], f"/{kind}")
        await _put(transaction, policy_tests, names.tests, WritePolicyTest(**fields))

    return write


async def _delete_the_rest(
    transaction: Transaction, names: _Names, before: Configuration, wanted: Configuration
) -> None:
    default_group = await groups.default_name(transaction)
    for section, ids, delete in (
        ("policy_tests", names.tests, policy_tests.delete),
        ("resources", names.resources, resources.delete),
        ("gateways", names.gateways, gateways.delete),
        ("groups", names.groups, groups.delete),
        ("admission_rules", names.rules, admission_rules.delete),
        ("protocols", names.protocols, protocols.delete),
    ):
        things = getattr(wanted, section)
        if things is msgspec.UNSET:
            continue
        kept = {key(thing.name) for thing in things}
        for thing in getattr(before, section):
            name = key(thing.name)
            if name not in kept and (section, thing.name) != ("groups", default_group):
                await delete(transaction, ids[name])
