"""Admission rules on the command line: written, checked, and what they can say."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gatescale.admin.fields import completion
from gatescale.admin.session import Session, Wait
from gatescale.errors import InvalidError

if TYPE_CHECKING:
    from gatescale.contract.admission_rules import CheckedRule, RuleFault

_SHOWN_BEFORE, _SHOWN_AFTER = 60, 40

# An expression, a file that holds one, a file that holds a form.
_Given = tuple[str | None, Path | None, Path | None]
_NOTHING: _Given = (None, None, None)

_Expression = Annotated[
    str | None,
    typer.Option(
        "--rule",
        help="Condition, such as \"user.department == 'Engineering'\".",
        show_default=False,
    ),
]
_File = Annotated[
    Path | None,
    typer.Option("--file", help="A file that holds the condition; - reads it.", allow_dash=True),
]
_Form = Annotated[
    Path | None,
    typer.Option(
        "--form", help="A file that holds the rule as a form, in JSON; - reads it.", allow_dash=True
    ),
]
_Time = Annotated[
    bool | None,
    typer.Option(
        "--time-constraint/--no-time-constraint",
        help="Whether time decides too; refused if the rule says otherwise.",
        show_default=False,
    ),
]
_Device = Annotated[
    str | None,
    typer.Option(
        "--device",
        help="A device to try the rule on, by name or id.",
        autocompletion=completion("devices"),
        show_default=False,
    ),
]


def create(  # noqa: PLR0913  one parameter an option
    session: Session,
    *,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is called.")],
    rule: _Expression = None,
    file: _File = None,
    form: _Form = None,
    time_constraint: _Time = None,
    wait: Wait = None,
) -> None:
    """Make a rule."""
    from gatescale.contract.admission_rules import WriteAdmissionRule

    checked = _good(session, (rule, file, form))
    body = WriteAdmissionRule(
        name=name, rule=checked.rule, has_time_constraint=_time(checked, time_constraint)
    )
    _show(session, session.client.admission_rules.create(body, wait=wait), checked)


def update(  # noqa: PLR0913  one parameter an option
    session: Session,
    *,
    target: Annotated[
        str,
        typer.Argument(metavar="RULE", help="Name, or id.", autocompletion=completion("rules")),
    ],
    name: Annotated[
        str | None, typer.Option("--name", help="What it is called.", show_default=False)
    ] = None,
    rule: _Expression = None,
    file: _File = None,
    form: _Form = None,
    time_constraint: _Time = None,
    wait: Wait = None,
) -> None:
    """Change a rule, unless somebody else changes it meanwhile."""
    from gatescale.contract.admission_rules import WriteAdmissionRule

    if (name, time_constraint, rule, file, form) == (None, None, *_NOTHING):
        raise typer.BadParameter("nothing to change; there are --name, --rule, --file and --form")
    client = session.client
    there = client.admission_rules.find(session.resolve("rules", target))
    etag = client.answered.etag
    given = (rule, file, form)
    checked = _good(session, (there.rule, None, None) if given == _NOTHING else given)
    body = WriteAdmissionRule(
        name=there.name if name is None else name,
        rule=checked.rule,
        has_time_constraint=_time(checked, time_constraint),
    )
    changed = client.admission_rules.update(there.id, body, if_match=etag, wait=wait)
    _show(session, changed, checked)


def check(
    session: Session,
    *,
    rule: Annotated[
        str | None, typer.Argument(metavar="RULE", help="Condition.", show_default=False)
    ] = None,
    file: _File = None,
    form: _Form = None,
    device: _Device = None,
) -> None:
    """Tell what a rule says; exit code 1 if it is none."""
    checked = _checked(session, (rule, file, form), device)
    if session.as_json:
        session.print_answer()
    elif checked.error is None:
        _tell(session, checked)
    if checked.error is not None:
        if not session.as_json:
            _point(checked.rule, checked.error)
        raise typer.Exit(1)


def language(session: Session) -> None:
    """List the variables and functions that rules have."""
    found = session.client.admission_rules.language()
    if session.as_json:
        session.print_answer()
        return
    from gatescale.admin.table import print_table

    print_table((("VARIABLE", lambda row: row.name), "kind", "meaning"), found.variables)
    session.tell("")
    print_table((("FUNCTION", lambda row: row.example), "meaning"), found.functions)


def _good(session: Session, given: _Given) -> "CheckedRule":
    """Return what the rule says that an option gives, or point at what is wrong with it."""
    checked = _checked(session, given)
    if checked.error is not None:
        _point(checked.rule, checked.error)
        raise typer.Exit(1)
    return checked


def _checked(session: Session, given: _Given, device: str | None = None) -> "CheckedRule":
    from gatescale.contract.admission_rules import CheckAdmissionRule

    rule, file, form = given
    if given.count(None) != 2:
        raise typer.BadParameter("give the rule in one way: written out, by --file or by --form")
    device_id = None if device is None else session.resolve("devices", device)
    if form is not None:
        body = CheckAdmissionRule(form=_form(form), device_id=device_id)
    else:
        text = rule if file is None else _text(file).rstrip("\n")
        body = CheckAdmissionRule(rule=text, device_id=device_id)
    return session.client.admission_rules.check(body)


def _text(path: Path) -> str:
    try:
        return sys.stdin.read() if str(path) == "-" else path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidError(f"{path} is not UTF-8") from None


def _form(path: Path) -> Any:
    import msgspec

    from gatescale.admission.form import Form

    try:
        return msgspec.json.decode(_text(path).encode(), type=Form)
    except (msgspec.DecodeError, RecursionError) as error:
        raise InvalidError(f"{path} holds no form: {error}") from None


def _time(checked: "CheckedRule", given: bool | None) -> bool:  # noqa: FBT001  an option
    return bool(checked.has_time_constraint) if given is None else given


def _show(session: Session, thing: Any, checked: "CheckedRule") -> None:
    from gatescale.admin.verbs import show_one

    show_one(session, thing)
    for warning in checked.warnings:
        typer.echo(f"gatescale: {warning}", err=True)


def _tell(session: Session, checked: "CheckedRule") -> None:
    from gatescale.admin.table import shown

    session.tell(f"It is a rule. It reads {', '.join(checked.variables) or 'nothing'}.")
    if checked.has_time_constraint:
        session.tell("Time alone can change it.")
    for warning in checked.warnings:
        session.tell(shown(warning))
    if checked.explanation is not None:
        verdict = "holds" if checked.explanation.holds else "does not hold"
        session.tell(f"Now it {verdict}: {shown(checked.explanation.sentence)}")


def _point(text: str, fault: "RuleFault") -> None:
    """Print the line that is wrong, with a caret below the place."""
    from rich.cells import cell_len

    from gatescale.admin.table import shown

    line = text.split("\n")[fault.line - 1] if text else ""
    before, after = line[: fault.column - 1], line[fault.column - 1 :]
    head = shown(before[-_SHOWN_BEFORE:])
    start = "…" * (len(before) > _SHOWN_BEFORE)
    end = "…" * (len(after) > _SHOWN_AFTER)
    typer.echo(f"{start}{head}{shown(after[:_SHOWN_AFTER])}{end}", err=True)
    typer.echo(" " * (len(start) + cell_len(head)) + "^", err=True)
    typer.echo(f"line {fault.line}, column {fault.column}: {shown(fault.detail)}", err=True)
