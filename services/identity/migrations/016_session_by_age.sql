-- Finds the logins that are old enough to be forgotten, without a look at 400 days of them.
CREATE INDEX session_by_age ON guard.session (at);
