-- What the ops console searches by. Each index ends in the position, so a page goes on behind the last one and nothing
-- is sorted. A tenant's facts of every type come from the first one too: it is asked once a type, of which there are
-- few. Time needs none: positions are in the order of time, so a time is found by halving.
CREATE INDEX events_by_tenant ON es.events (tenant_id, type, pos);
CREATE INDEX events_by_type ON es.events (type, pos);
CREATE INDEX events_by_correlation ON es.events (((meta ->> 'correlationId')::uuid), pos);
-- Most facts come from a click or a call and have no cause among the facts.
CREATE INDEX events_by_cause ON es.events ((meta ->> 'causationId'), pos) WHERE meta ? 'causationId';

-- The last position recorded before a time; 0 when there is none. Positions are dense, so each step is one look.
CREATE FUNCTION es.position_at(wanted timestamptz) RETURNS bigint LANGUAGE plpgsql STABLE STRICT AS $$
DECLARE
    low    bigint := 0;
    high   bigint;
    middle bigint;
    found  timestamptz;
BEGIN
    SELECT h.pos INTO STRICT high FROM es.head h;
    WHILE low < high LOOP
        middle := (low + high + 1) / 2;
        SELECT e.recorded_at INTO found FROM es.events e WHERE e.pos = middle;
        IF found < wanted THEN
            low := middle;
        ELSE
            high := middle - 1;
        END IF;
    END LOOP;
    RETURN low;
END $$;

-- What an operator has published again: how far that is, and the last position sent again to each partition. The relay
-- works it off beside what comes new.
CREATE TABLE es.again (
    name    text     PRIMARY KEY,
    began   bigint   NOT NULL,
    pos     bigint   NOT NULL,
    last    bigint[] NOT NULL,
    sent    bigint   NOT NULL DEFAULT 0,
    at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    done_at timestamptz
);

GRANT SELECT, INSERT, UPDATE ON es.again TO {role};
