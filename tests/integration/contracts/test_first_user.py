"""From the back office's post to the first user, over HTTP, two processes and Kafka."""

import asyncio
from uuid import UUID, uuid4

from kernel.domain.recorded import LogPosition
from services.users.consumers.contracts import ApplicationReceived
from services.users.domain.events import Origin, Role, UserRegistered
from tests.integration.contracts.portal import Portal, form


async def test_s44_an_application_becomes_a_tenant_its_contracts_and_its_first_user(portal: Portal) -> None:
    sent = form(title="部長")
    answer = await portal.post(sent)
    assert answer.status_code == 201
    ids = answer.json()
    user, joined = await portal.published("users", lambda about: str(about.stream_id) == ids["administratorId"], 2)
    assert (user.type, str(user.tenant_id)) == ("portal.user.registered.v1", ids["tenantId"])
    assert joined.type == "portal.user.joined-group.v1"
    registered = await portal.read(user, UserRegistered)
    assert (registered.name, registered.email) == (sent["administrator"]["name"], sent["administrator"]["email"])
    assert (registered.title, registered.phone_number) == ("部長", "03-1234-5678")
    assert (registered.role, registered.origin) == (Role.PORTAL_ADMIN, Origin.APPLICATION_FORM)
    contracts = await portal.published("contracts", lambda about: str(about.stream_id) in ids["contractIds"], 2)
    assert {about.type for about in contracts} == {"portal.contract.activated.v1"}
    assert {str(about.tenant_id) for about in contracts} == {ids["tenantId"]}
    stream = await portal.published("contracts", lambda about: str(about.stream_id) == ids["applicationId"], 2)
    assert [about.type for about in stream] == ["portal.application.received.v1", "portal.tenant.opened.v1"]
    assert LogPosition.parse(answer.headers["X-Log-Position"]).position == stream[-1].position
    assert (await portal.read(stream[0], ApplicationReceived)).administrator.name == registered.name
    assert user.causation_id == stream[0].id
    assert user.correlation_id == stream[0].correlation_id


async def test_m9_nothing_of_a_person_is_in_kafka_in_the_clear(portal: Portal) -> None:
    sent = form(name="大久保 カナリア", phoneNumber="06-9876-5432")
    ids = (await portal.post(sent)).json()
    await portal.published("users", lambda about: str(about.stream_id) == ids["administratorId"])
    for service in ("contracts", "users"):
        for about in await portal.records(service):
            for canary in ("カナリア", "9876-5432", sent["administrator"]["email"]):
                assert canary.encode() not in about.data


async def test_s44_fifty_equal_posts_at_once_under_fifty_keys_open_one_tenant(portal: Portal) -> None:
    sent = form()
    answers = await asyncio.gather(*(portal.post(sent) for _ in range(50)))
    assert sorted(answer.status_code for answer in answers) == [200] * 49 + [201]
    assert len({answer.text for answer in answers}) == 1
    ids = answers[0].json()
    await portal.published("users", lambda about: str(about.stream_id) == ids["administratorId"])
    opened = [about for about in await portal.records("contracts") if str(about.stream_id) == ids["applicationId"]]
    assert [about.type for about in opened] == ["portal.application.received.v1", "portal.tenant.opened.v1"]


async def test_s26_of_administrators_with_one_address_one_is_registered(portal: Portal) -> None:
    email = f"shared.{uuid4()}@example.co.jp"
    forms = [form(email=email.upper() if number % 2 else email) for number in range(8)]
    answers = await asyncio.gather(*(portal.post(one) for one in forms))
    people = {answer.json()["administratorId"] for answer in answers}
    facts = await portal.published("users", lambda about: str(about.stream_id) in people, 9)
    kinds = [about.type for about in facts]
    assert kinds.count("portal.user.registered.v1") == 1
    assert kinds.count("portal.user.registration-refused.v1") == 7


async def test_m7_facts_that_are_published_again_change_nothing(portal: Portal) -> None:
    first = (await portal.post(form())).json()
    await portal.published("users", lambda about: str(about.stream_id) == first["administratorId"])
    before = len({about.id for about in await portal.records("contracts")})
    for partition in range(6):
        again = {"partition": partition, "after": 0}
        answer = await portal.call("POST", "/internal/publish-again", again, scopes=("log:republish",))
        assert answer.status_code == 202
    second = (await portal.post(form())).json()
    await portal.published("users", lambda about: str(about.stream_id) == second["administratorId"])
    # Four facts are new: an application, a tenant, two contracts; all others were seen before, some of them twice.
    await portal.published("contracts", lambda about: str(about.stream_id) in second["contractIds"], 2)
    assert len({about.id for about in await portal.records("contracts")}) == before + 4
    registered = [about for about in await portal.records("users") if str(about.stream_id) == first["administratorId"]]
    assert [about.version for about in registered] == [1, 2]


async def test_a_person_chooses_the_language_of_their_screens(portal: Portal) -> None:
    ids = (await portal.post(form())).json()
    user, tenant = UUID(ids["administratorId"]), UUID(ids["tenantId"])
    await portal.published("users", lambda about: about.stream_id == user)

    async def choose(of: UUID, subject: str, within: UUID | None, issuer: str = "gateway") -> tuple[int, str]:
        answer = await portal.call(
            "PUT",
            f"/users/{of}/screen-language",
            {"screenLanguage": "en"},
            service="users",
            issuer=issuer,
            subject=subject,
            scopes=("users:self",),
            tenant=within,
        )
        return answer.status_code, answer.headers.get("X-Log-Position", "")

    assert (await choose(user, f"user:{uuid4()}", tenant))[0] == 404
    assert (await choose(user, f"user:{user}", uuid4()))[0] == 404
    assert (await choose(user, f"user:{user}", None))[0] == 404
    assert (await choose(uuid4(), f"user:{user}", tenant))[0] == 404
    assert (await choose(user, f"user:{user}", tenant, "operator"))[0] == 403
    status, position = await choose(user, f"user:{user}", tenant)
    assert status == 200
    _, _, chosen = await portal.published("users", lambda about: about.stream_id == user, 3)
    assert chosen.type == "portal.user.language-chosen.v1"
    assert chosen.position == LogPosition.parse(position).position
    assert (await choose(user, f"user:{user}", tenant)) == (200, "")
