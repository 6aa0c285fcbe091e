-- What tenants decided, as far as ways in are concerned: a copy of the newest fact of each.
CREATE TABLE guard.tenant (
    tenant_id       uuid   PRIMARY KEY,
    second_factors  text[] NOT NULL,
    trusted_browser bool   NOT NULL
);

GRANT SELECT, INSERT, UPDATE, DELETE ON guard.tenant TO {role};
