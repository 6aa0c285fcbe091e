"""The ops console as an operator at a terminal uses it: the commands, on the stack of the tests. Next: the stories."""

import asyncio
import json
from typing import Any

from typer.testing import CliRunner, Result

from deploy import ops
from tests.e2e.people import Person
from tests.e2e.portal import Portal


async def say(*words: str, asked: str | None = None) -> Result:
    """Run a command of the console."""
    return await asyncio.to_thread(CliRunner().invoke, ops.app, list(words), input=asked)


async def told(*words: str) -> Any:
    """Run a command that must go well or end with 1, and return its JSON."""
    done = await say(*words, "--json")
    assert done.exit_code in (0, 1), done.output
    return json.loads(done.output)


async def done(*words: str) -> str:
    """Run a command that must go well, and return what it says."""
    ran = await say(*words)
    assert ran.exit_code == 0, ran.output
    return ran.output


async def appointed(portal: Portal, person: Person, role: str, reason: str = "夜間の運用を担当") -> str:
    """Make somebody an operator who has set everything up; return a code for the login."""
    words = ("--name", person.name, "--phone", person.phone, "--role", role, "--reason", reason)
    await done("appoint", person.email, *words)
    app = await portal.browser().activate(person, (await portal.mailbox.wait(person.email))[0].token)
    assert app is not None
    return await app.code()


async def at_work(portal: Portal) -> Person:
    """Return an operator who is logged in."""
    person = Person()
    code = await appointed(portal, person, "OPS")
    entered = await say("login", person.email, asked=f"{person.password}\n{code}\n")
    assert entered.exit_code == 0, entered.output
    return person
