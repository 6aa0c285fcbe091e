-- What must never stand in the log: secrets, and the counters that guard them. A fact names a row by its id; a row
-- that no fact names does not count.
CREATE SCHEMA guard;

-- Who a person is, as keyed fingerprints only: enough to compare, nothing to read.
CREATE TABLE guard.person (
    user_id   uuid  PRIMARY KEY,
    email_key bytea NOT NULL,
    name_key  bytea NOT NULL,
    phone_key bytea NOT NULL,
    language  text  NOT NULL
);

CREATE TABLE guard.activation (
    activation_id uuid        PRIMARY KEY,
    user_id       uuid        NOT NULL,
    token_hash    bytea       NOT NULL UNIQUE,
    token_sealed  bytea,      -- for delivery, until it expires
    said_sealed   bytea,      -- the mail address and name that the person gave, while the link is in use
    confirm_tries int         NOT NULL DEFAULT 0,
    code_tries    int         NOT NULL DEFAULT 0,
    expires_at    timestamptz NOT NULL,
    at            timestamptz NOT NULL
);
CREATE INDEX activation_of ON guard.activation (user_id, at);

CREATE TABLE guard.password (
    password_id uuid        PRIMARY KEY,
    user_id     uuid        NOT NULL,
    hash        text        NOT NULL,
    at          timestamptz NOT NULL,
    settled     bool        NOT NULL DEFAULT false -- a fact names it, and what follows from that was done
);
CREATE INDEX password_of ON guard.password (user_id);
CREATE INDEX password_unsettled ON guard.password (at) WHERE NOT settled;

CREATE TABLE guard.enrolment (
    enrolment_id  uuid        PRIMARY KEY,
    user_id       uuid        NOT NULL,
    activation_id uuid        NOT NULL UNIQUE,
    seed_sealed   bytea       NOT NULL,
    at            timestamptz NOT NULL
);
CREATE INDEX enrolment_of ON guard.enrolment (user_id);

-- Each step of the clock serves one person once. See: RFC 6238, section 5.2.
CREATE TABLE guard.used_step (
    user_id uuid        NOT NULL,
    step    bigint      NOT NULL,
    at      timestamptz NOT NULL,
    PRIMARY KEY (user_id, step)
);

CREATE TABLE guard.login (
    login_id           uuid        PRIMARY KEY,
    token_hash         bytea       NOT NULL UNIQUE,
    user_id            uuid        NOT NULL,
    tenant_id          uuid        NOT NULL,
    method             text        NOT NULL,
    credential_version int         NOT NULL,
    enrolment_id       uuid,
    challenge_id       uuid,       -- the code that counts; an older one is dead
    client_sealed      bytea       NOT NULL,
    tries              int         NOT NULL DEFAULT 0,
    resends            int         NOT NULL DEFAULT 0,
    started_at         timestamptz NOT NULL,
    expires_at         timestamptz NOT NULL,
    session_id         uuid,       -- set when the code was right
    passed_by          uuid,       -- the command that passed it, so that it may be sent again
    passed_at          timestamptz
);
CREATE INDEX login_of ON guard.login (user_id);
CREATE INDEX login_ends ON guard.login (expires_at);

CREATE TABLE guard.mail_code (
    challenge_id uuid        PRIMARY KEY,
    login_id     uuid        NOT NULL,
    user_id      uuid        NOT NULL,
    code_key     bytea       NOT NULL,
    code_sealed  bytea       NOT NULL,
    expires_at   timestamptz NOT NULL,
    at           timestamptz NOT NULL
);
CREATE INDEX mail_code_of ON guard.mail_code (user_id, at);

-- Where a session came from; sealed, for the person's own list of sessions.
CREATE TABLE guard.session (
    session_id    uuid        PRIMARY KEY,
    user_id       uuid        NOT NULL,
    client_sealed bytea       NOT NULL,
    at            timestamptz NOT NULL
);

-- Wrong passwords, by fingerprint of what was typed, so that unknown people are counted alike.
CREATE TABLE guard.password_tries (
    key          bytea       PRIMARY KEY,
    email_key    bytea       NOT NULL,
    failures     int         NOT NULL,
    closed_until timestamptz NOT NULL,
    at           timestamptz NOT NULL
);
CREATE INDEX password_tries_of ON guard.password_tries (email_key);

-- Wrong codes of one person, over all logins and both methods.
CREATE TABLE guard.code_tries (
    user_id   uuid        PRIMARY KEY,
    failures  int         NOT NULL,
    since     timestamptz NOT NULL,
    locked_at timestamptz
);

-- Requests for a new password, answered at once and looked at later, so that the answer tells nothing.
CREATE TABLE guard.reset_request (
    request_id     uuid        PRIMARY KEY,
    email_key      bytea       NOT NULL,
    name_key       bytea       NOT NULL,
    phone_key      bytea       NOT NULL,
    said_sealed    bytea       NOT NULL,
    correlation_id uuid        NOT NULL,
    traceparent    text,
    taken_until    timestamptz NOT NULL DEFAULT '-infinity',
    at             timestamptz NOT NULL
);
CREATE INDEX reset_request_next ON guard.reset_request (at);

GRANT USAGE ON SCHEMA guard TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA guard TO {role};
