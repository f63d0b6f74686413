"""The nouns of the command line: one table of how each is called, shown, made and changed.

``contract`` and ``operations`` say what the API knows; this says how people write and read it.
"""

from typing import Any

from gatescale.admin import bodies
from gatescale.admin.listing import Listing
from gatescale.admin.noun import Noun
from gatescale.admin.verbs import (
    DETAILS,
    Acting,
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


_USERS = Noun(
    command="users",
    one="user",
    words="People: invite, change, cut off.",
    operations="users",
    names=("email",),
    columns=("email", "status", "first_name", "last_name", "groups.name", "last_connection"),
    show="find_by_id",
    verbs=(
        Listing(),
        Showing(),
        Written(
            name="invite",
            function="inviting:invite",
            words="Invite people by mail: some by name, or many from a file.",
        ),
        Updating(struct="users:UpdateUser", fields=bodies.USER),
        Acting(
            name="deactivate",
            operation="deactivate",
            words="Cut people and their devices off at once; reversible.",
        ),
        Acting(name="reactivate", operation="reactivate", words="Let deactivated people back in."),
        Deleting(words="Remove people and their devices for good."),
        Acting(
            name="resend",
            operation="invite",
            words="Send invitations again; earlier links lapse.",
            done="Invited {} again.",
        ),
        Acting(
            name="add-group",
            operation="add_group",
            words="Make somebody a member of a group.",
            refs=(("group_id", "groups"),),
            struct="users:AddGroup",
        ),
        Acting(
            name="remove-group",
            operation="remove_group",
            words="Take somebody out of a group.",
            refs=(("group_id", "groups"),),
            done="{} is no longer in the group.",
        ),
        Written(
            name="roles",
            function="holding:roles",
            words="Show somebody's roles, or give and take them.",
        ),
        Acting(
            name="make-owner",
            operation="transfer_ownership",
            words="Make an active user the owner; the owner until now becomes an admin.",
            question="Make {} the owner?",
        ),
        Acting(
            name="enrolment-code",
            operation="create_enrolment_code",
            words="Make a one-time code for a further device of somebody.",
            shows=DETAILS,
        ),
    ),
)
_DEVICES = Noun(
    command="devices",
    one="device",
    words="People's devices: cut off, let back in, remove.",
    operations="devices",
    names=("name",),
    columns=("name", "user.email", "status", "app_version", "last_connection"),
    list="find_by_criteria",
    show="find_by_id",
    apart="user.email",
    verbs=(
        Listing(),
        Showing(),
        Acting(name="deactivate", operation="deactivate", words="Cut devices off at once."),
        Acting(name="reactivate", operation="reactivate", words="Let deactivated devices back in."),
        Deleting(words="Remove devices for good; they lose access at once."),
        Written(
            name="posture",
            function="reporting:posture",
            words="Show what a device said of its state, and when that changed.",
        ),
    ),
)
_GATEWAYS = Noun(
    command="gateways",
    one="gateway",
    words="What people reach resources through.",
    operations="gateways",
    names=("name",),
    columns=("name", "status", "endpoint", "enforced_revision", "resources.name", "last_online"),
    verbs=(
        Listing(),
        Showing(),
        Creating(
            struct="gateways:WriteGateway",
            fields=bodies.GATEWAY,
            words="Make one; its token enrols the software on the gateway's host.",
        ),
        Updating(struct="gateways:WriteGateway", fields=bodies.GATEWAY),
        Deleting(),
        Acting(
            name="rotate-token",
            operation="rotate_token",
            words="Replace a gateway's token; its software may then enrol anew.",
            shows=DETAILS,
        ),
        Acting(
            name="enable-relay",
            operation="enable_relay",
            words="Let gateways forward for those that have no direct path.",
        ),
        Acting(
            name="disable-relay",
            operation="disable_relay",
            words="Have gateways forward for nobody else.",
        ),
        Written(
            name="test",
            function="probing:test",
            words="Test a gateway; exit code 1 if something failed.",
        ),
    ),
)
_RESOURCES = Noun(
    command="resources",
    one="resource",
    words="What people reach.",
    operations="resources",
    names=("name",),
    columns=("name", "type", "status", "addresses", "gateways.name", "load_balancing_mode"),
    verbs=(
        Listing(),
        Showing(),
        Creating(struct="resources:CreateResource", fields=(*bodies.RESOURCE, bodies.TYPE)),
        Updating(struct="resources:UpdateResource", fields=bodies.RESOURCE),
        Deleting(words="Remove resources; nobody reaches them any more, at once."),
        Acting(
            name="balance",
            operation="save_load_balancing",
            words="Choose how a resource's gateways share the work, and in which order.",
            struct="resources:LoadBalancingChoice",
            fields=bodies.BALANCE,
        ),
        Acting(
            name="add-gateway",
            operation="add_gateway",
            words="Connect a resource to a gateway, the last in priority.",
            refs=(("gateway_id", "gateways"),),
            struct="resources:AddGateway",
        ),
        Acting(
            name="remove-gateway",
            operation="remove_gateway",
            words="Disconnect a resource from a gateway.",
            refs=(("gateway_id", "gateways"),),
            done="{} is no longer behind the gateway.",
        ),
    ),
)
_ADDRESSES_NOUN = Noun(
    command="addresses",
    one="address",
    words="Where resources are.",
    operations="addresses",
    names=("address",),
    columns=("address", "type", "protocols.name", "id"),
    show="",
    paged=False,
    apart="type",
    verbs=(
        Listing(),
        Showing(),
        Updating(
            struct="addresses:UpdateAddress",
            fields=bodies.ADDRESS,
            words="Change an address for every resource that has it.",
        ),
        Deleting(words="Remove addresses from every resource that has them."),
        Acting(
            name="gateways",
            operation="find_linked_gateways",
            words="List the gateways through which an address is reached.",
            shows="gateways",
            changes=False,
        ),
    ),
)
_PROTOCOLS_NOUN = Noun(
    command="protocols",
    one="protocol",
    words="Named sets of ports.",
    operations="protocols",
    names=("name",),
    columns=("name", "type", "network_protocols"),
    paged=False,
    verbs=(
        Listing(),
        Showing(),
        Creating(struct="protocols:CreateProtocol", fields=bodies.PROTOCOL),
        Deleting(words="Remove protocols of your own that no resource uses."),
    ),
)
_ROLES = Noun(
    command="roles",
    one="role",
    words="What people may do in the administration, and who may.",
    operations="roles",
    names=("name", "type"),
    columns=("name", "type", "description"),
    paged=False,
    verbs=(
        Listing(),
        Showing(),
        Acting(
            name="users",
            operation="find_role_users",
            words="List who was given a role.",
            fields=bodies.HOLDERS,
            shows="users",
            changes=False,
        ),
        Acting(
            name="remove-user",
            operation="remove_role",
            words="Take a directly given role from somebody.",
            refs=(("user_id", "users"),),
            done="Taken: {}.",
        ),
    ),
)
_GROUPS = Noun(
    command="groups",
    one="group",
    words="People who share what policies grant.",
    operations="groups",
    names=("name",),
    columns=(
        "name",
        "roles.name",
        ("MEMBERS", lambda group: len(group.users)),
        "max_devices",
        "description",
    ),
    verbs=(
        Listing(),
        Showing(),
        Creating(struct="groups:WriteGroup", fields=bodies.GROUP),
        Updating(struct="groups:WriteGroup", fields=bodies.GROUP),
        Deleting(words="Remove groups and what they granted; nobody is left without a group."),
    ),
)
_RULES = Noun(
    command="rules",
    one="rule",
    words="Admission rules: conditions that policies carry.",
    operations="admission_rules",
    names=("name",),
    columns=("name", "type", "rule"),
    paged=False,
    verbs=(
        Listing(),
        Showing(),
        Creating(struct="admission_rules:WriteAdmissionRule", fields=bodies.RULE),
        Updating(struct="admission_rules:WriteAdmissionRule", fields=bodies.RULE),
        Deleting(words="Remove rules of your own that no policy carries."),
    ),
)
_POLICIES = Noun(
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
_POLICY_TESTS = Noun(
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
_KEYS = Noun(
    command="keys",
    one="key",
    words="API keys.",
    operations="api_keys",
    names=("name",),
    columns=("name", "role", "last_used", "expires_at", "allowed_sources", "id"),
    show="",
    paged=False,
    verbs=(
        Listing(),
        Showing(),
        Creating(
            struct="api_keys:CreateApiKey",
            fields=bodies.KEY,
            words="Make one; it is shown this once.",
        ),
        Deleting(words="Make keys worthless at once."),
    ),
)
_AUDIT = Noun(
    command="audit",
    one="event",
    words="The audit log: who did what, and whether the log is whole.",
    operations="audit_log",
    names=("id",),
    columns=("created_at", "actor.name", "operation", "target.kind", "target.name", "origin"),
    show="",
    verbs=(Listing(words="List what was done, the latest first."),),
)

_OWNED = Noun(
    command="owned-devices",
    one="serial number",
    words="The company's own devices, by their serial numbers.",
    operations="owned_devices",
    names=(),
    columns=(),
    show="",
    list="find",
    paged=False,
    verbs=(
        Written(name="list", function="owning:show", words="List the serial numbers."),
        Written(
            name="set",
            function="owning:replace",
            words="Make a file's serial numbers the whole list.",
        ),
        Written(name="add", function="owning:add", words="Add serial numbers to the list."),
        Written(name="remove", function="owning:remove", words="Take serial numbers off the list."),
    ),
)
_SETTINGS = Noun(
    command="settings",
    one="settings",
    words="What holds for the whole tenant.",
    operations="settings",
    names=(),
    columns=(),
    show="",
    list="find",
    paged=False,
    verbs=(
        Written(name="show", function="settling:show", words="Show the settings."),
        Written(
            name="update",
            function="settling:update",
            words="Change settings; what is not given stays.",
        ),
    ),
)
_CONFIG = Noun(
    command="config",
    one="configuration",
    words="All that people set, as one file: written, compared, applied.",
    operations="configuration",
    names=(),
    columns=(),
    list="export",
    show="",
    paged=False,
    verbs=(
        Written(
            name="export",
            function="configuring:export",
            words="Print the configuration as YAML; secrets are not in it.",
        ),
        Written(
            name="plan",
            function="configuring:plan",
            words="Tell what a file would change, in words; nothing is changed.",
        ),
        Written(
            name="apply",
            function="configuring:apply",
            words="Make the tenant what a file says, all or nothing; what a section of it does "
            "not name goes.",
        ),
    ),
)

NOUNS = {
    noun.command: noun
    for noun in (
        _USERS,
        _DEVICES,
        _GATEWAYS,
        _RESOURCES,
        _ADDRESSES_NOUN,
        _PROTOCOLS_NOUN,
        _ROLES,
        _GROUPS,
        _RULES,
        _POLICIES,
        _POLICY_TESTS,
        _OWNED,
        _SETTINGS,
        _KEYS,
        _AUDIT,
        _CONFIG,
    )
}
"""All of them by their command, in the contract's order."""
