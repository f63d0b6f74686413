"""Inviting people: some by name, all of them or none; or many from a file, each that can be."""

import csv as csv_format
import hashlib
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any, Final

import typer

from gatescale.admin.fields import completion
from gatescale.admin.people import ATTRIBUTE, Person, further_columns, opened, people
from gatescale.admin.session import Session
from gatescale.errors import ConflictError, GatescaleError, InvalidError, NotFoundError

if TYPE_CHECKING:
    from gatescale.contract.users import CreateUser

BATCH: Final = 100
"""People in one request; the most that the API takes."""
_SHOWN: Final = 20
_ROW: Final = re.compile(r"/(\d+)(?:/|$)")


def invite(
    session: Session,
    *,
    emails: Annotated[
        list[str] | None, typer.Argument(metavar="EMAIL", help="Whom to invite.")
    ] = None,
    group: Annotated[
        list[str] | None,
        typer.Option(
            help="Group that they join; with --csv, those whose row names none.",
            autocompletion=completion("groups"),
        ),
    ] = None,
    csv: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="CSV with a header and the columns email and groups, several of them by ;, and if "
            "wanted first_name, last_name, department, title and attribute:NAME. "
            "Run again after an interruption, it goes on. - reads standard input.",
        ),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write what failed and why here, as a CSV to correct and feed in again.",
        ),
    ] = None,
) -> None:
    """Invite people by mail."""
    if bool(emails) == bool(csv) or (report and not csv):
        raise typer.BadParameter("say whom: emails, or --csv FILE with or without --report FILE")
    if csv:
        _invite_file(session, csv, group or [], report)
    else:
        _invite_named(session, emails or [], group or [])


def _invite_named(session: Session, emails: list[str], groups: list[str]) -> None:
    from gatescale.admin.nouns import NOUNS
    from gatescale.admin.verbs import show_rows
    from gatescale.contract.users import CreateUser

    if not groups:
        raise typer.BadParameter("say which group they join: --group NAME")
    ids = [session.resolve("groups", name) for name in groups]
    bodies = [CreateUser(email=email, groups=ids) for email in emails]
    users = session.client.users
    made = [users.create(bodies[0])] if len(bodies) == 1 else users.create(bodies)
    show_rows(session, NOUNS["users"], made)


def _invite_file(session: Session, path: Path, groups: list[str], report: Path | None) -> None:
    if report and report.exists() and path.exists() and report.samefile(path):
        raise InvalidError("the report cannot be the file that is read")
    with opened(path) as file, _reporting(report, further_columns(file)) as failures:
        # Read once before anyone is invited: a file that ends in garbage invites nobody.
        total = sum(1 for _ in people(file))
        outcome = Outcome(failures)
        sending = Sending(session, groups, outcome)
        try:
            with _progress(total) as step:
                everyone = people(file)
                while batch := list(islice(everyone, BATCH)):
                    sending.send(batch)
                    step(len(batch))
        except (GatescaleError, KeyboardInterrupt):
            outcome.tell(session, total)
            typer.echo("gatescale: stopped; run the same command again to go on", err=True)
            raise
    outcome.tell(session, total)
    if outcome.failed:
        raise typer.Exit(1)


@dataclass(slots=True)
class Outcome:
    """What became of the people of a file.

    Attributes:
        failures: where those that failed are written to, if anywhere.
        invited: by this run.
        earlier: invited by an earlier run of the same file.
        already: users before.
        failed: those that could not be invited; ``first`` keeps some of them, all for programs.
    """

    failures: "_Failures | None" = None
    invited: int = 0
    earlier: int = 0
    already: int = 0
    failed: int = 0
    some_already: list[str] = field(default_factory=list)
    first: list[dict[str, Any]] = field(default_factory=list)

    def fail(self, person: Person, reason: str, *, keep: bool) -> None:
        """Count somebody who could not be invited."""
        self.failed += 1
        if keep or len(self.first) < _SHOWN:
            self.first.append({"line": person.line, "email": person.email, "reason": reason})
        if self.failures:
            self.failures.write(person, reason)

    def tell(self, session: Session, total: int) -> None:
        """Print how it went."""
        if session.as_json:
            import msgspec

            told = {
                "total": total,
                "invited": self.invited,
                "invitedEarlier": self.earlier,
                "alreadyUsers": self.already,
                "failed": self.first,
            }
            typer.echo(msgspec.json.encode(told).decode())
            return
        from gatescale.admin.table import shown

        typer.echo(f"Invited {self.invited:,} of {total:,}.")
        if self.earlier:
            typer.echo(f"Invited by an earlier run: {self.earlier:,}.")
        if self.already:
            some = shown(self.some_already)
            more = f" and {self.already - len(self.some_already):,} more"
            some += more if self.already > len(self.some_already) else ""
            typer.echo(f"Users already: {self.already:,} ({some}).")
        if self.failed:
            typer.echo(f"Failed: {self.failed:,}.")
        for each in self.first:
            typer.echo(f"  line {each['line']}: {shown(each['email'])}: {shown(each['reason'])}")
        if self.failed > len(self.first):
            typer.echo("  and more; --report FILE writes them all")


class Sending:
    """Sends batches, each until everybody in it is invited or found wanting."""

    def __init__(self, session: Session, groups: list[str], outcome: Outcome) -> None:
        self._session = session
        self._usual = tuple(groups)
        self._outcome = outcome
        self._failed: dict[Person, str] = {}
        # By name: the group's id, or why there is none.
        self._groups: dict[str, str | GatescaleError] = {}

    def send(self, batch: list[Person]) -> None:
        """Invite those of a batch that can be.

        Raises:
            GatescaleError: not a person, but the whole of it is wrong.
        """
        ready: list[tuple[Person, CreateUser]] = []
        for person in batch:
            body = self._body(person)
            if isinstance(body, str):
                self._failed[person] = body
            else:
                ready.append((person, body))
        try:
            self._settle(ready)
        finally:
            # In the order of the file, whether found wanting here or by the controller.
            for person in sorted(self._failed, key=lambda person: person.line):
                keep = self._session.as_json
                self._outcome.fail(person, self._failed[person], keep=keep)
            self._failed.clear()

    def _settle(self, ready: list[tuple[Person, "CreateUser"]]) -> None:
        client = self._session.client
        earlier = False
        while ready:
            bodies = [body for _, body in ready]
            # The same people get the same answer, should this run repeat an interrupted one.
            key = None if earlier else _key(bodies)
            try:
                client.users.create(bodies, idempotency_key=key)
            except GatescaleError as error:
                wrong = _by_row(error)
                if not wrong:
                    raise
                known = isinstance(error, ConflictError)
                for place, reason in wrong.items():
                    self._set_aside(ready[place][0], reason, known=known, earlier=earlier)
                ready = [one for place, one in enumerate(ready) if place not in wrong]
                continue
            if client.answered.replayed and not earlier:
                # Invited by an earlier run; asked anew, whether they all are users still.
                earlier = True
                continue
            self._outcome.invited += len(ready)
            return

    def _set_aside(self, person: Person, reason: str, *, known: bool, earlier: bool) -> None:
        if not known:
            self._failed[person] = reason
        elif earlier:
            self._outcome.earlier += 1
        else:
            self._outcome.already += 1
            if len(self._outcome.some_already) < 5:
                self._outcome.some_already.append(person.email)

    def _body(self, person: Person) -> "CreateUser | str":
        """Return what is sent for a person, or why nothing can be."""
        from gatescale.contract.users import CreateUser

        if person.wrong:
            return person.wrong
        names = person.groups or self._usual
        if not names:
            return "it names no group, and there is no --group"
        ids = []
        for name in names:
            group = self._group(name)
            if isinstance(group, GatescaleError):
                return group.detail
            ids.append(group)
        from gatescale.admin.spelling import value

        fields: dict[str, Any] = {n: text for n, text in person.more if not n.startswith(ATTRIBUTE)}
        attributes = {
            name.removeprefix(ATTRIBUTE): value(text)
            for name, text in person.more
            if name.startswith(ATTRIBUTE)
        }
        groups_once = list(dict.fromkeys(ids))
        return CreateUser(email=person.email, groups=groups_once, attributes=attributes, **fields)

    def _group(self, name: str) -> "str | GatescaleError":
        if name not in self._groups:
            try:
                self._groups[name] = self._session.resolve("groups", name)
            except (NotFoundError, InvalidError) as error:
                self._groups[name] = error
        return self._groups[name]


def _key(bodies: list["CreateUser"]) -> str:
    import msgspec

    return f"people-{hashlib.sha256(msgspec.json.encode(bodies)).hexdigest()}"


def _by_row(error: GatescaleError) -> dict[int, str]:
    """Return the reasons by the row of the body that they point at."""
    reasons: dict[int, str] = {}
    for each in error.violations:
        if match := _ROW.match(each.pointer):
            reasons.setdefault(int(match[1]), each.detail)
    return reasons


@contextmanager
def _reporting(path: Path | None, further: list[str]) -> Iterator["_Failures | None"]:
    if path is None:
        yield None
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        yield _Failures(file, further)


class _Failures:
    """The report: the file's columns of those who failed, and why."""

    def __init__(self, file: IO[str], further: list[str]) -> None:
        self._further = further
        self._writer = csv_format.writer(_Flushed(file), lineterminator="\n")
        self._writer.writerow(["email", "groups", *further, "reason"])

    def write(self, person: Person, reason: str) -> None:
        more = dict(person.more)
        cells = [more.get(name, "") for name in self._further]
        self._writer.writerow([person.email, ";".join(person.groups), *cells, reason])


class _Flushed:
    """Writes through, so that an interrupted run leaves a whole report of what it did."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def write(self, text: str) -> int:
        written = self._file.write(text)
        self._file.flush()
        return written


def _progress(total: int) -> Any:
    """Return a context whose value is told how many were done; a bar on a terminal."""
    if not sys.stderr.isatty():
        return nullcontext(lambda _: None)
    return _bar(total)


@contextmanager
def _bar(total: int) -> Iterator[Any]:
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Inviting", total=total)
        yield lambda count: progress.advance(task, count)
