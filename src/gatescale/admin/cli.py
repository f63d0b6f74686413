"""The administrator's commands, one group per noun; a group's commands are made when it is used."""

import typer

from gatescale.admin.commands import NounGroup
from gatescale.admin.session import EXIT_CODES

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

GROUPS = {
    "users": "People: invite, change, cut off.",
    "devices": "People's devices: cut off, let back in, remove.",
    "gateways": "What people reach resources through.",
    "resources": "What people reach.",
    "addresses": "Where resources are.",
    "protocols": "Named sets of ports.",
    "roles": "What people may do in the administration, and who may.",
    "groups": "People who share what policies grant.",
    "rules": "Admission rules: conditions that policies carry.",
    "policies": "Who may reach what: ordered lists, the first match decides.",
    "keys": "API keys.",
    "config": "All that people set, as one file: written, compared, applied.",
}
for name, words in GROUPS.items():
    app.add_typer(
        typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None),
        name=name,
        help=words,
        epilog=EXIT_CODES,
        cls=NounGroup,
    )
