"""The columns of a policy: checked against its type, its action and what is stored."""

from typing import Any

import msgspec

from gatescale.contract.policies import PolicyFields
from gatescale.controller import address_forms, admission_rules, policy_scope
from gatescale.controller.store.folding import folded, key
from gatescale.controller.store.session import Transaction
from gatescale.errors import Violation, refuse


async def checked(
    transaction: Transaction, wanted: PolicyFields, policy_type: str, rule_id: str
) -> dict[str, Any]:
    """Return the columns that a policy's fields make, what it names left out.

    Raises:
        NotFoundError: something that it names does not exist.
        InvalidError: something else is wrong, too or alone; names all of it.
    """
    source_ips, wrong_sources = address_forms.networks(wanted.source_ips, "/sourceIps")
    violations = [
        *await policy_scope.violations(transaction, wanted, policy_type),
        *wrong_sources,
        *_wrong_mode(wanted, policy_type),
        *await _wrong_rule(transaction, wanted, rule_id),
    ]
    refuse(violations)
    return {
        "updated_at": transaction.stamp,
        "name": wanted.name,
        "name_key": key(wanted.name),
        "search": folded(wanted.name, wanted.description),
        "description": wanted.description,
        "action": wanted.action,
        "mode": "REMOTE" if wanted.mode == "INTERNET_ACCESS_POINT" else wanted.mode,
        "all_groups": wanted.all_groups,
        "all_users": wanted.all_users,
        "all_devices": wanted.all_devices,
        "all_resources": wanted.all_resources,
        "source_ips": msgspec.json.encode(source_ips).decode(),
        "rule_id": rule_id,
    }


def _wrong_mode(wanted: PolicyFields, policy_type: str) -> list[Violation]:
    if policy_type == "INTERNET" and wanted.mode is None:
        detail = "An INTERNET policy needs a mode: LOCAL, RESTRICTED or REMOTE."
        return [Violation("/mode", detail)]
    if policy_type != "INTERNET" and wanted.mode is not None:
        return [Violation("/mode", f"Only INTERNET policies have a mode, not {policy_type} ones.")]
    return []


async def _wrong_rule(
    transaction: Transaction, wanted: PolicyFields, rule_id: str
) -> list[Violation]:
    rule = (await admission_rules.some(transaction, [rule_id])).get(rule_id)
    if rule is None:
        return [Violation("/rule", f"There is no admission rule {rule_id}.", unknown=True)]
    if not wanted.action and rule.type != "ALLOW":
        unrestricted = await admission_rules.unrestricted(transaction)
        detail = f"A deny policy takes only {unrestricted.name} ({unrestricted.id})."
        return [Violation("/rule", detail)]
    return []
