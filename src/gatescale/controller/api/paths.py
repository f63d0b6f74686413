"""Which operation a request asks for: its path is followed segment by segment.

A router that tries one pattern after the other takes longer for it than the operation itself.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send
from typing_extensions import override

Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(slots=True)
class _Place:
    """Where the segments so far lead.

    Attributes:
        named: the places that a certain segment leads on to.
        other: the place that every other one leads on to, but an empty one.
        parameters: what the segments are called that may be anything, in their order.
        methods: what can be done here.
    """

    named: "dict[str, _Place]" = field(default_factory=dict)
    other: "_Place | None" = None
    parameters: tuple[str, ...] = ()
    methods: dict[str, Endpoint] = field(default_factory=dict)

    def made(self, segment: str) -> "_Place":
        """Return the place that a segment of a pattern leads on to."""
        if not segment.startswith("{"):
            return self.named.setdefault(segment, _Place())
        self.other = self.other or _Place()
        return self.other


class Paths(BaseRoute):
    """All paths of the API, each with its methods; a path is found whatever the method."""

    def __init__(self, operations: Iterable[tuple[str, str, Endpoint]]) -> None:
        """Lay out the paths.

        Args:
            operations: method, path with parameters like ``{id}``, and what answers it; methods
                of one path give the parameters the same names.
        """
        self._start = _Place()
        for method, path, endpoint in operations:
            segments = path.split("/")
            place = self._start
            for segment in segments:
                place = place.made(segment)
            place.parameters = tuple(each[1:-1] for each in segments if each.startswith("{"))
            place.methods[method] = endpoint

    @override
    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Tell whether there is such a path; the methods are looked at when it is handled."""
        if scope["type"] != "http":
            return Match.NONE, {}
        place, values = self._start, []
        for segment in scope["path"].split("/"):
            following = place.named.get(segment)
            if following is None and segment:
                following = place.other
                values.append(segment)
            if following is None:
                return Match.NONE, {}
            place = following
        if not place.methods:
            return Match.NONE, {}
        parameters = dict(zip(place.parameters, values, strict=True))
        return Match.FULL, {"endpoint": place, "path_params": parameters}

    @override
    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request to a path of ours.

        Raises:
            HTTPException: the method is none of the path's.
        """
        methods = scope["endpoint"].methods
        # The server leaves out the body of an answer to HEAD.
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        if method not in methods:
            allowed = {*methods, "HEAD"} if "GET" in methods else methods
            raise HTTPException(405, headers={"Allow": ", ".join(sorted(allowed))})
        answer = await methods[method](Request(scope, receive, send))
        await answer(scope, receive, send)
