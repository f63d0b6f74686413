"""How one controller process runs: read once at start, then only passed on."""

import ipaddress
import re
from dataclasses import dataclass
from pathlib import Path

from gatescale.errors import InvalidError


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What ``gatescale serve`` was told.

    Attributes:
        data_dir: holds the database, the controller's secret and, without SMTP, the mails.
        listen: ``HOST:PORT``.
        public_url: where people and agents reach the controller; no slash at the end.
        smtp_url: ``smtp://``, ``smtp+starttls://`` or ``smtps://`` ``[USER:PASSWORD@]HOST[:PORT]``;
            empty: mails are written to files.
        mail_from: sender of all mails.
        database_url: ``postgresql://…``; empty: SQLite in ``data_dir``.
        tls_cert, tls_key: PEM files; without them the controller speaks plain HTTP.
        metrics_token: bearer token for ``/metrics``; empty: it answers this machine only.
        base_path: prefix of the API's paths, such as ``/qa``; no slash at the end.
        rate_limit: requests a second that each API key or person may send over a while; 0: no
            limit, neither of these nor of tries to sign in.
        trusted_proxies: comma-separated addresses and networks whose ``X-Forwarded-For`` and
            ``X-Forwarded-Proto`` are believed; empty: nobody's.
        geoip: MaxMind DB file that says which country an address is in; without it, none is known.
    """

    data_dir: Path
    listen: str = "127.0.0.1:8443"
    public_url: str = "http://127.0.0.1:8443"
    smtp_url: str = ""
    mail_from: str = "Gatescale <gatescale@localhost>"
    database_url: str = ""
    tls_cert: Path | None = None
    tls_key: Path | None = None
    metrics_token: str = ""
    base_path: str = ""
    rate_limit: int = 100
    trusted_proxies: str = ""
    geoip: Path | None = None

    def __post_init__(self) -> None:
        """Check what can be checked without looking at the machine.

        Raises:
            InvalidError: a value that cannot work; says which and what would.
        """
        host, _, port = self.listen.rpartition(":")
        if not host or not port.isdecimal() or int(port) > 65535:
            raise InvalidError(f"--listen must be HOST:PORT, not {self.listen!r}.")
        if not self.public_url.startswith(("http://", "https://")):
            raise InvalidError(f"--public-url must be http(s)://…, not {self.public_url!r}.")
        if self.database_url and not self.database_url.startswith("postgresql://"):
            raise InvalidError("--database-url must be postgresql://USER:PASSWORD@HOST:PORT/NAME.")
        if self.base_path and not re.fullmatch(r"(/[A-Za-z0-9._~-]+)+", self.base_path):
            raise InvalidError(f"--base-path must be like /qa, not {self.base_path!r}.")
        if self.rate_limit < 0:
            raise InvalidError("--rate-limit is requests a second, or 0 for no limit.")
        for proxy in filter(None, self.trusted_proxies.split(",")):
            _refuse_no_network(proxy.strip())
        if (self.tls_cert is None) != (self.tls_key is None):
            raise InvalidError("--tls-cert and --tls-key go together.")

    @property
    def secret_file(self) -> Path:
        """Where the controller's secret is kept."""
        return self.data_dir / "controller.key"

    @property
    def database_file(self) -> Path:
        """Where SQLite keeps the rows."""
        return self.data_dir / "gatescale.db"

    @property
    def mail_dir(self) -> Path:
        """Where mails land without an SMTP server."""
        return self.data_dir / "mail"


def _refuse_no_network(text: str) -> None:
    try:
        ipaddress.ip_network(text)
    except ValueError:
        raise InvalidError(
            f"--trusted-proxies takes addresses and networks like 10.0.0.0/24, not {text!r}."
        ) from None
