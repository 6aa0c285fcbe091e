-- People and groups as administrators look at them: folded from the own log and from identity's facts, and no truth.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE SCHEMA rm;

CREATE TABLE rm.person (
    user_id             uuid PRIMARY KEY,
    tenant_id           uuid NOT NULL,
    version             int  NOT NULL DEFAULT 0, -- of their stream; 0 is somebody whom only identity has told of so far
    name                text NOT NULL DEFAULT '',
    email               text NOT NULL DEFAULT '',
    title               text,
    phone_number        text NOT NULL DEFAULT '',
    mobile_phone_number text,
    comment             text,
    mail_language       text NOT NULL DEFAULT 'ja',
    timezone            text NOT NULL DEFAULT 'UTC',
    role                text NOT NULL DEFAULT 'GENERAL_USER',
    second_factor       text NOT NULL DEFAULT 'TOTP',
    activated           bool NOT NULL DEFAULT false,
    suspended           bool NOT NULL DEFAULT false,
    deleted             bool NOT NULL DEFAULT false,
    locked              bool NOT NULL DEFAULT false,
    last_login_at       timestamptz,
    -- What is sorted by and searched in: one form for all spellings, in the order of code points.
    name_key            text COLLATE "C" NOT NULL DEFAULT '',
    email_key           text COLLATE "C" NOT NULL DEFAULT '',
    phone_keys          text COLLATE "C" NOT NULL DEFAULT '',
    search              text COLLATE "C" GENERATED ALWAYS AS
                        (name_key || E'\n' || email_key || E'\n' || phone_keys) STORED,
    login_key           timestamptz GENERATED ALWAYS AS (coalesce(last_login_at, '-infinity')) STORED,
    status              text COLLATE "C" GENERATED ALWAYS AS (
                            CASE WHEN deleted THEN 'DELETED' WHEN suspended THEN 'SUSPENDED' WHEN locked THEN 'LOCKED'
                                 WHEN activated THEN 'ACTIVE' ELSE 'PENDING_ACTIVATION' END) STORED,
    listed              bool GENERATED ALWAYS AS (version > 0 AND NOT deleted) STORED
);

-- One index for each way to sort, so that a page deep in the list costs what the first one costs.
CREATE INDEX person_by_name ON rm.person (tenant_id, name_key, user_id) WHERE listed;
CREATE INDEX person_by_email ON rm.person (tenant_id, email_key, user_id) WHERE listed;
CREATE INDEX person_by_login ON rm.person (tenant_id, login_key, user_id) WHERE listed;
CREATE INDEX person_by_status ON rm.person (tenant_id, status, user_id) WHERE listed;
CREATE INDEX person_by_role ON rm.person (tenant_id, role, name_key, user_id) WHERE listed;
CREATE INDEX person_deleted ON rm.person (tenant_id, user_id) WHERE deleted;
CREATE INDEX person_search ON rm.person USING gin (search gin_trgm_ops) WHERE listed;

CREATE TABLE rm.people_count (
    tenant_id uuid NOT NULL,
    role      text NOT NULL,
    status    text NOT NULL,
    people    int  NOT NULL,
    PRIMARY KEY (tenant_id, role, status)
) WITH (fillfactor = 50);

CREATE FUNCTION rm.count_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.version > 0, OLD.tenant_id, OLD.role, OLD.status)
                          = (NEW.version > 0, NEW.tenant_id, NEW.role, NEW.status) THEN
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' AND OLD.version > 0 THEN
        UPDATE rm.people_count SET people = people - 1
        WHERE tenant_id = OLD.tenant_id AND role = OLD.role AND status = OLD.status;
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.version > 0 THEN
        INSERT INTO rm.people_count AS c (tenant_id, role, status, people)
        VALUES (NEW.tenant_id, NEW.role, NEW.status, 1)
        ON CONFLICT (tenant_id, role, status) DO UPDATE SET people = c.people + 1;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER counted AFTER INSERT OR UPDATE OR DELETE ON rm.person
    FOR EACH ROW EXECUTE FUNCTION rm.count_person();

CREATE TABLE rm.team (
    group_id    uuid  PRIMARY KEY,
    tenant_id   uuid  NOT NULL,
    version     int   NOT NULL,
    name        text  NOT NULL,
    name_key    text  COLLATE "C" NOT NULL,
    description text  NOT NULL,
    built_in    bool  NOT NULL,
    permissions jsonb NOT NULL DEFAULT '[]',
    members     int   NOT NULL DEFAULT 0
);
CREATE INDEX team_by_name ON rm.team (tenant_id, built_in DESC, name_key, group_id);

CREATE TABLE rm.membership (
    group_id uuid NOT NULL,
    user_id  uuid NOT NULL,
    PRIMARY KEY (group_id, user_id)
);
CREATE INDEX membership_of ON rm.membership (user_id, group_id);

CREATE FUNCTION rm.count_member() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE rm.team SET members = members + 1 WHERE group_id = NEW.group_id;
    ELSE
        UPDATE rm.team SET members = members - 1 WHERE group_id = OLD.group_id;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER counted AFTER INSERT OR DELETE ON rm.membership
    FOR EACH ROW EXECUTE FUNCTION rm.count_member();

GRANT USAGE ON SCHEMA rm TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON rm.person, rm.people_count, rm.team, rm.membership TO {role};
