"""Devices, gateways and resources, as a picture shows them."""

from typing import Annotated

import typer

from gatescale.admin.session import Session


def show(
    session: Session,
    *,
    gateway: Annotated[
        str | None, typer.Option(help="List the devices granted anything behind it.")
    ] = None,
    group: Annotated[str | None, typer.Option(help="List the devices of its members.")] = None,
) -> None:
    """Print gateways with what is behind them, and groups with how many devices go there."""
    from gatescale.admin.table import print_table

    found = session.client.topology.find(
        gateway=None if gateway is None else session.resolve("gateways", gateway),
        group=None if group is None else session.resolve("groups", group),
    )
    if session.as_json:
        session.print_answer()
        return
    names = {each.id: each.name for each in found.gateways}
    print_table(("name", "status", "enforced_revision", "current"), found.gateways)
    print_table(
        ("name", "type", ("GATEWAYS", lambda row: [names[i] for i in row.gateway_ids])),
        found.resources,
    )
    ways = ("WAYS", lambda row: [f"{names[w.gateway_id]}={w.total}" for w in row.gateways])
    print_table(("name", "total", "online", ways), found.groups)
    if gateway or group:
        print_table(("name", "online", "user_id", "id"), found.devices)
