-- What administrators and the people themselves need: recovery codes, lists of sessions, and how all of it ends.

-- A code's first letters find it, as a keyed fingerprint; the rest is hashed like a password. See: ASVS 5.0, 6.5.2.
CREATE TABLE guard.recovery_code (
    codes_id uuid        NOT NULL,
    key      bytea       NOT NULL,
    user_id  uuid        NOT NULL,
    hash     text        NOT NULL,
    at       timestamptz NOT NULL,
    used_at  timestamptz,
    PRIMARY KEY (codes_id, key)
);
CREATE INDEX recovery_code_of ON guard.recovery_code (user_id);
CREATE INDEX session_of ON guard.session (user_id, at DESC, session_id DESC);

-- Counts one wrong code of a person. Verdicts: wrong, locked (it was before), locks (this one did it).
CREATE FUNCTION guard.count_wrong_code(p_user uuid, p_now timestamptz, p_day_tries int)
RETURNS TABLE (verdict text, locked_at timestamptz) LANGUAGE plpgsql AS $$
DECLARE
    t guard.code_tries;
BEGIN
    -- A success does not clear the day's count: else who knows the password could guess between two logins for ever.
    INSERT INTO guard.code_tries AS c (user_id, failures, since) VALUES (p_user, 1, p_now)
        ON CONFLICT (user_id) DO UPDATE SET
            failures = CASE WHEN c.since <= p_now - interval '1 day' THEN 1 ELSE c.failures + 1 END,
            since = CASE WHEN c.since <= p_now - interval '1 day' THEN p_now ELSE c.since END
        RETURNING * INTO t;
    -- Two tries may both have seen no row; whoever comes after the last try was too late.
    IF t.locked_at IS NOT NULL THEN
        RETURN QUERY SELECT 'locked', t.locked_at;
        RETURN;
    END IF;
    IF t.failures >= p_day_tries THEN
        UPDATE guard.code_tries c SET locked_at = p_now WHERE c.user_id = p_user;
        RETURN QUERY SELECT 'locks', p_now;
        RETURN;
    END IF;
    RETURN QUERY SELECT 'wrong', NULL::timestamptz;
END $$;

DROP FUNCTION guard.try_code(uuid, uuid, bool, bigint, uuid, uuid, timestamptz, int, int);

-- Judges one code of one login; p_right says whether it is the code of p_challenge, of the clock's step p_step, or the
-- recovery code p_key of the set p_codes. Verdicts: passed, wrong, over (the login is), locked (it was before), locks.
CREATE FUNCTION guard.try_code(p_login uuid, p_challenge uuid, p_right bool, p_step bigint, p_codes uuid, p_key bytea,
                               p_session uuid, p_command uuid, p_now timestamptz, p_login_tries int, p_day_tries int)
RETURNS TABLE (verdict text, tries_left int, locked_at timestamptz) LANGUAGE plpgsql AS $$
DECLARE
    l guard.login;
    t guard.code_tries;
    good bool;
    counted record;
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
    IF good AND p_codes IS NOT NULL THEN
        UPDATE guard.recovery_code SET used_at = p_now WHERE codes_id = p_codes AND key = p_key AND used_at IS NULL;
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
    SELECT * INTO counted FROM guard.count_wrong_code(l.user_id, p_now, p_day_tries);
    IF counted.verdict <> 'locked' THEN
        UPDATE guard.login SET tries = tries + 1 WHERE login_id = p_login;
    END IF;
    RETURN QUERY SELECT counted.verdict, CASE WHEN counted.verdict = 'wrong' THEN p_login_tries - l.tries - 1 ELSE 0 END,
        counted.locked_at;
END $$;

-- Judges a code that somebody who is logged in gives once more. Verdicts: passed, wrong, locked, locks.
CREATE FUNCTION guard.try_own_code(p_user uuid, p_step bigint, p_now timestamptz, p_day_tries int)
RETURNS TABLE (verdict text, locked_at timestamptz) LANGUAGE plpgsql AS $$
DECLARE
    t guard.code_tries;
BEGIN
    SELECT * INTO t FROM guard.code_tries WHERE user_id = p_user FOR UPDATE;
    IF t.locked_at IS NOT NULL THEN
        RETURN QUERY SELECT 'locked', t.locked_at;
        RETURN;
    END IF;
    IF p_step IS NOT NULL THEN
        INSERT INTO guard.used_step (user_id, step, at) VALUES (p_user, p_step, p_now) ON CONFLICT DO NOTHING;
        IF FOUND THEN
            RETURN QUERY SELECT 'passed', NULL::timestamptz;
            RETURN;
        END IF;
    END IF;
    RETURN QUERY SELECT c.verdict, c.locked_at FROM guard.count_wrong_code(p_user, p_now, p_day_tries) c;
END $$;

-- Ends what was under way when sessions were ended at p_at, and second factors from before p_factor_at; returns the
-- sessions that a login from before has opened since. Whoever is judged later finds the login gone.
CREATE FUNCTION guard.revoke(p_user uuid, p_at timestamptz, p_factor_at timestamptz) RETURNS SETOF uuid LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM guard.login WHERE user_id = p_user AND session_id IS NULL AND started_at <= p_at;
    DELETE FROM guard.enrolment WHERE user_id = p_user AND at < p_factor_at;
    DELETE FROM guard.recovery_code WHERE user_id = p_user AND at < p_factor_at;
    RETURN QUERY SELECT l.session_id FROM guard.login l
        WHERE l.user_id = p_user AND l.session_id IS NOT NULL AND l.started_at <= p_at AND l.passed_at >= p_at;
END $$;

GRANT SELECT, INSERT, UPDATE, DELETE ON guard.recovery_code TO {role};
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA guard TO {role};
