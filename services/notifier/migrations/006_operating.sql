-- What operators see of all companies' mails, and which kinds are not sent for the time being.
CREATE FUNCTION mail.kind_of(template text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN template IN ('ORDER_STATUS', 'FAULT', 'MAINTENANCE', 'DIGEST') THEN template ELSE 'SECURITY' END;

-- A mail that came back is told apart from one that was refused at once: other people can do something about it.
ALTER TABLE mail.board
    ADD COLUMN kind     text NOT NULL GENERATED ALWAYS AS (mail.kind_of(template)) STORED,
    ADD COLUMN standing text NOT NULL GENERATED ALWAYS AS (
        CASE WHEN state = 'failed' AND starts_with(coalesce(reason, ''), 'DSN_') THEN 'bounced' ELSE state END) STORED;

-- Every filter is a few ranges of one of these, each read from its newest mail on, however many mails there ever were.
CREATE INDEX board_of_all ON mail.board (standing, kind, message_id DESC);
CREATE INDEX board_of_company ON mail.board (tenant_id, standing, kind, message_id DESC);

-- A kind that is paused is not looked through for one that is not.
ALTER TABLE mail.queue ADD COLUMN kind text NOT NULL GENERATED ALWAYS AS (mail.kind_of(template)) STORED;
DROP INDEX mail.queue_waiting;
CREATE INDEX queue_waiting ON mail.queue (rank, kind, due_at) WHERE state = 'WAITING';

CREATE TABLE mail.pause (
    kind      text PRIMARY KEY,
    since     timestamptz NOT NULL DEFAULT clock_timestamp(),
    paused_by text NOT NULL,
    reason    text NOT NULL
);

-- What became of mails, counted as it is read from the own log; nothing is ever counted by looking through mails.
CREATE TABLE mail.tally (
    hour  timestamptz NOT NULL,
    kind  text        NOT NULL,
    fact  text        NOT NULL, -- as the log names it
    mails bigint      NOT NULL,
    PRIMARY KEY (hour, kind, fact)
);

-- Topics have no common order: what is told late of somebody who was deleted must not bring them back.
CREATE TABLE notice.forgotten (user_id uuid PRIMARY KEY);

GRANT SELECT, INSERT ON notice.forgotten TO {role};
GRANT SELECT, INSERT, DELETE ON mail.pause TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON mail.tally TO {role};
