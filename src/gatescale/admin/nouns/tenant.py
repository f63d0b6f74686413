"""Keys, settings, and the tenant as a whole."""

from gatescale.admin import bodies
from gatescale.admin.listing import Listing
from gatescale.admin.noun import Noun
from gatescale.admin.verbs import (
    Creating,
    Deleting,
    Showing,
    Written,
)

KEYS = Noun(
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
AUDIT = Noun(
    command="audit",
    one="event",
    words="The audit log: who did what, and whether the log is whole.",
    operations="audit_log",
    names=("id",),
    columns=("created_at", "actor.name", "operation", "target.kind", "target.name", "origin"),
    show="",
    verbs=(Listing(words="List what was done, the latest first."),),
)
SETTINGS = Noun(
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
NOTIFICATIONS = Noun(
    command="notifications",
    one="notifications",
    words="What the controller writes mails about, and to whom.",
    operations="notifications",
    names=(),
    columns=(),
    show="",
    list="find",
    paged=False,
    verbs=(
        Written(name="show", function="notifying:show", words="Show the notifications."),
        Written(
            name="update",
            function="notifying:update",
            words="Change notifications; what is not given stays.",
        ),
    ),
)
SESSIONS = Noun(
    command="sessions",
    one="session",
    words="When devices and gateways were online.",
    operations="sessions",
    names=("id",),
    columns=(
        "started_at",
        "kind",
        "agent_name",
        "user_email",
        "origin",
        "country",
        "status",
        "ended_at",
        "end_reason",
    ),
    show="",
    verbs=(Listing(words="List who was online in the last 90 days, the latest first."),),
)
DENIALS = Noun(
    command="denials",
    one="denial",
    words="What gateways denied to devices, and why.",
    operations="denials",
    names=("id",),
    columns=(
        "last_at",
        "device_name",
        "user_email",
        "destination",
        "protocol",
        "port",
        "resource_name",
        "gateway_name",
        "packets",
        "reason",
    ),
    show="",
    verbs=(Listing(words="List what was denied in the last 30 days, the latest first."),),
)
OVERVIEW = Noun(
    command="overview",
    one="overview",
    words="How the tenant is, at a glance.",
    operations="overview",
    names=(),
    columns=(),
    list="find",
    show="",
    paged=False,
    verbs=(
        Written(
            name="show",
            function="glancing:show",
            words="Show counts of everything, and what somebody should look at.",
        ),
    ),
)
TOPOLOGY = Noun(
    command="topology",
    one="topology",
    words="Which devices are led through which gateways to what.",
    operations="topology",
    names=(),
    columns=(),
    list="find",
    show="",
    paged=False,
    verbs=(
        Written(
            name="show",
            function="picturing:show",
            words="Show gateways, resources, and how many devices of each group go there.",
        ),
    ),
)
LIVE = Noun(
    command="live",
    one="event",
    words="What changes, and who comes and goes, while it happens.",
    operations="live",
    names=(),
    columns=(),
    list="follow",
    show="",
    paged=False,
    verbs=(
        Written(
            name="follow",
            function="following:follow",
            words="Print what happens, a line for each event, until interrupted.",
        ),
    ),
)
CONFIG = Noun(
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
