-- The keys of personal data, one a person, each wrapped by a key that is not in any database.
CREATE SCHEMA keys;

CREATE TABLE keys.subject (
    subject_id   uuid PRIMARY KEY,
    wrapped      bytea,                -- gone when the person was forgotten; the row stays, so none is made again
    made_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    forgotten_at timestamptz,
    CHECK ((wrapped IS NULL) = (forgotten_at IS NOT NULL))
);

CREATE FUNCTION keys.only_forget() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.wrapped IS NOT NULL THEN
        RAISE EXCEPTION 'a key is never replaced, only forgotten' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER only_forget BEFORE UPDATE ON keys.subject FOR EACH ROW EXECUTE FUNCTION keys.only_forget();

GRANT USAGE ON SCHEMA keys TO keys_reader, {role};
GRANT SELECT ON keys.subject TO keys_reader;
GRANT SELECT, INSERT ON keys.subject TO {role};
GRANT UPDATE (wrapped, forgotten_at) ON keys.subject TO {role};
