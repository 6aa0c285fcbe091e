"""The shapes of bodies: what comes in is refused when it is not exactly as agreed. Next stop: a service's schemas."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any, ClassVar, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, ValidationInfo, field_validator
from pydantic.alias_generators import to_camel
from pydantic.fields import FieldInfo
from pydantic_core import InitErrorDetails, PydanticCustomError

LONGEST = 4000
"""Characters of a text that says nothing else about its length."""

UNSEEN = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories that no text of ours holds: controls, halves of characters, what has no meaning, and line ends
that are none of ours.
"""

BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Characters that Unicode has as letters and symbols, and that nobody sees."""

_BREAK = re.compile("\r\n|[\r\u2028\u2029]")

TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the direction of what follows, so that a text reads otherwise than it is."""


def with_plain_breaks(value: Any) -> Any:
    """Return a text whose lines end as ours do, whatever a browser or a spreadsheet ends them with."""
    return _BREAK.sub("\n", value) if isinstance(value, str) else value


LINES = BeforeValidator(with_plain_breaks)
"""Marks the text of a field that may have lines: `Annotated[str, plain(1000), LINES]`, last, so that lines end as ours
before anything is counted. Whatever is not marked holds no line end.
"""


class Body(BaseModel):
    """A request's body: camelCase outside, unknown fields and control characters refused, texts bounded."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        validate_by_alias=True,
        validate_by_name=True,
        extra="forbid",
        frozen=True,
        str_max_length=LONGEST,
        hide_input_in_errors=True,
    )

    _with_lines: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def __pydantic_init_subclass__(cls, **_kwargs: Any) -> None:
        """Note which fields may have lines."""
        cls._with_lines = frozenset(name for name, field in cls.model_fields.items() if _may_have_lines(field))

    @field_validator("*", mode="after")
    @classmethod
    def _only_text(cls, value: Any, info: ValidationInfo) -> Any:
        ends = "\n" if info.field_name in cls._with_lines else ""
        if any(not is_plain(text.replace(ends, "") if ends else text) for text in _texts(value)):
            raise _not_plain()
        if isinstance(value, dict) and (place := _unusable(value)) is not None:
            wrong = InitErrorDetails(type=_not_plain(), loc=place, input=None)
            raise ValidationError.from_exception_data(cls.__name__, [wrong], hide_input=True)
        return value


def unset() -> Any:
    """Stand for a field that was not sent, as `Field(default_factory=unset)` in the body of a PATCH.

    Null itself is then refused where the field must hold something; `model_dump(exclude_unset=True)` leaves it out.
    """
    return None


class Reply(BaseModel):
    """An answer's body: camelCase outside."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        validate_by_alias=True,
        validate_by_name=True,
        serialize_by_alias=True,
        from_attributes=True,
        frozen=True,
    )


def is_plain(text: str) -> bool:
    """Tell whether a text is free of controls and of characters that turn its direction."""
    return (text.isascii() and text.isprintable()) or all(
        unicodedata.category(char) not in UNSEEN and char not in TURNING for char in text
    )


def only_plain(text: str) -> str:
    """Return a text that is free of them. Raises: PydanticCustomError."""
    if not is_plain(text):
        raise _not_plain()
    return text


def is_seen(text: str) -> bool:
    """Tell whether a text holds a character that can be seen: a blank is none, nor a mark without its letter."""
    return any(unicodedata.category(char)[0] not in "ZCM" and char not in BLANK for char in text)


def _may_have_lines(field: FieldInfo) -> bool:
    # In `Comment | None` the mark stands at the text and not at the field.
    inner = (getattr(one, "__metadata__", ()) for one in get_args(field.annotation))
    return any(LINES in marks for marks in (field.metadata, *inner))


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list | tuple | set | frozenset):
        return (text for text in value if isinstance(text, str))
    return ()


def _unusable(value: Any) -> tuple[str | int, ...] | None:
    """Return where a text that is not plain stands in an object of which nothing was agreed.

    A list of such objects is not looked through: they are rows, and each is taken or refused for itself.
    """
    left: list[tuple[tuple[str | int, ...], Any]] = [((), value)]
    while left:
        place, one = left.pop()
        match one:
            case str() if not is_plain(one):
                return place
            case dict():
                left += (((*place, str(name)), inner) for name, inner in one.items())
                left += ((place, name) for name in one)
            case list():
                left += (((*place, number), inner) for number, inner in enumerate(one))
            case _:
                pass
    return None


def _not_plain() -> PydanticCustomError:
    return PydanticCustomError("control-character", "Must not hold control characters")
