"""Gateways, and what is behind them."""

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

GATEWAYS = Noun(
    command="gateways",
    one="gateway",
    words="What people reach resources through.",
    operations="gateways",
    names=("name",),
    columns=(
        "name",
        "status",
        "endpoint",
        "enforced_revision",
        "current",
        "resources.name",
        "last_online",
    ),
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
        Acting(
            name="start-maintenance",
            operation="start_maintenance",
            words="Send devices to other gateways while people work on these.",
        ),
        Acting(
            name="end-maintenance",
            operation="end_maintenance",
            words="Send devices to these gateways again.",
        ),
        Written(
            name="test",
            function="probing:test",
            words="Test a gateway; exit code 1 if something failed.",
        ),
    ),
)
RESOURCES = Noun(
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
ADDRESSES = Noun(
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
PROTOCOLS = Noun(
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
