-- What an administrator decided for one person about trusted browsers goes before what holds for everybody.
ALTER TABLE guard.person ADD COLUMN browser_trust text NOT NULL DEFAULT 'AS_COMPANY';

CREATE FUNCTION guard.trusts_browsers(p_user uuid, p_tenant uuid) RETURNS bool LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT browser_trust FROM guard.person WHERE user_id = p_user), 'AS_COMPANY') = 'ALLOWED'
        OR coalesce((SELECT browser_trust FROM guard.person WHERE user_id = p_user), 'AS_COMPANY') = 'AS_COMPANY'
           AND coalesce((SELECT trusted_browser FROM guard.tenant WHERE tenant_id = p_tenant), false)
$$;

CREATE OR REPLACE FUNCTION guard.skip_second_step(p_browser bytea, p_keys bytea[], p_user uuid, p_tenant uuid,
                                       p_distrusted timestamptz, p_login uuid, p_token bytea, p_method text,
                                       p_version int, p_enrolment uuid, p_client bytea, p_session uuid,
                                       p_now timestamptz, p_until timestamptz, p_expires timestamptz)
RETURNS bool LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM guard.password_tries WHERE key = ANY (p_keys) AND closed_until > p_now)
       OR EXISTS (SELECT FROM guard.code_tries WHERE user_id = p_user AND locked_at IS NOT NULL)
       OR NOT guard.trusts_browsers(p_user, p_tenant)
       OR EXISTS (SELECT FROM guard.tenant WHERE tenant_id = p_tenant
                  AND p_method = 'MAIL_OTP' AND coalesce(legacy_until <= p_now, false)) THEN
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

GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA guard TO {role};
