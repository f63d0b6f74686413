"""Makes the commands of a noun from the table when they are asked for, so that help is fast."""

from collections.abc import Callable
from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup
from typing_extensions import override

from gatescale.admin.fields import Given
from gatescale.admin.nouns import NOUNS
from gatescale.admin.session import (
    ApiKeyFile,
    AsJson,
    CaFile,
    IgnorePolicyTests,
    InsecureHttp,
    Url,
    opened,
)

if TYPE_CHECKING:
    from gatescale.admin.verbs import Verb

_REACHING = tuple(
    Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
    for name, default, annotation in (
        ("as_json", False, AsJson),
        ("url", None, Url),
        ("api_key_file", None, ApiKeyFile),
        ("insecure_http", False, InsecureHttp),
        ("ca_file", None, CaFile),
    )
)
_FORCING = Parameter(
    "ignore_policy_tests", Parameter.KEYWORD_ONLY, default=False, annotation=IgnorePolicyTests
)
"""What commands take besides that change something."""


class NounGroup(TyperGroup):
    """The commands of the noun that the group is named after, and those that it was given."""

    @override
    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of the commands."""
        return [*self._verbs(), *self.commands]

    @override
    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command, made now if the table has it."""
        verb = self._verbs().get(cmd_name)
        if verb is None:
            return super().get_command(ctx, cmd_name)
        noun = NOUNS[self.name or ""]
        made = typer.Typer(add_completion=False, rich_markup_mode=None)
        function = command(
            lambda session, **given: verb.run(session, noun, given), verb.parameters(noun)
        )
        made.command(cmd_name, help=verb.words, epilog=self.epilog)(function)
        return typer.main.get_command(made)

    def _verbs(self) -> dict[str, "Verb"]:
        return {verb.name: verb for verb in NOUNS[self.name or ""].verbs}


def command(run: Callable[..., None], parameters: list[Parameter]) -> Callable[..., None]:
    """Return what is called with these parameters and with how the controller is reached."""
    changes = any(each.name == "wait" for each in parameters)
    how = (_FORCING, *_REACHING) if changes else _REACHING

    def carry_out(**given: Any) -> None:
        reaching: Given = {each.name: given.pop(each.name) for each in how}
        with opened(**reaching) as session:
            run(session, **given)

    every = [each.replace(kind=Parameter.KEYWORD_ONLY) for each in parameters]
    carry_out.__signature__ = Signature([*every, *how])  # type: ignore[attr-defined]
    return carry_out
