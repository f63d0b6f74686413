"""Which policy tests hold, and what speaks against those that do not."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import typer

from gatescale.admin.session import Session

if TYPE_CHECKING:
    from gatescale.contract.policy_tests import PolicyTestOutcome


def run(session: Session) -> None:
    """Try all policy tests now; exit code 1 if one does not hold."""
    found = session.client.policy_tests.run()
    if session.as_json:
        session.print_answer()
    else:
        print_outcomes(found.outcomes)
    if not found.holds:
        raise typer.Exit(1)


def print_outcomes(outcomes: Iterable["PolicyTestOutcome"]) -> None:
    """Tell of each test whether it holds, and why not."""
    from gatescale.admin.table import shown

    for each in outcomes:
        typer.echo(shown(f"{'holds ' if each.holds else 'broken'} {each.test.name}"))
        for against in each.counterexamples:
            typer.echo(shown(f"       {against.sentence}"))
