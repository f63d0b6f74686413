"""``posture.toml``: what the device's administrator says of its posture.

endpoint_protection = ["falcon-sensor", "our-scanner.service"]
override = "/etc/gatescale/demonstration.json"

[queries]
usb_disks = "SELECT count(*) FROM block_devices WHERE type = 'USB'"
"""

import tomllib
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from gatescale.errors import GatescaleError
from gatescale.wire.posture import ExtraName, Signals

SYSTEM_WIDE: Final = Path("/etc/gatescale/posture.toml")
LIMIT: Final = 256 * 1024
"""Bytes."""

ProgramName = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._@:-]{0,99}$(?!\n)")]
Query = Annotated[str, Meta(min_length=1, max_length=4000)]


class ConfigurationError(GatescaleError):
    """The posture configuration says something that cannot be followed."""

    title = "Posture configuration unusable"


class Configuration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the device's administrator says of its posture.

    Attributes:
        endpoint_protection: names of processes, and of systemd units (``….service``), of which
            one must run; None: those that the client knows.
        queries: osquery's SQL by name; each gives one value.
        override: path of a JSON object of signals that take the place of what is seen.
    """

    endpoint_protection: tuple[ProgramName, ...] | None = None
    queries: Annotated[dict[ExtraName, Query], Meta(max_length=50)] = {}
    override: Annotated[str, Meta(pattern=r"^/[^\x00]*$")] | None = None


def places(folder: Path) -> tuple[Path, Path]:
    """Return where the configuration may lie, the first that is there holds.

    Args:
        folder: the client's state directory.
    """
    return folder / "posture.toml", SYSTEM_WIDE


def read(folder: Path) -> Configuration:
    """Return the configuration; what is built in, if there is none.

    Raises:
        ConfigurationError: it cannot be read; says which key is wrong.
    """
    for path in places(folder):
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            continue
        except OSError as error:
            raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from None
        return _parsed(path, content)
    return Configuration()


def read_override(path: str) -> dict[str, Any]:
    """Return the signals that a file sets, by field of ``Signals``; none if it is not there.

    Raises:
        ConfigurationError: it holds something else.
    """
    try:
        content = Path(path).read_bytes()
        given = msgspec.json.decode(content, type=dict[str, msgspec.Raw])
        signals = msgspec.json.decode(content, type=Signals)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from None
    except msgspec.MsgspecError as error:
        raise ConfigurationError(f"{path}: {error}") from None
    fields = {field.encode_name: field.name for field in msgspec.structs.fields(Signals)}
    if unknown := sorted(given.keys() - fields.keys()):
        raise ConfigurationError(f"{path}: there is no signal {unknown[0]}")
    return {fields[name]: getattr(signals, fields[name]) for name in given}


def _parsed(path: Path, content: bytes) -> Configuration:
    try:
        if len(content) > LIMIT:
            raise ConfigurationError(f"{path} has more than {LIMIT} bytes")
        return msgspec.convert(tomllib.loads(content.decode()), Configuration)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} is not TOML: {error}") from None
    except msgspec.ValidationError as error:
        words, _, place = str(error).partition(" - at `")
        key = place.rstrip("`").removeprefix("key in ").removeprefix("$.")
        where = f"{key}: " if place and key != "$" else ""
        # Nothing can be null in TOML.
        raise ConfigurationError(f"{path}: {where}{words.replace(' | null', '')}") from None
