"""One controller, by URL: requests over HTTPS, answers as messages, refusals as errors."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeVar
from urllib.request import getproxies, proxy_bypass

import aiohttp
import msgspec
from yarl import URL

from gatescale import __version__, errors
from gatescale.channel import reach
from gatescale.errors import UnavailableError
from gatescale.wire.messages import Bye, DeviceEnrolment, Enrolled, GatewayEnrolment
from gatescale.wire.version import HEADER, PROTOCOL

Answer = TypeVar("Answer")

ANSWER_LIMIT: Final = 1024 * 1024
"""Bytes of an answer that are read; the largest, a problem, is some hundred."""
REQUEST_TIMEOUT: Final = aiohttp.ClientTimeout(total=30, sock_connect=10)
"""Seconds."""
DISMISSALS: Final = ("deactivated", "deleted")
"""Last segments of a problem's type that say that the agent is no longer welcome."""


class DismissedError(errors.ForbiddenError):
    """The controller knows the agent and does not want it back.

    Attributes:
        bye: what it said.
    """

    def __init__(self, bye: Bye) -> None:
        super().__init__(bye.detail)
        self.bye = bye


class Controller:
    """A controller, asked over HTTPS.

    Args:
        url: its public URL; a path in it is kept.
        insecure_http: speak plain HTTP with it, even beyond this machine.
        ca_file: PEM certificates to trust besides the system's.

    Attributes:
        url: without a slash at the end.

    Raises:
        InvalidError: the URL cannot be used, or is plain HTTP to another machine; or the
            certificates cannot be read.
    """

    def __init__(
        self, url: str, *, insecure_http: bool = False, ca_file: Path | None = None
    ) -> None:
        self.url = reach.checked_url(url, insecure_http=insecure_http)
        self._tls = reach.trusting(ca_file)
        self._http: aiohttp.ClientSession | None = None

    async def enrol_device(self, request: DeviceEnrolment) -> Enrolled:
        """Make this machine a device of the user who was invited, or say why not."""
        return await self.post("enrolments/device", request, answer=Enrolled)

    async def enrol_gateway(self, request: GatewayEnrolment) -> Enrolled:
        """Make this machine the gateway that the token names, or say why not."""
        return await self.post("enrolments/gateway", request, answer=Enrolled)

    async def post(
        self, path: str, message: msgspec.Struct, *, answer: type[Answer], token: str = ""
    ) -> Answer:
        """Send ``message`` to ``/agent/v1/{path}`` and return what is answered.

        Args:
            path: below ``/agent/v1/``.
            message: the body.
            answer: type of the answer; ``type(None)``: whatever it says does not matter.
            token: of the agent's session; empty: none.

        Raises:
            GatescaleError: the controller refused (its class by the status), or could not be
                reached (``UnavailableError``).
        """
        with self.plain_errors():
            async with await self.request(
                "POST", path, token=token, body=msgspec.json.encode(message)
            ) as response:
                await self.refuse_problem(response)
                body = await response.content.read(ANSWER_LIMIT)
        if answer is type(None):
            return answer()
        try:
            return msgspec.json.decode(body, type=answer)
        except msgspec.MsgspecError:
            raise UnavailableError(
                f"{self.url} answered something that no Gatescale controller says: is this its URL?"
            ) from None

    async def request(
        self,
        method: str,
        path: str,
        *,
        token: str = "",
        body: bytes | None = None,
        resume: int | None = None,
        timeout: aiohttp.ClientTimeout = REQUEST_TIMEOUT,  # noqa: ASYNC109 - aiohttp keeps it, also for what is read later
    ) -> aiohttp.ClientResponse:
        """Return the answer to a request to ``/agent/v1/{path}`` as soon as its head is there.

        Args:
            method: of HTTP.
            path: below ``/agent/v1/``.
            token: of the agent's session; empty: none.
            body: JSON.
            resume: revision to go on from, for a stream.
            timeout: for head and body.
        """
        if self._http is None:
            # A proxy stands between machines, not between this machine and itself.
            self._http = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(ssl=self._tls),
                trust_env=not reach.is_loopback(URL(self.url)),
            )
        headers = {HEADER: str(PROTOCOL), "User-Agent": f"gatescale/{__version__}"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if body is not None:
            headers["Content-Type"] = "application/json"
        if resume is not None:
            headers["Last-Event-ID"] = str(resume)
        return await self._http.request(
            method,
            f"{self.url}/agent/v1/{path}",
            headers=headers,
            data=body,
            timeout=timeout,
            # A redirect could lead from HTTPS to a place that the administrator never named.
            allow_redirects=False,
        )

    async def refuse_problem(self, response: aiohttp.ClientResponse) -> None:
        """Raise what ``response`` complains of; return if it does not.

        Raises:
            DismissedError: the agent is deactivated or deleted.
            GatescaleError: by the status, with the controller's own words where it has any.
        """
        if response.status // 100 == 2:
            return
        body = await response.content.read(ANSWER_LIMIT)
        problem = reach.problem_of(response, body)
        kind = problem.type.rpartition("/")[2]
        if response.status == errors.ForbiddenError.status and kind in DISMISSALS:
            raise DismissedError(Bye(kind, problem.detail or f"this agent is {kind}"))
        words = reach.words_of(response, problem, self.url)
        raise reach.REFUSALS.get(response.status, UnavailableError)(words)

    def next_host(self) -> str:
        """Return name or address of the host that is talked to: the controller's, or a proxy's."""
        url = URL(self.url)
        if not reach.is_loopback(url) and not proxy_bypass(url.host or ""):
            proxy = URL(getproxies().get(url.scheme, ""))
            return proxy.host or url.host or ""
        return url.host or ""

    @contextmanager
    def plain_errors(self) -> Iterator[None]:
        """Say what the network complains of in plain words, with the URL (``UnavailableError``)."""
        try:
            yield
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise UnavailableError(
                f"the controller at {self.url} cannot be reached: {reach.plain(error)}"
            ) from None

    async def close(self) -> None:
        """Close the connections; the controller may be asked again afterwards."""
        if self._http is not None:
            await self._http.close()
            self._http = None
