"""Two people at the same form: what changed between opening and saving. Next stop: templates/parts/changed.html."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.datastructures import FormData

from gateway.application.signed import members
from gateway.web.forms import text

LONGEST = 40_000
"""Characters: six for each that is not ASCII, and the ids of as many groups as a form takes."""
VERSION = re.compile(r"[0-9]{1,10}")
NOWHERE = '"none"'


@dataclass(frozen=True, slots=True)
class Changed:
    """A field that somebody else changed meanwhile, as people read it."""

    field: str
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class Start:
    """What a form was opened with, as its hidden fields hold it. Next stop: templates/parts/form.html."""

    version: str
    opened: str


def start_at(version: int, values: Mapping[str, str]) -> Start:
    """Return the start of a form that shows a thing as it is at *version*."""
    # In ASCII alone: a line end of another kind, raw in the field, would come back as one that JSON does not allow.
    return Start(str(version), json.dumps(values))


def start_of(form: FormData) -> Start:
    """Return the start of a form that is drawn again over what the person typed: it shows nothing newer.

    A newer one would let the next save replace what somebody else changed meanwhile, with no word said.
    """
    return Start(text(form, "version", 20), text(form, "opened", LONGEST))


def opened(form: FormData) -> dict[str, str]:
    """Return what the form was opened with; nothing where the field cannot be read, so that all counts as typed."""
    return {str(name): str(value) for name, value in members(text(form, "opened", LONGEST)).items()}


def typed_by_person(typed: Mapping[str, str], before: Mapping[str, str]) -> dict[str, str]:
    """Return the fields that the person changed, and no others: what they left alone may be changed by others."""
    return {name: value for name, value in typed.items() if value != before.get(name)}


def meanwhile(before: Mapping[str, str], now: Mapping[str, str]) -> Sequence[str]:
    """Return the fields that somebody else changed."""
    return [name for name, value in now.items() if name in before and before[name] != value]


def if_match(form: FormData) -> str:
    """Return the version that the form was opened with, as If-Match has it. See: RFC 9110, section 13.1.1.

    What no form of ours holds, and a header might not even carry, is a version that nothing is at.
    """
    version = text(form, "version", 20)
    return f'"{version}"' if VERSION.fullmatch(version) else NOWHERE
