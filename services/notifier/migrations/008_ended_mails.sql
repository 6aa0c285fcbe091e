-- Mails that ended long ago are forgotten, in the queue and in what is shown of them, and found by their end.
CREATE INDEX queue_ended ON mail.queue (ended_at) WHERE state = 'ENDED';
CREATE INDEX board_ended ON mail.board (ended_at) WHERE ended_at IS NOT NULL;

GRANT DELETE ON mail.queue, mail.board TO {role};
