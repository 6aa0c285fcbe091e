"""Help: tutorials, what each problem means, and a search through all of it. Next stop: templates/help/."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from starlette.exceptions import HTTPException

from gateway.application.problem_words import words as problem_words
from gateway.web.frame import Here
from gateway.web.help_search import TUTORIALS, found

router = APIRouter(include_in_schema=False)

LONGEST_SEARCH = 100


@router.api_route("/help", methods=["GET", "HEAD"])
async def index(here: Here, search: Annotated[str, Query(max_length=LONGEST_SEARCH)] = "") -> Response:
    """Show what there is to read, or what a search finds."""
    sought = " ".join(search.split())
    return await here.page(
        "help/index.html",
        tutorials=TUTORIALS,
        search=sought,
        found=found(sought, here.words) if sought else (),
    )


@router.api_route("/help/tutorial/{name}/", methods=["GET", "HEAD"])
@router.api_route("/help/tutorial/{name}", methods=["GET", "HEAD"])
async def tutorial(name: str, here: Here) -> Response:
    """Explain one thing from its beginning to its end."""
    if name not in TUTORIALS:
        raise HTTPException(404)
    return await here.page(f"help/{name}.{here.language}.html")


@router.api_route("/help/problems/{code}", methods=["GET", "HEAD"])
async def problem(code: str, here: Here) -> Response:
    """Explain a problem; the `type` of a problem answer leads here. See: RFC 9457, section 3.1.1."""
    title = problem_words(code, here.language)
    key = f"problem.{code}"
    if title is None or not here.words.knows(key):
        raise HTTPException(404)
    return await here.page("help/problem.html", code=code, title=title, advice=here.words(key))
