"""What came back, handed in by the mail server that serves our return path. Next stop: application/bounces.py.

The mail server pipes each mail to it as it came, for instance with curl; the answer tells it whether to keep the mail.
"""

from fastapi import APIRouter, Request, status

from services.notifier.api.use import ByPostman, Use
from services.notifier.domain.errors import BounceUnreadable

MAIL = "message/rfc822"

router = APIRouter(tags=["bounces"])


@router.post("/bounces", status_code=status.HTTP_204_NO_CONTENT)
async def hand_in(*, request: Request, use: Use, by: ByPostman) -> None:
    """Take in a mail that came back; the same one again changes nothing."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != MAIL:
        raise BounceUnreadable(f"the body must be {MAIL}")
    await use.bounces.take(await request.body(), by.subject)
