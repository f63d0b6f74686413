"""The company's own devices: a list of serial numbers, shown, replaced, added to, taken from."""

import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gatescale.admin.session import Session, Wait, Yes, confirm
from gatescale.errors import InvalidError

if TYPE_CHECKING:
    from gatescale.contract.owned_devices import OwnedDevices

Serials = Annotated[list[str], typer.Argument(metavar="SERIAL", help="As the maker wrote it.")]


def show(session: Session) -> None:
    """Print the serial numbers, one a line."""
    owned = session.client.owned_devices.find()
    if session.as_json:
        session.print_answer()
        return
    for serial in owned.serial_numbers:
        typer.echo(serial)


def replace(
    session: Session,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="A serial number a line, or a CSV with the column serial; - is standard input.",
        ),
    ],
    *,
    yes: Yes = False,
    wait: Wait = None,
) -> None:
    """Make a file's serial numbers the whole list."""
    content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    wanted = _read(content)
    there = session.client.owned_devices.find()
    gone = len(set(there.serial_numbers) - set(wanted))
    if gone:
        confirm(f"Take {gone} serial numbers off the list?", yes=yes)
    _write(session, there, wanted, wait)


def add(session: Session, serials: Serials, *, wait: Wait = None) -> None:
    """Add serial numbers to the list; those that are there stay."""
    there = session.client.owned_devices.find()
    known = {each.casefold() for each in there.serial_numbers}
    new = [each for each in dict.fromkeys(serials) if each.casefold() not in known]
    _write(session, there, [*there.serial_numbers, *new], wait)


def remove(session: Session, serials: Serials, *, wait: Wait = None) -> None:
    """Take serial numbers off the list."""
    there = session.client.owned_devices.find()
    going = {each.casefold() for each in serials}
    known = {each.casefold() for each in there.serial_numbers}
    if unknown := [each for each in serials if each.casefold() not in known]:
        raise InvalidError(f"not on the list: {', '.join(unknown)}")
    _write(session, there, [s for s in there.serial_numbers if s.casefold() not in going], wait)


def _write(session: Session, there: "OwnedDevices", wanted: list[str], wait: int | None) -> None:
    from gatescale.contract.owned_devices import UpdateOwnedDevices

    session.client.owned_devices.update(
        UpdateOwnedDevices(serial_numbers=wanted),
        if_match=session.client.answered.etag or None,
        wait=wait,
    )
    if session.as_json:
        session.print_answer()
    before = len(there.serial_numbers)
    session.tell(f"{len(wanted):,} serial numbers are on the list, {before:,} were.")
    session.warn_of_lagging()


def _read(content: bytes) -> list[str]:
    """Return the serial numbers of a file, blank lines left out.

    Raises:
        InvalidError: it is no text, or a CSV of several columns without one that is called serial.
    """
    try:
        rows = list(csv.reader(content.decode("utf-8-sig").splitlines()))
    except UnicodeDecodeError:
        raise InvalidError("the file is not UTF-8: save it as CSV UTF-8") from None
    except csv.Error as error:
        raise InvalidError(f"the file is no CSV: {error}") from None
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    header = [_plain(cell) for cell in rows[0]] if rows else []
    place = next((n for n, name in enumerate(header) if name in {"serial", "serialnumber"}), None)
    if place is not None:
        rows = rows[1:]
    elif any(len(row) > 1 for row in rows):
        raise InvalidError("the file has several columns and none of them is called serial")
    found = (row[place or 0].strip() for row in rows if len(row) > (place or 0))
    return [serial for serial in found if serial]


def _plain(title: str) -> str:
    return "".join(filter(str.isalpha, title.casefold()))
