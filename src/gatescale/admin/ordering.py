"""The order of policies."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from gatescale.admin.call import Filter
from gatescale.admin.fields import completion
from gatescale.admin.session import Session, Wait
from gatescale.admin.verbs import show_rows
from gatescale.errors import InvalidError

if TYPE_CHECKING:
    from gatescale.contract.policies import Policy

_Policy = Annotated[str, typer.Argument(help="Name, or id.", autocompletion=completion("policies"))]
_Other = Annotated[
    str | None,
    typer.Option(metavar="POLICY", help="Name, or id.", autocompletion=completion("policies")),
]


def move(
    session: Session,
    *,
    policy: _Policy,
    before: _Other = None,
    after: _Other = None,
    to: Annotated[
        Literal["first", "last"] | None, typer.Option(help="The top, or down to the default.")
    ] = None,
    wait: Wait = None,
) -> None:
    """Move a policy within the list of its type."""
    if [before, after, to].count(None) != 2:
        raise typer.BadParameter("say one of --before, --after and --to")
    moved = session.client.policies.find(session.resolve("policies", policy))
    order = [each.id for each in _movable(session, moved.type) if each.id != moved.id]
    if other := before or after:
        other_id = session.resolve("policies", other)
        if other_id not in order:
            raise InvalidError(f"{other!r} is no other {moved.type} policy that can be moved")
        place = order.index(other_id) + (after is not None)
    else:
        place = 0 if to == "first" else len(order)
    _put(session, moved.type, [*order[:place], moved.id, *order[place:]], wait)


def reorder(
    session: Session,
    policies: Annotated[
        list[str],
        typer.Argument(
            metavar="POLICY...",
            help="Names or ids of all policies of the type but its default, in the new order.",
            autocompletion=completion("policies"),
        ),
    ],
    type: Annotated[
        Literal["PRIVATE", "SAAS", "INTERNET", "SITETOSITE"],
        typer.Option(help="Whose list it is.", case_sensitive=False),
    ] = "PRIVATE",
    wait: Wait = None,
) -> None:
    """Put all policies of a type into a new order."""
    _put(session, type, [session.resolve("policies", each) for each in policies], wait)


def _movable(session: Session, type: str) -> list["Policy"]:
    wanted: Filter = {"type": type, "isDefault": False}
    return list(session.client.policies.every(filter=wanted, sort="order"))


def _put(session: Session, type: str, ids: list[str], wait: int | None) -> None:
    from gatescale.admin.nouns import NOUNS
    from gatescale.contract.policies import ReorderPolicies

    body = ReorderPolicies(type=type, policies=ids)  # type: ignore[arg-type]  # the shell's choices
    show_rows(session, NOUNS["policies"], session.client.policies.reorder(body, wait=wait))
    session.warn_of_lagging()
