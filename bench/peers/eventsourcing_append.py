"""eventsourcing with psycopg's C implementation, which appending is compared with: one thread a writer.

Its recorder is called directly with bytes that are ready: what its aggregates and transcoders cost is not counted.
"""

import asyncio
import threading
import time
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import psycopg
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore

from bench.peers.child import answer_questions
from bench.peers.payload import PAYLOAD, STREAM_LENGTH


class Recording:
    """The library's recorder, opened by the first question."""

    recorder: PostgresApplicationRecorder

    async def ready(self, told: Mapping[str, Any]) -> Mapping[str, Any]:
        """Open the recorder on the database at `url`, with a connection for each of the `writers`."""
        where = urlsplit(told["url"])
        datastore = PostgresDatastore(
            dbname=where.path.removeprefix("/"),
            host=str(where.hostname),
            port=str(where.port),
            user=str(where.username),
            password=unquote(str(where.password)),
            pool_size=told["writers"],
            enable_db_functions=told["functions"],
        )
        self.recorder = PostgresApplicationRecorder(datastore, events_table_name="stored_events")
        self.recorder.create_table()
        return {"eventsourcing": version("eventsourcing"), "psycopg": f"{version('psycopg')} {psycopg.pq.__impl__}"}

    async def measure(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        """Append `batch` events a call from as many threads as writers for some `seconds`."""
        begin = time.perf_counter()
        until, counts = begin + asked["seconds"], [0] * asked["writers"]
        threads = [
            threading.Thread(target=self._write, args=(until, asked["batch"], counts, number))
            for number in range(asked["writers"])
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            await asyncio.to_thread(thread.join)
        return {"count": sum(counts), "seconds": time.perf_counter() - begin}

    def _write(self, until: float, batch: int, counts: list[int], number: int) -> None:
        while time.perf_counter() < until:
            stream = uuid4()
            for first in range(1, 1 + STREAM_LENGTH * batch, batch):
                events = [
                    StoredEvent(stream, version, "contract.service-status-changed", PAYLOAD)
                    for version in range(first, first + batch)
                ]
                self.recorder.insert_events(events)
                counts[number] += batch
                if time.perf_counter() >= until:
                    return


if __name__ == "__main__":
    peer = Recording()
    asyncio.run(answer_questions(peer.ready, peer.measure))
