-- Browsers that passed both steps and skip the second one for some days.
CREATE TABLE guard.trusted_browser (
    browser_id    uuid        PRIMARY KEY, -- the session whose login had it trusted
    token_hash    bytea       NOT NULL UNIQUE,
    user_id       uuid        NOT NULL,
    tenant_id     uuid        NOT NULL,
    client_sealed bytea       NOT NULL,
    since         timestamptz NOT NULL,    -- whatever ends trust ends it when it happened later than this
    used_at       timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL
);
CREATE INDEX trusted_browser_of ON guard.trusted_browser (user_id, used_at DESC);
CREATE INDEX trusted_browser_in ON guard.trusted_browser (tenant_id);
CREATE INDEX trusted_browser_ends ON guard.trusted_browser (expires_at);

-- Has a login whose password was right pass without a code, when the browser is trusted for this very person, nothing
-- has ended that since, and the tenant wants it. Who is closed or locked out is told so on the usual way.
CREATE FUNCTION guard.skip_second_step(p_browser bytea, p_keys bytea[], p_user uuid, p_tenant uuid,
                                       p_distrusted timestamptz, p_login uuid, p_token bytea, p_method text,
                                       p_version int, p_enrolment uuid, p_client bytea, p_session uuid,
                                       p_now timestamptz, p_until timestamptz, p_expires timestamptz)
RETURNS bool LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM guard.password_tries WHERE key = ANY (p_keys) AND closed_until > p_now)
       OR EXISTS (SELECT FROM guard.code_tries WHERE user_id = p_user AND locked_at IS NOT NULL)
       OR NOT EXISTS (SELECT FROM guard.tenant WHERE tenant_id = p_tenant AND trusted_browser
                      AND NOT (p_method = 'MAIL_OTP' AND coalesce(legacy_until <= p_now, false))) THEN
        RETURN false;
    END IF;
    UPDATE guard.trusted_browser SET used_at = p_now, expires_at = p_until
        WHERE token_hash = p_browser AND user_id = p_user AND expires_at > p_now
          AND since > coalesce(p_distrusted, '-infinity');
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    DELETE FROM guard.password_tries t WHERE t.key = ANY (p_keys);
    INSERT INTO guard.login (login_id, token_hash, user_id, tenant_id, method, credential_version, enrolment_id,
                             client_sealed, started_at, expires_at, session_id, passed_at)
        VALUES (p_login, p_token, p_user, p_tenant, p_method, p_version, p_enrolment, p_client, p_now, p_expires,
                p_session, p_now);
    INSERT INTO guard.session (session_id, user_id, client_sealed, at) VALUES (p_session, p_user, p_client, p_now);
    RETURN true;
END $$;

CREATE OR REPLACE FUNCTION guard.revoke(p_user uuid, p_at timestamptz, p_factor_at timestamptz) RETURNS SETOF uuid
LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM guard.login WHERE user_id = p_user AND session_id IS NULL AND started_at <= p_at;
    DELETE FROM guard.enrolment WHERE user_id = p_user AND at < p_factor_at;
    DELETE FROM guard.recovery_code WHERE user_id = p_user AND at < p_factor_at;
    DELETE FROM guard.trusted_browser WHERE user_id = p_user AND since <= p_at;
    RETURN QUERY SELECT l.session_id FROM guard.login l
        WHERE l.user_id = p_user AND l.session_id IS NOT NULL AND l.started_at <= p_at AND l.passed_at >= p_at;
END $$;

CREATE OR REPLACE FUNCTION guard.settle_password(p_user uuid, p_password uuid, p_at timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM guard.forgive(p_user, p_at);
    DELETE FROM guard.password WHERE user_id = p_user AND password_id <> p_password AND at <= p_at;
    DELETE FROM guard.trusted_browser WHERE user_id = p_user AND since <= p_at;
    UPDATE guard.password SET settled = true WHERE password_id = p_password;
END $$;

GRANT SELECT, INSERT, UPDATE, DELETE ON guard.trusted_browser TO {role};
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA guard TO {role};
