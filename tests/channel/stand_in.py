"""A small real controller for agents' tests: HTTP, challenges, sessions, signed events.

It keeps the rules of ``wire.messages``: a challenge is answered once, a secret enrols one device,
a repeated enrolment by the same keys gets the same answer. Everything it is sent is kept.
"""

import asyncio
import base64
import secrets
import socket
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Self

import msgspec
from aiohttp import web
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from gatescale.wire import messages as wire
from gatescale.wire.version import HEADER, SUPPORTED

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
HEARTBEAT = 0.2


class StandIn:
    def __init__(self) -> None:
        self.requests: list[str] = []
        self.statuses: list[int] = []
        """Method, path, headers and body of each."""
        self.resumed: list[str | None] = []
        """Last-Event-ID of each stream."""
        self.posted: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue()
        self.opened: asyncio.Queue[str] = asyncio.Queue()
        """Agent id of each stream that was opened."""
        self.refused: asyncio.Queue[str] = asyncio.Queue()
        """Agent id of each session that was refused because of the dismissal."""
        self.invitations: set[str] = set()
        self.gateway_tokens: dict[str, str] = {}
        """Gateway id by token."""
        self.lifetime = 3600
        self.lose_answers = 0
        """How many enrolments are done without their answer arriving."""
        self.tokens: dict[str, str] = {}
        self.sessions_opened = 0
        self.dismissal: wire.Bye | None = None
        self.whole: tuple[str, bytes] | None = None
        """Id and data of the event that a stream begins with."""
        self.key = Ed25519PrivateKey.generate()
        self.url = ""
        self._challenges: dict[str, str] = {}
        self._spent: dict[str, wire.DeviceEnrolment] = {}
        self._answers: dict[str, wire.Enrolled] = {}
        self._identities: dict[str, str] = {}
        self._streams: set[asyncio.Queue[bytes | None]] = set()
        self._runner: web.AppRunner | None = None

    @property
    def controller_key(self) -> str:
        return base64.b64encode(self.key.public_key().public_bytes_raw()).decode()

    def sign(self, message: msgspec.Struct, key: Ed25519PrivateKey | None = None) -> bytes:
        payload = msgspec.json.encode(message)
        signature = base64.b64encode((key or self.key).sign(payload)).decode()
        return msgspec.json.encode(wire.Signed(msgspec.Raw(payload), signature))

    def know(self, agent_id: str, identity_key: str) -> None:
        self._identities[agent_id] = identity_key

    async def start(
        self, listener: socket.socket | None = None, tls: ssl.SSLContext | None = None
    ) -> Self:
        app = web.Application(middlewares=[self._record])
        app.router.add_post("/agent/v1/enrolments/device", self._enrol)
        app.router.add_post("/agent/v1/enrolments/gateway", self._enrol_gateway)
        app.router.add_post("/agent/v1/challenges", self._challenge)
        app.router.add_post("/agent/v1/sessions", self._session)
        app.router.add_get("/agent/v1/stream", self._stream)
        app.router.add_post("/agent/v1/{path:acks|status|probes|posture}", self._post)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        if listener is None:
            listener = socket.create_server(("127.0.0.1", 0))
        host, port = listener.getsockname()[:2]
        await web.SockSite(self._runner, listener, ssl_context=tls).start()
        self.url = f"{'https' if tls else 'http'}://{host}:{port}"
        return self

    async def stop(self) -> None:
        self.end_streams()
        if self._runner:
            await self._runner.cleanup()

    def program(self, message: msgspec.Struct, revision: int) -> None:
        """Send ``message`` to whoever listens now or comes later."""
        self.whole = (str(revision), self.sign(message))
        self.event("program", self.whole[1], revision)

    def event(self, kind: str, data: bytes, revision: int | None = None) -> None:
        for queue in self._streams:
            queue.put_nowait(_frame(kind, data, revision))

    def end_streams(self) -> None:
        for queue in self._streams:
            queue.put_nowait(None)

    def dismiss(self, reason: str, detail: str) -> None:
        self.dismissal = wire.Bye(reason, detail)
        self.tokens.clear()
        self.event("bye", msgspec.json.encode(self.dismissal))
        self.end_streams()

    @web.middleware
    async def _record(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        body = await request.read()
        self.requests.append(
            f"{request.method} {request.path_qs}\n{dict(request.headers)}\n{body.decode()}"
        )
        if int(request.headers.get(HEADER, "0")) not in SUPPORTED:
            return _problem(400, "unknown-protocol", "this protocol version is not spoken here")
        try:
            answer = await handler(request)
        except msgspec.ValidationError:
            # The only field that the tests get wrong.
            wrong = {"pointer": "/name", "detail": "is empty"}
            return _problem(422, "invalid", "the body is not valid", wrong)
        self.statuses.append(answer.status)
        return answer

    async def _enrol(self, request: web.Request) -> web.StreamResponse:
        asked = msgspec.json.decode(await request.read(), type=wire.DeviceEnrolment)
        proof = wire.enrolment_proof(asked.secret, asked.public_key)
        if not _signed_by(asked.identity_key, asked.proof, proof):
            return _problem(422, "invalid", "the proof does not fit the key")
        spent = self._spent.get(asked.secret)
        if spent is None and asked.secret not in self.invitations:
            return _problem(404, "not-found", "there is no such invitation")
        if spent and (spent.public_key, spent.identity_key) != (
            asked.public_key,
            asked.identity_key,
        ):
            return _problem(410, "gone", "this invitation was used already")
        if spent is None:
            number = len(self._answers) + 1
            self._spent[asked.secret] = asked
            self._answers[asked.secret] = wire.Enrolled(
                agent_id=f"device-{number}",
                tenant_id="tenant-1",
                tenant_name="Example Works",
                name=asked.name,
                controller_key=self.controller_key,
                addresses=(f"100.64.0.{number}", f"fd00:64::{number}"),
            )
            self.know(f"device-{number}", asked.identity_key)
        if self.lose_answers and request.transport:
            self.lose_answers -= 1
            request.transport.abort()
        return _json(self._answers[asked.secret])

    async def _enrol_gateway(self, request: web.Request) -> web.StreamResponse:
        asked = msgspec.json.decode(await request.read(), type=wire.GatewayEnrolment)
        proof = wire.enrolment_proof(asked.token, asked.public_key)
        if not _signed_by(asked.identity_key, asked.proof, proof):
            return _problem(422, "invalid", "the proof does not fit the key")
        if asked.token not in self.gateway_tokens:
            return _problem(401, "unauthorized", "this gateway token is not known")
        agent_id = self.gateway_tokens[asked.token]
        self.know(agent_id, asked.identity_key)
        return _json(
            wire.Enrolled(
                agent_id=agent_id,
                tenant_id="tenant-1",
                tenant_name="Example Works",
                name="office",
                controller_key=self.controller_key,
                addresses=("100.64.0.1", "fd64::1"),
            )
        )

    async def _challenge(self, request: web.Request) -> web.StreamResponse:
        asked = msgspec.json.decode(await request.read(), type=wire.ChallengeRequest)
        challenge = secrets.token_urlsafe()
        self._challenges[challenge] = asked.agent_id
        return _json(wire.Challenge(challenge))

    async def _session(self, request: web.Request) -> web.StreamResponse:
        asked = msgspec.json.decode(await request.read(), type=wire.SessionRequest)
        known = self._challenges.pop(asked.challenge, None) == asked.agent_id
        key = self._identities.get(asked.agent_id, "")
        if not known or not _signed_by(key, asked.signature, wire.session_proof(asked.challenge)):
            return _problem(401, "unauthorized", "this agent is not known")
        if self.dismissal:
            self.refused.put_nowait(asked.agent_id)
            return _problem(403, self.dismissal.reason, self.dismissal.detail)
        token = secrets.token_urlsafe()
        self.tokens[token] = asked.agent_id
        self.sessions_opened += 1
        return _json(wire.Session(token, self.lifetime))

    async def _post(self, request: web.Request) -> web.StreamResponse:
        if not self._caller(request):
            return _problem(401, "unauthorized", "no such session")
        self.posted.put_nowait((request.match_info["path"], await request.read()))
        return web.Response(status=204)

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        agent = self._caller(request)
        if not agent:
            return _problem(401, "unauthorized", "no such session")
        resumed = request.headers.get("Last-Event-ID")
        self.resumed.append(resumed)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._streams.add(queue)
        self.opened.put_nowait(agent)
        try:
            if self.whole and self.whole[0] != resumed:
                await response.write(_frame("program", self.whole[1], int(self.whole[0])))
            await self._pass_on(queue, response)
        except ConnectionError:
            pass
        finally:
            self._streams.discard(queue)
        return response

    async def _pass_on(
        self, queue: asyncio.Queue[bytes | None], response: web.StreamResponse
    ) -> None:
        while True:
            frame: bytes | None = b": still here\n\n"
            with suppress(TimeoutError):
                frame = await asyncio.wait_for(queue.get(), HEARTBEAT)
            if frame is None:
                return
            await response.write(frame)

    def _caller(self, request: web.Request) -> str | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        return self.tokens.get(token) if scheme == "Bearer" else None


def _frame(kind: str, data: bytes, revision: int | None) -> bytes:
    mark = f"id: {revision}\n" if revision is not None else ""
    return f"event: {kind}\n{mark}data: {data.decode()}\n\n".encode()


def _json(message: msgspec.Struct) -> web.Response:
    return web.Response(body=msgspec.json.encode(message), content_type="application/json")


def _problem(status: int, kind: str, detail: str, *wrong: dict[str, str]) -> web.Response:
    body = {"type": f"https://gatescale.example/problems/{kind}", "status": status}
    return web.Response(
        status=status,
        body=msgspec.json.encode(body | {"title": kind, "detail": detail, "errors": wrong}),
        content_type="application/problem+json",
    )


def _signed_by(key: str, signature: str, data: bytes) -> bool:
    try:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key))
        public.verify(base64.b64decode(signature), data)
    except (InvalidSignature, ValueError):
        return False
    return True
