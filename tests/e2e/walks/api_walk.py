"""Calls the whole API by its description alone, right and wrong, and sees that it keeps to it. Next: the test.

Schemathesis makes the calls: each operation by itself, then along the links from what was made or listed. Everything
that an answer may be is taken from the description and nothing from us; a status, header or member that does not stand
there is a finding.
"""

import asyncio
from collections import Counter
from collections.abc import Coroutine, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any, TypeAlias, TypeVar
from uuid import uuid4

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import FlakyStrategyDefinition, Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.core.transport import Response
from schemathesis.schemas import APIOperation

from gateway.api.answer_headers import HEADERS
from tests.e2e.portal import API, Portal
from tests.e2e.walks.company import Company, founded
from tests.e2e.walks.member import Member
from tests.e2e.walks.plausible import plausible

MOST_MAILS = 12
LONGEST_CALL = 60.0
STEPS = 8
OURS = ("X-CSRF-Token", "Idempotency-Key")
"""What we put on each call ourselves: made up, they would only ever be refused. Tests of their own leave them out."""
ENDLESS = ("events", "settingsSite")
"""What never ends, and what asks a site that does not run here; both have tests of their own."""
REFUSED = ["400", "401", "403", "404", "405", "409", "412", "413", "415", "422", "423", "428", "429"]
STAY_TO_BE_SEEN = ("user", "userHistory", "exportUserHistory", "userLogins", "userMessages")
"""What still answers when it was deleted: administrators see that somebody was, when and by whom."""
OPERATOR_TAG = "back office"
BEFORE_LOGIN = ("login", "activation", "health")

Done = TypeVar("Done")
Operation: TypeAlias = APIOperation[Any, Any, Any, Any]


class Finding(AssertionError):
    """The API did not keep to its description."""


@dataclass(eq=False)
class ApiWalk:
    """Somebody who calls everything. All but the calls is done on the loop, whichever thread asks."""

    portal: Portal
    loop: asyncio.AbstractEventLoop
    who: str
    """`administrator`, `general user` or `operator`."""
    calls: "Counter[tuple[str, int]]" = field(default_factory=Counter)
    """By operation and status."""
    token: str = ""
    member: Member | None = None
    company: Company | None = None
    numbers: "count[int]" = field(default_factory=lambda: count(50))
    http: Any = None

    def run(self, *, examples: int, walks: int, first: int = 1) -> None:
        """Call each operation, then follow the links. Raises: Finding; what schemathesis finds."""
        self.do(self.renew())
        with schemathesis_session() as self.http:
            api = self._described()
            for operation in (one.ok() for one in api.get_all_operations()):
                for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                    self._alone(operation, mode, examples, first)
            self._along_links(api, walks, first)

    def do(self, work: Coroutine[Any, Any, Done]) -> Done:
        """Have the loop do something, and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(LONGEST_CALL)

    async def renew(self) -> None:
        """Be somebody who is let in: again, or as somebody else where too many codes were mailed."""
        if self.who == "operator":
            self.token = self.token or await self.portal.back_office.token()
            return
        if self.member is not None and self.member.mails < MOST_MAILS:
            # Whoever administers may have been made nobody by the walk itself; then somebody else goes on.
            with suppress(AssertionError):
                if await self.member.is_let_in():
                    return
        await self.close()
        self.company = await founded(self.portal, ("hand",), number=next(self.numbers))
        self.member = self.company.head if self.who == "administrator" else self.company.others[0]

    async def close(self) -> None:
        """Leave."""
        if self.company is not None:
            await self.company.close()

    def call(self, case: Case[Any]) -> Response:
        """Call, and be let in again where the session is over afterwards."""
        if case.meta and case.meta.generation.mode is GenerationMode.POSITIVE and isinstance(case.body, dict):
            case.body = plausible(case.body)
        response = case.call(session=self.http, headers=self.headers())
        self.calls[_name(case.operation), response.status_code] += 1
        ended = response.status_code < 300 and _name(case.operation) in {"logOut", "endOwnSession"}
        if ended or (response.status_code == 401 and not self._is_refused_anyway(case.operation)):
            self.do(self.renew())
        return response

    def headers(self) -> dict[str, str]:
        """Return what shows who calls."""
        proof = {"idempotency-key": str(uuid4())}
        if self.who == "operator":
            return {**proof, "authorization": f"Bearer {self.token}"}
        assert self.member is not None
        cookie = "; ".join(f"{name}={value}" for name, value in self.member.browser.cookies.items())
        return {**proof, "cookie": cookie, "x-csrf-token": self.member.caller.csrf}

    def successes(self) -> set[str]:
        """Return the operations that did something."""
        return {name for name, status in self.calls if status < 300}

    def _is_refused_anyway(self, operation: Operation) -> bool:
        """Tell whether 401 says nothing of the session."""
        return any(tag in BEFORE_LOGIN for tag in operation.definition.raw["tags"])

    def _asks_for(self, operation: dict[str, Any]) -> bool:
        """Tell whether it is theirs to ask for at all; who else is refused is the matter of the generated matrices."""
        of_operator = OPERATOR_TAG in operation["tags"]
        return of_operator == (self.who == "operator") and operation["operationId"] not in ENDLESS

    def _described(self) -> Any:
        described = httpx.get(f"{self.portal.url}{API}/openapi.json").raise_for_status().json()
        for _, _, operation in _operations(described):
            # "Any other refusal" lets everything pass; what is not named is to be found.
            operation["responses"].pop("default")
            operation["parameters"] = [one for one in operation.get("parameters", ()) if one["name"] not in OURS]
            operation.pop("security", None)
            for answer in operation["responses"].values():
                for name in ENDLESS:
                    answer.get("links", {}).pop(name, None)
        described["paths"] = {
            path: theirs
            for path, verbs in described["paths"].items()
            if (theirs := {verb: one for verb, one in verbs.items() if self._asks_for(one)})
        }
        checks = {
            "positive_data_acceptance": {"enabled": False},
            "ignored_auth": {"enabled": False},
            "negative_data_rejection": {"expected-statuses": REFUSED},
        }
        stays = [
            {"include-operation-id": name, "checks": {"use_after_free": {"enabled": False}}} for name in STAY_TO_BE_SEEN
        ]
        config = SchemathesisConfig.from_dict({"base-url": self.portal.url, "checks": checks, "operations": stays})
        return schemathesis.openapi.from_dict(described, config=config)

    def _alone(self, operation: Operation, mode: GenerationMode, examples: int, first: int) -> None:
        @seed(first)
        @_settings(examples)
        @given(case=operation.as_strategy(generation_mode=mode))
        def call(case: Case[Any]) -> None:
            response = self.call(case)
            case.validate_response(response, transport_kwargs={"headers": self.headers()})
            see_headers(case, response)

        try:
            call()
        except Unsatisfiable:
            # There is nothing in it that could be wrong.
            assert mode is GenerationMode.NEGATIVE, operation.label

    def _along_links(self, api: Any, walks: int, first: int) -> None:
        walk, base, begun = self, api.as_state_machine(), count()

        class Linked(base):  # type: ignore[misc, valid-type]
            def setup(self) -> None:
                next(begun)

            def call(self, case: Case[Any], **_: Any) -> Response:
                return walk.call(case)

            def get_call_kwargs(self, _case: Case[Any]) -> dict[str, Any]:
                return {"headers": walk.headers()}

            def validate_response(self, response: Response, case: Case[Any], *others: Any, **kwargs: Any) -> None:
                super().validate_response(response, case, *others, **kwargs)
                see_headers(case, response)

        for number in count(first):
            # What was asked before may answer otherwise now: that is no finding, and another seed goes on.
            with suppress(FlakyStrategyDefinition):
                seed(number)(Linked).run(settings=settings(_settings(walks), stateful_step_count=STEPS))
            if next(begun) >= walks:
                return


def see_headers(case: Case[Any], response: Response) -> None:
    """See that every header that programs go by is described where it comes. Raises: Finding."""
    name, status = _name(case.operation), str(response.status_code)
    described = case.operation.definition.raw["responses"].get(status, {}).get("headers", {})
    told = {one for one in HEADERS if one.lower() in response.headers}
    # An answer in words says in which language, whatever it is about.
    if unsaid := told - set(described) - {"Content-Language"}:
        raise Finding(f"{name} {status}: {sorted(unsaid)} stand in no description")


def schemathesis_session() -> Any:
    """Return connections that are kept."""
    import requests  # noqa: PLC0415 - what schemathesis calls with; nothing else here does

    return requests.Session()


def _settings(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


def _operations(described: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, verbs in described["paths"].items():
        for verb, operation in verbs.items():
            yield path, verb, operation


def _name(operation: Operation) -> str:
    name: str = operation.definition.raw["operationId"]
    return name
