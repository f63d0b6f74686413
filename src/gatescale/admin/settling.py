"""What holds for the whole tenant: shown and changed."""

from typing import Annotated

import typer

from gatescale.admin.session import Session, Wait


def show(session: Session) -> None:
    """Show the settings."""
    from gatescale.admin.verbs import show_one

    show_one(session, session.client.settings.find())


def update(
    session: Session,
    *,
    time_zone: Annotated[
        str | None,
        typer.Option(
            help="Zone that admission rules mean, like Europe/Berlin.", show_default=False
        ),
    ] = None,
    posture_max_age: Annotated[
        int | None,
        typer.Option(
            help="Seconds from which a device's posture counts as unknown.", show_default=False
        ),
    ] = None,
    wait: Wait = None,
) -> None:
    """Change settings, unless somebody else does meanwhile; what is not given stays."""
    from gatescale.admin.verbs import show_one
    from gatescale.contract.settings import UpdateSettings

    if time_zone is None and posture_max_age is None:
        raise typer.BadParameter("nothing to change; there are --time-zone, --posture-max-age")
    settings = session.client.settings
    there = settings.find()
    wanted = UpdateSettings(
        time_zone=there.time_zone if time_zone is None else time_zone,
        posture_max_age=there.posture_max_age if posture_max_age is None else posture_max_age,
    )
    how = session.client.answered.etag or None
    show_one(session, settings.update(wanted, if_match=how, wait=wait))
