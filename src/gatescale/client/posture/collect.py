"""Collect all signals of this device, side by side, each within its time."""

import asyncio
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

import msgspec

from gatescale.client.posture import configuration as configured
from gatescale.client.posture import osquery
from gatescale.client.posture.configuration import Configuration, ConfigurationError
from gatescale.client.posture.programs import UnknownError
from gatescale.client.posture.system import Collector, System, Value
from gatescale.wire.posture import Extra, Signals

PATIENCE: Final = 5.0
"""Seconds that a signal may take; Windows' one question to PowerShell has its own."""
AT_ONCE: Final = 4
"""Signals that are looked at at the same time: the device has other things to do."""
EXTRA: Final = "extra."
"""Begins the name of what a query says, here only."""
FIELDS: Final = {field.name: field.type for field in msgspec.structs.fields(Signals)}


class Posture(msgspec.Struct, frozen=True):
    """What was seen.

    Attributes:
        signals: to be reported.
        reasons: why what is unknown is, by name of field, or of query after ``extra.``.
        overridden: names of the fields whose value the override says.
        override_error: empty, or why the override is not followed.
    """

    signals: Signals
    reasons: dict[str, str] = {}
    overridden: tuple[str, ...] = ()
    override_error: str = ""


class Collection:
    """The collectors of one platform, to be run again and again.

    Args:
        system: the machine.
        platform: as ``sys.platform`` has it.
    """

    def __init__(self, system: System | None = None, platform: str = sys.platform) -> None:
        self._system = system or System()
        self._platform = platform
        self._busy: set[str] = set()
        """Names of signals whose last look has not ended."""

    async def collect(self, configuration: Configuration) -> Posture:
        """Return what can be seen now; what fails or takes too long is unknown."""
        patience, signals = self._collectors(configuration)
        extras = osquery.collectors(self._system, configuration.queries)
        looks = {**signals, **{EXTRA + name: look for name, look in extras.items()}}
        gate = asyncio.Semaphore(AT_ONCE)
        seen = await asyncio.gather(
            *(self._look(gate, name, look, patience) for name, look in looks.items())
        )
        return _posture(dict(zip(looks, seen, strict=True)), configuration)

    def _collectors(self, configuration: Configuration) -> tuple[float, Mapping[str, Collector]]:
        names = configuration.endpoint_protection
        match self._platform:
            case "linux":
                from gatescale.client.posture import linux

                return PATIENCE, linux.collectors(self._system, names)
            case "darwin":
                from gatescale.client.posture import macos

                return PATIENCE, macos.collectors(self._system, names)
            case "win32":
                from gatescale.client.posture import windows

                return windows.PATIENCE, windows.collectors(self._system, names)
            case _:
                return PATIENCE, {}

    async def _look(
        self, gate: asyncio.Semaphore, name: str, look: Collector, patience: float
    ) -> Value | UnknownError:
        async with gate:
            if name in self._busy:
                return UnknownError("the look before this one has not ended")
            try:
                return await asyncio.wait_for(self._aside(name, look), patience)
            except UnknownError as error:
                return error
            except TimeoutError:
                return UnknownError(f"it took longer than {patience:g} s")
            except Exception as error:  # noqa: BLE001 - the device is as it is; no surprise may stop the rest
                return UnknownError(f"it could not be read: {error}")

    def _aside(self, name: str, look: Collector) -> asyncio.Future[Value]:
        """Look in a thread of its own: one that hangs neither fills a pool nor holds up our end."""
        loop = asyncio.get_running_loop()
        seen: asyncio.Future[Value] = loop.create_future()

        def tell(value: Value | None, error: Exception | None) -> None:
            self._busy.discard(name)
            if seen.done():
                return
            if error is not None:
                seen.set_exception(error)
            elif value is not None:
                seen.set_result(value)

        def work() -> None:
            value, problem = None, None
            try:
                value = look()
            except Exception as error:  # noqa: BLE001 - raised where it is awaited
                problem = error
            # Whoever asked may be gone, and the loop with them.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(tell, value, problem)

        self._busy.add(name)
        threading.Thread(target=work, name=f"posture {name}", daemon=True).start()
        return seen


def _posture(seen: Mapping[str, Value | UnknownError], configuration: Configuration) -> Posture:
    reasons: dict[str, str] = {}
    values: dict[str, Any] = {}
    for name, value in seen.items():
        if isinstance(value, UnknownError):
            reasons[name] = value.reason
            continue
        try:
            values[name] = msgspec.convert(value, FIELDS.get(name, Extra))
        except msgspec.ValidationError as error:
            reasons[name] = f"what was read cannot be reported: {error}"
    for name in FIELDS.keys() - seen.keys() - {"extra"}:
        reasons[name] = "this system is not one that can be looked at"
    extra = {
        name.removeprefix(EXTRA): values.pop(name) for name in [*values] if name.startswith(EXTRA)
    }
    overriding, complaint = _overriding(configuration)
    return Posture(
        signals=Signals(**(values | {"extra": extra} | overriding)),
        reasons={name: words for name, words in reasons.items() if name not in overriding},
        overridden=tuple(overriding),
        override_error=complaint,
    )


def _overriding(configuration: Configuration) -> tuple[dict[str, Any], str]:
    if configuration.override is None:
        return {}, ""
    try:
        return configured.read_override(configuration.override), ""
    except ConfigurationError as error:
        return {}, error.detail
