-- The log: every fact once, in commit order, without holes, never changed.
CREATE SCHEMA es;

-- Where the log ends. The locked row makes positions dense and gives them the order of the commits.
CREATE TABLE es.head (
    one      bool   PRIMARY KEY DEFAULT true CHECK (one),
    pos      bigint NOT NULL,
    epoch    int    NOT NULL,
    sysid    bigint NOT NULL,
    timeline int    NOT NULL
) WITH (fillfactor = 10);

INSERT INTO es.head (pos, epoch, sysid, timeline)
SELECT 0, 1, s.system_identifier, c.timeline_id FROM pg_control_system() s, pg_control_checkpoint() c;

CREATE TABLE es.events (
    pos         bigint      PRIMARY KEY,
    stream_id   uuid        NOT NULL,
    version     int         NOT NULL CHECK (version > 0),
    tenant_id   uuid        NOT NULL,
    type        text        NOT NULL,
    schema_v    smallint    NOT NULL,
    public      bool        NOT NULL, -- whether it goes to Kafka: data, not code, so old and new relays agree
    data        bytea       NOT NULL, -- the very bytes that go on the wire; jsonb would change them
    meta        jsonb       NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(), -- never ordered by
    UNIQUE (stream_id, version)
);

-- Names that one stream holds, such as a mail address; the key is an HMAC, so no personal data is here.
CREATE TABLE es.claims (
    scope     text  NOT NULL,
    key       bytea NOT NULL,
    stream_id uuid  NOT NULL,
    PRIMARY KEY (scope, key)
);

-- What each command left, so that one sent twice is carried out once; kept for 48 hours.
CREATE TABLE es.commands (
    command_id uuid   PRIMARY KEY,
    content    bytea,
    stream_id  uuid   NOT NULL,
    version    int    NOT NULL,
    pos        bigint NOT NULL,
    public_pos bigint,
    at         timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- How far the log was published; last[p] is the last position that was sent to partition p.
CREATE TABLE es.relay (
    name        text     PRIMARY KEY,
    pos         bigint   NOT NULL,
    last        bigint[] NOT NULL,
    lease_epoch bigint   NOT NULL,
    at          timestamptz
);

CREATE FUNCTION es.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'facts are never changed (% on es.events)', TG_OP USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER facts_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON es.events
    FOR EACH STATEMENT EXECUTE FUNCTION es.refuse_change();

-- Writes a batch of requests: each is done whole or not at all, none for the sake of another.
-- r_ are requests, c_ the claims they make, f_ the claims they free, e_ their events (e_nth counts from 1 in each).
CREATE FUNCTION es.append(
    r_stream uuid[], r_expected int[], r_command uuid[], r_content bytea[], r_tenant uuid[], r_meta text[],
    c_req int[], c_scope text[], c_key bytea[],
    f_req int[], f_scope text[], f_key bytea[],
    e_req int[], e_nth int[], e_type text[], e_schema smallint[], e_public bool[], e_data bytea[]
) RETURNS TABLE (req int, status text, of_stream uuid, of_version int, public_pos bigint, log_pos bigint, log_epoch int)
LANGUAGE plpgsql AS $$
DECLARE
    head es.head;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'es.append needs READ COMMITTED: its checks would look at the log before the lock';
    END IF;
    -- The lock is a statement of its own, so that the next one looks at the log as it is under the lock.
    SELECT * INTO STRICT head FROM es.head WHERE one FOR UPDATE;
    RETURN QUERY
    WITH taken AS MATERIALIZED (
        SELECT DISTINCT q.i FROM unnest(c_req, c_scope, c_key) q(i, s, k)
        JOIN es.claims a ON a.scope = q.s AND a.key = q.k WHERE a.stream_id <> r_stream[q.i]
    ), asked AS MATERIALIZED (
        SELECT u.i::int AS i, u.s, u.x, u.c, u.h, u.t, u.m::jsonb AS m,
               k.command_id IS NOT NULL AS known, coalesce(k.content <> u.h, false) AS other,
               k.stream_id AS ks, k.version AS kv, k.public_pos AS kp,
               coalesce((SELECT max(v.version) FROM es.events v WHERE v.stream_id = u.s), 0) AS cv,
               EXISTS (SELECT FROM taken WHERE taken.i = u.i) AS taken
        FROM unnest(r_stream, r_expected, r_command, r_content, r_tenant, r_meta)
             WITH ORDINALITY u(s, x, c, h, t, m, i)
        LEFT JOIN es.commands k ON k.command_id = u.c
    ), good AS MATERIALIZED (
        SELECT * FROM asked WHERE NOT known AND NOT asked.taken AND cv = x
    ), written AS (
        INSERT INTO es.events (pos, stream_id, version, tenant_id, type, schema_v, public, data, meta)
        SELECT head.pos + row_number() OVER (ORDER BY e.n), g.s, g.x + e.j, g.t, e.y, e.v, e.b, e.d, g.m
        FROM unnest(e_req, e_nth, e_type, e_schema, e_public, e_data) WITH ORDINALITY e(q, j, y, v, b, d, n)
        JOIN good g ON g.i = e.q
        RETURNING es.events.pos, es.events.stream_id, es.events.version, es.events.public
    ), done AS MATERIALIZED (
        SELECT w.stream_id AS s, max(w.version) AS v, max(w.pos) AS p, max(w.pos) FILTER (WHERE w.public) AS pp
        FROM written w GROUP BY w.stream_id
    ), claimed AS (
        -- A name that the stream holds already is left; any other conflict is a mistake and must abort.
        INSERT INTO es.claims (scope, key, stream_id)
        SELECT q.s, q.k, g.s FROM unnest(c_req, c_scope, c_key) q(i, s, k) JOIN good g ON g.i = q.i
        WHERE NOT EXISTS (SELECT FROM es.claims a WHERE a.scope = q.s AND a.key = q.k)
    ), freed AS (
        DELETE FROM es.claims a USING unnest(f_req, f_scope, f_key) q(i, s, k), good g
        WHERE a.scope = q.s AND a.key = q.k AND g.i = q.i AND a.stream_id = g.s
    ), noted AS (
        INSERT INTO es.commands (command_id, content, stream_id, version, pos, public_pos)
        SELECT g.c, g.h, g.s, d.v, d.p, d.pp FROM good g JOIN done d ON d.s = g.s
    ), moved AS (
        UPDATE es.head SET pos = es.head.pos + (SELECT count(*) FROM written) WHERE one
    )
    SELECT a.i,
           CASE WHEN a.other THEN 'reused' WHEN a.known THEN 'duplicate' WHEN a.taken THEN 'taken'
                WHEN a.cv <> a.x THEN 'conflict' ELSE 'ok' END,
           coalesce(a.ks, a.s), coalesce(a.kv, d.v, a.cv), CASE WHEN a.known THEN a.kp ELSE d.pp END,
           coalesce(d.p, 0), head.epoch
    FROM asked a LEFT JOIN done d ON d.s = a.s;
END $$;

GRANT USAGE ON SCHEMA es TO {role};
GRANT SELECT, INSERT ON es.events TO {role};
GRANT SELECT, UPDATE ON es.head TO {role};
GRANT SELECT, INSERT, DELETE ON es.claims, es.commands TO {role};
GRANT SELECT, INSERT, UPDATE ON es.relay TO {role};
