-- A record of a topic holds no larger fact: it would stand before the relay for ever, and all that comes behind it with
-- it. The appender says the same with a better word; this is for who writes past it. What is in the table already is
-- not looked through, which would lock a large log for as long as that takes.
ALTER TABLE es.events ADD CONSTRAINT fits_into_a_record CHECK (octet_length(data) <= 900000) NOT VALID;
