// Emmett, which appending is compared with: as many writers at once in one Node process, a connection each.
// Copied beside the fetched packages and run there. Told and answering in JSON lines like every other contestant.
import { createInterface } from 'node:readline';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql';
import pg from 'pg';

let store;
let pool;

const versionOf = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`)).version;

const ready = async (told) => {
  pool = new pg.Pool({ connectionString: told.url, max: told.writers });
  store = getPostgreSQLEventStore(told.url, { connectionOptions: { pool } });
  await store.schema.migrate();
  const emmett = versionOf('@event-driven-io/emmett-postgresql');
  return { emmett, pg: versionOf('pg'), node: process.versions.node };
};

const write = async (until, asked, counts) => {
  while (performance.now() < until) {
    const stream = `contract-${randomUUID()}`;
    let version = 0n;
    for (let turn = 0; turn < asked.length && performance.now() < until; turn++) {
      const events = Array.from({ length: asked.batch }, () => ({ type: 'ServiceStatusChanged', data: asked.data }));
      const expectedStreamVersion = version === 0n ? 'STREAM_DOES_NOT_EXIST' : version;
      const done = await store.appendToStream(stream, events, { expectedStreamVersion });
      version = done.nextExpectedStreamVersion;
      counts.events += asked.batch;
    }
  }
};

const measure = async (asked) => {
  const begin = performance.now();
  const counts = { events: 0 };
  const until = begin + asked.seconds * 1000;
  await Promise.all(Array.from({ length: asked.writers }, () => write(until, asked, counts)));
  return { count: counts.events, seconds: (performance.now() - begin) / 1000 };
};

let answer = ready;
for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await answer(JSON.parse(line))));
  answer = measure;
}
await store?.close();
await pool?.end();
