-- What Discogs' database says beyond a list row, collections that came from a file, and pictures.

-- api: as a list row said it. file: as an export said it, which knows no master and joins labels and artists in one text.
ALTER TABLE releases ADD COLUMN source TEXT NOT NULL DEFAULT 'api';

-- When a release was added last by anybody is found by the index alone.
DROP INDEX items_by_release;
CREATE INDEX items_by_release ON items (release_id, added);

-- What is looked at of all releases of a shelf: their rows would have to be read whole for it.
CREATE INDEX releases_in_short ON releases (release_id, master_id, source);
CREATE INDEX releases_from_files ON releases (release_id) WHERE source = 'file';

-- Facts shared by everybody, from the API or from a monthly dump; they name nobody and stay when a user leaves. year: NULL
-- is unknown. genres, styles: JSON lists of texts. as_of: when the API said so, or the dump's day. stored_at: for whoever
-- shows it, later than that of any row that was stored before. gone: Discogs has no such master any more; what was known
-- of it stays.
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

-- What the API says of a release beyond its row as one JSON body, for every release that was opened or had its turn. As
-- above. No member is named in it.
CREATE TABLE release_details (
    release_id INTEGER NOT NULL PRIMARY KEY,
    master_id  INTEGER,
    body       BLOB NOT NULL,
    as_of      TEXT NOT NULL
) STRICT;

-- Reading of facts, by kind (master or release) and Discogs' number. state: none (Discogs has no such thing) or failed;
-- what was read has a row above, what has no row anywhere is pending. next_at: not before that. tries: failures in a row
-- since the last rest. looks, looked_at: how often and when somebody opened it; they name nobody.
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

-- Monthly dumps: those that are read, were given up, or were published. mark: what tells that it is the same file; NULL of
-- a pipe, and of what nobody can go on with. wanted: fingerprint of what was looked for; empty when everything is.
-- position: bytes of unpacked text that are staged; text_check: CRC-32 of them. read, size: bytes of the file as it lies.
-- published_at: NULL while it is not done. run_id, holder, renewed_at: of whoever is at it.
CREATE TABLE dumps (
    dump_id      TEXT NOT NULL PRIMARY KEY,
    name         TEXT NOT NULL,
    day          TEXT NOT NULL,
    mark         TEXT,
    everything   INTEGER NOT NULL,
    wanted       TEXT NOT NULL,
    position     INTEGER NOT NULL DEFAULT 0,
    text_check   INTEGER NOT NULL DEFAULT 0,
    read         INTEGER NOT NULL DEFAULT 0,
    size         INTEGER,
    entries      INTEGER NOT NULL DEFAULT 0,
    unnumbered   INTEGER NOT NULL DEFAULT 0,
    kept         INTEGER NOT NULL DEFAULT 0,
    started_at   TEXT NOT NULL,
    staged_at    TEXT,
    published_at TEXT,
    run_id       TEXT,
    holder       TEXT,
    renewed_at   REAL
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

-- Collections that came from a file are accounts with access 'local' and a discogs_id of ours, below zero. numbered: the
-- highest instance_id that a copy of it ever had. texts: what the file said of each release, as one JSON body: for the
-- next file, because releases may know it better from the API. paired_with: whose copies took the place of its own. All of
-- it goes with the account, by cascade.
CREATE TABLE local_collections (
    account_id  TEXT NOT NULL PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    file        TEXT NOT NULL,
    imported_at TEXT NOT NULL,
    numbered    INTEGER NOT NULL DEFAULT 0,
    texts       BLOB NOT NULL,
    paired_with TEXT REFERENCES accounts ON DELETE SET NULL,
    paired_at   TEXT
) STRICT;

-- With whose copies a local collection has been compared already: it is paired by itself, or told of, once.
CREATE TABLE compared_collections (
    account_id    TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE,
    compared_with TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE,
    PRIMARY KEY (account_id, compared_with)
) STRICT, WITHOUT ROWID;

-- Pictures that are, or could not be had, in the cache directory; facts that name nobody. address: what it was said to be
-- when it was asked for. state: here, none (there is none), refused (not a picture we keep) or failed. kind: how its file's
-- name ends. next_at: not before that.
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

CREATE INDEX covers_by_use ON covers (used_at, bytes) WHERE state = 'here';

-- The lane to the image host: one row for all processes.
CREATE TABLE image_lane (
    lane INTEGER NOT NULL PRIMARY KEY CHECK (lane = 1),
    body BLOB NOT NULL
) STRICT;
