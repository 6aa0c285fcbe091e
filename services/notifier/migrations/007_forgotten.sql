-- That somebody was deleted matters until what is told late of them has come, and is found by its age then.
ALTER TABLE notice.forgotten ADD COLUMN forgotten_at timestamptz NOT NULL DEFAULT clock_timestamp();
CREATE INDEX forgotten_by_age ON notice.forgotten (forgotten_at);

GRANT UPDATE, DELETE ON notice.forgotten TO {role};
