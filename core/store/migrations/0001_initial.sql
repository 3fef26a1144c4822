-- Accounts with their sealed credentials, the copies of a collection with what is known of their releases, and the runs
-- that brought them. A user who leaves: `accounts` deletes by cascade everything that names an account; `releases` are
-- facts shared by everybody and name nobody.

CREATE TABLE accounts (
    account_id   TEXT NOT NULL PRIMARY KEY,
    discogs_id   INTEGER NOT NULL UNIQUE,
    username     TEXT NOT NULL,
    currency     TEXT,
    connected_at TEXT NOT NULL,
    used_at      TEXT NOT NULL,
    last_sync_at TEXT
) STRICT;

CREATE TABLE credentials (
    account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    sealed     BLOB NOT NULL
) STRICT;

CREATE TABLE folders (
    account_id TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE,
    folder_id  INTEGER NOT NULL,
    name       TEXT NOT NULL,
    count      INTEGER NOT NULL,
    PRIMARY KEY (account_id, folder_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE fields (
    account_id TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE,
    field_id   INTEGER NOT NULL,
    body       BLOB NOT NULL,
    PRIMARY KEY (account_id, field_id)
) STRICT, WITHOUT ROWID;

-- What a list row says of a release, as one JSON body: it is filtered and sorted in memory, never by SQL.
CREATE TABLE releases (
    release_id INTEGER NOT NULL PRIMARY KEY,
    master_id  INTEGER,
    body       BLOB NOT NULL
) STRICT;

CREATE TABLE items (
    account_id  TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE,
    instance_id INTEGER NOT NULL,
    release_id  INTEGER NOT NULL REFERENCES releases,
    folder_id   INTEGER,
    rating      INTEGER,
    added       TEXT,
    fields      BLOB,
    PRIMARY KEY (account_id, instance_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX items_by_release ON items (release_id);

CREATE TABLE sync_runs (
    run_id      TEXT NOT NULL PRIMARY KEY,
    account_id  TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE,
    started_at  TEXT NOT NULL,
    finished_at TEXT,
    outcome     TEXT,
    reason      TEXT,
    added       INTEGER,
    changed     INTEGER,
    removed     INTEGER,
    skipped     INTEGER,
    requests    INTEGER
) STRICT;

CREATE INDEX sync_runs_by_account ON sync_runs (account_id, started_at);

-- Pages of a walk that has not been published yet.
CREATE TABLE staged_pages (
    run_id TEXT NOT NULL REFERENCES sync_runs ON DELETE CASCADE,
    page   INTEGER NOT NULL,
    body   BLOB NOT NULL,
    PRIMARY KEY (run_id, page)
) STRICT, WITHOUT ROWID;
