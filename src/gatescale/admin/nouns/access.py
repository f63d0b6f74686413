"""Policies, rules, tests, and what they come to."""

from typing import Any

from gatescale.admin import bodies
from gatescale.admin.listing import Listing
from gatescale.admin.noun import Noun
from gatescale.admin.verbs import (
    Creating,
    Deleting,
    Showing,
    Updating,
    Written,
)


def _who(policy: Any) -> Any:
    wholes = {"groups": policy.all_groups, "users": policy.all_users, "devices": policy.all_devices}
    return [f"all {name}" for name, whole in wholes.items() if whole] + [
        *policy.groups,
        *policy.users,
        *policy.devices,
        *policy.source_ips,
    ]


def _what(policy: Any) -> Any:
    return "all resources" if policy.all_resources else policy.resources


def _worth_knowing(rule: Any) -> Any:
    return f"never holds: {rule.error.detail}" if rule.error else rule.warnings


RULES = Noun(
    command="rules",
    one="rule",
    words="Admission rules: conditions that policies carry.",
    operations="admission_rules",
    names=("name",),
    columns=("name", "type", "rule", ("WORTH KNOWING", _worth_knowing)),
    paged=False,
    verbs=(
        Listing(),
        Showing(),
        Written(
            name="create",
            function="ruling:create",
            words="Make one, of an expression or a form.",
        ),
        Written(
            name="update",
            function="ruling:update",
            words="Change one; what is not given stays.",
        ),
        Deleting(words="Remove rules of your own that no policy carries."),
        Written(
            name="check",
            function="ruling:check",
            words="Tell what a rule says, without saving it; exit code 1 if it is none.",
        ),
        Written(
            name="language",
            function="ruling:language",
            words="List the variables and functions that rules have.",
        ),
    ),
)
POLICIES = Noun(
    command="policies",
    one="policy",
    words="Who may reach what: ordered lists, the first match decides.",
    operations="policies",
    names=("name",),
    columns=(
        "type",
        ("ORDER", lambda policy: "last" if policy.is_default else policy.order),
        "name",
        ("ACTION", lambda policy: "allow" if policy.action else "deny"),
        ("WHO", _who),
        ("WHAT", _what),
        "rule.name",
    ),
    apart="type",
    verbs=(
        Listing(),
        Showing(),
        Creating(
            struct="policies:CreatePolicy",
            fields=(*bodies.POLICY, bodies.POLICY_TYPE),
            words="Add one, last before the default of its type.",
        ),
        Updating(struct="policies:UpdatePolicy", fields=bodies.POLICY),
        Deleting(words="Remove policies; those behind them move up."),
        Written(
            name="move",
            function="ordering:move",
            words="Move a policy within the list of its type.",
        ),
        Written(
            name="reorder",
            function="ordering:reorder",
            words="Put all policies of a type into a new order.",
        ),
    ),
)
POLICY_TESTS = Noun(
    command="policy-tests",
    one="policy test",
    words="What must be so whatever the policies say; a change that breaks it is refused.",
    operations="policy_tests",
    names=("name",),
    columns=(
        "name",
        "expect",
        ("WHO", lambda test: ["all users"] * test.all_users + [*test.groups, *test.users]),
        "resources.name",
        ("WHEN", lambda test: test.times),
    ),
    paged=False,
    verbs=(
        Listing(),
        Showing(),
        Creating(struct="policy_tests:WritePolicyTest", fields=bodies.POLICY_TEST),
        Updating(struct="policy_tests:WritePolicyTest", fields=bodies.POLICY_TEST),
        Deleting(),
        Written(
            name="run",
            function="asserting:run",
            words="Try all of them now; exit code 1 if one does not hold.",
        ),
    ),
)
ACCESS = Noun(
    command="access",
    one="access",
    words="Who reaches what, and why.",
    operations="access",
    names=(),
    columns=(),
    list="matrix",
    show="",
    verbs=(
        Written(
            name="explain",
            function="explaining:explain",
            words="Tell whether somebody reaches something, and why; exit code 3 if not.",
        ),
        Written(
            name="who-reaches",
            function="reaching:who_reaches",
            words="List whose devices reach a resource now.",
        ),
        Written(
            name="reach",
            function="reaching:reach",
            words="List what a user's devices or one device reach now.",
        ),
        Written(
            name="preview",
            function="reaching:preview",
            words="Tell who would gain or lose what by changes; nothing is changed.",
        ),
    ),
)
