-- Each second every reader asks for the streams that are to be tried again; of ten thousand parked ones that is mostly none.
CREATE INDEX parked_stream_due ON inbox.parked_stream (consumer, retry_at) WHERE retry_at IS NOT NULL;
