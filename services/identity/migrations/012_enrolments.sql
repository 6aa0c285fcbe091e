-- An authenticator's seed that no code confirmed is thrown away when its link is over; one that a fact names stays.
ALTER TABLE guard.enrolment ADD COLUMN settled bool NOT NULL DEFAULT false; -- a fact names it
CREATE INDEX enrolment_unsettled ON guard.enrolment (at) WHERE NOT settled;
