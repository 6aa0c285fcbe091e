-- What administrators ask for, and what a notice asks: the mails of a person, and the mail that carried a link.
CREATE INDEX queue_of_user ON mail.queue (tenant_id, user_id, caused_at DESC, message_id DESC);
CREATE INDEX queue_of_secret ON mail.queue (secret_id);
