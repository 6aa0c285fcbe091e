-- The pictures that tenants show their people. A fact names one by its digest; what no fact names does not count.
CREATE SCHEMA kept;

CREATE TABLE kept.image (
    tenant_id uuid        NOT NULL,
    digest    text        NOT NULL, -- SHA-256, in hexadecimal
    png       bytea       NOT NULL,
    at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant_id, digest)
);

GRANT USAGE ON SCHEMA kept TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON kept.image TO {role};
