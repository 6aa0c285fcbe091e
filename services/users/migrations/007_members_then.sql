-- Who was in a group at a moment: the last that each person did up to then, a page at a time in the order of their ids.
CREATE INDEX membership_change_by_person ON rm.membership_change (group_id, user_id, version DESC);
