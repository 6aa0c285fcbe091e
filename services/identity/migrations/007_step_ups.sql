-- Proofs that people give again in a session, before they change what lets them in.
CREATE TABLE guard.step_up (
    session_id   uuid        PRIMARY KEY,
    step_up_id   uuid        NOT NULL UNIQUE, -- the "login" of a mailed code, the "link" of a seed that is set up
    user_id      uuid        NOT NULL,
    challenge_id uuid,
    tries        int         NOT NULL DEFAULT 0,
    first_codes  int         NOT NULL DEFAULT 0,
    started_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    proven_at    timestamptz
);
CREATE INDEX step_up_ends ON guard.step_up (expires_at);

-- A seed that somebody sets up while another one counts, until its first code.
ALTER TABLE guard.enrolment ADD COLUMN pending bool NOT NULL DEFAULT false;
CREATE INDEX enrolment_pending ON guard.enrolment (at) WHERE pending;

-- Begins the proof of somebody whose password was right. Verdicts: begun, locked, mailed (until).
CREATE FUNCTION guard.begin_step_up(p_session uuid, p_step_up uuid, p_user uuid, p_challenge uuid, p_code_key bytea,
                                    p_code_sealed bytea, p_now timestamptz, p_expires timestamptz, p_mails int)
RETURNS TABLE (verdict text, until timestamptz) LANGUAGE plpgsql AS $$
DECLARE
    closed timestamptz;
BEGIN
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
            VALUES (p_challenge, p_step_up, p_user, p_code_key, p_code_sealed, p_expires, p_now);
    END IF;
    INSERT INTO guard.step_up AS s (session_id, step_up_id, user_id, challenge_id, started_at, expires_at)
        VALUES (p_session, p_step_up, p_user, p_challenge, p_now, p_expires)
        ON CONFLICT (session_id) DO UPDATE SET
            step_up_id = p_step_up, user_id = p_user, challenge_id = p_challenge, tries = 0, first_codes = 0,
            started_at = p_now, expires_at = p_expires, proven_at = NULL;
    RETURN QUERY SELECT 'begun', NULL::timestamptz;
END $$;

-- Judges one try of the second factor, as guard.try_code does at a login; a right one counts until p_until.
CREATE FUNCTION guard.try_step_up(p_step_up uuid, p_challenge uuid, p_right bool, p_step bigint, p_codes uuid,
                                  p_key bytea, p_now timestamptz, p_until timestamptz, p_tries int, p_day_tries int)
RETURNS TABLE (verdict text, tries_left int, locked_at timestamptz) LANGUAGE plpgsql AS $$
DECLARE
    s guard.step_up;
    closed record;
    good bool;
    counted record;
BEGIN
    SELECT * INTO s FROM guard.step_up WHERE step_up_id = p_step_up FOR UPDATE;
    IF NOT FOUND OR s.expires_at <= p_now OR s.proven_at IS NOT NULL OR s.tries >= p_tries THEN
        RETURN QUERY SELECT 'over', 0, NULL::timestamptz;
        RETURN;
    END IF;
    SELECT * INTO closed FROM guard.codes_closed(s.user_id, p_now, p_day_tries);
    IF FOUND THEN
        RETURN QUERY SELECT closed.verdict, 0, closed.at;
        RETURN;
    END IF;
    good := p_right AND s.challenge_id IS NOT DISTINCT FROM p_challenge;
    IF good THEN
        good := guard.use_up(s.user_id, p_step, p_codes, p_key, p_now);
    END IF;
    IF good THEN
        UPDATE guard.step_up SET proven_at = p_now, expires_at = p_until WHERE step_up_id = p_step_up;
        RETURN QUERY SELECT 'passed', p_tries - s.tries, NULL::timestamptz;
        RETURN;
    END IF;
    SELECT * INTO counted FROM guard.count_wrong_code(s.user_id, p_now, p_day_tries);
    IF counted.verdict <> 'locked' THEN
        UPDATE guard.step_up SET tries = tries + 1 WHERE step_up_id = p_step_up;
    END IF;
    RETURN QUERY SELECT counted.verdict, CASE WHEN counted.verdict = 'wrong' THEN p_tries - s.tries - 1 ELSE 0 END,
        counted.locked_at;
END $$;

-- Judges the first code of a seed that is set up; null when it was right, else how many tries are left. Its holder has
-- the seed before their eyes, so this is no guess that counts against the account.
CREATE FUNCTION guard.try_new_seed(p_step_up uuid, p_user uuid, p_step bigint, p_now timestamptz, p_most int)
RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    tried int;
BEGIN
    SELECT first_codes INTO tried FROM guard.step_up WHERE step_up_id = p_step_up FOR UPDATE;
    IF NOT FOUND OR tried >= p_most THEN
        RETURN 0;
    END IF;
    IF p_step IS NOT NULL THEN
        IF guard.use_up(p_user, p_step, NULL, NULL, p_now) THEN
            -- Seeds from before the fact that names this one are thrown away; it must not be one of them.
            UPDATE guard.enrolment SET at = p_now, pending = false WHERE activation_id = p_step_up;
            RETURN NULL;
        END IF;
    END IF;
    UPDATE guard.step_up SET first_codes = first_codes + 1 WHERE step_up_id = p_step_up;
    RETURN p_most - tried - 1;
END $$;

GRANT SELECT, INSERT, UPDATE, DELETE ON guard.step_up TO {role};
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA guard TO {role};
