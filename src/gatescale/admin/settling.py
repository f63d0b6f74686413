"""What holds for the whole tenant: shown and changed."""

from typing import Annotated

import typer

from gatescale.admin.session import Session, Wait


def show(session: Session) -> None:
    """Show the settings."""
    from gatescale.admin.verbs import show_one

    show_one(session, session.client.settings.find())


def update(  # noqa: PLR0913 - each is an option of the command
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
    session_idle: Annotated[
        int | None,
        typer.Option(
            help="Seconds without a request after which people are signed out.",
            show_default=False,
        ),
    ] = None,
    session_lifetime: Annotated[
        int | None,
        typer.Option(help="Seconds after which people sign in again.", show_default=False),
    ] = None,
    passwords: Annotated[
        bool | None,
        typer.Option(
            "--passwords/--no-passwords",
            help="Whether passwords sign people in, besides passkeys.",
            show_default=False,
        ),
    ] = None,
    wait: Wait = None,
) -> None:
    """Change settings, unless somebody else does meanwhile; what is not given stays."""
    import msgspec

    from gatescale.admin.verbs import show_one
    from gatescale.contract.settings import UpdateSettings

    given = {
        "time_zone": time_zone,
        "posture_max_age": posture_max_age,
        "session_idle": session_idle,
        "session_lifetime": session_lifetime,
        "allows_passwords": passwords,
    }
    changed = {name: value for name, value in given.items() if value is not None}
    if not changed:
        raise typer.BadParameter(
            "nothing to change; there are --time-zone, --posture-max-age, --session-idle,"
            " --session-lifetime, --passwords and --no-passwords"
        )
    settings = session.client.settings
    there = msgspec.structs.asdict(settings.find())
    how = session.client.answered.etag or None
    wanted = UpdateSettings(**{**there, **changed})
    show_one(session, settings.update(wanted, if_match=how, wait=wait))
