"""What every command has: a client, how to show things, and errors told in a line."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gatescale.errors import GatescaleError, InvalidError

if TYPE_CHECKING:
    from gatescale.admin.client import Client

EXIT_CODES = (
    "Settings: GATESCALE_URL and GATESCALE_API_KEY, or the options --url and --api-key-file. "
    "Exit codes: 0 done; 1 refused or failed, which a line on standard error tells; 2 wrong "
    "usage; 130 interrupted."
)

Url = Annotated[
    str | None,
    typer.Option(envvar="GATESCALE_URL", help="The controller's public URL.", show_default=False),
]
ApiKeyFile = Annotated[
    Path | None,
    typer.Option(
        envvar="GATESCALE_API_KEY_FILE",
        help="File that holds the API key; without it, GATESCALE_API_KEY does.",
    ),
]
InsecureHttp = Annotated[
    bool,
    typer.Option(
        "--insecure-http",
        envvar="GATESCALE_INSECURE_HTTP",
        help="Speak plain HTTP with a controller on another machine.",
    ),
]
CaFile = Annotated[
    Path | None,
    typer.Option(
        envvar="GATESCALE_CA_FILE", help="PEM certificates to trust besides the system's."
    ),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="For programs: the API's own JSON, one document a line.")
]
Wait = Annotated[
    int | None,
    typer.Option(
        min=0, max=60, help="Seconds to wait until gateways enforce it.", show_default=False
    ),
]
IgnorePolicyTests = Annotated[
    bool,
    typer.Option("--ignore-policy-tests", help="Make the change even if it breaks policy tests."),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


@dataclass(slots=True)
class Session:
    """One command's dealings with the API.

    Attributes:
        as_json: whether a program reads what is printed.
    """

    client: "Client"
    as_json: bool = False

    def resolve(self, noun: str, text: str) -> str:
        """Return the id of what is called ``text``; an id stays as it is."""
        from gatescale.admin.names import resolve

        return resolve(self.client, noun, text)

    def print_answer(self) -> None:
        """Print the latest answer's JSON as it came."""
        body = self.client.answered.body
        if body:
            typer.echo(body.decode())

    def tell(self, line: str) -> None:
        """Tell a person, and not a program, what was done."""
        if not self.as_json:
            typer.echo(line)

    def warn_of_lagging(self) -> None:
        """Say which gateways did not enforce the latest change in time."""
        if lagging := self.client.answered.lagging:
            typer.echo(f"gatescale: not enforced yet by {', '.join(lagging)}", err=True)


@contextmanager
def opened(
    *,
    url: str | None,
    api_key_file: Path | None,
    insecure_http: bool,
    ca_file: Path | None,
    as_json: bool,
    ignore_policy_tests: bool = False,
) -> Iterator[Session]:
    """Connect as the options say; tell errors in a line."""
    with told_in_a_line():
        from gatescale.admin.client import Client

        key = None if api_key_file is None else key_in(api_key_file)
        with Client(
            url,
            key,
            insecure_http=insecure_http,
            ca_file=ca_file,
            ignore_policy_tests=ignore_policy_tests,
        ) as client:
            yield Session(client, as_json)


def key_in(path: Path) -> str:
    """Return the key that a file holds.

    Raises:
        InvalidError: it holds none.
    """
    key = path.read_text(errors="replace").strip()
    if not key:
        raise InvalidError(f"{path} holds no API key")
    return key


@contextmanager
def told_in_a_line() -> Iterator[None]:
    """Turn what a person can be told about into one line and an exit code."""
    try:
        yield
    except GatescaleError as error:
        typer.echo(f"gatescale: {in_a_line(error)}", err=True)
        raise typer.Exit(1) from None
    except BrokenPipeError:
        # Whoever read this, such as head, has enough.
        sys.stdout = None
        raise typer.Exit(0) from None
    except OSError as error:
        where = f": {error.filename}" if error.filename else ""
        typer.echo(f"gatescale: {error.strerror or error}{where}", err=True)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        typer.echo("gatescale: interrupted", err=True)
        raise typer.Exit(130) from None


def in_a_line(error: GatescaleError) -> str:
    """Return what is wrong, with the pointers to where, in one line."""
    wrong = error.violations
    if len(wrong) == 1 and wrong[0].detail in error.detail:
        words = error.detail
        if wrong[0].pointer and wrong[0].pointer not in words:
            words = f"{wrong[0].pointer}: {words}"
    else:
        told = (f"{each.pointer}: {each.detail}".removeprefix(": ") for each in wrong)
        words = "; ".join([error.detail, *told])
    return " ".join(words.split())


def confirm(question: str, *, yes: bool) -> None:
    """Ask before what cannot be undone.

    Raises:
        BadParameter: there is nobody to ask.
        Abort: the answer is no.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise typer.BadParameter("without a terminal to ask on, this needs --yes")
    typer.confirm(question, abort=True)


def attribute(thing: object, path: str) -> Any:
    """Return what a dotted path of names leads to."""
    for name in path.split("."):
        thing = getattr(thing, name)
    return thing
