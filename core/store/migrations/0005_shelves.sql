-- A wantlist beside the collection, how old each of them is, when it is due, and what happened to it.
-- All of it goes with the account, by cascade.

-- Of a wantlist, instance_id is the release's number: there each release is wanted once.
CREATE TABLE items_by_shelf (
    account_id  TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE,
    shelf       TEXT NOT NULL DEFAULT 'collection',
    instance_id INTEGER NOT NULL,
    release_id  INTEGER NOT NULL REFERENCES releases,
    folder_id   INTEGER,
    rating      INTEGER,
    added       TEXT,
    fields      BLOB,
    sorted_as   TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (account_id, shelf, instance_id)
) STRICT, WITHOUT ROWID;

INSERT INTO items_by_shelf (account_id, instance_id, release_id, folder_id, rating, added, fields, sorted_as)
SELECT account_id, instance_id, release_id, folder_id, rating, added, fields, sorted_as FROM items;

DROP TABLE items;
ALTER TABLE items_by_shelf RENAME TO items;
CREATE INDEX items_by_release ON items (release_id);
CREATE INDEX items_by_artist ON items (account_id, shelf, sorted_as, instance_id);
CREATE INDEX items_by_age ON items (account_id, shelf, added);

-- How old a shelf is: walked_at by the last whole look, checked_at by the last look at what came or went.
-- failures: runs in a row that brought nothing. asked_at: the last good run that a person asked for. due_at: when the
-- schedule has to look at it, NULL for never. private_since: Discogs shows it to nobody but its owner. revision: counts what was published, for whoever shows it.
CREATE TABLE shelves (
    account_id    TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE,
    shelf         TEXT NOT NULL,
    walked_at     TEXT,
    checked_at    TEXT,
    tried_at      TEXT,
    failures      INTEGER NOT NULL DEFAULT 0,
    asked_at      TEXT,
    due_at        TEXT,
    private_since TEXT,
    revision      INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (account_id, shelf)
) STRICT, WITHOUT ROWID;

INSERT INTO shelves (account_id, shelf, walked_at, checked_at, tried_at, due_at)
SELECT
    account_id, 'collection', last_sync_at, last_sync_at, last_sync_at,
    iif(access = 'none' OR refused_at IS NOT NULL, NULL,
        coalesce(strftime('%Y-%m-%dT%H:%M:%S+00:00', last_sync_at, '+330 minutes'), connected_at))
FROM accounts
UNION ALL
SELECT
    account_id, 'wantlist', NULL, NULL, NULL, iif(access = 'none' OR refused_at IS NOT NULL, NULL, connected_at)
FROM accounts;

CREATE INDEX shelves_by_turn ON shelves (due_at) WHERE due_at IS NOT NULL;

ALTER TABLE accounts DROP COLUMN last_sync_at;
-- When somebody last used a command, a button or an open terminal.
ALTER TABLE accounts RENAME COLUMN used_at TO active_at;
ALTER TABLE accounts ADD COLUMN sync_every TEXT NOT NULL DEFAULT '6h';

ALTER TABLE sync_runs ADD COLUMN shelf TEXT NOT NULL DEFAULT 'collection';
ALTER TABLE sync_runs ADD COLUMN kind TEXT NOT NULL DEFAULT 'walk';
ALTER TABLE sync_runs ADD COLUMN asked_by TEXT NOT NULL DEFAULT 'person';
ALTER TABLE sync_runs ADD COLUMN unseen INTEGER;
ALTER TABLE sync_runs ADD COLUMN copies INTEGER;

CREATE INDEX sync_runs_open ON sync_runs (run_id) WHERE outcome IS NULL;

-- One sync at a time for a shelf, across processes. Whoever has an older schema open is refused by its version.
DROP TABLE leases;
CREATE TABLE leases (
    account_id TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE,
    shelf      TEXT NOT NULL,
    run_id     TEXT NOT NULL,
    holder     TEXT NOT NULL,
    renewed_at REAL NOT NULL,
    PRIMARY KEY (account_id, shelf)
) STRICT, WITHOUT ROWID;

CREATE TABLE doubted_items (
    account_id  TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE,
    shelf       TEXT NOT NULL DEFAULT 'collection',
    instance_id INTEGER NOT NULL,
    kept        INTEGER NOT NULL,
    since       TEXT NOT NULL,
    PRIMARY KEY (account_id, shelf, instance_id)
) STRICT, WITHOUT ROWID;

INSERT INTO doubted_items (account_id, instance_id, kept, since)
SELECT account_id, instance_id, kept, since FROM missing_items;
DROP TABLE missing_items;
ALTER TABLE doubted_items RENAME TO missing_items;

CREATE TABLE unread_items (
    account_id  TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE,
    shelf       TEXT NOT NULL DEFAULT 'collection',
    instance_id INTEGER NOT NULL,
    reason      TEXT NOT NULL,
    body        BLOB NOT NULL,
    seen_at     TEXT NOT NULL,
    PRIMARY KEY (account_id, shelf, instance_id)
) STRICT, WITHOUT ROWID;

INSERT INTO unread_items (account_id, instance_id, reason, body, seen_at)
SELECT account_id, instance_id, reason, body, seen_at FROM unreadable_items;
DROP TABLE unreadable_items;
ALTER TABLE unread_items RENAME TO unreadable_items;

-- What happened to the copies of a shelf, in the order of its numbers. before and after are JSON of what differs.
-- who: discogs, person or job. result: done, failed, skipped or conflict.
CREATE TABLE changes (
    change_id   INTEGER NOT NULL PRIMARY KEY,
    account_id  TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE,
    shelf       TEXT NOT NULL,
    at          TEXT NOT NULL,
    run_id      TEXT,
    who         TEXT NOT NULL,
    action      TEXT NOT NULL,
    release_id  INTEGER,
    instance_id INTEGER,
    before      BLOB,
    after       BLOB,
    result      TEXT NOT NULL,
    reason      TEXT
) STRICT;

CREATE INDEX changes_by_account ON changes (account_id, change_id);

-- Which other pressings of a wanted release are owned.
CREATE INDEX releases_by_master ON releases (master_id) WHERE master_id IS NOT NULL;

CREATE TABLE desks (
    account_id TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE,
    shelf      TEXT NOT NULL,
    body       BLOB NOT NULL,
    saved_at   TEXT NOT NULL,
    PRIMARY KEY (account_id, shelf)
) STRICT, WITHOUT ROWID;

INSERT INTO desks (account_id, shelf, body, saved_at)
SELECT account_id, 'collection', body, saved_at FROM terminal_desks;
DROP TABLE terminal_desks;
ALTER TABLE desks RENAME TO terminal_desks;
