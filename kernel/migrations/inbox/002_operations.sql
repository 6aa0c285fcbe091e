-- Why an operator gave a fact up stands beside who it was, and pages of parked streams are read in their order.
ALTER TABLE inbox.discarded_event ADD COLUMN reason text NOT NULL DEFAULT '';

CREATE INDEX parked_stream_by_age ON inbox.parked_stream (since, consumer, stream_id);
