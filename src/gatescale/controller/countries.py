"""The country of an address, by the operator's database in the format of MaxMind DB."""

from pathlib import Path
from typing import Any

import maxminddb
import structlog

from gatescale.errors import InvalidError

log = structlog.get_logger()


class Countries:
    """Looks up countries; a file that was replaced is read anew.

    Raises:
        InvalidError: the file is no such database.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._read_at = 0
        self._database: maxminddb.Reader | None = None
        if path is not None:
            try:
                self._open(path)
            except (OSError, maxminddb.InvalidDatabaseError) as error:
                raise InvalidError(f"--geoip {path} cannot be read: {error}") from None

    def of(self, address: str) -> str | None:
        """Return the ISO 3166-1 code of an address's country; None where it is not known."""
        if self._path is None:
            return None
        try:
            if self._path.stat().st_mtime_ns != self._read_at:
                self._open(self._path)
            found: Any = self._database and self._database.get(address)
        except (OSError, ValueError, maxminddb.InvalidDatabaseError) as error:
            log.warning("a country could not be looked up", reason=str(error))
            return None
        country = found.get("country") if isinstance(found, dict) else None
        code = country.get("iso_code") if isinstance(country, dict) else None
        return code if isinstance(code, str) and len(code) == 2 else None

    def _open(self, path: Path) -> None:
        read_at = path.stat().st_mtime_ns
        # In memory, because a file that is overwritten in place must not change below a look-up.
        self._database = maxminddb.open_database(path, maxminddb.MODE_MEMORY)
        self._read_at = read_at
