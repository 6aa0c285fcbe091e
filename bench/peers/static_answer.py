"""The simplest that FastAPI can do: bytes kept ready, on uvicorn as the gateway runs it. Run as a process."""

import sys

import uvicorn
from fastapi import FastAPI, Response


def static_app(size: int) -> FastAPI:
    """Return an application that answers every time with the same JSON of *size* bytes."""
    app, body = FastAPI(openapi_url=None), b'{"x":"' + b"x" * (size - 8) + b'"}'

    @app.get("/static")
    async def static() -> Response:
        """Answer what is kept ready."""
        return Response(body, media_type="application/json")

    return app


if __name__ == "__main__":
    uvicorn.run(
        static_app(int(sys.argv[2])),
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
    )
