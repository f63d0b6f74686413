"""Who holds which role."""

from typing import Annotated, Literal

import typer

from gatescale.admin.fields import completion
from gatescale.admin.session import Session, Wait
from gatescale.admin.verbs import show_rows


def roles(
    session: Session,
    *,
    user: Annotated[
        str,
        typer.Argument(help="Email, or id.", autocompletion=completion("users"), metavar="USER"),
    ],
    add: Annotated[
        list[str] | None,
        typer.Option(help="Role to give directly.", autocompletion=completion("roles")),
    ] = None,
    remove: Annotated[
        list[str] | None,
        typer.Option(help="Role to take away.", autocompletion=completion("roles")),
    ] = None,
    only: Annotated[
        Literal["groups", "direct"] | None,
        typer.Option(help="Those of groups, or those given directly."),
    ] = None,
    wait: Wait = None,
) -> None:
    """Show somebody's roles, or give and take them."""
    from gatescale.admin.nouns import NOUNS
    from gatescale.contract.roles import UpdateUserRoles

    user_id = session.resolve("users", user)
    users = session.client.users
    if add or remove:
        body = UpdateUserRoles(
            added_roles=[session.resolve("roles", each) for each in add or ()],
            removed_roles=[session.resolve("roles", each) for each in remove or ()],
        )
        held = users.patch_user_roles(user_id, body, wait=wait)
    else:
        held = users.find_user_roles(
            user_id, groups_only=only == "groups", roles_only=only == "direct"
        )
    show_rows(session, NOUNS["roles"], held)
    session.warn_of_lagging()
