-- How far each reader has come, and what it had to set aside; kept in the database of its effects.
CREATE SCHEMA IF NOT EXISTS inbox;

CREATE TABLE inbox.checkpoint (
    consumer    text   NOT NULL,
    topic       text   NOT NULL,
    part        int    NOT NULL,
    next_offset bigint NOT NULL DEFAULT 0,
    logpos      bigint NOT NULL DEFAULT 0,
    logepoch    int    NOT NULL DEFAULT 0,
    at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (consumer, topic, part)
);

CREATE TABLE inbox.parked_stream (
    consumer  text        NOT NULL,
    stream_id uuid        NOT NULL,
    topic     text        NOT NULL,
    part      int         NOT NULL,
    since     timestamptz NOT NULL DEFAULT clock_timestamp(),
    reason    text        NOT NULL,
    retry_at  timestamptz,
    PRIMARY KEY (consumer, stream_id)
);

CREATE TABLE inbox.parked_event (
    consumer  text   NOT NULL,
    stream_id uuid   NOT NULL,
    version   int    NOT NULL,
    topic     text   NOT NULL,
    part      int    NOT NULL,
    off       bigint NOT NULL,
    headers   jsonb  NOT NULL,
    value     bytea  NOT NULL,
    attempts  int    NOT NULL DEFAULT 0,
    error     text   NOT NULL DEFAULT '',
    at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (consumer, stream_id, version),
    FOREIGN KEY (consumer, stream_id) REFERENCES inbox.parked_stream ON DELETE CASCADE
);

-- What an operator decided never to apply, and who; nothing is dropped without a trace.
CREATE TABLE inbox.discarded_event (
    consumer     text        NOT NULL,
    stream_id    uuid        NOT NULL,
    version      int         NOT NULL,
    headers      jsonb       NOT NULL,
    value        bytea       NOT NULL,
    error        text        NOT NULL,
    discarded_by text        NOT NULL,
    at           timestamptz NOT NULL DEFAULT clock_timestamp()
);

GRANT USAGE ON SCHEMA inbox TO {role};
GRANT SELECT, INSERT, UPDATE ON inbox.checkpoint TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON inbox.parked_stream, inbox.parked_event TO {role};
GRANT SELECT, INSERT ON inbox.discarded_event TO {role};
