"""The configuration as a file: out, compared, and made so."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gatescale.admin.asserting import print_outcomes
from gatescale.admin.session import Session, Wait, Yes, confirm
from gatescale.errors import GatescaleError

if TYPE_CHECKING:
    from gatescale.admin.document import Document
    from gatescale.contract.access import Consequence
    from gatescale.contract.configuration import Plan, Step

File = Annotated[
    Path, typer.Argument(metavar="FILE", help="What config export wrote; - is standard input.")
]
CHANGES = 2
"""Exit code of a plan that changes something, if it was asked for."""
_SIGNS = {"create": "+", "update": "~", "move": "~", "delete": "-"}


def export(session: Session) -> None:
    """Print the configuration as YAML; secrets are not in it."""
    session.client.configuration.export()
    if session.as_json:
        session.print_answer()
        return
    import msgspec

    from gatescale.admin.document import written

    configuration = msgspec.json.decode(session.client.answered.body)
    typer.echo(written(configuration), nl=False)


def plan(
    session: Session,
    file: File,
    *,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit with 2 if something would change.")
    ] = False,
) -> None:
    """Tell what a file would change, in words; nothing is changed."""
    document = _read(file)
    with _placed(document):
        planned = session.client.configuration.plan(document.content)
    if session.as_json:
        session.print_answer()
    else:
        _print_plan(planned)
    if planned.steps and exit_code:
        raise typer.Exit(CHANGES)


def apply(session: Session, file: File, *, yes: Yes = False, wait: Wait = None) -> None:
    """Make the tenant what a file says, all or nothing; of a section, what is not named goes."""
    document = _read(file)
    configuration = session.client.configuration
    with _placed(document):
        planned = configuration.plan(document.content)
        if not planned.steps:
            if session.as_json:
                session.print_answer()
            session.tell(_NOTHING)
            return
        if not session.as_json:
            _print_plan(planned)
        confirm(f"Make these {len(planned.steps)} changes?", yes=yes)
        done = configuration.apply(document.content, wait=wait)
    if session.as_json:
        session.print_answer()
    elif done.steps != planned.steps:
        typer.echo("Somebody changed something meanwhile; this is what was done:")
        _print_steps(done.steps)
    session.tell(f"Done: {len(done.steps)} changes, revision {session.client.answered.revision}.")
    session.warn_of_lagging()


_NOTHING = "Nothing to change."


def _read(path: Path) -> "Document":
    from gatescale.admin.document import Document

    if str(path) == "-":
        return Document(sys.stdin.buffer.read(), "standard input")
    return Document(path.read_bytes(), str(path))


@contextmanager
def _placed(document: "Document") -> Iterator[None]:
    """Tell every mistake that the controller finds, a line each, with its place in the file."""
    try:
        yield
    except GatescaleError as error:
        if not error.violations:
            raise
        for line in document.mistakes(error):
            typer.echo(f"gatescale: {' '.join(line.split())}", err=True)
        raise typer.Exit(1) from None


def _print_plan(planned: "Plan") -> None:
    _print_steps(planned.steps)
    print_consequences(planned.consequences or [])
    if planned.broken_tests:
        typer.echo("It breaks policy tests, for which it is refused:")
        print_outcomes(planned.broken_tests)


def _print_steps(steps: list["Step"]) -> None:
    from gatescale.admin.table import shown

    for step in steps:
        typer.echo(f"{_SIGNS[step.action]} {shown(step.words)}")
    if not steps:
        typer.echo(_NOTHING)


def print_consequences(consequences: list["Consequence"]) -> None:
    """Tell who gains or loses what, devices together to which the same happens."""
    from gatescale.admin.table import shown

    for each in consequences:
        known = ", ".join(f"{d.user.email} ({d.name})" for d in each.devices[:_NAMED])
        more = f" and {each.count - _NAMED} more" if each.count > _NAMED else ""
        typer.echo(shown(f"{known}{more}:"))
        for one in each.differences:
            parts = f": {'; '.join([*one.gained, *one.lost])}" if one.effect == "CHANGED" else ""
            typer.echo(shown(f"  {_EFFECTS[one.effect]} {one.resource.name}{parts}"))


_NAMED = 5
_EFFECTS = {"GAINED": "+ gains", "LOST": "- loses", "CHANGED": "~ otherwise reaches"}
