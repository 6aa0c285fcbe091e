"""All pages in one place, for main.py. Next stop: the page's own file."""

from collections.abc import Sequence

from fastapi import APIRouter

from gateway.web import activation, assets, boards, dashboard, help, login, password_reset, services, settings, status  # noqa: A004 - the page is called help
from gateway.web.errors import error_page as error_page  # noqa: PLC0414 - main.py takes both from here
from gateway.web.site import site


def routers() -> Sequence[APIRouter]:
    """Return the pages and their files; reads templates, words and files."""
    pages = (login, activation, password_reset, dashboard, services, boards, settings, help, status)
    return [assets.router(site().assets), *(page.router for page in pages)]
