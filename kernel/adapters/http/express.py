"""Takes the few calls that come by the thousand past the framework. Next stop: the api/ that names them.

What the framework does for every call is more than such a call does itself, and on a busy machine all of it comes
from slow memory each time. The same function with the same dependencies answers either way. Whatever is not plain,
such as a body that would be refused, goes the usual way, so there is one place that says what is wrong with it.
"""

import inspect
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from fastapi import Request, Response
from fastapi.params import Depends
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kernel.domain.errors import PortalError

JSON = "application/json"

Asks = Callable[..., Awaitable[Any]]


class NotPlain(TypeError):
    """A route that only the framework can answer."""


class Express:
    """Middleware; pure ASGI, so that everything else passes untouched."""

    def __init__(self, app: ASGIApp, routes: Iterable[APIRoute]) -> None:
        """Take over *routes*. Raises: NotPlain."""
        self.app = app
        self._lanes = {(method, route.path): Lane.of(route) for route in routes for method in route.methods or ()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a plain call of one of the routes, or hand it on."""
        lane = self._lanes.get((scope["method"], scope["path"])) if scope["type"] == "http" else None
        if lane is None:
            await self.app(scope, receive, send)
            return
        message = await receive()
        again = _again(message, receive)
        request = Request(scope, again)
        body = lane.read(request, message)
        if body is None:
            await self.app(scope, again, send)
            return
        scope["route"] = lane.route
        told = scope["app"].exception_handlers
        try:
            response = await lane.answer(request, body)
        except PortalError as refused:
            response = await told[PortalError](request, refused)
        except Exception as mistake:
            await (await told[Exception](request, mistake))(scope, again, send)
            raise
        await response(scope, again, send)


@dataclass(frozen=True, slots=True)
class Lane:
    """One route: a JSON body in, a JSON answer out, and in between what the route's function asks for."""

    route: APIRoute
    body: type[BaseModel]
    before: tuple["_Needs", ...]
    """What the router wants to have asked before any of its routes."""
    function: "_Needs"

    @classmethod
    def of(cls, route: APIRoute) -> "Lane":
        """Return how a route is answered. Raises: NotPlain."""
        function = _Needs.of(route.endpoint)
        bodies = [kind for kind in function.plain.values() if issubclass(kind, BaseModel)]
        if len(bodies) != 1 or "{" in route.path:
            raise NotPlain(f"{route.path} takes something else than one body")
        before = tuple(_Needs.of(one.dependency) for one in route.dependencies if one.dependency)
        return cls(route, bodies[0], before, function)

    def read(self, request: Request, message: Message) -> BaseModel | None:
        """Return the body when it is all there and as agreed."""
        whole = message["type"] == "http.request" and not message.get("more_body")
        if not whole or request.scope["query_string"] or request.headers.get("content-type") != JSON:
            return None
        try:
            return self.body.model_validate_json(message["body"])
        except ValidationError:
            return None

    async def answer(self, request: Request, body: BaseModel) -> Response:
        """Return the route's answer."""
        extra = Response()
        given: dict[object, Any] = {Request: request, Response: extra, self.body: body}
        for one in self.before:
            await one.asked(given)
        answer = await self.function.asked(given)
        headers = {name: value for name, value in extra.headers.items() if name != "content-length"}
        return Response(
            answer.model_dump_json(by_alias=True), self.route.status_code or 200, headers=headers, media_type=JSON
        )


@dataclass(frozen=True, slots=True)
class _Needs:
    """A function and what it is called with."""

    call: Asks
    plain: Mapping[str, type]
    """Parameters that are the request, the answer's headers or the body, by their kind."""
    others: Mapping[str, "_Needs"]
    """Parameters that another function gives."""

    @classmethod
    def of(cls, call: Any) -> "_Needs":
        if not inspect.iscoroutinefunction(call):
            raise NotPlain(f"{call} does not answer by and by")
        plain: dict[str, type] = {}
        others: dict[str, _Needs] = {}
        for name, kind in get_type_hints(call, include_extras=True).items():
            depends = [one for one in get_args(kind)[1:] if isinstance(one, Depends)] if _is_annotated(kind) else []
            if name == "return":
                continue
            if depends:
                others[name] = cls.of(depends[0].dependency)
            elif isinstance(kind, type) and issubclass(kind, Request | Response | BaseModel):
                plain[name] = kind
            else:
                raise NotPlain(f"{call} takes {name}, which is neither body nor request")
        return cls(call, plain, others)

    async def asked(self, given: dict[object, Any]) -> Any:
        """Call the function, once a request."""
        if self.call not in given:
            said = {name: given[kind] for name, kind in self.plain.items()}
            for name, one in self.others.items():
                said[name] = await one.asked(given)
            given[self.call] = await self.call(**said)
        return given[self.call]


def _is_annotated(kind: object) -> bool:
    return get_origin(kind) is Annotated


def _again(message: Message, receive: Receive) -> Receive:
    """Return a receive that gives *message* first."""
    waiting = [message]

    async def give() -> Message:
        return waiting.pop() if waiting else await receive()

    return give
