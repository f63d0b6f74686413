"""What a test of a gateway found, as a table."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from gatescale.admin.fields import completion
from gatescale.admin.session import Session

if TYPE_CHECKING:
    from gatescale.contract.gateways import Check, TestDetails


def test(
    session: Session,
    gateway: Annotated[
        str,
        typer.Argument(
            metavar="GATEWAY", help="Name, or id.", autocompletion=completion("gateways")
        ),
    ],
) -> None:
    """Test a gateway; exit code 1 if something failed."""
    found = session.client.gateways.test_configuration(session.resolve("gateways", gateway))
    if session.as_json:
        session.print_answer()
    else:
        from gatescale.admin.table import print_table

        session.tell(f"{gateway} is {found.status}.")
        columns = (
            ("CHECK", lambda row: row[0]),
            ("OUTCOME", lambda row: row[1].outcome.lower()),
            ("DETAIL", lambda row: row[1].detail),
        )
        print_table(columns, _rows(found.details))
    if found.error:
        raise typer.Exit(1)


def _rows(details: "TestDetails") -> "Iterator[tuple[str, Check]]":
    yield from (
        ("control channel", details.control_channel),
        ("clock", details.clock),
        ("enforcement", details.enforcement),
        ("forwarding", details.forwarding),
        ("WireGuard port", details.wireguard_port),
        ("resources", details.resources),
    )
    for each in details.resources.attempts:
        yield f"{each.resource.name} {each.address} {each.port or ''}".rstrip(), each
