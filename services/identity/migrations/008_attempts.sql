-- Logins that were refused, for the list of the person and of their administrators. See: OWASP ASVS 5.0, 16.3.1.
CREATE TABLE guard.attempt (
    attempt_id    uuid        PRIMARY KEY,
    user_id       uuid,       -- nobody's, where nobody has the mail address: refusing those takes the same work
    outcome       text        NOT NULL,
    method        text,
    client_sealed bytea       NOT NULL,
    at            timestamptz NOT NULL
);
CREATE INDEX attempt_of ON guard.attempt (user_id, at DESC, attempt_id DESC) WHERE user_id IS NOT NULL;
CREATE INDEX attempt_by_age ON guard.attempt (at);

GRANT SELECT, INSERT, UPDATE, DELETE ON guard.attempt TO {role};
