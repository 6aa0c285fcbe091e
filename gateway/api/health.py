"""What works and what does not, as JSON. Next stop: application/service_health.py."""

from datetime import datetime
from typing import Literal

from fastapi import Request

from gateway.api.operations import operations
from gateway.api.schemas.answer import Answer
from gateway.application.door import MaybeViewer, Use, language_of
from gateway.application.service_health import Part

router = operations("health")


class PartAnswer(Answer):
    """Whether a part works, in words."""

    part: Part
    works: bool
    words: str


class HealthAnswer(Answer):
    """How the portal is."""

    status: Literal["UP", "DEGRADED"]
    parts: list[PartAnswer]
    at: datetime


@router.get("/health", operation_id="health")
async def health(request: Request, use: Use, viewer: MaybeViewer) -> HealthAnswer:
    """Say what works and what does not; answers also while nothing else does."""
    now = await use.health.show()
    language = language_of(request, viewer)
    parts = [PartAnswer(part=one.part, works=one.works, words=one.words(language)) for one in now.parts]
    return HealthAnswer(status="UP" if now.works else "DEGRADED", parts=parts, at=now.at)
