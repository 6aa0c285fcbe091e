-- Who may hear of what. Folded from other services' facts; addresses, languages and wishes stay in mail.recipient.
CREATE SCHEMA IF NOT EXISTS notice;

CREATE TABLE notice.person (
    user_id    uuid PRIMARY KEY,
    tenant_id  uuid NOT NULL,
    registered bool NOT NULL DEFAULT false, -- topics have no common order: what identity says may come first
    represents bool NOT NULL DEFAULT false, -- the application form names them, and with it their address
    confirmed  bool NOT NULL DEFAULT false, -- they came in once, so the address is theirs
    suspended  bool NOT NULL DEFAULT false
);
CREATE INDEX person_of_tenant ON notice.person (tenant_id, user_id);

CREATE TABLE notice.member (
    user_id  uuid NOT NULL,
    group_id uuid NOT NULL,
    PRIMARY KEY (user_id, group_id)
);
CREATE INDEX member_of_group ON notice.member (group_id);

CREATE TABLE notice.permission (
    group_id     uuid NOT NULL,
    service_name text NOT NULL,
    contract_id  uuid -- NULL is every contract of the service
);
CREATE INDEX permission_of_group ON notice.permission (group_id);

-- An application, an incident or planned work: what was said of it last, and the contracts it is about.
CREATE TABLE notice.story (
    story_id uuid PRIMARY KEY,
    telling  jsonb NOT NULL
);

CREATE TABLE notice.concerned (
    story_id        uuid NOT NULL,
    contract_id     uuid NOT NULL,
    tenant_id       uuid NOT NULL,
    contract_number text NOT NULL,
    service_name    text NOT NULL,
    PRIMARY KEY (story_id, contract_id)
);

-- One fact that is worth a mail, as it concerns one company.
CREATE TABLE notice.news (
    news_id        uuid PRIMARY KEY, -- UUIDv7, so that its order is that of time
    cause_id       text NOT NULL,
    cause_type     text NOT NULL,
    tenant_id      uuid NOT NULL,
    kind           text NOT NULL,
    story_id       uuid NOT NULL,
    contract_id    uuid,             -- NULL is every contract of the story
    telling        jsonb NOT NULL,
    correlation_id uuid NOT NULL,
    traceparent    text,
    caused_at      timestamptz NOT NULL,
    not_after      timestamptz NOT NULL,
    told_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    round_id       uuid,             -- NULL is what nobody was told yet
    UNIQUE (cause_id, tenant_id)     -- a fact is news once, however often it comes
);
CREATE INDEX news_untold ON notice.news (tenant_id, kind, told_at) WHERE round_id IS NULL;
CREATE INDEX news_of_round ON notice.news (round_id, news_id) WHERE round_id IS NOT NULL;

-- When a company last heard of one kind, and how long it is left alone then: what comes meanwhile goes out together.
CREATE TABLE notice.gate (
    tenant_id uuid NOT NULL,
    kind      text NOT NULL,
    last_at   timestamptz NOT NULL,
    gap       interval NOT NULL,
    PRIMARY KEY (tenant_id, kind)
);

-- News that go out together, and how far the company's people have been gone through.
CREATE TABLE notice.round (
    round_id  uuid PRIMARY KEY,
    tenant_id uuid NOT NULL,
    kind      text NOT NULL,
    opened_at timestamptz NOT NULL,
    reached   uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000', -- the last person gone through
    done      bool NOT NULL DEFAULT false
);
CREATE INDEX round_open ON notice.round (opened_at) WHERE NOT done;

-- Rounds that wait for somebody's mail of the day.
CREATE TABLE notice.kept (
    user_id   uuid NOT NULL,
    round_id  uuid NOT NULL,
    due_at    timestamptz NOT NULL,
    digest_id uuid, -- the mail it went into
    PRIMARY KEY (user_id, round_id)
);
CREATE INDEX kept_due ON notice.kept (due_at) WHERE digest_id IS NULL;
CREATE INDEX kept_of_digest ON notice.kept (digest_id) WHERE digest_id IS NOT NULL;

ALTER TABLE mail.recipient ADD COLUMN daily text[] NOT NULL DEFAULT '{}';

-- A code for a login does not wait behind thousands of notices.
ALTER TABLE mail.queue ADD COLUMN rank smallint NOT NULL DEFAULT 0;
DROP INDEX mail.queue_waiting;
CREATE INDEX queue_waiting ON mail.queue (rank, due_at) WHERE state = 'WAITING';

GRANT USAGE ON SCHEMA notice TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA notice TO {role};
