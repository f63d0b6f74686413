"""Options that become fields of what is sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from inspect import Parameter
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

if TYPE_CHECKING:
    from gatescale.admin.session import Session

Given = dict[str, Any]
OMITTED = object()
"""Says that a field is not sent, even when a thing is made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a body.

    Attributes:
        name: in the contract's struct.
        words: help, without a full stop.
        flag: the option; without it, made from the name.
        kind: of one value.
        many: it is a list, for which the option may be given several times.
        refers: noun that its values are ids of.
        choices: values that there are.
        spelled: reader of a value that is more than a word: a function of ``spelling``.
        mapped: its values are names and values, and are sent as an object.
        usual: what is sent when a thing is made and the option is not given.
        needed: the option must be given to make a thing.
        argument: it stands for itself, without an option, to make a thing.
    """

    name: str
    words: str
    flag: str = ""
    kind: type = str
    many: bool = False
    refers: str = ""
    choices: tuple[str, ...] = ()
    spelled: str = ""
    mapped: bool = False
    usual: Any = OMITTED
    needed: bool = False
    argument: bool = False

    @property
    def option(self) -> str:
        """The option's name, or two of them for yes and no."""
        return self.flag or _flag(self.name, many=self.many)

    def parameter(self, *, making: bool) -> Parameter:
        """Return the parameter of a command that takes it."""
        kind: Any = Literal[self.choices] if self.choices else self.kind
        default = None if not (making and self.needed) else Parameter.empty
        shape: Any = list[kind] if self.many else kind
        if making and self.argument:
            info: Any = typer.Argument(help=f"{self.words}.", metavar=self.name.upper())
        else:
            info = typer.Option(
                self.option,
                help=f"{self.words}.",
                show_default=False,
                case_sensitive=False,
                autocompletion=completion(self.refers),
            )
        wanted: Any = shape if default is Parameter.empty else shape | None
        annotation = Annotated[wanted, info]
        kind_of = Parameter.KEYWORD_ONLY
        return Parameter(self.name, kind_of, default=default, annotation=annotation)

    def value(self, session: "Session", given: Any) -> Any:
        """Return what is sent for what was given; an empty text clears the field."""
        if self.many:
            values = [each for each in given if each != ""]
            read = self._read(session, values)
            return dict(read) if self.mapped else read
        if given == "":
            return None
        return self._read(session, [given])[0]

    def _read(self, session: "Session", values: Sequence[Any]) -> list[Any]:
        if self.spelled:
            from gatescale.admin import spelling

            return [getattr(spelling, self.spelled)(session, value) for value in values]
        if self.refers:
            return [session.resolve(self.refers, value) for value in values]
        return list(values)


def completion(noun: str) -> Any:
    """Return what completes the names of a noun in a shell; None for no noun."""
    if not noun:
        return None

    def complete(incomplete: str) -> list[str]:
        from gatescale.admin.names import suggestions

        return suggestions(noun, incomplete)

    return complete


def values(session: "Session", fields: Sequence[Field], given: Given) -> Given:
    """Return the given fields as they are sent, by the struct's names."""
    return {
        field.name: field.value(session, given[field.name])
        for field in fields
        if given.get(field.name) is not None
    }


def _flag(name: str, *, many: bool) -> str:
    words = name.replace("_", "-")
    if many:
        words = {"policies": "policy", "addresses": "address"}.get(words, words.removesuffix("s"))
    return f"--{words}"
