-- To whom mails go, and which ones wait. Links and codes are never here: they are fetched when a mail is sent.
CREATE SCHEMA IF NOT EXISTS mail;

-- Address and name stay sealed as they came; forgetting the person's key forgets both.
CREATE TABLE mail.recipient (
    user_id  uuid PRIMARY KEY,
    email    text NOT NULL,
    name     text NOT NULL,
    language text NOT NULL,
    timezone text NOT NULL
);

CREATE TABLE mail.queue (
    message_id     uuid PRIMARY KEY,
    dedupe_key     text NOT NULL UNIQUE, -- cause's stream/version/template: one mail a cause
    tenant_id      uuid NOT NULL,
    user_id        uuid NOT NULL,
    template       text NOT NULL,
    secret_id      uuid NOT NULL,        -- names the link or code; it is none
    cause_id       text NOT NULL,
    correlation_id uuid NOT NULL,
    traceparent    text,
    not_after      timestamptz NOT NULL,
    caused_at      timestamptz NOT NULL,
    state          text NOT NULL DEFAULT 'WAITING' CHECK (state IN ('WAITING', 'ENDED')),
    due_at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    lease_until    timestamptz,          -- a sender works on it until then; afterwards that sender has died
    ended_at       timestamptz
);

CREATE INDEX queue_waiting ON mail.queue (due_at) WHERE state = 'WAITING';
CREATE INDEX queue_waiting_of_user ON mail.queue (user_id) WHERE state = 'WAITING';

GRANT USAGE ON SCHEMA mail TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON mail.recipient TO {role};
GRANT SELECT, INSERT, UPDATE ON mail.queue TO {role};
