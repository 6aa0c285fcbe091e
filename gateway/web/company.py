"""What administrators decide for everybody: timeouts, networks, second steps. Next: application/tenant_settings.py."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from unicodedata import normalize

from fastapi import APIRouter, Query, Response
from starlette.datastructures import FormData

from gateway.application.asked import Asked
from gateway.application.directory import TenantSettings
from gateway.application.door import AskedHere, CheckedForm, CurrentViewer, SessionToken, Use
from gateway.application.networks import MOST_NETWORKS, network
from gateway.application.steps import Method
from gateway.web import login_policy
from gateway.web.changes import Changed, Start, if_match, meanwhile, opened, start_at, start_of, typed_by_person
from gateway.web.forms import Filled, refusal_words, same_wish, status, text
from gateway.web.frame import Frame, Here, go
from gateway.web.words import Words
from kernel.domain.errors import PortalError, PreconditionFailed

router = APIRouter(include_in_schema=False)

WHERE = "/settings/company"
LIMITS = {"sessionIdleMinutes": (5, 1440), "sessionAbsoluteHours": (1, 168)}
FACTORS = (Method.TOTP, Method.MAIL_OTP)
LABELS = {
    "sessionIdleMinutes": "company.idle",
    "sessionAbsoluteHours": "company.absolute",
    "allowedNetworks": "company.networks.list",
    "secondFactors": "company.factors.list",
    "trustedBrowser": "company.trusted",
    **login_policy.LABELS,
}


@router.api_route(WHERE, methods=["GET", "HEAD"])
async def show(
    here: Here,
    viewer: CurrentViewer,
    use: Use,
    asked: AskedHere,
    notice: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Show the settings as they are."""
    policy = await use.tenant_settings.show(viewer, asked)
    return await _draw(here, policy, Filled(values=_values(policy, viewer.timezone)), asked=asked, notice=notice)


@router.post(WHERE)
async def change(
    *, viewer: CurrentViewer, form: CheckedForm, here: Here, token: SessionToken, use: Use, asked: AskedHere
) -> Response:
    """Say what the settings are, all of them; they hold at once."""
    policy = await use.tenant_settings.show(viewer, asked)
    typed = _typed(form)
    moments = login_policy.moments(typed, policy.login_policy, viewer.timezone)
    if errors := _errors(here.words, typed, moments):
        return await _draw(here, policy, Filled(values=typed, errors=errors), 422, asked=asked, start=start_of(form))
    try:
        await use.tenant_settings.change(viewer, token, _fields(typed, moments), asked, if_match=if_match(form))
    except PreconditionFailed as error:
        return await _overtaken(here, policy, typed, opened(form), status(error), asked=asked)
    except PortalError as error:
        filled, start, key = _refused(here.words, typed, error, asked), start_of(form), same_wish(error, asked)
        return await _draw(here, policy, filled, status(error), asked=asked, start=start, key=key)
    return go(f"{WHERE}?notice=saved")


def _typed(form: FormData) -> dict[str, str]:
    lines = (normalize("NFKC", line).strip() for line in text(form, "allowedNetworks", 10_000).splitlines())
    return {
        **{name: normalize("NFKC", text(form, name, 20)).strip() for name in LIMITS},
        "allowedNetworks": "\n".join(line for line in lines if line),
        "secondFactors": " ".join(one for one in FACTORS if one in form.getlist("secondFactors")),
        "trustedBrowser": "1" if text(form, "trustedBrowser", 1) else "",
        **login_policy.typed(form),
    }


def _values(policy: TenantSettings, timezone: str) -> dict[str, str]:
    return {
        "sessionIdleMinutes": str(policy.session_idle_minutes),
        "sessionAbsoluteHours": str(policy.session_absolute_hours),
        "allowedNetworks": "\n".join(policy.allowed_networks),
        "secondFactors": " ".join(one for one in FACTORS if one in policy.second_factors),
        "trustedBrowser": "1" if policy.trusted_browser else "",
        **login_policy.values(policy.login_policy, timezone),
    }


def _errors(words: Words, typed: Mapping[str, str], moments: login_policy.Moments) -> dict[str, str]:
    errors = {
        name: words("company.number", least=least, most=most)
        for name, (least, most) in LIMITS.items()
        if not (typed[name].isdecimal() and least <= int(typed[name]) <= most)
    }
    if not errors and int(typed["sessionAbsoluteHours"]) * 60 < int(typed["sessionIdleMinutes"]):
        errors["sessionAbsoluteHours"] = words("company.absolute.shorter")
    if wrong := _wrong_network(words, typed["allowedNetworks"].splitlines()):
        errors["allowedNetworks"] = wrong
    if not typed["secondFactors"]:
        errors["secondFactors"] = words("company.factors.missing")
    return errors | login_policy.errors(words, typed, moments, typed["secondFactors"])


def _wrong_network(words: Words, lines: Sequence[str]) -> str:
    if len(lines) > MOST_NETWORKS:
        return words("company.networks.too-many")
    for number, line in enumerate(lines, 1):
        try:
            network(line)
        except ValueError:
            return words("company.networks.line", n=number, line=line[:50])
    return ""


def _fields(typed: Mapping[str, str], moments: login_policy.Moments) -> dict[str, Any]:
    networks = [network(line) for line in typed["allowedNetworks"].splitlines()]
    return {
        **{name: int(typed[name]) for name in LIMITS},
        "allowedNetworks": list(dict.fromkeys(networks)),
        "trustedBrowser": bool(typed["trustedBrowser"]),
        "secondFactors": typed["secondFactors"].split(),
        **login_policy.fields(moments),
    }


def _refused(words: Words, typed: Mapping[str, str], error: PortalError, asked: Asked) -> Filled:
    if error.code == "network-excludes-you":
        said = words("company.networks.excludes-you", address=asked.client_ip)
        return Filled(values=typed, errors={"allowedNetworks": said})
    errors: dict[str, str] = {}
    for one in error.extra.get("errors", ()):
        name = str(one.get("pointer", "")).strip("/").partition("/")[0]
        if name in LABELS:
            errors.setdefault(name, words("field.invalid", field=words(LABELS[name])))
    return Filled(values=typed, errors=errors, refusal="" if errors else refusal_words(error, words))


async def _overtaken(
    here: Frame,
    policy: TenantSettings,
    typed: Mapping[str, str],
    before: Mapping[str, str],
    number: int,
    *,
    asked: Asked,
) -> Response:
    """Draw the form anew over the settings as they are now; what the person typed stays."""
    words, now = here.words, _values(policy, _zone(here))
    changed = [
        Changed(words(LABELS[name]), _shown(words, name, before[name]), _shown(words, name, now[name]))
        for name in meanwhile(before, now)
    ]
    filled = Filled(values=now | typed_by_person(typed, before), refusal=words("form.changed"))
    return await _draw(here, policy, filled, number, asked=asked, changed=changed)


def _shown(words: Words, name: str, value: str) -> str:
    match name:
        case "secondFactors":
            return ", ".join(words(f"factor.{one}") for one in value.split())
        case "trustedBrowser":
            return words("company.trusted.on" if value else "company.trusted.off")
        case _:
            return value


def _zone(here: Frame) -> str:
    return here.viewer.timezone if here.viewer else "Asia/Tokyo"


async def _draw(
    here: Frame,
    policy: TenantSettings,
    filled: Filled,
    number: int = 200,
    *,
    asked: Asked,
    notice: str = "",
    start: Start | None = None,
    changed: Sequence[Changed] = (),
    key: str | None = None,
) -> Response:
    return await here.page(
        "settings/company.html",
        number,
        key=key,
        form=filled,
        start=start or start_at(policy.version, _values(policy, _zone(here))),
        address=asked.client_ip,
        factors=[(one, here.words(f"factor.{one}"), "") for one in FACTORS],
        chosen=filled.values["secondFactors"].split(),
        changed=changed,
        notice=notice == "saved",
    )
