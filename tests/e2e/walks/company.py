"""A company with people who are all in: its head from the application form, the others added. Next stop: the walks."""

import asyncio
from dataclasses import dataclass
from uuid import UUID, uuid5

from tests.e2e.people import Person
from tests.e2e.portal import Portal, until
from tests.e2e.walks.calling import Caller
from tests.e2e.walks.member import Member


@dataclass(eq=False)
class Company:
    """A tenant, its people and its contracts."""

    tenant_id: str
    head: Member
    others: list[Member]
    contracts: list[str]

    @property
    def members(self) -> list[Member]:
        """Everybody who can log in."""
        return [self.head, *self.others]

    async def close(self) -> None:
        """Have everybody leave."""
        for one in self.members:
            await one.close()


async def founded(portal: Portal, names: tuple[str, ...], *, number: int = 0, contracts: int = 2) -> Company:
    """Found a company; who is named is added to it by its head, each at an address of their own on this machine."""
    head = _member(portal, "head", number, 1, contracts)
    made = await portal.back_office.apply(head.person)
    await head.browser.activate(head.person, (await portal.mailbox.wait(head.person.email))[0].token)
    await head.log_in()
    await until(lambda: _shown(head, contracts))
    others = [_member(portal, name, number, place) for place, name in enumerate(names, 2)]
    await asyncio.gather(*(_join(portal, head, one) for one in others))
    return Company(made["tenantId"], head, others, made["contractIds"])


def built_in(company: Company) -> str:
    """Return the group of all permissions."""
    return str(uuid5(UUID(company.tenant_id), "all-permissions"))


def _member(portal: Portal, name: str, number: int, place: int, contracts: int = 2) -> Member:
    browser = portal.browser(address=address_of(number, place))
    return Member(name, Person(second_factor="MAIL_OTP", contracts=contracts), browser, Caller(browser))


def address_of(number: int, place: int) -> str:
    """Return where the person at a place of a company calls from."""
    return f"127.0.{100 + number % 100}.{place}"


async def _join(portal: Portal, head: Member, one: Member) -> None:
    person = one.person
    form = {
        "email": person.email,
        "name": person.name,
        "phoneNumber": person.phone,
        "mailLanguage": person.language,
        "timezone": person.timezone,
        "secondFactor": person.second_factor,
        "role": "GENERAL_USER",
    }
    await head.done("POST", "/users", form)
    await one.browser.activate(person, (await portal.mailbox.wait(person.email))[0].token)
    await one.log_in()


async def _shown(head: Member, contracts: int) -> bool:
    return len((await head.browser.dashboard())["contracts"]) == contracts
