"""Why somebody reaches something or does not, in words."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from gatescale.admin.call import is_id
from gatescale.admin.fields import completion
from gatescale.admin.session import Session
from gatescale.errors import InvalidError, NotFoundError

if TYPE_CHECKING:
    from gatescale.admission.finding import Finding
    from gatescale.contract.access import (
        Access,
        AccessExplanation,
        AccessGateway,
        AccessRule,
        PassedOver,
    )

T = TypeVar("T")

NOT_ALLOWED = 3
"""Exit code where something that was asked about is not allowed."""

_MARKS = {"holds": "+", "does not hold": "-", "absent": "?", "error": "!"}


def people_and_devices(incomplete: str) -> list[str]:
    """Return emails and names of devices that begin so, for a shell."""
    from gatescale.admin.names import suggestions

    return [*suggestions("users", incomplete), *suggestions("devices", incomplete)]


Who = Annotated[
    str,
    typer.Argument(
        metavar="WHO",
        help="A user's email or a device's name, or the id of either.",
        autocompletion=people_and_devices,
    ),
]
IsDevice = Annotated[
    bool, typer.Option("--device", help="WHO is a device, even if its name has an @.")
]


def about(who: str, ask: Callable[..., T], *, is_device: bool) -> T:
    """Return what is answered about a user or a device, whichever is called so.

    Args:
        who: email or name, or id.
        ask: takes either ``user`` or ``device``.
        is_device: it is a device for certain.
    """
    if is_id(who) and not is_device:
        try:
            return ask(user=who.lower())
        except NotFoundError:
            return ask(device=who.lower())
    return ask(user=who) if "@" in who and not is_device else ask(device=who)


def explain(
    session: Session,
    who: Who,
    to: Annotated[
        str,
        typer.Argument(
            metavar="TO",
            help="RESOURCE:PORT or ADDRESS:PORT, with /tcp, /udp or /icmp behind; or RESOURCE.",
            autocompletion=completion("resources"),
        ),
    ],
    *,
    at: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="A moment in the past, as 2026-03-01T09:30; without a zone, of this computer's.",
        ),
    ] = None,
    device: IsDevice = False,
    every: Annotated[
        bool, typer.Option("--all", help="Name also each policy that is about somebody else.")
    ] = False,
) -> None:
    """Tell whether WHO reaches TO and why; exit code 3 if not."""
    when = None if at is None else _moment(at)
    ask = partial(session.client.access.explain, to=to, at=when)
    found = about(who, ask, is_device=device)
    if session.as_json:
        session.print_answer()
    else:
        _print(found, who, every=every)
    if not found.results or not all(each.allowed for each in found.results):
        raise typer.Exit(NOT_ALLOWED)


def _moment(text: str) -> str:
    try:
        return datetime.fromisoformat(text).astimezone(UTC).isoformat().replace("+00:00", "Z")
    except (ValueError, OverflowError):
        detail = f"{text!r} is no moment: write 2026-03-01T09:30, or with a zone, {_WITH_A_ZONE}"
        raise InvalidError(detail) from None


_WITH_A_ZONE = "2026-03-01T09:30:00+01:00"


def _print(found: "AccessExplanation", who: str, *, every: bool) -> None:
    from gatescale.admin.table import shown

    for access in found.results:
        for line in _lines(access, every=every):
            typer.echo(shown(line))
    if not found.results:
        typer.echo(shown(f"{who} has no device, and so reaches nothing."))
    typer.echo(shown(f"As of {found.at}, revision {found.revision}."))


def _lines(access: "Access", *, every: bool) -> Iterator[str]:
    place = access.destination
    spoken = " ".join(filter(None, (place.address, place.protocol, place.port)))
    where = f"{place.resource.name} ({spoken})" if place.resource else spoken
    verdict = "ALLOWED" if access.allowed else "NOT ALLOWED"
    yield f"{access.device.name} of {access.user.email} to {where}: {verdict}"
    yield f"  {access.sentence}"
    if access.rule:
        yield from _rule(access.rule, "  ")
    if access.gateway:
        yield f"  {_gateway(access.gateway)}"
    shown = [each for each in access.passed_over if every or each.reason != "SOURCE"]
    if access.passed_over:
        yield "  Policies passed over, in their order:"
    for each in shown:
        yield from _over(each)
    if left := len(access.passed_over) - len(shown):
        more = "policies that are" if left > 1 else "policy that is"
        yield f"    {left}{' more' if shown else ''} {more} about somebody else; --all names them"


def _gateway(gateway: "AccessGateway") -> str:
    if gateway.enforces is None:
        return f"The gateway was {gateway.name}."
    does = "enforces this" if gateway.enforces else "does not enforce this yet, or is away"
    return f"The gateway {gateway.name} {does}."


def _over(over: "PassedOver") -> Iterator[str]:
    yield f"    {over.policy.name}: {over.sentence}"
    if over.rule and over.rule.finding:
        yield f"      The rule {over.rule.name}:"
        yield from _finding(over.rule.finding, "        ")


def _rule(rule: "AccessRule", indent: str) -> Iterator[str]:
    yield f"{indent}Its rule {rule.name} holds:"
    if rule.finding:
        yield from _finding(rule.finding, f"{indent}  ")


def _finding(finding: "Finding", indent: str) -> Iterator[str]:
    seen = ", ".join(
        f"{each.name} is {'absent' if each.value is None else each.value}" for each in finding.seen
    )
    detail = "" if finding.parts else finding.detail or seen
    yield f"{indent}{_MARKS[finding.result]} {finding.text}{f'   ({detail})' * bool(detail)}"
    for part in finding.parts:
        yield from _finding(part, f"{indent}  ")
