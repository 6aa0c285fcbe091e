"""A picture as an answer, told by its content. Next stop: company_image.py, which has it."""

from fastapi import Request, Response

from gateway.application.company_image import Picture


def sent(picture: Picture, request: Request) -> Response:
    """Return a picture, or 304 where the caller has it. See: RFC 9110, section 13.1.2."""
    tag = f'"{picture.digest}"'
    known = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    if tag in known or "*" in known:
        return Response(status_code=304, headers={"ETag": tag})
    return Response(picture.png, media_type="image/png", headers={"ETag": tag})
