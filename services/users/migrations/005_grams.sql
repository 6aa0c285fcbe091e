-- What was typed may be one letter or two, as most Japanese names are: too short for trigrams.
CREATE FUNCTION rm.grams(said text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    letters text[] := regexp_split_to_array(said, '');
    found   text[] := letters;
BEGIN
    FOR i IN 2..cardinality(letters) LOOP
        found := found || (letters[i - 1] || letters[i]);
    END LOOP;
    RETURN found;
END $$;

CREATE INDEX person_grams ON rm.person USING gin (rm.grams(search)) WHERE listed;
