"""How a refusal is told: to programs as a problem in their language, to people as a page. Next: problem_words.py."""

import json
from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import Any, cast

from fastapi import FastAPI, Request
from starlette.background import BackgroundTask
from starlette.responses import JSONResponse, Response

from gateway.api.operations import BASE
from gateway.application.door import SessionMissing, asked_anew, language_of
from gateway.application.policy import ConsoleRefused
from gateway.application.problem_words import words

Page = Callable[[Request, Exception], Awaitable[Response]]
"""Draws the page that tells a person of an error."""


def tell_people(app: FastAPI, page: Page | None) -> None:
    """Have every error handler of *app* speak the caller's language, and draw *page* outside the API."""
    for kind, handler in list(app.exception_handlers.items()):
        app.add_exception_handler(kind, _teller(handler, page))


def _teller(handler: Callable[[Any, Any], Any], page: Page | None) -> Page:
    async def tell(request: Request, error: Exception) -> Response:
        if page is not None and _is_told_by_page(request, error):
            return _noted(request, error, await page(request, error))
        answer = handler(request, error)
        if isawaitable(answer):
            answer = await answer
        return _noted(request, error, _in_language(request, cast("Response", answer)))

    return tell


def _noted(request: Request, error: Exception, answer: Response) -> Response:
    """Have who was refused by the ops console noted once they have their answer: nobody waits for that."""
    if isinstance(error, ConsoleRefused):
        deeds = request.app.state.journeys.ops_deeds
        answer.background = BackgroundTask(deeds.refused, error.viewer, error.operation, asked_anew(request))
    return answer


def _is_told_by_page(request: Request, error: Exception) -> bool:
    """Return whether a person looks: browsers name HTML in what they accept, programs do not.

    Whoever must log in first is led to the login either way.
    """
    if request.url.path.startswith((BASE, "/static/")):
        return False
    accepted = request.headers.get("accept", "")
    return "text/html" in accepted or "hx-request" in request.headers or isinstance(error, SessionMissing)


def _in_language(request: Request, answer: Response) -> Response:
    if not isinstance(answer, JSONResponse):
        return answer
    members = json.loads(bytes(answer.body))
    language = language_of(request, getattr(request.state, "viewer", None))
    title = words(members.get("code", ""), language)
    if title is None:
        return answer
    headers = {name: value for name, value in answer.headers.items() if not name.startswith("content-")}
    return JSONResponse(
        members | {"title": title},
        answer.status_code,
        headers=headers | {"Content-Language": language},
        media_type="application/problem+json",
    )
