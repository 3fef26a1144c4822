-- What a walk needs to be stopped, resumed and trusted. All of it goes with the account, by cascade.

-- The newest copies when the run began: its pages are used again only while those are the same.
ALTER TABLE sync_runs ADD COLUMN newest BLOB;
ALTER TABLE sync_runs ADD COLUMN staged_at TEXT;

-- Pages of a walk that has not been published yet, by the order in which they were read.
DROP TABLE staged_pages;

CREATE TABLE staged_pages (
    run_id TEXT NOT NULL REFERENCES sync_runs ON DELETE CASCADE,
    sort   TEXT NOT NULL,
    page   INTEGER NOT NULL,
    body   BLOB NOT NULL,
    PRIMARY KEY (run_id, sort, page)
) STRICT, WITHOUT ROWID;

-- One sync at a time for an account, across processes. Times are seconds of the machine's clock.
CREATE TABLE leases (
    account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    run_id     TEXT NOT NULL,
    holder     TEXT NOT NULL,
    renewed_at REAL NOT NULL
) STRICT;

-- Rows that could not be read, as they came, until they can be.
CREATE TABLE unreadable_items (
    account_id  TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE,
    instance_id INTEGER NOT NULL,
    reason      TEXT NOT NULL,
    body        BLOB NOT NULL,
    seen_at     TEXT NOT NULL,
    PRIMARY KEY (account_id, instance_id)
) STRICT, WITHOUT ROWID;

-- Copies that Discogs no longer shows: those that wait for their owner's word, and those that were kept by it.
CREATE TABLE missing_items (
    account_id  TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE,
    instance_id INTEGER NOT NULL,
    kept        INTEGER NOT NULL,
    since       TEXT NOT NULL,
    PRIMARY KEY (account_id, instance_id)
) STRICT, WITHOUT ROWID;
