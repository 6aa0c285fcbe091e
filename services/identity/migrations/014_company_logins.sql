-- The logins of a whole company, newest first, for its administrators: a page costs the same however long it is.
ALTER TABLE guard.session ADD COLUMN tenant_id uuid;
ALTER TABLE guard.attempt ADD COLUMN tenant_id uuid;

UPDATE guard.session s SET tenant_id = e.tenant_id FROM es.events e WHERE e.stream_id = s.user_id AND e.version = 1;
UPDATE guard.attempt a SET tenant_id = e.tenant_id FROM es.events e WHERE e.stream_id = a.user_id AND e.version = 1;

CREATE INDEX session_of_tenant ON guard.session (tenant_id, at DESC, session_id DESC);
CREATE INDEX attempt_of_tenant ON guard.attempt (tenant_id, at DESC, attempt_id DESC) WHERE tenant_id IS NOT NULL;

-- As before, and the session says of which company it is.
CREATE OR REPLACE FUNCTION guard.try_code(p_login uuid, p_challenge uuid, p_right bool, p_step bigint, p_codes uuid,
                                          p_key bytea, p_session uuid, p_command uuid, p_now timestamptz,
                                          p_login_tries int, p_day_tries int)
RETURNS TABLE (verdict text, tries_left int, locked_at timestamptz) LANGUAGE plpgsql AS $$
DECLARE
    l guard.login;
    closed record;
    good bool;
    counted record;
BEGIN
    SELECT * INTO l FROM guard.login WHERE login_id = p_login FOR UPDATE;
    IF NOT FOUND OR l.session_id IS NOT NULL OR l.expires_at <= p_now OR l.tries >= p_login_tries THEN
        RETURN QUERY SELECT 'over', 0, NULL::timestamptz;
        RETURN;
    END IF;
    SELECT * INTO closed FROM guard.codes_closed(l.user_id, p_now, p_day_tries);
    IF FOUND THEN
        RETURN QUERY SELECT closed.verdict, 0, closed.at;
        RETURN;
    END IF;
    good := p_right AND l.challenge_id IS NOT DISTINCT FROM p_challenge;
    IF good THEN
        good := guard.use_up(l.user_id, p_step, p_codes, p_key, p_now);
    END IF;
    IF good THEN
        UPDATE guard.login SET session_id = p_session, passed_by = p_command, passed_at = p_now
            WHERE login_id = p_login;
        INSERT INTO guard.session (session_id, user_id, tenant_id, client_sealed, at)
            VALUES (p_session, l.user_id, l.tenant_id, l.client_sealed, p_now);
        RETURN QUERY SELECT 'passed', p_login_tries - l.tries, NULL::timestamptz;
        RETURN;
    END IF;
    SELECT * INTO counted FROM guard.count_wrong_code(l.user_id, p_now, p_day_tries);
    IF counted.verdict <> 'locked' THEN
        UPDATE guard.login SET tries = tries + 1 WHERE login_id = p_login;
    END IF;
    RETURN QUERY SELECT counted.verdict, CASE WHEN counted.verdict = 'wrong' THEN p_login_tries - l.tries - 1 ELSE 0 END,
        counted.locked_at;
END $$;

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
    INSERT INTO guard.session (session_id, user_id, tenant_id, client_sealed, at)
        VALUES (p_session, p_user, p_tenant, p_client, p_now);
    RETURN true;
END $$;
