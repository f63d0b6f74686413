"""The way to one controller: requests out, answers back, what may be repeated repeated."""

import os
from collections.abc import AsyncIterator
from contextvars import ContextVar
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any, Final, TypedDict, TypeVar, Unpack

import aiohttp
import msgspec
from yarl import URL

from gatescale import __version__
from gatescale.admin.call import Call
from gatescale.admin.retries import Retries, retry_after
from gatescale.channel import reach
from gatescale.contract.fields import Page
from gatescale.errors import (
    GatescaleError,
    InvalidError,
    NotFoundError,
    PreconditionFailedError,
    TooManyRequestsError,
    UnavailableError,
)

PAGE: Final = 100
"""Rows that are asked for at once; the most that the API gives."""
TIMEOUT: Final = 30
"""Seconds for one try, besides those that a call waits for gateways."""

SILENCE: Final = 60
"""Seconds without a sign of life after which a stream is over; there is one each 15."""

_PASSING: Final = frozenset({429, 502, 503, 504})
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answered:
    """What an answer says besides its typed body.

    Attributes:
        status: of HTTP.
        body: as it came.
        etag: for ``if_match`` of a later change; empty if it has none.
        revision: that the change made; None if nothing was changed.
        lagging: ids of gateways that did not enforce it within ``wait``.
        replayed: it is the answer to an earlier request with the same Idempotency-Key.
    """

    status: int
    body: bytes = b""
    etag: str = ""
    revision: int | None = None
    lagging: tuple[str, ...] = ()
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class _Failure:
    """A try that came to nothing.

    Attributes:
        passing: a later try may succeed.
        after: seconds until then, as the controller says.
        uncertain: it may have been carried out nevertheless.
        second: something was lost before, and it went out again by itself.
    """

    error: GatescaleError
    passing: bool
    after: float | None = None
    uncertain: bool = False
    second: bool = False


_LATEST: ContextVar[tuple["Connection", Answered] | None] = ContextVar("latest", default=None)


class Reaching(TypedDict, total=False):
    """How a controller is reached, besides by what URL and with what key."""

    insecure_http: bool
    ca_file: Path | None
    retries: Retries | None
    timeout: float
    ignore_policy_tests: bool


class Connection:
    """Connections to a controller, made when they are needed.

    Raises:
        InvalidError: the URL or the key cannot be used, or the certificates cannot be read.
    """

    def __init__(self, url: str | None, key: str | None, **how: Unpack[Reaching]) -> None:
        url = url or _setting("the controller's URL", "GATESCALE_URL", "--url (in Python, url=)")
        self.url = reach.checked_url(url, insecure_http=how.get("insecure_http", False))
        key = key or _setting(
            "an API key", "GATESCALE_API_KEY", "a file by --api-key-file (in Python, key=)"
        )
        if not key.isascii() or not key.isprintable() or " " in key:
            raise InvalidError("the API key is one word that begins with gsk_")
        self._key = key
        self._tls = reach.trusting(how.get("ca_file"))
        self._retries = how.get("retries") or Retries()
        self._timeout = how.get("timeout", TIMEOUT)
        self._ignores_tests = how.get("ignore_policy_tests", False)
        self._http: aiohttp.ClientSession | None = None

    @property
    def answered(self) -> Answered:
        """What the latest answer to this task said besides its body.

        Raises:
            LookupError: there is none.
        """
        latest = _LATEST.get()
        if latest is None or latest[0] is not self:
            raise LookupError("the latest call of this task was not of this client")
        return latest[1]

    async def send(self, answer: type[T], call: Call) -> T:
        """Send a call, again if that may help and cannot hurt; return its answer.

        Raises:
            GatescaleError: the controller refused (the class by the status), or could not be
                reached (``UnavailableError``).
        """
        if self._ignores_tests and call.method != "GET":
            call = replace(call, ignore_policy_tests=True)
        answered = await self._settle(call)
        _LATEST.set((self, answered))
        if answer is type(None):
            return answer()
        try:
            return msgspec.json.decode(answered.body, type=answer)
        except msgspec.MsgspecError as error:
            raise UnavailableError(
                f"{self.url} answered something else than this version knows ({error}):"
                " is it the controller's URL?"
            ) from None

    async def page(self, page: type[Page[T]], call: Call, offset: int) -> tuple[list[T], int]:
        """Return rows of a list from ``offset`` on, and where the next ones are; 0: nowhere."""
        query = (*call.query, ("limit", str(PAGE)), ("offset", str(offset)))
        found = await self.send(page, Call(call.method, call.path, call.ids, query))
        return found.data, offset + len(found.data) if found.has_next and found.data else 0

    async def events(self, data: type[T], call: Call) -> AsyncIterator[T]:
        """Yield what each event of a stream says, until the controller ends it.

        Raises:
            GatescaleError: the controller refused, or could not be reached any more.
        """
        patience = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=SILENCE)
        try:
            async with self._session().get(
                f"{self.url}{call.target}",
                headers=call.headers,
                timeout=patience,
                allow_redirects=False,
                trace_request_ctx=[],
            ) as response:
                if response.status != 200:
                    raise self._failure(response, await response.read(), second=False).error
                _LATEST.set((self, Answered(response.status)))
                async for line in response.content:
                    if line.startswith(b"data: "):
                        yield msgspec.json.decode(line[6:], type=data)
        except (aiohttp.ClientError, TimeoutError, OSError, msgspec.MsgspecError) as error:
            raise UnavailableError(
                f"the controller at {self.url} cannot be heard: {reach.plain(error)}"
            ) from None

    async def close(self) -> None:
        """Close the connections; a later call makes new ones."""
        if self._http is not None:
            await self._http.close()
            self._http = None

    async def _settle(self, call: Call) -> Answered:
        uncertain, headers = False, call.headers
        for tried in count(1):
            result = await self._try(call, headers)
            if isinstance(result, Answered):
                return result
            if uncertain or result.second:
                if call.method == "DELETE" and isinstance(result.error, NotFoundError):
                    # The try whose answer was lost did it.
                    return Answered(204)
                _admit_doubt(result.error)
            again = self._retries.seconds(tried, result.after)
            if not (call.repeatable and result.passing) or again is None:
                raise result.error
            uncertain = uncertain or result.uncertain
            await self._retries.pause(again)
        raise AssertionError

    async def _try(self, call: Call, headers: dict[str, str]) -> Answered | _Failure:
        sent: list[str] = []
        try:
            async with self._session().request(
                call.method,
                f"{self.url}{call.target}",
                params=call.query,
                data=None if call.body is None else msgspec.json.encode(call.body),
                headers=headers,
                timeout=aiohttp.ClientTimeout(self._timeout + (call.wait or 0), sock_connect=10),
                # A redirect could lead the key to a place that the administrator never named.
                allow_redirects=False,
                trace_request_ctx=sent,
            ) as response:
                body = await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return _Failure(
                UnavailableError(
                    f"the controller at {self.url} cannot be reached: {reach.plain(error)}"
                ),
                passing=not isinstance(error, aiohttp.ClientSSLError | aiohttp.InvalidURL),
                uncertain=not isinstance(error, aiohttp.ClientConnectorError),
                second=len(sent) > 1,
            )
        if response.status // 100 != 2:
            return self._failure(response, body, second=len(sent) > 1)
        told = response.headers
        revision = told.get("Gatescale-Revision", "")
        return Answered(
            response.status,
            body,
            told.get("ETag", ""),
            int(revision) if revision.isdecimal() else None,
            tuple(filter(None, told.get("Gatescale-Lagging-Gateways", "").split(", "))),
            told.get("Idempotent-Replayed") == "true",
        )

    def _session(self) -> aiohttp.ClientSession:
        if self._http is None:
            self._http = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(ssl=self._tls),
                headers={"User-Agent": f"gatescale/{__version__}", "apikey": self._key},
                # A proxy stands between machines, not between this machine and itself.
                trust_env=not reach.is_loopback(URL(self.url)),
                trace_configs=[_sendings()],
            )
        return self._http

    def _failure(self, response: aiohttp.ClientResponse, body: bytes, *, second: bool) -> _Failure:
        problem = reach.problem_of(response, body)
        words = problem.detail or reach.words_of(response, problem, self.url)
        refusal = reach.REFUSALS.get(response.status, UnavailableError)
        error = refusal(words, *(problem.errors or ()))
        if problem.type.startswith("/problems/"):
            error.kind = problem.type
        error.headers = dict(response.headers)
        return _Failure(
            error,
            passing=response.status in _PASSING,
            after=retry_after(response.headers.get("Retry-After"), response.headers.get("Date")),
            uncertain=response.status != TooManyRequestsError.status,
            second=second,
        )


def _sendings() -> aiohttp.TraceConfig:
    """Return what notes every sending: aiohttp repeats some requests on a lost connection."""

    async def note(_: aiohttp.ClientSession, context: Any, sent: Any) -> None:
        context.trace_request_ctx.append(sent.method)

    trace = aiohttp.TraceConfig()
    trace.on_request_headers_sent.append(note)
    return trace


def _admit_doubt(error: GatescaleError) -> None:
    """Say of a change that is stale that this may be the caller's own doing."""
    if isinstance(error, PreconditionFailedError):
        error.detail += " (An earlier try, whose answer was lost, may have made this change.)"
        error.args = (error.detail,)


def _setting(words: str, variable: str, otherwise: str) -> str:
    value = os.environ.get(variable, "").strip()
    if not value:
        raise InvalidError(f"{words} is missing: set {variable}, or give {otherwise}")
    return value
