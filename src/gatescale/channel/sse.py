"""Server-Sent Events as they come off the wire (WHATWG HTML, section 9.2.6). No I/O here."""

import re
from typing import Final

import msgspec

from gatescale.errors import UnavailableError

LIMIT: Final = 64 * 1024 * 1024
"""Bytes of one event, so that a broken peer cannot fill the memory. The whole program of a
gateway with 50,000 devices is about a tenth of it."""

_LINE_END: Final = re.compile(rb"\r\n|\r|\n")
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


class ServerEvent(msgspec.Struct, frozen=True):
    """One dispatched event.

    Attributes:
        type: ``message`` unless the stream named another.
        data: its data lines, joined by line feeds.
        last_id: the last id that the stream gave, with this event or before it.
    """

    type: str
    data: str
    last_id: str


class Parser:
    """Bytes in, in chunks cut anywhere; events out, each once it is complete."""

    def __init__(self) -> None:
        self._pending = bytearray()
        self._size = 0
        self._at_start = True
        self._after_return = False
        self._type = ""
        self._data: list[str] = []
        self._last_id = ""

    def feed(self, chunk: bytes) -> list[ServerEvent]:
        """Return the events that ``chunk`` completes.

        Raises:
            UnavailableError: an event is larger than ``LIMIT``.
        """
        if not chunk:
            return []
        if self._after_return:
            chunk = chunk.removeprefix(b"\n")
        self._after_return = chunk.endswith(b"\r")
        *lines, rest = _LINE_END.split(chunk)
        events = []
        for line in lines:
            self._pending += line
            if event := self._line(bytes(self._pending)):
                events.append(event)
            self._pending.clear()
        self._pending += rest
        if self._size + len(self._pending) > LIMIT:
            raise UnavailableError(f"the controller sent an event of more than {LIMIT} bytes")
        return events

    def _line(self, line: bytes) -> ServerEvent | None:
        """Take one line without its end; return the event if it was the empty line after one."""
        if self._at_start:
            line = line.removeprefix(_BYTE_ORDER_MARK)
            self._at_start = False
        if not line:
            return self._dispatch()
        name, _, value = line.decode(errors="replace").partition(":")
        self._field(name, value.removeprefix(" "))
        return None

    def _field(self, name: str, value: str) -> None:
        """Take one field; a comment has an empty name, and unknown names mean nothing."""
        if name == "data":
            self._data.append(value)
            self._size += len(value)
        elif name == "event":
            self._type = value
        elif name == "id" and "\0" not in value:
            self._last_id = value

    def _dispatch(self) -> ServerEvent | None:
        type_, data = self._type or "message", self._data
        self._type, self._data, self._size = "", [], 0
        return ServerEvent(type_, "\n".join(data), self._last_id) if data else None
