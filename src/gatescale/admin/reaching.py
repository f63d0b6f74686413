"""Who reaches what, as it is and as it would be."""

import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from gatescale.admin.configuring import print_consequences
from gatescale.admin.explaining import IsDevice, Who, about
from gatescale.admin.fields import completion
from gatescale.admin.listing import show_pages
from gatescale.admin.session import Session
from gatescale.errors import InvalidError

_Limit = Annotated[int, typer.Option(help="Rows at most.", min=1)]
_Offset = Annotated[int, typer.Option(help="Rows to leave out.", min=0)]
_All = Annotated[bool, typer.Option("--all", help="All rows, whatever --limit says.")]

_COLUMNS = (
    "user.email",
    "device.name",
    "resource.name",
    "gateway.name",
    ("REACHES", lambda row: "all of it" if row.whole else "a part"),
)


def who_reaches(
    session: Session,
    resource: Annotated[
        str,
        typer.Argument(
            metavar="RESOURCE", help="Name, or id.", autocompletion=completion("resources")
        ),
    ],
    *,
    limit: _Limit = 50,
    offset: _Offset = 0,
    every: _All = False,
) -> None:
    """List whose devices reach a resource now, and through which gateway."""
    asked = partial(session.client.access.matrix, resource=resource)
    show_pages(session, _COLUMNS, asked, offset=offset, most=None if every else limit)


def reach(
    session: Session,
    who: Who,
    *,
    device: IsDevice = False,
    limit: _Limit = 50,
    offset: _Offset = 0,
    every: _All = False,
) -> None:
    """List what a user's devices or one device reach now, and through which gateway."""
    most = None if every else limit

    def show(user: str | None = None, device: str | None = None) -> None:
        asked = partial(session.client.access.matrix, user=user, device=device)
        show_pages(session, _COLUMNS, asked, offset=offset, most=most)

    about(who, show, is_device=device)


def preview(
    session: Session,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help='JSON: {"changes": [{"operation": …, "parameters": …, "body": …}]}; - is '
            "standard input.",
        ),
    ],
) -> None:
    """Tell who would gain or lose what by changes, which are not made."""
    import msgspec

    from gatescale.contract.access import Supposition

    text = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    try:
        supposed = msgspec.json.decode(text, type=Supposition)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidError(f"{file}: {error}") from None
    found = session.client.access.preview(supposed)
    if session.as_json:
        session.print_answer()
        return
    print_consequences(found.consequences)
    if not found.consequences:
        typer.echo("Nobody gains or loses anything.")
