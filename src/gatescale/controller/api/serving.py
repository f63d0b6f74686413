"""From a request to an operation and back: who asks, may they, the transaction, the answer."""

import re
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from gatescale.contract.essence import etag
from gatescale.contract.fields import Single
from gatescale.controller import idempotency, policy_test_outcomes, policy_tests
from gatescale.controller.api import asking, headers, reading
from gatescale.controller.api.asking import Asking, refuse_role
from gatescale.controller.api.declared import finder_of
from gatescale.controller.api.following import Follower, Following
from gatescale.controller.api.inquiry import Inquiry, Prober
from gatescale.controller.api.operation import Operation
from gatescale.controller.api.paths import Endpoint, Paths
from gatescale.controller.api.query import list_arguments, parameters, refuse_parameters
from gatescale.controller.idempotency import Answered, Repeatable
from gatescale.controller.rate_limit import Allowance
from gatescale.controller.settings import Settings
from gatescale.controller.store.database import AWAY
from gatescale.controller.store.session import Store, Transaction
from gatescale.controller.verdicts import DecisionPoint
from gatescale.errors import GatescaleError, NotFoundError

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

ADMITTED_SECONDS = 15.0
"""How long a listener is believed before it is looked again whether they still may listen."""

_encode = msgspec.json.Encoder().encode


class Enforcement(Protocol):
    """Knows which gateways enforce which revision, and how each is."""

    @property
    def probing(self) -> Prober:
        """What tests gateways."""

    @property
    def consoles(self) -> Follower:
        """What tells consoles of what happens."""

    async def feed(self, tenant_id: str) -> DecisionPoint:
        """Return the tenant's policy as it stands."""

    async def at(self, tenant_id: str, revision: int) -> DecisionPoint:
        """Return the tenant's policy as it is at a revision, the latest that is committed."""

    def past(self, tenant_id: str, when: datetime) -> AbstractAsyncContextManager[DecisionPoint]:
        """Find the tenant's policy as it stood at a moment.

        Raises:
            InvalidError: it is yet to come, or from before what is kept.
        """

    async def follow(self, tenant_id: str) -> None:
        """Make sure that the tenant's changes are followed from now on."""

    async def lagging(self, tenant_id: str, revision: int, seconds: float) -> list[str]:
        """Wait until every online gateway that a revision concerns enforces it.

        Returns the ids of those that do not when the time is up.
        """


class _Undo(Exception):  # noqa: N818  no error: it ends a transaction that is to change nothing
    """The answer is known, and what was done for it is to be undone."""

    def __init__(self, answered: Answered, *, repeated: bool) -> None:
        super().__init__()
        self.answered = answered
        self.repeated = repeated


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a writing request asks for.

    Attributes:
        arguments: of the operation.
        repeatable: how it is told from others, if it may be sent again.
        expected: entity tags of which the thing must have one.
        ignores_tests: it is to be done even if it breaks policy tests.
    """

    arguments: dict[str, Any]
    repeatable: Repeatable | None
    expected: str | None
    ignores_tests: bool


class Serving:
    """Serves operations over one store."""

    def __init__(self, store: Store, settings: Settings, enforcement: Enforcement) -> None:
        self._store = store
        self._settings = settings
        self._enforcement = enforcement
        self._asking = Asking(settings)

    def paths(self, operations: list[Operation]) -> Paths:
        """Return the paths of all operations."""
        base = self._settings.base_path
        return Paths((op.method, f"{base}{op.path}", self._endpoint(op)) for op in operations)

    def _endpoint(self, op: Operation) -> Endpoint:
        if op.writes:
            return self._writer(op)
        if op.follows:
            return self._follower(op)
        if op.wants_point:
            return self._judge(op)
        return self._asker(op) if op.asks else self._reader(op)

    def _asker(self, op: Operation) -> Endpoint:
        async def ask(request: Request) -> Response:
            async with self._store.reader() as reader:
                caller, allowance = await self._asking.admitted(reader, request, op.roles)
            arguments = await self._arguments(op, request, await self._sent(op, request))
            inquiry = Inquiry(
                caller.tenant_id,
                lambda: self._store.reading(caller),
                self._enforcement.probing,
                lambda: self._enforcement.feed(caller.tenant_id),
                self._store.clock,
                lambda when: self._enforcement.past(caller.tenant_id, when),
            )
            body = await op.handler(inquiry, **arguments)
            return _tagged(_answer(op.status, _encode(body)), body, allowance)

        return ask

    def _judge(self, op: Operation) -> Endpoint:
        async def judge(request: Request) -> Response:
            async with self._store.reader() as reader:
                caller, allowance = await self._asking.admitted(reader, request, op.roles)
            arguments = await self._arguments(op, request, await self._sent(op, request))
            # After a start this takes long, in which it must hold no connection.
            point = await self._enforcement.feed(caller.tenant_id)
            async with self._store.reading(caller) as session:
                body = await op.handler(session, point=point, **arguments)
            return _tagged(_answer(op.status, _encode(body)), body, allowance)

        return judge

    def _follower(self, op: Operation) -> Endpoint:
        async def follow(request: Request) -> Response:
            async with self._store.reader() as reader:
                caller, allowance = await self._asking.admitted(reader, request, op.roles)
            await self._arguments(op, request, b"")
            held = headers.held_revision(request)
            following = Following(caller.tenant_id, held, self._enforcement.consoles)
            events: AsyncGenerator[bytes] = await op.handler(following)
            answer = StreamingResponse(
                self._while_admitted(events, request, op),
                media_type="text/event-stream",
                headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
            )
            return _tagged(answer, None, allowance)

        return follow

    async def _while_admitted(
        self, events: AsyncGenerator[bytes], request: Request, op: Operation
    ) -> AsyncIterator[bytes]:
        """Yield events until the listener may not listen any more, which a change may have made."""
        due = time.monotonic() + ADMITTED_SECONDS
        async with aclosing(events):
            async for event in events:
                if event.startswith(b"event: change") or time.monotonic() >= due:
                    due = time.monotonic() + ADMITTED_SECONDS
                    try:
                        async with self._store.reader() as reader:
                            refuse_role(await self._asking.who(reader, request), op.roles)
                    except GatescaleError:
                        return
                    except AWAY:
                        return
                yield event

    def _reader(self, op: Operation) -> Endpoint:
        async def read(request: Request) -> Response:
            # One connection for both, so that one is taken from the pool only once.
            async with self._store.reader() as reader:
                caller, allowance = await self._asking.admitted(reader, request, op.roles)
                arguments = await self._arguments(op, request, b"")
                body = await op.handler(reader.session(caller), **arguments)
            answer = _answer(op.status, b"" if op.answer is None else _encode(body))
            return _tagged(answer, body, allowance)

        return read

    def _writer(self, op: Operation) -> Endpoint:
        async def write(request: Request) -> Response:
            async with self._store.reader() as reader:
                caller, allowance = await self._asking.admitted(reader, request, op.roles)
            asked = await self._asked(op, request)
            # What changes nothing has nothing to wait for, but would for the change before it.
            patience = headers.patience(request) if op.changes else None
            if patience is not None:
                await self._enforcement.follow(caller.tenant_id)
            try:
                async with self._store.writing(caller) as transaction:
                    body, answered = await self._run(op, transaction, asked)
            except _Undo as undo:
                body, answered = None, undo.answered
                answer = _answer(answered.status, answered.body)
                if undo.repeated:
                    answer.headers["Idempotent-Replayed"] = "true"
            else:
                answer = _answer(answered.status, answered.body)
            answer.headers["Gatescale-Revision"] = str(answered.revision)
            if patience is not None:
                await self._wait(answer, caller.tenant_id, answered.revision, patience)
            return _tagged(answer, body, allowance)

        return write

    async def _run(
        self, op: Operation, transaction: Transaction, asked: _Asked
    ) -> tuple[Any, Answered]:
        """Run an operation; return what it answers, as it is and as it is sent."""
        # The role may have changed since it was read outside of the transaction.
        await asking.recheck(transaction)
        if asked.repeatable is not None:
            earlier = await idempotency.first_answer(transaction, asked.repeatable)
            if earlier is not None:
                raise _Undo(earlier, repeated=True)
        finder = finder_of(op)
        if asked.expected is not None and finder is not None:
            its_own = {name: asked.arguments[name] for name in finder.path_names}
            its_own |= dict.fromkeys(finder.for_etag, True)
            if finder.wants_point:
                its_own["point"] = await self._point_before(transaction)
            current = await finder.handler(transaction, **its_own)
            headers.refuse_stale(asked.expected, current)
        if op.wants_point:
            asked.arguments["point"] = await self._point_before(transaction)
        body = await op.handler(transaction, **asked.arguments)
        answered = Answered(
            op.status, b"" if op.answer is None else _encode(body), transaction.revision
        )
        if op.dry:
            unchanged = Answered(op.status, answered.body, transaction.revision - 1)
            raise _Undo(unchanged, repeated=False)
        await self._test(transaction, ignoring=asked.ignores_tests)
        if asked.repeatable is not None:
            await idempotency.keep(transaction, asked.repeatable, answered.status, answered.body)
        return body, answered

    async def _test(self, transaction: Transaction, *, ignoring: bool) -> None:
        """Refuse what a transaction did if it breaks policy tests, or note that it does."""
        tests = await policy_tests.every(transaction)
        if not tests:
            return
        point = await self._point_before(transaction)
        broken = await policy_test_outcomes.broken(transaction, point, tests)
        if not ignoring:
            policy_test_outcomes.refuse(broken)
        policy_test_outcomes.record(transaction, broken)

    async def _point_before(self, transaction: Transaction) -> DecisionPoint:
        return await self._enforcement.at(transaction.tenant_id, transaction.revision - 1)

    async def _wait(self, answer: Response, tenant_id: str, revision: int, seconds: int) -> None:
        lagging = await self._enforcement.lagging(tenant_id, revision, seconds)
        answer.headers["Preference-Applied"] = f"wait={seconds}"
        if lagging:
            answer.headers["Gatescale-Lagging-Gateways"] = ", ".join(lagging)

    async def _asked(self, op: Operation, request: Request) -> _Asked:
        sent = await self._sent(op, request)
        return _Asked(
            await self._arguments(op, request, sent),
            headers.repeatable(request, sent) if op.changes and op.method == "POST" else None,
            headers.expected_tags(request),
            headers.ignores_policy_tests(request),
        )

    async def _sent(self, op: Operation, request: Request) -> bytes:
        if op.body is not None:
            reading.refuse_other_media(request)
        return await reading.read_bytes(request, op.max_body)

    async def _arguments(self, op: Operation, request: Request, sent: bytes) -> dict[str, Any]:
        arguments: dict[str, Any] = {}
        for name in op.path_names:
            value = request.path_params[name].lower()
            if not _UUID.fullmatch(value):
                shown = request.path_params[name][:100]
                raise NotFoundError(f"{shown!r} is no id of anything here.")
            arguments[name] = value
        if op.listing is not None:
            arguments |= list_arguments(request.query_params, op.parameters, op.required)
        elif op.parameters:
            arguments |= parameters(request.query_params, op.parameters, op.required)
        elif request.scope["query_string"]:
            refuse_parameters(request.query_params)
        if op.body is not None:
            arguments["body"] = reading.decode(sent, op.body)
        if op.wants_settings:
            arguments["settings"] = self._settings
        return arguments


def _answer(status: int, body: bytes) -> Response:
    if not body:
        return Response(status_code=status)
    return Response(body, status_code=status, media_type="application/json")


def _tagged(answer: Response, body: Any, allowance: Allowance | None) -> Response:
    if isinstance(body, Single):
        answer.headers["ETag"] = etag(body)
    if allowance is not None:
        answer.headers.update(allowance.headers)
    return answer
