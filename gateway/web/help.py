"""Help: the first login, and what each problem means. Next stop: templates/help/."""

from fastapi import APIRouter, Response
from starlette.exceptions import HTTPException

from gateway.application.problem_words import words as problem_words
from gateway.web.frame import Here

router = APIRouter(include_in_schema=False)


@router.api_route("/help", methods=["GET", "HEAD"])
async def index(here: Here) -> Response:
    """Show what there is to read."""
    return await here.page("help/index.html")


@router.api_route("/help/tutorial/firstlogin/", methods=["GET", "HEAD"])
@router.api_route("/help/tutorial/firstlogin", methods=["GET", "HEAD"])
async def first_login(here: Here) -> Response:
    """Explain the first login, whichever second proof a person has."""
    return await here.page(f"help/firstlogin.{here.language}.html")


@router.api_route("/help/problems/{code}", methods=["GET", "HEAD"])
async def problem(code: str, here: Here) -> Response:
    """Explain a problem; the `type` of a problem answer leads here. See: RFC 9457, section 3.1.1."""
    title = problem_words(code, here.language)
    key = f"problem.{code}"
    if title is None or not here.words.knows(key):
        raise HTTPException(404)
    return await here.page("help/problem.html", code=code, title=title, advice=here.words(key))
