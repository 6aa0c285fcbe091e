-- However often wrong codes are forgiven, none more than p_day_tries of a person are ever answered within a day.
-- See: docs/decisions/0014-codes-have-hard-stops-passwords-have-patience.md.

-- The newest wrong codes of the person, oldest first; forgiving leaves them.
ALTER TABLE guard.code_tries ADD COLUMN recent timestamptz[] NOT NULL DEFAULT '{}';

-- Why no code of a person is judged now, and a right one is not looked at either: locked (since when), or spent (until
-- when, the day's tries are); no row when one may be. Whoever judges one holds the person's counter from here on.
CREATE FUNCTION guard.codes_closed(p_user uuid, p_now timestamptz, p_day_tries int)
RETURNS TABLE (verdict text, at timestamptz) LANGUAGE plpgsql AS $$
DECLARE
    t guard.code_tries;
    oldest timestamptz;
BEGIN
    SELECT * INTO t FROM guard.code_tries WHERE user_id = p_user FOR UPDATE;
    IF t.locked_at IS NOT NULL THEN
        RETURN QUERY SELECT 'locked', t.locked_at;
        RETURN;
    END IF;
    oldest := t.recent[cardinality(t.recent) - p_day_tries + 1];
    IF oldest > p_now - interval '1 day' THEN
        RETURN QUERY SELECT 'spent', oldest + interval '1 day';
    END IF;
END $$;

-- Uses up what a right code rests on: the clock's step, or a recovery code; false when that was used before.
CREATE FUNCTION guard.use_up(p_user uuid, p_step bigint, p_codes uuid, p_key bytea, p_now timestamptz) RETURNS bool
LANGUAGE plpgsql AS $$
BEGIN
    IF p_step IS NOT NULL THEN
        INSERT INTO guard.used_step (user_id, step, at) VALUES (p_user, p_step, p_now) ON CONFLICT DO NOTHING;
        RETURN FOUND;
    END IF;
    IF p_codes IS NOT NULL THEN
        UPDATE guard.recovery_code SET used_at = p_now WHERE codes_id = p_codes AND key = p_key AND used_at IS NULL;
        RETURN FOUND;
    END IF;
    RETURN true;
END $$;

-- Counts one wrong code of a person; half a day's tries lock, so that a reset leaves the other half.
-- Verdicts: wrong, locked (it was before), locks (this one did it).
CREATE OR REPLACE FUNCTION guard.count_wrong_code(p_user uuid, p_now timestamptz, p_day_tries int)
RETURNS TABLE (verdict text, locked_at timestamptz) LANGUAGE plpgsql AS $$
DECLARE
    t guard.code_tries;
BEGIN
    -- A success does not clear the day's count: else who knows the password could guess between two logins for ever.
    INSERT INTO guard.code_tries AS c (user_id, failures, since, recent) VALUES (p_user, 1, p_now, ARRAY[p_now])
        ON CONFLICT (user_id) DO UPDATE SET
            failures = CASE WHEN c.since <= p_now - interval '1 day' THEN 1 ELSE c.failures + 1 END,
            since = CASE WHEN c.since <= p_now - interval '1 day' THEN p_now ELSE c.since END,
            recent = (c.recent || p_now)[greatest(1, cardinality(c.recent) + 2 - p_day_tries):]
        RETURNING * INTO t;
    -- Two tries may both have seen no row; whoever comes after the last try was too late.
    IF t.locked_at IS NOT NULL THEN
        RETURN QUERY SELECT 'locked', t.locked_at;
        RETURN;
    END IF;
    IF t.failures >= p_day_tries / 2 THEN
        UPDATE guard.code_tries c SET locked_at = p_now WHERE c.user_id = p_user;
        RETURN QUERY SELECT 'locks', p_now;
        RETURN;
    END IF;
    RETURN QUERY SELECT 'wrong', NULL::timestamptz;
END $$;

-- As before, with the verdict spent.
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

CREATE OR REPLACE FUNCTION guard.try_own_code(p_user uuid, p_step bigint, p_now timestamptz, p_day_tries int)
RETURNS TABLE (verdict text, locked_at timestamptz) LANGUAGE plpgsql AS $$
DECLARE
    closed record;
    good bool := false;
BEGIN
    SELECT * INTO closed FROM guard.codes_closed(p_user, p_now, p_day_tries);
    IF FOUND THEN
        RETURN QUERY SELECT closed.verdict, closed.at;
        RETURN;
    END IF;
    IF p_step IS NOT NULL THEN
        good := guard.use_up(p_user, p_step, NULL, NULL, p_now);
    END IF;
    IF good THEN
        RETURN QUERY SELECT 'passed', NULL::timestamptz;
        RETURN;
    END IF;
    RETURN QUERY SELECT c.verdict, c.locked_at FROM guard.count_wrong_code(p_user, p_now, p_day_tries) c;
END $$;

-- Forgives what was counted before a new password, and ends logins that began with the old one. The day's wrong codes
-- stay known: whoever could have an account reset again and again would else have twenty guesses each time.
CREATE OR REPLACE FUNCTION guard.forgive(p_user uuid, p_at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    -- In the order in which try_code takes its locks.
    DELETE FROM guard.login WHERE user_id = p_user AND session_id IS NULL AND started_at <= p_at;
    UPDATE guard.code_tries SET failures = 0, since = p_at, locked_at = NULL
        WHERE user_id = p_user AND coalesce(locked_at, since) <= p_at;
    DELETE FROM guard.password_tries t USING guard.person p
        WHERE p.user_id = p_user AND t.email_key = p.email_key AND t.at <= p_at;
END $$;

GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA guard TO {role};
