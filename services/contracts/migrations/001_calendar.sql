-- The secrets of calendar feeds, as digests. What no fact names counts for nothing.
CREATE SCHEMA guard;

CREATE TABLE guard.calendar (
    digest  bytea PRIMARY KEY CHECK (length(digest) = 32),
    feed_id uuid NOT NULL,
    user_id uuid NOT NULL,
    at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX calendar_by_user ON guard.calendar (user_id);

GRANT USAGE ON SCHEMA guard TO {role};
GRANT SELECT, INSERT, DELETE ON guard.calendar TO {role};
