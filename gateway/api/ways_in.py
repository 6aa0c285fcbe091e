"""What administrators do for somebody who cannot come in. Next stop: application/people.py."""

from uuid import UUID

from fastapi import status

from gateway.api.operations import operations
from gateway.api.schemas.answer import problems
from gateway.application.door import CheckedViewer, KeyedHere, SessionToken, Use

router = operations("users")

_CHANGE = problems(401, 403, 404, 409, 422, 423, 429, 503)


@router.post(
    "/users/{userId}/unlock", operation_id="unlockUser", status_code=status.HTTP_204_NO_CONTENT, responses=_CHANGE
)
async def unlock(
    *,
    userId: UUID,  # noqa: N803 - the path's name is the API's
    viewer: CheckedViewer,
    token: SessionToken,
    use: Use,
    asked: KeyedHere,
) -> None:
    """Let a person try again who was locked after too many wrong codes."""
    await use.people.unlock(viewer, token, userId, asked)


@router.post(
    "/users/{userId}/activation",
    operation_id="resendActivation",
    status_code=status.HTTP_202_ACCEPTED,
    responses=_CHANGE,
)
async def resend_activation(
    *,
    userId: UUID,  # noqa: N803 - the path's name is the API's
    viewer: CheckedViewer,
    token: SessionToken,
    use: Use,
    asked: KeyedHere,
) -> None:
    """Mail a new activation link; the one before no longer works."""
    await use.people.resend_activation(viewer, token, userId, asked)


@router.post(
    "/users/{userId}/second-factor-reset",
    operation_id="resetSecondFactor",
    status_code=status.HTTP_202_ACCEPTED,
    responses=_CHANGE,
)
async def reset_second_factor(
    *,
    userId: UUID,  # noqa: N803 - the path's name is the API's
    viewer: CheckedViewer,
    token: SessionToken,
    use: Use,
    asked: KeyedHere,
) -> None:
    """Have a person set their second factor anew: by a mailed link, after confirming who they are."""
    await use.people.reset_second_factor(viewer, token, userId, asked)
