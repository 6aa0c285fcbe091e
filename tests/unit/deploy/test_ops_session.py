"""What the commands make of a portal that goes away in the middle of an answer."""

import json
import socketserver
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from threading import Thread

import pytest
import typer
from typer.testing import CliRunner

from deploy.ops_events import EventCommands
from deploy.ops_session import OpsSession

FACT = {"recordedAt": "2026-04-01T09:00:00Z", "service": "users", "type": "a", "eventId": "b/1", "tenantId": "c"}
EVENT = f"event: event\ndata: {json.dumps(FACT)}\n\n".encode()
BEGUN = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n" % (len(EVENT), EVENT)


class BreaksOff(socketserver.StreamRequestHandler):
    """Begins an answer and hangs up."""

    def handle(self) -> None:
        """Say what there is to say, and end without the end of an answer."""
        while self.rfile.readline().strip():
            pass
        self.wfile.write(BEGUN)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[OpsSession]:
    """Give a session at a portal that breaks every answer off."""
    with socketserver.TCPServer(("127.0.0.1", 0), BreaksOff) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield OpsSession(f"http://127.0.0.1:{server.server_address[1]}", tmp_path)
        server.shutdown()
        thread.join()


def test_o1_an_answer_that_is_broken_off_is_a_portal_that_does_not_answer(session: OpsSession) -> None:
    with pytest.raises(OSError, match="broke off"):
        session.call("GET", "/ops/streams")


def test_o1_what_a_stream_told_before_it_ended_is_told_and_then_that_it_ended(session: OpsSession) -> None:
    app = typer.Typer()
    EventCommands(lambda: session, nullcontext).join(app)
    done = CliRunner().invoke(app, ["follow"], env={"COLUMNS": "200"})
    assert ("2026-04-01T09:00:00Z  users" in done.stdout, done.exit_code) == (True, 1)
    assert "has ended" in done.stderr
