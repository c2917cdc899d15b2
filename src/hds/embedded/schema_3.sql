-- What version 3 of the schema adds.

-- The assertions that served, by SHA-256 of issuer and identifier, until some time after they are over.
CREATE TABLE used_assertion (
    id   BLOB PRIMARY KEY,
    ends INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX used_assertion_by_end ON used_assertion (ends);
