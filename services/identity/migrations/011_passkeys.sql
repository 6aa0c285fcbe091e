-- Passkeys: public keys, so nothing secret, but who has them and what they call them is nobody else's business.
CREATE TABLE guard.passkey (
    passkey_id    uuid        PRIMARY KEY,
    user_id       uuid        NOT NULL,
    credential_id bytea       NOT NULL UNIQUE,
    public_key    bytea       NOT NULL,
    sign_count    bigint      NOT NULL,
    synced        bool        NOT NULL,
    transports    text[]      NOT NULL,
    name_sealed   bytea       NOT NULL,
    at            timestamptz NOT NULL,
    used_at       timestamptz
);
CREATE INDEX passkey_of ON guard.passkey (user_id);

-- The question a login or proof was given; whoever takes it uses it up.
CREATE TABLE guard.passkey_challenge (
    owner_id   uuid        PRIMARY KEY, -- a login, or a proof in a session
    challenge  bytea       NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX passkey_challenge_ends ON guard.passkey_challenge (expires_at);

-- As before; verdict ended where the tenant accepts no code by mail any more. Who has a passkey is mailed none until
-- they ask, so this is where their first one is made.
CREATE OR REPLACE FUNCTION guard.resend_code(p_login uuid, p_challenge uuid, p_code_key bytea, p_code_sealed bytea,
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
    SELECT t.legacy_until INTO closed FROM guard.tenant t WHERE t.tenant_id = l.tenant_id AND t.legacy_until <= p_now;
    IF closed IS NOT NULL THEN
        RETURN QUERY SELECT 'ended', closed;
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

GRANT SELECT, INSERT, UPDATE, DELETE ON guard.passkey, guard.passkey_challenge TO {role};
