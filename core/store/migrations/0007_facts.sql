-- What Discogs' database says beyond a list row, collections that came from a file, and pictures.

-- api: as a list row said it. file: as an export said it, which knows no master and joins labels and artists in one text.
ALTER TABLE releases ADD COLUMN source TEXT NOT NULL DEFAULT 'api';

-- Facts shared by everybody, from the API or from a monthly dump; they name nobody and stay when a user leaves. year: NULL
-- is unknown. genres, styles: JSON lists of texts. as_of: when the API said so, or the dump's day. stored_at: for whoever
-- shows it. gone: Discogs has no such master any more; what was known of it stays.
CREATE TABLE masters (
    master_id    INTEGER NOT NULL PRIMARY KEY,
    main_release INTEGER,
    year         INTEGER,
    genres       BLOB NOT NULL,
    styles       BLOB NOT NULL,
    source       TEXT NOT NULL,
    as_of        TEXT NOT NULL,
    stored_at    TEXT NOT NULL,
    gone         INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX masters_by_main_release ON masters (main_release) WHERE main_release IS NOT NULL;
CREATE INDEX masters_by_moment ON masters (stored_at);

-- The whole answer about a release as one JSON body, for every release that was opened or had its turn. As above.
CREATE TABLE release_details (
    release_id INTEGER NOT NULL PRIMARY KEY,
    master_id  INTEGER,
    body       BLOB NOT NULL,
    as_of      TEXT NOT NULL
) STRICT;

-- Reading of facts, by kind (master or release) and Discogs' number. state: none (Discogs has no such thing) or failed;
-- what was read has a row above, what has no row anywhere is pending. next_at: not before that. tries: since the last
-- rest. looks, looked_at: how often and when somebody opened it; they name nobody.
CREATE TABLE readings (
    kind      TEXT NOT NULL,
    number    INTEGER NOT NULL,
    state     TEXT,
    tries     INTEGER NOT NULL DEFAULT 0,
    tried_at  TEXT,
    next_at   TEXT,
    reason    TEXT,
    looks     INTEGER NOT NULL DEFAULT 0,
    looked_at TEXT,
    PRIMARY KEY (kind, number)
) STRICT, WITHOUT ROWID;

-- Monthly dumps: the one that is being read, and those that were. position: bytes of unpacked text that are staged.
-- mark: what tells that it is the same file. published_at: NULL while it is not done.
CREATE TABLE dumps (
    dump_id      TEXT NOT NULL PRIMARY KEY,
    name         TEXT NOT NULL,
    day          TEXT NOT NULL,
    mark         TEXT NOT NULL,
    everything   INTEGER NOT NULL,
    position     INTEGER NOT NULL DEFAULT 0,
    entries      INTEGER NOT NULL DEFAULT 0,
    kept         INTEGER NOT NULL DEFAULT 0,
    started_at   TEXT NOT NULL,
    staged_at    TEXT,
    published_at TEXT
) STRICT;

CREATE TABLE staged_masters (
    dump_id      TEXT NOT NULL REFERENCES dumps ON DELETE CASCADE,
    master_id    INTEGER NOT NULL,
    main_release INTEGER,
    year         INTEGER,
    genres       BLOB NOT NULL,
    styles       BLOB NOT NULL,
    PRIMARY KEY (dump_id, master_id)
) STRICT, WITHOUT ROWID;

-- Collections that came from a file are accounts with access 'local' and a discogs_id of ours, below zero.
-- paired_with: whose copies took the place of its own. All of it goes with the account, by cascade.
CREATE TABLE local_collections (
    account_id  TEXT NOT NULL PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    file        TEXT NOT NULL,
    imported_at TEXT NOT NULL,
    paired_with TEXT REFERENCES accounts ON DELETE SET NULL,
    paired_at   TEXT
) STRICT;

-- Pictures that are, or could not be had, in the cache directory; facts that name nobody. address: where it came from.
-- state: here, none (the release has none), refused (not a picture we keep) or failed. next_at: not before that.
CREATE TABLE covers (
    release_id INTEGER NOT NULL,
    size       TEXT NOT NULL,
    address    TEXT NOT NULL,
    state      TEXT NOT NULL,
    kind       TEXT,
    bytes      INTEGER,
    width      INTEGER,
    height     INTEGER,
    fetched_at TEXT,
    used_at    TEXT,
    next_at    TEXT,
    reason     TEXT,
    tries      INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (release_id, size)
) STRICT, WITHOUT ROWID;

CREATE INDEX covers_by_use ON covers (used_at) WHERE state = 'here';
