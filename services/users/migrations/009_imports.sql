-- How many rows a tenant tried or imported in the hour that began with the first of them; one row a tenant, kept over.
CREATE TABLE kept.imported (
    tenant_id uuid        PRIMARY KEY,
    since     timestamptz NOT NULL,
    people    int         NOT NULL
);

GRANT SELECT, INSERT, UPDATE ON kept.imported TO {role};

-- Whoever holds a mail address without ever having been mailed a link; counted before an import that mails none.
CREATE INDEX person_unmailed ON rm.person (tenant_id)
    WHERE version > 0 AND NOT activated AND NOT deleted AND link_sent_at IS NULL;
