"""A tenant's policy over HTTP: looked at and decided. Next stop: application/policy_handlers.py."""

from fastapi import APIRouter, Response

from kernel.adapters.http.preconditions import Expected
from services.users.api.policy_schemas import PolicyForm, PolicyOne, PolicyReply
from services.users.api.use import ByAdministrator, ByReader, Use

router = APIRouter()


@router.get("/policy")
async def read(*, use: Use, by: ByReader, response: Response) -> PolicyOne:
    """Return the tenant's policy."""
    policy, version = await use.policy.read(by.context().tenant_id)
    response.headers["ETag"] = f'"{version}"'
    return PolicyOne.of(policy, version)


@router.put("/policy")
async def change(*, body: PolicyForm, use: Use, by: ByAdministrator, at: Expected, response: Response) -> PolicyReply:
    """Decide what holds for all people of the tenant."""
    done = await use.policy.change(body.policy(), body.caller_address, by.context(), at)
    await use.shown(response, done)
    return PolicyReply(version=done.version)
