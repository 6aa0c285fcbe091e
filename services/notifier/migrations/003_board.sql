-- Mails as administrators see them, folded from the own log and no truth, and what sending again and wishes need.
ALTER TABLE mail.queue
    ADD COLUMN cause_type text NOT NULL DEFAULT '',
    ADD COLUMN generation int  NOT NULL DEFAULT 1,
    ADD COLUMN resend_of  uuid;

ALTER TABLE mail.recipient ADD COLUMN refused text[] NOT NULL DEFAULT '{}';

CREATE TABLE mail.board (
    message_id     uuid PRIMARY KEY,      -- UUIDv7, so that its order is that of time
    tenant_id      uuid NOT NULL,
    user_id        uuid NOT NULL,
    template       text NOT NULL,
    cause_type     text NOT NULL,
    cause_id       text NOT NULL,
    correlation_id uuid NOT NULL,
    generation     int  NOT NULL,
    resend_of      uuid,
    queued_at      timestamptz NOT NULL,
    version        int  NOT NULL DEFAULT 0, -- of its stream; 0 is a mail that no sender has looked at yet
    state          text NOT NULL DEFAULT 'initial',
    try_times      int  NOT NULL DEFAULT 0,
    next_try_at    timestamptz,
    sent_at        timestamptz,
    ended_at       timestamptz,
    reason         text,
    delayed        text,
    resent         bool NOT NULL DEFAULT false
);

-- One index for each list, so that a page deep in the list costs what the first one costs.
CREATE INDEX board_newest ON mail.board (tenant_id, message_id DESC);
CREATE INDEX board_of_user ON mail.board (tenant_id, user_id, message_id DESC);
CREATE INDEX board_by_state ON mail.board (tenant_id, state, message_id DESC);
DROP INDEX mail.queue_of_user;

-- What was queued before the board was there; the reader then shows what became of it.
INSERT INTO mail.board (message_id, tenant_id, user_id, template, cause_type, cause_id, correlation_id, generation,
                        queued_at)
SELECT message_id, tenant_id, user_id, template, '', cause_id, correlation_id, 1, caused_at FROM mail.queue;

GRANT SELECT, INSERT, UPDATE ON mail.board TO {role};
