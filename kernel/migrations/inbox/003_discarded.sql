-- Whether a reader gave one fact up is asked by that fact.
CREATE INDEX discarded_by_event ON inbox.discarded_event (stream_id, version);
