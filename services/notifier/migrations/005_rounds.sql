-- What cannot be done now waits behind the others and stops nobody else's.
ALTER TABLE notice.round
    ADD COLUMN tries    int         NOT NULL DEFAULT 0,
    ADD COLUMN retry_at timestamptz NOT NULL DEFAULT clock_timestamp(); -- that of a round nobody tried yet is its opening
UPDATE notice.round SET retry_at = opened_at;
DROP INDEX notice.round_open;
CREATE INDEX round_open ON notice.round (retry_at) WHERE NOT done;

ALTER TABLE notice.kept ADD COLUMN retry_at timestamptz NOT NULL DEFAULT '-infinity';

-- The contracts of a story that are one company's, in the order in which a mail names them.
CREATE INDEX concerned_of_company ON notice.concerned (story_id, tenant_id, contract_number);

-- What is over is forgotten after a while, and found by these.
ALTER TABLE notice.story ADD COLUMN ended_at timestamptz; -- NULL while more may come of it
UPDATE notice.story SET ended_at = CASE
    WHEN telling ->> 'word' IN ('CLOSED', 'COMPLETED', 'CANCELLED', 'REJECTED', 'FAILED') THEN telling ->> 'at'
    ELSE telling ->> 'ends_at' END::timestamptz;
CREATE INDEX story_ended ON notice.story (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX news_of_story ON notice.news (story_id);
CREATE INDEX round_by_age ON notice.round (opened_at);
CREATE INDEX kept_of_round ON notice.kept (round_id);
