-- From when on a tenant's people get the new second step, and until when the old one, the code by mail, is accepted.
ALTER TABLE guard.tenant ADD COLUMN effective_from timestamptz, ADD COLUMN legacy_until timestamptz;

-- As before; verdict ended (since) where the login would wait for a code by mail and the tenant accepts none any more.
-- Only a login that has a code to mail looks that up.
CREATE OR REPLACE FUNCTION guard.begin_login(p_keys bytea[], p_login uuid, p_token bytea, p_user uuid, p_tenant uuid,
                                             p_method text, p_version int, p_enrolment uuid, p_challenge uuid,
                                             p_code_key bytea, p_code_sealed bytea, p_client bytea, p_now timestamptz,
                                             p_expires timestamptz, p_mails int)
RETURNS TABLE (verdict text, until timestamptz) LANGUAGE plpgsql AS $$
DECLARE
    closed timestamptz;
BEGIN
    SELECT max(t.closed_until) INTO closed FROM guard.password_tries t WHERE t.key = ANY (p_keys);
    IF closed > p_now THEN
        RETURN QUERY SELECT 'closed', closed;
        RETURN;
    END IF;
    SELECT c.locked_at INTO closed FROM guard.code_tries c WHERE c.user_id = p_user;
    IF closed IS NOT NULL THEN
        RETURN QUERY SELECT 'locked', closed;
        RETURN;
    END IF;
    IF p_challenge IS NOT NULL THEN
        SELECT t.legacy_until INTO closed FROM guard.tenant t WHERE t.tenant_id = p_tenant AND t.legacy_until <= p_now;
        IF closed IS NOT NULL THEN
            RETURN QUERY SELECT 'ended', closed;
            RETURN;
        END IF;
        closed := guard.mails_again_at(p_user, p_now, p_mails);
        IF closed IS NOT NULL THEN
            RETURN QUERY SELECT 'mailed', closed;
            RETURN;
        END IF;
        INSERT INTO guard.mail_code (challenge_id, login_id, user_id, code_key, code_sealed, expires_at, at)
            VALUES (p_challenge, p_login, p_user, p_code_key, p_code_sealed, p_expires, p_now);
    END IF;
    DELETE FROM guard.password_tries t WHERE t.key = ANY (p_keys);
    INSERT INTO guard.login (login_id, token_hash, user_id, tenant_id, method, credential_version, enrolment_id,
                             challenge_id, client_sealed, started_at, expires_at)
        VALUES (p_login, p_token, p_user, p_tenant, p_method, p_version, p_enrolment, p_challenge, p_client, p_now,
                p_expires);
    RETURN QUERY SELECT 'begun', NULL::timestamptz;
END $$;

CREATE OR REPLACE FUNCTION guard.skip_second_step(p_browser bytea, p_keys bytea[], p_user uuid, p_tenant uuid,
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
