"""What the controller writes mails about: shown and changed."""

from typing import Annotated, Any

import typer

from gatescale.admin.session import Session, Wait


def show(session: Session) -> None:
    """Show what mails are written about, and to whom."""
    from gatescale.admin.verbs import show_one

    show_one(session, session.client.notifications.find())


def update(
    session: Session,
    *,
    recipients: Annotated[
        list[str] | None,
        typer.Option(
            "--recipient",
            help="Who gets the mails; give '' for the owner and the administrators.",
            show_default=False,
        ),
    ] = None,
    gateway_alerts: Annotated[
        bool | None,
        typer.Option(
            "--gateway-alerts/--no-gateway-alerts",
            help="Whether gateways that go or come back are told of.",
            show_default=False,
        ),
    ] = None,
    seat_limit: Annotated[
        int | None,
        typer.Option(help="Users that are planned for; 0 for no limit.", show_default=False),
    ] = None,
    seat_threshold: Annotated[
        int | None,
        typer.Option(
            help="Percent of the seats from which their use is told of.", show_default=False
        ),
    ] = None,
    wait: Wait = None,
) -> None:
    """Change what mails are written about; what is not given stays."""
    from gatescale.admin.verbs import show_one
    from gatescale.contract.notifications import UpdateNotifications

    given: dict[str, Any] = {
        "recipients": recipients and [each for each in recipients if each],
        "gateway_alerts": gateway_alerts,
        "seat_limit": seat_limit,
        "seat_threshold": seat_threshold,
    }
    changed = {name: value for name, value in given.items() if value is not None}
    if not changed:
        raise typer.BadParameter(
            "nothing to change; there are --recipient, --gateway-alerts, --no-gateway-alerts,"
            " --seat-limit and --seat-threshold"
        )
    if seat_limit == 0:
        changed["seat_limit"] = None
    show_one(
        session, session.client.notifications.update(UpdateNotifications(**changed), wait=wait)
    )
