"""What a device said of its state, over time."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gatescale.admin.fields import completion
from gatescale.admin.session import Session

if TYPE_CHECKING:
    from gatescale.contract.devices import PostureReport


def posture(
    session: Session,
    device: Annotated[
        str,
        typer.Argument(metavar="DEVICE", help="Name, or id.", autocompletion=completion("devices")),
    ],
    *,
    limit: Annotated[int, typer.Option(help="Changes at most.", min=1, max=100)] = 20,
) -> None:
    """Show what a device said of its state, the latest first: what changed, and when."""
    device_id = session.resolve("devices", device)
    page = session.client.devices.find_posture_reports(device_id, limit=limit)
    if session.as_json:
        session.print_answer()
        return
    from gatescale.admin.table import print_table

    columns = (("AT", lambda row: row[0].created_at), ("SIGNALS", lambda row: row[1]))
    print_table(columns, list(_told(page.data)))
    if page.has_next:
        typer.echo(f"{len(page.data)} of {page.total}; --limit shows more", err=True)


def _told(reports: Sequence["PostureReport"]) -> Iterator[tuple["PostureReport", str]]:
    """Yield each report with what is not as in the one before it; of the first, what is known."""
    import msgspec

    states: list[dict[str, Any]] = [msgspec.json.decode(each.posture) for each in reports]
    for place, (report, state) in enumerate(zip(reports, states, strict=True)):
        before = states[place + 1] if place + 1 < len(states) else {}
        changed = (
            f"{name}={_value(value)}"
            for name, value in state.items()
            if value != before.get(name) and value != {}
        )
        yield report, ", ".join(changed)


def _value(value: Any) -> str:
    from gatescale.admin.table import shown

    return "unknown" if value is None else shown(value)
