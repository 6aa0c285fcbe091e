-- How mails to people fare, folded from the notifier's facts. Each fact is about another mail, and mails have no order
-- among one another, so the latest of each kind is kept and the two are compared.
CREATE TABLE rm.mailbox (
    user_id    uuid PRIMARY KEY,
    tenant_id  uuid NOT NULL,
    bounced_at timestamptz,
    reason     text,
    sent_at    timestamptz,
    bounces    bool GENERATED ALWAYS AS (coalesce(bounced_at >= coalesce(sent_at, '-infinity'), false)) STORED
);
CREATE INDEX mailbox_bounces ON rm.mailbox (tenant_id, user_id) WHERE bounces;

GRANT SELECT, INSERT, UPDATE ON rm.mailbox TO {role};
