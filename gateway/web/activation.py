"""From the mailed link to a usable login, one question a page. Next stop: application/activation.py."""

from dataclasses import replace

from fastapi import APIRouter, Request, Response
from markupsafe import Markup
from starlette.datastructures import FormData

from gateway.application import cookies
from gateway.application.door import ACTIVATION_LIFE, ActivationToken, AskedHere, CheckedForm, Use
from gateway.application.freshness import answer_header
from gateway.application.identity_ports import WhoIAm
from gateway.application.qr import qr_svg
from gateway.application.steps import ActivationState, Method, Step
from gateway.web.forms import EMPTY, Filled, code, missing, refusal_words, status, text
from gateway.web.frame import Frame, Here, go
from kernel.domain.errors import Denied, Gone, Invalid, PortalError, Refused, TooManyTries, Unavailable

router = APIRouter(include_in_schema=False)

WHERE = "/activation"
WHO = {"email": "who.email.missing", "name": "who.name.missing", "contactPhoneNumber": "who.phone.missing"}
"""The three answers that say who somebody is, and what to say where one is missing."""

SHORTEST = 8
LONGEST = 128


@router.api_route("/activate/{token}", methods=["GET", "HEAD"])
async def arrive(token: str, request: Request, use: Use, asked: AskedHere) -> Response:
    """Take a mailed link: its token moves into a cookie, so that no address or history holds it; nothing is used up.

    A dead link says so here, before anything is typed.
    """
    try:
        state = await use.activation.state(token, asked)
    except Gone:
        answer_header(request, "Link", '</password-reset>; rel="help"')
        raise
    life = int((state.expires_at - use.dashboard.now()).total_seconds())
    cookies.put(request, cookies.ACTIVATION, token, min(max(life, 60), ACTIVATION_LIFE))
    return go(WHERE)


@router.api_route("/activation", methods=["GET", "HEAD"])
async def show(here: Here, token: ActivationToken, use: Use, asked: AskedHere, choose: bool = False) -> Response:
    """Show the step to do now, or the choice of the second step again where it can still be made otherwise."""
    state = await use.activation.state(token, asked)
    if choose and state.choices:
        state = replace(state, state=Step.FACTOR)
    return await _step(here, token, state, EMPTY, asked=asked)


@router.post("/activation")
async def answer(
    *, form: CheckedForm, here: Here, token: ActivationToken, request: Request, use: Use, asked: AskedHere
) -> Response:
    """Take the answer to a step. One that is behind or ahead is answered with the step to do now."""
    try:
        state = await _take(form, here, token, asked)
    except _Incomplete as error:
        return await _step(here, token, await use.activation.state(token, asked), error.filled, 422, asked=asked)
    except Refused as error:
        if error.code != "step-order":
            raise
        return go(WHERE)
    except (Denied, Invalid, TooManyTries, Unavailable) as error:
        filled = _refused(form, here, error)
        return await _step(here, token, await use.activation.state(token, asked), filled, status(error), asked=asked)
    if state.state is Step.DONE:
        cookies.drop(request, cookies.ACTIVATION)
        return go("/activation/done")
    return go(WHERE)


@router.api_route("/activation/done", methods=["GET", "HEAD"])
async def done(here: Here) -> Response:
    """Say that everything is set, and lead to the login."""
    return await here.page("activation/done.html")


class _Incomplete(Exception):
    def __init__(self, filled: Filled) -> None:
        super().__init__()
        self.filled = filled


async def _take(form: FormData, here: Frame, token: str, asked: AskedHere) -> ActivationState:
    journey = here.use.activation
    match text(form, "step"):
        case Step.CONFIRM:
            errors = missing(
                form,
                here.words,
                email="who.email.missing",
                name="who.name.missing",
                contactPhoneNumber="who.phone.missing",
            )
            if errors:
                raise _Incomplete(Filled(values=said(form), errors=errors))
            return await journey.confirm(token, who_i_am(form), asked)
        case Step.PASSWORD:
            errors = password_errors(form, here)
            if errors:
                raise _Incomplete(Filled(errors=errors))
            return await journey.set_password(token, text(form, "password", 1024), asked)
        case Step.FACTOR:
            chosen = text(form, "secondFactor", 20)
            if chosen not in tuple(Method):
                raise _Incomplete(Filled(errors={"secondFactor": here.words("choose.missing")}))
            return await journey.choose_factor(token, Method(chosen), asked)
        case Step.TOTP:
            errors = missing(form, here.words, code="code.missing")
            if errors:
                raise _Incomplete(Filled(errors=errors))
            return await journey.confirm_totp(token, code(form), asked)
        case _:
            return await journey.state(token, asked)


def who_i_am(form: FormData) -> WhoIAm:
    """Return what a person says of themselves."""
    return WhoIAm(
        text(form, "email").strip(), text(form, "name", 100).strip(), text(form, "contactPhoneNumber", 40).strip()
    )


def said(form: FormData) -> dict[str, str]:
    """Return what was typed into the three fields, to be shown again."""
    return {name: text(form, name) for name in WHO}


def password_errors(form: FormData, here: Frame) -> dict[str, str]:
    """Return what can be said of a new password before anybody else is asked."""
    errors = missing(form, here.words, password="password.missing")  # noqa: S106 - a key of words
    if not errors and text(form, "password", 1024) != text(form, "passwordAgain", 1024):
        errors = {"passwordAgain": here.words("password.mismatch")}
    return errors


def _refused(form: FormData, here: Frame, error: PortalError) -> Filled:
    words = refusal_words(error, here.words)
    match text(form, "step"), error.code:
        case Step.CONFIRM, _:
            return Filled(values=said(form), refusal=words)
        case Step.PASSWORD, "password-refused":
            return Filled(errors={"password": rules_broken(here, error) or words})
        case Step.FACTOR, "second-factor-forbidden":
            return Filled(errors={"secondFactor": words})
        case Step.TOTP, "code-wrong":
            return Filled(errors={"code": words})
        case _:
            return Filled(refusal=words)


def rules_broken(here: Frame, error: PortalError) -> str:
    """Return which rules a new password breaks, empty where the error names none of them."""
    codes = [str(one.get("code")) for one in error.extra.get("errors", ()) if isinstance(one, dict)]
    keys = [f"password.rule.{code}" for code in codes]
    return " ".join(here.words(key, shortest=SHORTEST, longest=LONGEST) for key in keys if here.words.knows(key))


async def _step(
    here: Frame, token: str, state: ActivationState, filled: Filled, number: int = 200, *, asked: AskedHere
) -> Response:
    values: dict[str, object] = {"form": filled, "state": state, "shortest": SHORTEST, "longest": LONGEST}
    match state.state:
        case Step.CONFIRM:
            template = "activation/confirm.html"
        case Step.PASSWORD:
            template = "activation/password.html"
        case Step.FACTOR:
            template = "activation/factor.html"
            chosen = [one for one in state.choices if one.value == state.second_factor.value] or state.choices[:1]
            values |= {"choices": [(one, *_choice(here, one)) for one in state.choices], "chosen": chosen}
        case Step.TOTP:
            setup = await here.use.activation.totp_setup(token, asked)
            template = "activation/totp.html"
            # The picture is our own SVG; its words come from the URI only as black and white squares.
            values |= {"qr": Markup(qr_svg(setup.otpauth_uri)), "secret": setup.secret, "uri": setup.otpauth_uri}  # noqa: S704
        case Step.DONE:
            template = "activation/done.html"
    return await here.page(template, number, **values)


def _choice(here: Frame, method: Method) -> tuple[str, str]:
    return here.words(f"choose.{method}"), here.words(f"choose.help.{method}")
