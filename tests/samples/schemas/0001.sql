-- A database of schema 0001, with two accounts. Credentials are sealed with the key of the next line.
-- secret.key: jOPY3PBFLYtQnaeRIjntJL3EAwxIIIq2kF-W3tFLKSo=
PRAGMA foreign_keys = off;
BEGIN;

CREATE TABLE accounts (
    account_id   TEXT NOT NULL PRIMARY KEY,
    discogs_id   INTEGER NOT NULL UNIQUE,
    username     TEXT NOT NULL,
    currency     TEXT,
    connected_at TEXT NOT NULL,
    used_at      TEXT NOT NULL,
    last_sync_at TEXT
) STRICT;
INSERT INTO accounts (account_id, discogs_id, username, currency, connected_at, used_at, last_sync_at)
VALUES ('00000000-0000-4000-8000-000000000002', 1002, 'collector_b', NULL, '2026-11-02T20:15:00+00:00', '2026-11-02T20:15:00+00:00', NULL);
INSERT INTO accounts (account_id, discogs_id, username, currency, connected_at, used_at, last_sync_at)
VALUES ('00000000-0000-4000-8000-000000000001', 1001, 'collector_a', 'EUR', '2026-11-01T20:15:00+00:00', '2026-11-03T20:15:00+00:00', '2026-11-03T20:16:00+00:00');

CREATE TABLE credentials (
    account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    sealed     BLOB NOT NULL
) STRICT;
INSERT INTO credentials (account_id, sealed)
VALUES ('00000000-0000-4000-8000-000000000002', CAST('gAAAAABrAd5CXGV9vzsbTT0ITq6xcIWgN2qJ_G7KBUhb_BSgtnEKA30WOFrideCFCfc1zDHnZgVPiJTI1DQCNPfzrwm2MTDyX6rTswqnPx60KLGCXfLfgssS4G1hapHwq7r-jHpabjygNH7ai8f6fgKqimvV9qBZoLZrYRvVqVcHZafHwxm8k7dH2apWewHj7-bfMpSr3_p-' AS BLOB));
INSERT INTO credentials (account_id, sealed)
VALUES ('00000000-0000-4000-8000-000000000001', CAST('gAAAAABrAd5CL5Fuu04oIDlRRImS2k1fEXjZjqfNkzAT2PsXAou4xTWGd_kDR3pfnEatN3fmMoWkhCKYLfLQTykAmJZk7NbMCmsERL6x3lQ0-avp0jH7EH6ipdex5M6WnryS7ztfm3hQPO8nHbX1fWFc3m6jzK1X2vu0r88NjRGOZHlzcswbcVz3u5gQbH_VuGM7zOcjEuMz' AS BLOB));

CREATE TABLE folders (
    account_id TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE,
    folder_id  INTEGER NOT NULL,
    name       TEXT NOT NULL,
    count      INTEGER NOT NULL,
    PRIMARY KEY (account_id, folder_id)
) STRICT, WITHOUT ROWID;
INSERT INTO folders (account_id, folder_id, name, count)
VALUES ('00000000-0000-4000-8000-000000000001', 0, 'All', 3);
INSERT INTO folders (account_id, folder_id, name, count)
VALUES ('00000000-0000-4000-8000-000000000001', 1, 'Uncategorized', 2);
INSERT INTO folders (account_id, folder_id, name, count)
VALUES ('00000000-0000-4000-8000-000000000001', 3, 'Jazz & Dub', 1);

CREATE TABLE fields (
    account_id TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE,
    field_id   INTEGER NOT NULL,
    body       BLOB NOT NULL,
    PRIMARY KEY (account_id, field_id)
) STRICT, WITHOUT ROWID;
INSERT INTO fields (account_id, field_id, body)
VALUES ('00000000-0000-4000-8000-000000000001', 1, CAST('{"id":1,"name":"Media Condition","kind":"dropdown","position":1,"public":true,"options":["Mint (M)","Near Mint (NM or M-)"]}' AS BLOB));
INSERT INTO fields (account_id, field_id, body)
VALUES ('00000000-0000-4000-8000-000000000001', 3, CAST('{"id":3,"name":"Notes","kind":"textarea","position":3,"public":false,"options":[]}' AS BLOB));

CREATE TABLE releases (
    release_id INTEGER NOT NULL PRIMARY KEY,
    master_id  INTEGER,
    body       BLOB NOT NULL
) STRICT;
INSERT INTO releases (release_id, master_id, body)
VALUES (101, 77, CAST('{"id":101,"title":"Kingston Echoes","artists":[{"name":"Gunmen (2)","variation":"","join":"","id":0}],"labels":[{"name":"Hall Of Mirrors","catno":"HM 001","id":0}],"formats":[{"name":"Vinyl","quantity":"1","text":"","descriptions":["LP","Album"]}],"genres":["Reggae"],"styles":["Roots Reggae"],"year":1976,"master_id":77,"thumb":"","cover_image":"","folded":"gunmen\nkingston echoes\nhall of mirrors\nhm 001"}' AS BLOB));
INSERT INTO releases (release_id, master_id, body)
VALUES (102, NULL, CAST('{"id":102,"title":"Łódź ’76 \"Ost\"","artists":[{"name":"坂本龍一","variation":"","join":"&","id":7},{"name":"Björk","variation":"B.","join":"","id":8}],"labels":[{"name":"Not On Label","catno":"none","id":0}],"formats":[{"name":"Vinyl","quantity":"2","text":"red","descriptions":["LP","Album"]},{"name":"CD","quantity":"1","text":"","descriptions":[]}],"genres":["Reggae"],"styles":[],"year":null,"master_id":null,"thumb":"","cover_image":"","folded":"banbenlongyi & b\nlodz 76 ost\nnot on label\n\nbjork"}' AS BLOB));

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
INSERT INTO items (account_id, instance_id, release_id, folder_id, rating, added, fields)
VALUES ('00000000-0000-4000-8000-000000000001', 1001, 101, 3, 5, '2024-05-11T18:29:49+00:00', CAST('[{"field_id":1,"value":"Near Mint (NM or M-)\n"},{"field_id":3,"value":"From a fair; ask Łukasz"}]' AS BLOB));
INSERT INTO items (account_id, instance_id, release_id, folder_id, rating, added, fields)
VALUES ('00000000-0000-4000-8000-000000000001', 1002, 101, 1, NULL, NULL, NULL);
INSERT INTO items (account_id, instance_id, release_id, folder_id, rating, added, fields)
VALUES ('00000000-0000-4000-8000-000000000001', 1003, 102, 1, NULL, '2024-05-11T18:29:49+00:00', CAST('[{"field_id":2,"value":""}]' AS BLOB));
INSERT INTO items (account_id, instance_id, release_id, folder_id, rating, added, fields)
VALUES ('00000000-0000-4000-8000-000000000002', 1001, 102, 1, NULL, '2024-05-11T18:29:49+00:00', NULL);

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
INSERT INTO sync_runs (run_id, account_id, started_at, finished_at, outcome, reason, added, changed, removed, skipped, requests)
VALUES ('run-of-a-done', '00000000-0000-4000-8000-000000000001', '2026-11-03T20:15:00+00:00', '2026-11-03T20:16:00+00:00', 'done', NULL, 3, 0, 0, 0, 4);
INSERT INTO sync_runs (run_id, account_id, started_at, finished_at, outcome, reason, added, changed, removed, skipped, requests)
VALUES ('run-of-b-open', '00000000-0000-4000-8000-000000000002', '2026-11-04T20:15:00+00:00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);

CREATE INDEX sync_runs_by_account ON sync_runs (account_id, started_at);

CREATE TABLE staged_pages (
    run_id TEXT NOT NULL REFERENCES sync_runs ON DELETE CASCADE,
    page   INTEGER NOT NULL,
    body   BLOB NOT NULL,
    PRIMARY KEY (run_id, page)
) STRICT, WITHOUT ROWID;
INSERT INTO staged_pages (run_id, page, body)
VALUES ('run-of-b-open', 1, CAST('{"number":1,"pages":1,"told":2,"rows":[{"instance_id":1001,"release":{"id":102,"title":"Łódź ’76 \"Ost\"","artists":[{"name":"坂本龍一","variation":"","join":"&","id":7},{"name":"Björk","variation":"B.","join":"","id":8}],"labels":[{"name":"Not On Label","catno":"none","id":0}],"formats":[{"name":"Vinyl","quantity":"2","text":"red","descriptions":["LP","Album"]},{"name":"CD","quantity":"1","text":"","descriptions":[]}],"genres":["Reggae"],"styles":[],"year":null,"master_id":null,"thumb":"","cover_image":"","folded":"banbenlongyi & b\nlodz 76 ost\nnot on label\n\nbjork"},"folder_id":1,"rating":null,"added":"2024-05-11T18:29:49Z","fields":[{"field_id":3,"value":"A note on a staged page"}]}],"unreadable":[],"anonymous_limit":false}' AS BLOB));

PRAGMA user_version = 1;
COMMIT;
