-- Many rows are written in one statement, so they are counted once a statement and not once a row.
DROP TRIGGER counted ON rm.person;
DROP FUNCTION rm.count_person();
DROP TRIGGER counted ON rm.membership;
DROP FUNCTION rm.count_member();

CREATE FUNCTION rm.count_people() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- An insert has no old rows and a deletion no new ones, so each is asked only for what it has.
    IF TG_OP = 'INSERT' THEN
        INSERT INTO rm.people_count AS c (tenant_id, role, status, people)
        SELECT tenant_id, role, status, count(*) FROM came WHERE version > 0 GROUP BY 1, 2, 3
        ON CONFLICT (tenant_id, role, status) DO UPDATE SET people = c.people + EXCLUDED.people;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO rm.people_count AS c (tenant_id, role, status, people)
        SELECT tenant_id, role, status, sum(n) FROM (
            SELECT tenant_id, role, status, 1 AS n FROM came WHERE version > 0
            UNION ALL SELECT tenant_id, role, status, -1 FROM gone WHERE version > 0) moved
        GROUP BY 1, 2, 3 HAVING sum(n) <> 0
        ON CONFLICT (tenant_id, role, status) DO UPDATE SET people = c.people + EXCLUDED.people;
    ELSE
        UPDATE rm.people_count c SET people = c.people - g.people
        FROM (SELECT tenant_id, role, status, count(*) AS people FROM gone WHERE version > 0 GROUP BY 1, 2, 3) g
        WHERE (c.tenant_id, c.role, c.status) = (g.tenant_id, g.role, g.status);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER counted_in AFTER INSERT ON rm.person REFERENCING NEW TABLE AS came
    FOR EACH STATEMENT EXECUTE FUNCTION rm.count_people();
CREATE TRIGGER counted_anew AFTER UPDATE ON rm.person REFERENCING OLD TABLE AS gone NEW TABLE AS came
    FOR EACH STATEMENT EXECUTE FUNCTION rm.count_people();
CREATE TRIGGER counted_out AFTER DELETE ON rm.person REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION rm.count_people();

CREATE FUNCTION rm.count_members() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE rm.team t SET members = t.members + m.members
        FROM (SELECT group_id, count(*) AS members FROM came GROUP BY 1) m WHERE t.group_id = m.group_id;
    ELSE
        UPDATE rm.team t SET members = t.members - m.members
        FROM (SELECT group_id, count(*) AS members FROM gone GROUP BY 1) m WHERE t.group_id = m.group_id;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER counted_in AFTER INSERT ON rm.membership REFERENCING NEW TABLE AS came
    FOR EACH STATEMENT EXECUTE FUNCTION rm.count_members();
CREATE TRIGGER counted_out AFTER DELETE ON rm.membership REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION rm.count_members();
