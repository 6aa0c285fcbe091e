-- The way on to settings sites: keys that sign, codes that work once, what was issued for them, and what sites are
-- still to be told.

-- A key is published long before it signs and some time after. Of those whose time has come, the latest signs.
CREATE TABLE guard.signing_key (
    kid            text        PRIMARY KEY,
    private_sealed bytea       NOT NULL,
    public_jwk     text        NOT NULL,
    signs_from     timestamptz NOT NULL,
    at             timestamptz NOT NULL
);

CREATE TABLE guard.site_code (
    code_hash    bytea       PRIMARY KEY,
    grant_id     uuid        NOT NULL UNIQUE,
    client_id    text        NOT NULL,
    redirect_uri text        NOT NULL,
    challenge    text        NOT NULL, -- of PKCE, S256
    nonce        text,
    scope        text        NOT NULL,
    session_id   uuid        NOT NULL,
    user_id      uuid        NOT NULL,
    tenant_id    uuid        NOT NULL,
    contract_id  uuid        NOT NULL,
    at           timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    used_at      timestamptz
);
CREATE INDEX site_code_ends ON guard.site_code (expires_at);

-- What a used code gave: who is at which site with which session, and the token that the site asks with.
CREATE TABLE guard.site_grant (
    grant_id    uuid        PRIMARY KEY,
    token_hash  bytea       NOT NULL UNIQUE,
    client_id   text        NOT NULL,
    scope       text        NOT NULL,
    session_id  uuid        NOT NULL,
    user_id     uuid        NOT NULL,
    tenant_id   uuid        NOT NULL,
    contract_id uuid        NOT NULL,
    at          timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL, -- of the token
    revoked_at  timestamptz
);
CREATE INDEX site_grant_of_session ON guard.site_grant (session_id);
CREATE INDEX site_grant_of_user ON guard.site_grant (user_id);
CREATE INDEX site_grant_at ON guard.site_grant (at);

-- An assertion shows who a site is once. See: RFC 7523, section 3.
CREATE TABLE guard.used_assertion (
    client_id  text        NOT NULL,
    jti        text        NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (client_id, jti)
);

-- What a site is to be told of the end of a session, until it took it or nobody needs it any more.
CREATE TABLE guard.site_notice (
    notice_id   uuid        PRIMARY KEY,
    client_id   text        NOT NULL,
    kind        text        NOT NULL,
    session_id  uuid        NOT NULL,
    user_id     uuid        NOT NULL,
    reason      text        NOT NULL,
    ended_at    timestamptz NOT NULL,
    traceparent text,
    tries       int         NOT NULL DEFAULT 0,
    due_at      timestamptz NOT NULL,
    lease_until timestamptz NOT NULL DEFAULT '-infinity',
    not_after   timestamptz NOT NULL,
    closed_at   timestamptz,
    outcome     text,
    UNIQUE (client_id, session_id, kind)
);
CREATE INDEX site_notice_due ON guard.site_notice (due_at) WHERE closed_at IS NULL;
CREATE INDEX site_notice_old ON guard.site_notice (not_after);

GRANT SELECT, INSERT, UPDATE, DELETE ON guard.signing_key, guard.site_code, guard.site_grant, guard.used_assertion,
    guard.site_notice TO {role};
