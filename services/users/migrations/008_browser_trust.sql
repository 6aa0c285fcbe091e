-- What an administrator decided for one person about trusted browsers.
ALTER TABLE rm.person ADD COLUMN browser_trust text NOT NULL DEFAULT 'AS_COMPANY';
