"""What happens, a line for each event, until somebody interrupts."""

import typer

from gatescale.admin.session import Session


def follow(session: Session) -> None:
    """Print what changes, and who comes and goes."""
    import msgspec

    from gatescale.admin.table import shown

    for event in session.client.live.follow():
        if session.as_json:
            typer.echo(msgspec.json.encode(event).decode())
        elif isinstance(event.kinds, list):
            typer.echo(f"revision {event.revision}: {shown(event.kinds)}")
        elif isinstance(event.revision, int):
            typer.echo(f"revision {event.revision}")
        else:
            ids = {"devices": event.devices, "gateways": event.gateways}
            typer.echo("; ".join(f"{what} {shown(each)}" for what, each in ids.items() if each))
