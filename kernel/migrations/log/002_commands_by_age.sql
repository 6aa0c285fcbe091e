-- Finds the commands that are old enough to be forgotten. A range of blocks would be cheaper to keep, but blocks that
-- vacuum gives back are filled with new commands and would still count as old.
CREATE INDEX commands_by_age ON es.commands (at);
