"""An enrolled agent's channel: a session proved by its key, a stream down, messages up."""

import asyncio
import secrets
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from functools import partial
from typing import Final

import aiohttp
import msgspec
import structlog

from gatescale.channel.controller import Controller, DismissedError
from gatescale.channel.identity import Identity
from gatescale.channel.signatures import ForgedError, Message, verified
from gatescale.channel.sse import Parser, ServerEvent
from gatescale.errors import GatescaleError, UnauthorizedError
from gatescale.wire.messages import (
    Bye,
    Challenge,
    ChallengeRequest,
    Session,
    SessionRequest,
    Signed,
    session_proof,
)

log = structlog.get_logger()
_dice = secrets.SystemRandom()

SILENCE: Final = 45.0
"""Seconds without a byte after which the stream is dead; see ``wire.messages``, "Stream"."""
SHORTEST_PAUSE: Final = 0.2
LONGEST_PAUSE: Final = 30.0
"""Seconds between two attempts to connect."""
RENEWAL: Final = 0.8
"""Part of a session's lifetime after which it is renewed."""
STREAM_TIMEOUT: Final = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=SILENCE)


class Connected(msgspec.Struct, frozen=True):
    """The stream is open."""


class Disconnected(msgspec.Struct, frozen=True):
    """The stream is down and opened again in a while.

    Said once per outage, and again when the reason is another.
    """

    reason: str


class Received(msgspec.Struct, frozen=True):
    """The controller says so.

    Attributes:
        signed: exactly as received, to be kept.
        message: what is inside; the signature is the controller's.
    """

    signed: Signed
    message: Message


class Dismissed(msgspec.Struct, frozen=True):
    """The agent is no longer welcome.

    After ``deactivated`` the channel goes on trying, as the agent may be let in again, which
    ``Connected`` says; after ``deleted`` the events end.
    """

    bye: Bye


Event = Connected | Disconnected | Received | Dismissed


class Channel:
    """What an enrolled agent and its controller say to each other.

    Args:
        controller: where to ask.
        agent_id: the device's or gateway's id.
        identity: the key that it enrolled with.
        controller_key: the key pinned at enrolment, base64.
    """

    def __init__(
        self, controller: Controller, *, agent_id: str, identity: Identity, controller_key: str
    ) -> None:
        self._controller = controller
        self._agent_id = agent_id
        self._identity = identity
        self._controller_key = controller_key
        self._token = ""
        self._renew_at = 0.0
        self._opening = asyncio.Lock()

    async def events(self, held: Callable[[], int | None]) -> AsyncGenerator[Event, None]:
        """Yield what happens, for ever: the stream is opened again whenever it ends.

        Whoever stops early closes it (``contextlib.aclosing``), and may ask for events anew,
        which opens a new stream.

        Args:
            held: returns the revision that the agent has, so that it gets what it misses;
                None: it gets the whole. Asked at each opening.
        """
        clock = asyncio.get_running_loop().time
        pause = SHORTEST_PAUSE
        said: Event | None = None
        while True:
            opened = clock()
            try:
                async with aclosing(self._stream(held())) as stream:
                    async for event in stream:
                        said = event
                        yield event
                ended: Event = Disconnected("the controller ended the stream")
            except DismissedError as error:
                ended = Dismissed(error.bye)
            except GatescaleError as error:
                ended = Disconnected(error.detail)
            if ended != said:
                yield ended
            if isinstance(ended, Dismissed) and ended.bye.reason == "deleted":
                return
            if isinstance(said, Connected | Received) and clock() - opened > pause:
                pause = SHORTEST_PAUSE
            said = ended
            # Decorrelated, so that agents who lost the same controller do not return at once.
            pause = min(LONGEST_PAUSE, _dice.uniform(SHORTEST_PAUSE, pause * 3))
            await asyncio.sleep(pause)

    async def send(self, path: str, message: msgspec.Struct) -> None:
        """Post ``message`` to ``/agent/v1/{path}``.

        Raises:
            DismissedError: the agent is deactivated or deleted.
            GatescaleError: the controller refused, or could not be reached.
        """
        token = await self._session()
        try:
            await self._controller.post(path, message, answer=type(None), token=token)
        except UnauthorizedError:
            token = await self._session(instead_of=token)
            await self._controller.post(path, message, answer=type(None), token=token)

    async def _stream(self, revision: int | None) -> AsyncGenerator[Event, None]:
        """Yield the events of one stream until it ends.

        Raises:
            DismissedError: the controller said goodbye.
            GatescaleError: the stream could not be opened, or broke.
        """
        with self._controller.plain_errors():
            async with await self._open_stream(revision) as response:
                await self._controller.refuse_problem(response)
                yield Connected()
                parser = Parser()
                async for chunk in response.content.iter_any():
                    for event in parser.feed(chunk):
                        if (received := self._received(event)) is not None:
                            yield received

    async def _open_stream(self, revision: int | None) -> aiohttp.ClientResponse:
        token = await self._session()
        ask = partial(
            self._controller.request, "GET", "stream", resume=revision, timeout=STREAM_TIMEOUT
        )
        response = await ask(token=token)
        if response.status == UnauthorizedError.status:
            response.close()
            response = await ask(token=await self._session(instead_of=token))
        return response

    def _received(self, event: ServerEvent) -> Received | None:
        """Return what ``event`` says; None if it is not for belief or not of this version.

        Raises:
            DismissedError: the controller said goodbye.
        """
        try:
            if event.type == "bye":
                raise DismissedError(msgspec.json.decode(event.data, type=Bye))
            if event.type not in {"program", "lease", "probe"}:
                return None
            signed = msgspec.json.decode(event.data, type=Signed)
            return Received(signed, verified(signed, self._controller_key))
        except ForgedError as error:
            log.warning("a message is ignored", reason=error.detail)
        except msgspec.MsgspecError as error:
            log.warning("a message is ignored", reason=f"it cannot be read: {error}")
        return None

    async def _session(self, *, instead_of: str = "") -> str:
        """Return the token of a session that has not lapsed, opening one if need be.

        Args:
            instead_of: a token that the controller no longer takes.
        """
        async with self._opening:
            now = asyncio.get_running_loop().time()
            if not self._token or self._token == instead_of or now >= self._renew_at:
                session = await self._open_session()
                self._token = session.token
                self._renew_at = now + session.lifetime * RENEWAL
            return self._token

    async def _open_session(self) -> Session:
        challenge = await self._controller.post(
            "challenges", ChallengeRequest(self._agent_id), answer=Challenge
        )
        signature = self._identity.sign(session_proof(challenge.challenge))
        request = SessionRequest(self._agent_id, challenge.challenge, signature)
        return await self._controller.post("sessions", request, answer=Session)
