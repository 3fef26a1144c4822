-- What questions about a collection need beside its rows: facts of releases in short, plays, what was offered, views.

-- What a query asks of release_details, for whole collections at once. barcodes: JSON list of texts, digits only where
-- there are digits. tracks: folded lines, of every title and every artist of the tracklist. stored_at: as in masters.
CREATE TABLE release_facts (
    release_id INTEGER NOT NULL PRIMARY KEY,
    country    TEXT,
    barcodes   BLOB NOT NULL,
    tracks     TEXT NOT NULL,
    stored_at  TEXT NOT NULL
) STRICT;

CREATE INDEX release_facts_by_moment ON release_facts (stored_at);

INSERT INTO release_facts (release_id, country, barcodes, tracks, stored_at)
SELECT
    release_id,
    nullif(json_extract(told.body, '$.country'), ''),
    CAST((
        SELECT json_group_array(code) FROM (
            SELECT DISTINCT barcode(json_extract(one.value, '$.value')) AS code
            FROM json_each(told.body, '$.identifiers') AS one
            WHERE json_extract(one.value, '$.kind') = 'Barcode' AND code <> ''
        )
    ) AS BLOB),
    coalesce((
        SELECT group_concat(line, char(10)) FROM (
            SELECT DISTINCT fold(iif(part.key = 'name', without_number(part.atom), part.atom)) AS line
            FROM json_tree(told.body, '$.tracks') AS part
            WHERE part.key IN ('title', 'name', 'variation') AND part.path NOT LIKE '%.credits%' AND line <> ''
        )
    ), ''),
    as_of
FROM (SELECT release_id, CAST(body AS TEXT) AS body, as_of FROM release_details) AS told
WHERE json_valid(told.body);

-- The listening log, by release: a copy that goes and comes back is another copy of the same record. played_at: when it
-- was heard; logged_at: when that was said. Both in UTC.
CREATE TABLE plays (
    play_id    INTEGER NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE,
    release_id INTEGER NOT NULL,
    played_at  TEXT NOT NULL,
    logged_at  TEXT NOT NULL
) STRICT;

CREATE INDEX plays_by_account ON plays (account_id, release_id, played_at);

-- Which releases were offered for listening, each as of the last time. declined_at: when it was said "not tonight" of it;
-- that is taken back by the next offer.
CREATE TABLE offers (
    account_id  TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE,
    release_id  INTEGER NOT NULL,
    offered_at  TEXT NOT NULL,
    declined_at TEXT,
    PRIMARY KEY (account_id, release_id)
) STRICT, WITHOUT ROWID;

-- Queries with a name. key: the name folded, so that two of them are never taken for each other. columns: JSON list, empty
-- for the usual ones.
CREATE TABLE views (
    account_id TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE,
    key        TEXT NOT NULL,
    name       TEXT NOT NULL,
    shelf      TEXT NOT NULL DEFAULT 'collection',
    text       TEXT NOT NULL,
    sort_order TEXT NOT NULL,
    columns    BLOB NOT NULL,
    saved_at   TEXT NOT NULL,
    PRIMARY KEY (account_id, key)
) STRICT, WITHOUT ROWID;
