"""All pages in one place, for main.py. Next stop: the page's own file."""

from collections.abc import Sequence

from fastapi import APIRouter

from gateway.web import (
    activation,
    assets,
    authorize,
    company,
    company_image,
    company_logins,
    dashboard,
    group,
    group_deletion,
    group_members,
    group_permissions,
    groups,
    help,  # noqa: A004 - the page is called help
    histories,
    hop,
    importing,
    login,
    mail,
    maintenance,
    notifications,
    ops,
    ops_again,
    ops_broker,
    ops_catalogue,
    ops_deeds,
    ops_events,
    ops_history,
    ops_mails,
    ops_parked,
    orders,
    own,
    passkeys,
    password_reset,
    past,
    running,
    second_step,
    services,
    settings,
    status,
    step_up,
    user,
    user_form,
    users,
)
from gateway.web.errors import error_page as error_page  # noqa: PLC0414 - main.py takes both from here
from gateway.web.site import site


def routers() -> Sequence[APIRouter]:
    """Return the pages and their files; reads templates, words and files."""
    # Of two addresses that fit, the first is taken: a user's form and history come before a user's deeds.
    people = (users, importing, user_form, mail, notifications, histories, company_logins, past, user)
    teams = (groups, group, group_members, group_permissions, group_deletion)
    pages = (
        login,
        activation,
        password_reset,
        dashboard,
        services,
        running,
        maintenance,
        orders,
        settings,
        own,
        second_step,
        step_up,
        hop,
        authorize,
        passkeys,
        company,
        company_image,
        ops,
        ops_broker,
        ops_catalogue,
        ops_deeds,
        ops_history,
        ops_events,
        ops_again,
        ops_mails,
        ops_parked,
        help,
        status,
    )
    return [assets.router(site().assets), *(page.router for page in (*pages, *people, *teams))]
