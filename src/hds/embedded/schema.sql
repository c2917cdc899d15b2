-- Times are microseconds since 1970 (UTC); UUIDs and hashes are raw bytes; holders are named `system|matricule`.

CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- facts_version grows with the facts, the authors, and the labels and status of documents; data_version with every change.
CREATE TABLE holder (
    number        INTEGER PRIMARY KEY,
    ins           TEXT NOT NULL UNIQUE,
    facts         TEXT NOT NULL,
    authors       TEXT NOT NULL,
    facts_version INTEGER NOT NULL,
    data_version  INTEGER NOT NULL
) STRICT;

CREATE TABLE content (
    handle BLOB PRIMARY KEY,
    size   INTEGER NOT NULL,
    sha1   BLOB NOT NULL,
    sha256 BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Submission sets and folders. submission is the set with which the list was filed: its own id, where it is one; place is where the
-- list stood in it.
CREATE TABLE list (
    id         BLOB PRIMARY KEY,
    holder     INTEGER NOT NULL REFERENCES holder (number),
    submission BLOB NOT NULL REFERENCES list (id),
    place      INTEGER NOT NULL,
    kind       TEXT NOT NULL,
    version    INTEGER NOT NULL,
    entry      TEXT NOT NULL,
    rendition  BLOB NOT NULL,
    line       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX list_by_holder ON list (holder);
CREATE INDEX list_by_submission ON list (submission);

-- changed is the data_version of the holder at which the row changed last. A uniqueId is unique by author, not by record.
CREATE TABLE document (
    number        INTEGER PRIMARY KEY,
    id            BLOB NOT NULL UNIQUE,
    holder        INTEGER NOT NULL REFERENCES holder (number),
    submission    BLOB NOT NULL REFERENCES list (id),
    content       BLOB NOT NULL REFERENCES content (handle),
    unique_system TEXT NOT NULL,
    unique_value  TEXT NOT NULL,
    changed       INTEGER NOT NULL,
    entry         TEXT NOT NULL,
    body          BLOB NOT NULL,
    base_at       INTEGER NOT NULL
) STRICT;
CREATE INDEX document_by_change ON document (holder, changed);
CREATE INDEX document_by_unique_id ON document (unique_value, unique_system, holder);

-- The versions of an entry before the one in document. The resource beside the entry is the same for all.
CREATE TABLE document_version (
    document INTEGER NOT NULL REFERENCES document (number),
    version  INTEGER NOT NULL,
    changed  INTEGER NOT NULL,
    entry    TEXT NOT NULL,
    PRIMARY KEY (document, version)
) STRICT, WITHOUT ROWID;

-- The entryUUIDs.
CREATE TABLE alias (
    uuid     BLOB NOT NULL,
    document INTEGER NOT NULL REFERENCES document (number),
    PRIMARY KEY (uuid, document)
) STRICT, WITHOUT ROWID;

-- Consents and care teams as they are, and their versions before. The facts of the holder follow from those in force.
CREATE TABLE deed (
    number    INTEGER PRIMARY KEY,
    id        BLOB NOT NULL UNIQUE,
    holder    INTEGER NOT NULL REFERENCES holder (number),
    version   INTEGER NOT NULL,
    changed   INTEGER NOT NULL,
    deed      TEXT NOT NULL,
    rendition BLOB NOT NULL
) STRICT;
CREATE INDEX deed_by_holder ON deed (holder);

CREATE TABLE deed_version (
    deed_number INTEGER NOT NULL REFERENCES deed (number),
    version     INTEGER NOT NULL,
    changed     INTEGER NOT NULL,
    deed        TEXT NOT NULL,
    rendition   BLOB NOT NULL,
    PRIMARY KEY (deed_number, version)
) STRICT, WITHOUT ROWID;

-- holder, at and request repeat what the line says, to find it by; verification compares them.
CREATE TABLE journal (
    number  INTEGER PRIMARY KEY,
    holder  TEXT,
    at      INTEGER NOT NULL,
    request BLOB NOT NULL,
    bytes   BLOB NOT NULL,
    hash    BLOB NOT NULL
) STRICT;
CREATE INDEX journal_by_holder ON journal (holder, at) WHERE holder IS NOT NULL;
CREATE INDEX journal_by_request ON journal (request) WHERE holder IS NOT NULL;
CREATE TRIGGER journal_is_never_changed BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_is_never_shortened BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

CREATE TABLE checkpoint (
    number    INTEGER PRIMARY KEY,
    hash      BLOB NOT NULL,
    at        INTEGER NOT NULL,
    signature BLOB NOT NULL
) STRICT;

CREATE TABLE outbox (
    id        INTEGER PRIMARY KEY,
    line      INTEGER NOT NULL REFERENCES journal (number),
    holder    TEXT NOT NULL,
    reason    TEXT NOT NULL,
    due       INTEGER NOT NULL,
    delivered INTEGER,
    UNIQUE (line, holder, reason)
) STRICT;
CREATE INDEX outbox_pending ON outbox (due) WHERE delivered IS NULL;
CREATE INDEX outbox_pending_by_holder ON outbox (holder) WHERE delivered IS NULL;
