"""What can be done with any noun: each verb knows its parameters, and how it is carried out."""

import importlib
import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from inspect import Parameter
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typing_extensions import override

from gatescale.admin.fields import OMITTED, Field, Given, completion, values
from gatescale.admin.session import Session, Wait, Yes, confirm

if TYPE_CHECKING:
    from gatescale.admin.noun import Noun


DETAILS = "details"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """Something that can be done.

    Attributes:
        name: the command.
        operation: method of the client's noun.
        words: help, as a sentence.
    """

    name: str = ""
    operation: str = ""
    words: str = ""

    def parameters(self, noun: "Noun") -> list[Parameter]:
        """Return what the command takes, besides how the controller is reached."""
        raise NotImplementedError

    def run(self, session: Session, noun: "Noun", given: Given) -> None:
        """Do it."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing(Verb):
    """Shows one."""

    name: str = "show"
    words: str = "Show one with all that is known of it."

    @override
    def parameters(self, noun: "Noun") -> list[Parameter]:
        """Return the one."""
        return [target(noun)]

    @override
    def run(self, session: Session, noun: "Noun", given: Given) -> None:
        """Print it."""
        from gatescale.admin.names import found

        if noun.show:
            thing_id = session.resolve(noun.command, given["target"])
            show_one(session, getattr(noun.of(session.client), noun.show)(thing_id))
        else:
            _show_found(session, found(session.client, noun.command, given["target"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Creating(Verb):
    """Makes one.

    Attributes:
        struct: ``module:Name`` of the body in ``gatescale.contract``.
        fields: options that fill it.
    """

    name: str = "create"
    operation: str = "create"
    words: str = "Make one."
    struct: str = ""
    fields: tuple[Field, ...] = ()

    @override
    def parameters(self, noun: "Noun") -> list[Parameter]:
        """Return the fields."""
        return [*(field.parameter(making=True) for field in self.fields), WAIT]

    @override
    def run(self, session: Session, noun: "Noun", given: Given) -> None:
        """Make it, and print what was made."""
        body = {each.name: each.usual for each in self.fields if each.usual is not OMITTED}
        body |= values(session, self.fields, given)
        operation = getattr(noun.of(session.client), self.operation)
        show_one(session, operation(shape(self.struct)(**body), wait=given["wait"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Updating(Verb):
    """Changes one: what is not given stays, unless somebody else changes it meanwhile."""

    name: str = "update"
    operation: str = "update"
    words: str = "Change one; what is not given stays, an empty value clears, lists are replaced."
    struct: str = ""
    fields: tuple[Field, ...] = ()

    @override
    def parameters(self, noun: "Noun") -> list[Parameter]:
        """Return the one, and the fields."""
        return [target(noun), *(field.parameter(making=False) for field in self.fields), WAIT]

    @override
    def run(self, session: Session, noun: "Noun", given: Given) -> None:
        """Read it, put what was given in its place, and write it back if it is still the same."""
        from gatescale.admin import spelling
        from gatescale.admin.names import found

        changed = values(session, self.fields, given)
        if not changed:
            flags = ", ".join(field.option for field in self.fields)
            raise typer.BadParameter(f"nothing to change; there are {flags}")
        thing = found(session.client, noun.command, given["target"])
        how: Given = {"wait": given["wait"]}
        if noun.show:
            thing = getattr(noun.of(session.client), noun.show)(thing.id, **noun.brief)
            how["if_match"] = session.client.answered.etag or None
        if noun.command == "resources" and "addresses" in changed:
            changed["addresses"] = spelling.with_ids(changed["addresses"], thing.addresses)
        if "attributes" in changed:
            changed["attributes"] = spelling.merged(thing.attributes, changed["attributes"])
        body = spelling.kept(shape(self.struct), thing) | changed
        operation = getattr(noun.of(session.client), self.operation)
        show_one(session, operation(thing.id, shape(self.struct)(**body), **how))


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting(Verb):
    """Does something to one, or to several if nothing else is named.

    Attributes:
        refs: nouns that further arguments are names of, by the parameter's name.
        struct: of the body, if there is one; it takes refs and fields.
        fields: options that fill the body, or flags of the query.
        shows: noun of what is answered, or ``DETAILS``: each by itself, for what it says once.
        changes: whether gateways may have to enforce it.
        question: asked before; ``{}`` stands for what it is done to.
        done: told after it, where nothing is answered.
    """

    refs: tuple[tuple[str, str], ...] = ()
    struct: str = ""
    fields: tuple[Field, ...] = ()
    shows: str = ""
    changes: bool = True
    question: str = ""
    done: str = "Done: {}."

    @override
    def parameters(self, noun: "Noun") -> list[Parameter]:
        """Return the one or more, and what else is named."""
        alone = not self.refs and not self.fields
        return [
            target(noun, several=alone),
            *(_reference(name, other) for name, other in self.refs),
            *(field.parameter(making=True) for field in self.fields),
            *([WAIT] if self.changes else []),
            *([YES] if self.question else []),
        ]

    @override
    def run(self, session: Session, noun: "Noun", given: Given) -> None:
        """Do it to each, after all are known."""
        import msgspec

        texts = given["target"] if isinstance(given["target"], list) else [given["target"]]
        ids = [session.resolve(noun.command, text) for text in texts]
        refs = {name: session.resolve(other, given[name]) for name, other in self.refs}
        told = {
            "refs": refs,
            "fields": values(session, self.fields, given),
            "wait": given.get("wait"),
        }
        if self.question:
            confirm(self.question.format(", ".join(texts)), yes=given["yes"])
        answers = []
        for text, thing_id in zip(texts, ids, strict=True):
            answer = self._answer(session, noun, thing_id, told)
            in_table = isinstance(answer, msgspec.Struct) and self.shows != DETAILS
            if in_table and len(ids) > 1 and not session.as_json:
                answers.append(answer)
            else:
                self._show(session, noun, text, answer)
        if answers:
            show_rows(session, noun, answers)

    def _answer(self, session: Session, noun: "Noun", thing_id: str, told: Given) -> Any:
        operation = getattr(noun.of(session.client), self.operation)
        how = {"wait": told["wait"]} if self.changes else {}
        if self.struct:
            body = shape(self.struct)(**told["refs"], **told["fields"])
            return operation(thing_id, body, **how)
        return operation(thing_id, *told["refs"].values(), **told["fields"], **how)

    def _show(self, session: Session, noun: "Noun", text: str, answer: Any) -> None:
        if answer is None:
            session.tell(self.done.format(text))
            session.warn_of_lagging()
        elif isinstance(answer, list):
            from gatescale.admin.nouns import NOUNS

            show_rows(session, NOUNS[self.shows or noun.command], answer)
        else:
            show_one(session, answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleting(Verb):
    """Removes one or several for good."""

    name: str = "delete"
    operation: str = "delete"
    words: str = "Remove one or several for good."

    @override
    def parameters(self, noun: "Noun") -> list[Parameter]:
        """Return the ones."""
        return [target(noun, several=True), WAIT, YES]

    @override
    def run(self, session: Session, noun: "Noun", given: Given) -> None:
        """Remove each, after all are known and somebody said yes."""
        ids = [session.resolve(noun.command, text) for text in given["target"]]
        named = ", ".join(given["target"])
        confirm(f"Delete {noun.one if len(ids) == 1 else noun.many} {named}?", yes=given["yes"])
        for text, thing_id in zip(given["target"], ids, strict=True):
            getattr(noun.of(session.client), self.operation)(thing_id, wait=given["wait"])
            session.tell(f"Deleted {noun.one} {text}.")
            session.warn_of_lagging()


@dataclass(frozen=True, slots=True, kw_only=True)
class Written(Verb):
    """A command of its own: a function that takes the session and its own parameters.

    Attributes:
        function: ``module:name`` of it in ``gatescale.admin``.
    """

    function: str = ""

    @override
    def parameters(self, noun: "Noun") -> list[Parameter]:
        """Return the function's own parameters."""
        signature = inspect.signature(self._function(), eval_str=True)
        return [each for name, each in signature.parameters.items() if name != "session"]

    @override
    def run(self, session: Session, noun: "Noun", given: Given) -> None:
        """Call the function."""
        self._function()(session, **given)

    def _function(self) -> Any:
        module, _, name = self.function.partition(":")
        return getattr(importlib.import_module(f"gatescale.admin.{module}"), name)


def shape(struct: str) -> Any:
    """Return a struct of the contract by ``module:Name``."""
    module, _, name = struct.partition(":")
    return getattr(importlib.import_module(f"gatescale.contract.{module}"), name)


def show_one(session: Session, thing: Any) -> None:
    """Print what the latest answer holds."""
    if session.as_json:
        session.print_answer()
    else:
        from gatescale.admin.table import print_details

        print_details(thing)
    session.warn_of_lagging()


def show_rows(session: Session, noun: "Noun", rows: Sequence[Any]) -> None:
    """Print the rows that the latest answer holds."""
    if session.as_json:
        session.print_answer()
    else:
        from gatescale.admin.table import print_table

        print_table(noun.columns, rows)


def _show_found(session: Session, thing: Any) -> None:
    """Print one row of the list that the latest answer holds."""
    if not session.as_json:
        show_one(session, thing)
        return
    import msgspec

    for row in msgspec.json.decode(session.client.answered.body, type=list[msgspec.Raw]):
        if msgspec.json.decode(row)["id"] == thing.id:
            typer.echo(bytes(row).decode())


def option(name: str, kind: Any, flag: str, *, default: Any = None, **more: Any) -> Parameter:
    """Return an option as a parameter."""
    shown = {"show_default": default not in {None, False}, **more}
    annotation = Annotated[kind, typer.Option(flag, **shown)]
    return Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def target(noun: "Noun", *, several: bool = False) -> Parameter:
    """Return the argument that names what something is done to."""
    info: Any = typer.Argument(
        metavar=noun.one.upper(),
        help=f"{' or '.join(noun.names).capitalize()}, or id.",
        autocompletion=completion(noun.command),
        show_default=False,
    )
    kind: Any = list[str] if several else str
    return Parameter("target", Parameter.KEYWORD_ONLY, annotation=Annotated[kind, info])


def _reference(name: str, command: str) -> Parameter:
    from gatescale.admin.nouns import NOUNS

    noun = NOUNS[command]
    info: Any = typer.Argument(
        metavar=noun.one.upper(),
        help=f"{' or '.join(noun.names).capitalize()}, or id.",
        autocompletion=completion(command),
        show_default=False,
    )
    return Parameter(name, Parameter.KEYWORD_ONLY, annotation=Annotated[str, info])


WAIT = Parameter("wait", Parameter.KEYWORD_ONLY, default=None, annotation=Wait)
YES = Parameter("yes", Parameter.KEYWORD_ONLY, default=False, annotation=Yes)
