"""The administrator's commands, one group per noun; a group's commands are made when it is used."""

import typer

from gatescale.admin.commands import NounGroup
from gatescale.admin.nouns import NOUNS
from gatescale.admin.session import EXIT_CODES

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

for noun in NOUNS.values():
    # The audit log's group has a command of the controller's host too: __main__ puts it together.
    if noun.command != "audit":
        app.add_typer(
            typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None),
            name=noun.command,
            help=noun.words,
            epilog=EXIT_CODES,
            cls=NounGroup,
        )
