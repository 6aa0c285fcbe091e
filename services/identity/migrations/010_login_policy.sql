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
