"""People, their groups and roles, and their devices."""

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

USERS = Noun(
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
            name="sign-in-link",
            operation="create_sign_in_link",
            words="Make a one-time link by which somebody sets up sign-in anew.",
            shows=DETAILS,
        ),
        Acting(
            name="enrolment-code",
            operation="create_enrolment_code",
            words="Make a one-time code for a further device of somebody.",
            shows=DETAILS,
        ),
    ),
)
DEVICES = Noun(
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
OWNED = Noun(
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
ROLES = Noun(
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
GROUPS = Noun(
    command="groups",
    one="group",
    words="People who share what policies grant.",
    operations="groups",
    names=("name",),
    columns=(
        "name",
        "roles.name",
        ("MEMBERS", lambda group: group.user_count),
        "max_devices",
        "description",
    ),
    brief={"without_users": True},
    verbs=(
        Listing(),
        Showing(),
        Creating(struct="groups:WriteGroup", fields=bodies.GROUP),
        Updating(struct="groups:WriteGroup", fields=bodies.GROUP),
        Deleting(words="Remove groups and what they granted; nobody is left without a group."),
    ),
)
