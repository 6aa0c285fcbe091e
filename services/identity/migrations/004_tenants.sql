-- What tenants decided, as far as ways in are concerned: a copy of the newest fact of each.
CREATE TABLE guard.tenant (
    tenant_id       uuid   PRIMARY KEY,
    second_factors  text[] NOT NULL,
    trusted_browser bool   NOT NULL,
    effective_from  timestamptz, -- when people get the new second step
    legacy_until    timestamptz  -- until when the old one, the code by mail, is accepted
);

GRANT SELECT, INSERT, UPDATE, DELETE ON guard.tenant TO {role};
