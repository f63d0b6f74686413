"""A person at a browser without scripts: forms and a cookie, over real HTTP."""

import re
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import msgspec
import pyotp

PASSWORD = "four words make one"


@dataclass
class Shown:
    """A page that the person sees."""

    status: int
    url: str
    text: str
    headers: dict[str, str]

    def json(self) -> Any:
        return msgspec.json.decode(self.text)

    def hidden(self, name: str) -> str:
        """Return the value of a hidden field."""
        found = re.search(rf'name="{name}" value="([^"]*)"', self.text)
        assert found, self.text
        return found[1]

    @property
    def alert(self) -> str:
        """Return what the page says went wrong."""
        found = re.search(r'role="alert">([^<]*)<', self.text)
        return found[1] if found else ""

    @property
    def codes(self) -> list[str]:
        """Return the recovery codes on the page."""
        return re.findall(r"<li><code>([^<]+)</code></li>", self.text)

    @property
    def app_key(self) -> str:
        """Return the key for the authenticator app."""
        found = re.search(r"into the app: <code>([^<]+)</code>", self.text)
        assert found, self.text
        return found[1].replace(" ", "")


@dataclass
class Person:
    """Keeps cookies, as a browser does."""

    url: str
    jar: CookieJar = field(default_factory=CookieJar)

    def __post_init__(self) -> None:
        self._opener = build_opener(HTTPCookieProcessor(self.jar))

    def open(self, path: str, form: dict[str, str] | None = None, **headers: str) -> Shown:
        """Open a page, or send a form; redirects are followed."""
        data = urlencode(form).encode() if form is not None else None
        sent = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
        sent |= {k.replace("_", "-"): v for k, v in headers.items()}
        request = Request(self.url + path, data=data, headers=sent)
        return self._send(request)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Shown:
        """Ask the API as the console's own page does."""
        sent = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/json"}
        sent |= {k.replace("_", "-"): v for k, v in headers.items()}
        data = msgspec.json.encode(body) if body is not None else None
        return self._send(Request(self.url + path, data=data, headers=sent, method=method))

    def _send(self, request: Request) -> Shown:
        try:
            answer = self._opener.open(request, timeout=60)
        except HTTPError as error:
            answer = error
        with answer:
            headers = {name.lower(): value for name, value in answer.headers.items()}
            return Shown(answer.status, answer.url, answer.read().decode(), headers)

    def choose_password(self, path: str, **fields: str) -> tuple[Shown, str]:
        """Join by a link with a password; return the last page and the app's key."""
        step = self.open(path, {"password": PASSWORD, "credential": "", **fields})
        assert step.status == 200, step.text
        key = step.app_key
        form = {"ticket": step.hidden("ticket"), "code": pyotp.TOTP(key).now()}
        return self.open(f"{path}/code", form), key
