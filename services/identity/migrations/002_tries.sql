-- Where tries are counted. Each function sees its rows under their locks, statement by statement, so that however many
-- guesses come at once, exactly the allowed number is answered.

-- Counts a wrong password under each key; returns until when all is closed if it was closed already, else null.
CREATE FUNCTION guard.count_wrong_password(p_email bytea, p_keys bytea[], p_free int[], p_longest int[],
                                           p_now timestamptz)
RETURNS timestamptz LANGUAGE plpgsql AS $$
DECLARE
    closed timestamptz;
BEGIN
    INSERT INTO guard.password_tries (key, email_key, failures, closed_until, at)
        SELECT k, p_email, 0, '-infinity', p_now FROM unnest(p_keys) k ORDER BY k ON CONFLICT DO NOTHING;
    PERFORM 1 FROM guard.password_tries WHERE key = ANY (p_keys) ORDER BY key FOR UPDATE;
    SELECT max(closed_until) INTO closed FROM guard.password_tries WHERE key = ANY (p_keys) AND closed_until > p_now;
    IF closed IS NOT NULL THEN
        RETURN closed;
    END IF;
    -- After a day without a failure nothing is held against anybody.
    UPDATE guard.password_tries t SET at = p_now, failures = n.failures, closed_until = CASE
            WHEN n.failures < n.free THEN '-infinity'
            ELSE p_now + least(n.longest, power(2, least(n.failures - n.free, 20))) * interval '1 second' END
    FROM (SELECT o.key, a.free, a.longest, 1 + CASE WHEN o.at < p_now - interval '1 day' THEN 0 ELSE o.failures END
              AS failures
          FROM unnest(p_keys, p_free, p_longest) a(key, free, longest) JOIN guard.password_tries o USING (key)) n
    WHERE t.key = n.key;
    RETURN NULL;
END $$;

-- When a code may be mailed to this person again; null for now. So nobody's mailbox is flooded.
CREATE FUNCTION guard.mails_again_at(p_user uuid, p_now timestamptz, p_mails int) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
    SELECT m.at + interval '1 hour' FROM guard.mail_code m
    WHERE m.user_id = p_user AND m.at > p_now - interval '1 hour' ORDER BY m.at DESC OFFSET p_mails - 1 LIMIT 1
$$;

-- Begins the login of somebody whose password was right. Verdicts: begun, closed (until; too many wrong passwords),
-- locked (too many wrong codes), mailed (until; too many codes were mailed).
CREATE FUNCTION guard.begin_login(p_keys bytea[], p_login uuid, p_token bytea, p_user uuid, p_tenant uuid, p_method text,
                                  p_version int, p_enrolment uuid, p_challenge uuid, p_code_key bytea,
                                  p_code_sealed bytea, p_client bytea, p_now timestamptz, p_expires timestamptz,
                                  p_mails int)
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

-- Puts a fresh code in the place of a login's code; what was tried before stays counted.
-- Verdicts: sent, over, much (asked for too often), mailed (until; too many codes were mailed).
CREATE FUNCTION guard.resend_code(p_login uuid, p_challenge uuid, p_code_key bytea, p_code_sealed bytea,
                                  p_now timestamptz, p_login_tries int, p_resends int, p_mails int)
RETURNS TABLE (verdict text, until timestamptz) LANGUAGE plpgsql AS $$
DECLARE
    l guard.login;
    closed timestamptz;
BEGIN
    SELECT * INTO l FROM guard.login WHERE login_id = p_login FOR UPDATE;
    IF NOT FOUND OR l.session_id IS NOT NULL OR l.expires_at <= p_now OR l.tries >= p_login_tries THEN
        RETURN QUERY SELECT 'over', NULL::timestamptz;
        RETURN;
    END IF;
    closed := guard.mails_again_at(l.user_id, p_now, p_mails);
    IF closed IS NOT NULL OR l.resends >= p_resends THEN
        RETURN QUERY SELECT CASE WHEN closed IS NULL THEN 'much' ELSE 'mailed' END, coalesce(closed, l.expires_at);
        RETURN;
    END IF;
    INSERT INTO guard.mail_code (challenge_id, login_id, user_id, code_key, code_sealed, expires_at, at)
        VALUES (p_challenge, p_login, l.user_id, p_code_key, p_code_sealed, l.expires_at, p_now);
    UPDATE guard.login SET challenge_id = p_challenge, resends = resends + 1 WHERE login_id = p_login;
    RETURN QUERY SELECT 'sent', l.expires_at;
END $$;

-- Judges one code of one login; p_right says whether it is the code of p_challenge, or of the clock's step p_step.
-- Verdicts: passed, wrong, over (the login is), locked (it was before), locks (this one did it).
CREATE FUNCTION guard.try_code(p_login uuid, p_challenge uuid, p_right bool, p_step bigint, p_session uuid,
                               p_command uuid, p_now timestamptz, p_login_tries int, p_day_tries int)
RETURNS TABLE (verdict text, tries_left int, locked_at timestamptz) LANGUAGE plpgsql AS $$
DECLARE
    l guard.login;
    t guard.code_tries;
    good bool;
BEGIN
    SELECT * INTO l FROM guard.login WHERE login_id = p_login FOR UPDATE;
    IF NOT FOUND OR l.session_id IS NOT NULL OR l.expires_at <= p_now OR l.tries >= p_login_tries THEN
        RETURN QUERY SELECT 'over', 0, NULL::timestamptz;
        RETURN;
    END IF;
    SELECT * INTO t FROM guard.code_tries WHERE user_id = l.user_id FOR UPDATE;
    IF t.locked_at IS NOT NULL THEN
        RETURN QUERY SELECT 'locked', 0, t.locked_at;
        RETURN;
    END IF;
    good := p_right AND l.challenge_id IS NOT DISTINCT FROM p_challenge;
    IF good AND p_step IS NOT NULL THEN
        INSERT INTO guard.used_step (user_id, step, at) VALUES (l.user_id, p_step, p_now) ON CONFLICT DO NOTHING;
        good := FOUND;
    END IF;
    IF good THEN
        UPDATE guard.login SET session_id = p_session, passed_by = p_command, passed_at = p_now
            WHERE login_id = p_login;
        INSERT INTO guard.session (session_id, user_id, client_sealed, at)
            VALUES (p_session, l.user_id, l.client_sealed, p_now);
        RETURN QUERY SELECT 'passed', p_login_tries - l.tries, NULL::timestamptz;
        RETURN;
    END IF;
    -- A success does not clear the day's count: else who knows the password could guess between two logins for ever.
    INSERT INTO guard.code_tries AS c (user_id, failures, since) VALUES (l.user_id, 1, p_now)
        ON CONFLICT (user_id) DO UPDATE SET
            failures = CASE WHEN c.since <= p_now - interval '1 day' THEN 1 ELSE c.failures + 1 END,
            since = CASE WHEN c.since <= p_now - interval '1 day' THEN p_now ELSE c.since END
        RETURNING * INTO t;
    -- Two logins may both have seen no row; whoever comes after the last try was too late.
    IF t.locked_at IS NOT NULL THEN
        RETURN QUERY SELECT 'locked', 0, t.locked_at;
        RETURN;
    END IF;
    UPDATE guard.login SET tries = tries + 1 WHERE login_id = p_login;
    IF t.failures >= p_day_tries THEN
        UPDATE guard.code_tries c SET locked_at = p_now WHERE c.user_id = l.user_id;
        RETURN QUERY SELECT 'locks', 0, p_now;
        RETURN;
    END IF;
    RETURN QUERY SELECT 'wrong', p_login_tries - l.tries - 1, NULL::timestamptz;
END $$;

-- Forgives what was counted before a new password, and ends logins that began with the old one.
CREATE FUNCTION guard.forgive(p_user uuid, p_at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    -- In the order in which try_code takes its locks.
    DELETE FROM guard.login WHERE user_id = p_user AND session_id IS NULL AND started_at <= p_at;
    DELETE FROM guard.code_tries WHERE user_id = p_user AND coalesce(locked_at, since) <= p_at;
    DELETE FROM guard.password_tries t USING guard.person p
        WHERE p.user_id = p_user AND t.email_key = p.email_key AND t.at <= p_at;
END $$;

-- Does what follows from the fact that names a password; again changes nothing.
CREATE FUNCTION guard.settle_password(p_user uuid, p_password uuid, p_at timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM guard.forgive(p_user, p_at);
    DELETE FROM guard.password WHERE user_id = p_user AND password_id <> p_password AND at <= p_at;
    UPDATE guard.password SET settled = true WHERE password_id = p_password;
END $$;

GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA guard TO {role};
