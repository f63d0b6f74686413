"""How a tenant is, at a glance."""

import typer

from gatescale.admin.session import Session


def show(session: Session) -> None:
    """Print how many there are of everything, and what somebody should look at."""
    import msgspec

    from gatescale.admin.table import shown

    found = session.client.overview.find()
    if session.as_json:
        session.print_answer()
        return
    for what in ("users", "devices", "gateways"):
        counts = msgspec.structs.asdict(getattr(found, what))
        words = ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in counts.items())
        typer.echo(f"{what}: {words}")
    typer.echo(f"resources: {found.resources}; policies: {found.policies}")
    for each in found.attention:
        ids = shown(each.target_ids)
        typer.echo(f"{each.severity.lower()}: {each.code}, {each.count}: {ids}")
