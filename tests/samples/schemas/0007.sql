-- A database of schema 0007, with three accounts and a collection from a file. Credentials are sealed with the key of the next line.
-- secret.key: HHXb2R0Z32-wn8pfpZCZQRmFVfuYYDXACrcybR3WafU=
PRAGMA foreign_keys = off;
BEGIN;

CREATE TABLE accounts (
    account_id   TEXT NOT NULL PRIMARY KEY,
    discogs_id   INTEGER NOT NULL UNIQUE,
    username     TEXT NOT NULL,
    currency     TEXT,
    connected_at TEXT NOT NULL,
    active_at      TEXT NOT NULL,
    access TEXT NOT NULL DEFAULT 'owner', refused_at TEXT, sync_every TEXT NOT NULL DEFAULT '6h') STRICT;
INSERT INTO accounts (account_id, discogs_id, username, currency, connected_at, active_at, access, refused_at, sync_every)
VALUES ('00000000-0000-4000-8000-000000000001', 1001, 'collector_a', 'EUR', '2026-11-01T20:15:00+00:00', '2026-11-03T20:15:00+00:00', 'owner', NULL, '6h');
INSERT INTO accounts (account_id, discogs_id, username, currency, connected_at, active_at, access, refused_at, sync_every)
VALUES ('00000000-0000-4000-8000-000000000002', 1002, 'collector_b', NULL, '2026-11-02T20:15:00+00:00', '2026-11-02T20:15:00+00:00', 'owner', NULL, '6h');
INSERT INTO accounts (account_id, discogs_id, username, currency, connected_at, active_at, access, refused_at, sync_every)
VALUES ('00000000-0000-4000-8000-000000000003', 1003, 'collector_c', NULL, '2026-11-02T21:15:00+00:00', '2026-11-02T21:15:00+00:00', 'public', NULL, '6h');
INSERT INTO accounts (account_id, discogs_id, username, currency, connected_at, active_at, access, refused_at, sync_every)
VALUES ('00000000-0000-4000-8000-000000000004', -1, 'my-export', NULL, '2026-11-20T20:15:00+00:00', '2026-11-20T20:15:00+00:00', 'local', NULL, '6h');

CREATE TABLE credentials (
    account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    sealed     BLOB NOT NULL
) STRICT;
INSERT INTO credentials (account_id, sealed)
VALUES ('00000000-0000-4000-8000-000000000001', CAST('gAAAAABrAjbLdmsPLjvZ_kxpogEdSieDLPxi8KTbavwL8jfyWDyGOa36sYWUpeiehvFFEefmG8m4xt5eofWcpedER1wMUUew-vfqy2VduP8E1NkM0T_Z2aVenSL8rcPudCWd-nZX-HvYXwxGSNdZ2ghQRtPiyAImnAajfpj46lBHx_pZ8V2QHtQldCRitAOgkcPAwH78HaCt' AS BLOB));
INSERT INTO credentials (account_id, sealed)
VALUES ('00000000-0000-4000-8000-000000000002', CAST('gAAAAABrAjbL5pVdVf9-AAugimwo5StiaLWlsH7sZYdySxwkNCOZG_qpGOFeizYD5DX2uuMbQwKSQ33bg1ZmBc3Mqxm6m8nLSzuPy8TgrpsdMXyqFYGh7lDeUy1FHlBgXSarJqvkurFepY1_vSMxXGkoqaPNessA4A3H39lUbdY-ZqJFWsY5OXedVAsvAQNAzfYItRu2waKB7Zmmw46TLNw_CZAl7w2rpLSyXro48p0WNOPmnkNqDU4=' AS BLOB));

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
, source TEXT NOT NULL DEFAULT 'api') STRICT;
INSERT INTO releases (release_id, master_id, body, source)
VALUES (101, 77, CAST('{"id":101,"title":"Kingston Echoes","artists":[{"name":"Gunmen (2)","variation":"","join":"","id":0}],"labels":[{"name":"Hall Of Mirrors","catno":"HM 001","id":0}],"formats":[{"name":"Vinyl","quantity":"1","text":"","descriptions":["LP","Album"]}],"genres":["Reggae"],"styles":["Roots Reggae"],"year":1976,"master_id":77,"thumb":"","cover_image":"","folded":"gunmen\nkingston echoes\nhall of mirrors\nhm 001"}' AS BLOB), 'api');
INSERT INTO releases (release_id, master_id, body, source)
VALUES (102, NULL, CAST('{"id":102,"title":"Łódź ’76 \"Ost\"","artists":[{"name":"坂本龍一","variation":"","join":"&","id":7},{"name":"Björk","variation":"B.","join":"","id":8}],"labels":[{"name":"Not On Label","catno":"none","id":0}],"formats":[{"name":"Vinyl","quantity":"2","text":"red","descriptions":["LP","Album"]},{"name":"CD","quantity":"1","text":"","descriptions":[]}],"genres":["Reggae"],"styles":[],"year":null,"master_id":null,"thumb":"","cover_image":"","folded":"banbenlongyi & b\nlodz 76 ost\nnot on label\n\nbjork"}' AS BLOB), 'api');

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
, newest BLOB, staged_at TEXT, shelf TEXT NOT NULL DEFAULT 'collection', kind TEXT NOT NULL DEFAULT 'walk', asked_by TEXT NOT NULL DEFAULT 'person', unseen INTEGER, copies INTEGER) STRICT;
INSERT INTO sync_runs (run_id, account_id, started_at, finished_at, outcome, reason, added, changed, removed, skipped, requests, newest, staged_at, shelf, kind, asked_by, unseen, copies)
VALUES ('run-of-a-done', '00000000-0000-4000-8000-000000000001', '2026-11-03T20:15:00+00:00', '2026-11-03T20:16:00+00:00', 'done', NULL, 3, 0, 0, 0, 4, NULL, NULL, 'collection', 'walk', 'person', 0, 3);
INSERT INTO sync_runs (run_id, account_id, started_at, finished_at, outcome, reason, added, changed, removed, skipped, requests, newest, staged_at, shelf, kind, asked_by, unseen, copies)
VALUES ('run-of-a-wants', '00000000-0000-4000-8000-000000000001', '2026-11-03T20:10:00+00:00', '2026-11-03T20:11:00+00:00', 'done', NULL, 1, 0, 0, 0, 4, NULL, NULL, 'wantlist', 'walk', 'person', 0, 1);
INSERT INTO sync_runs (run_id, account_id, started_at, finished_at, outcome, reason, added, changed, removed, skipped, requests, newest, staged_at, shelf, kind, asked_by, unseen, copies)
VALUES ('run-of-b-open', '00000000-0000-4000-8000-000000000002', '2026-11-04T20:15:00+00:00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, CAST('{"told":2,"rows":[[1001,"2024-05-11 18:29:49+00:00",3907221160]],"since":null}' AS BLOB), '2026-11-04T20:15:00+00:00', 'collection', 'walk', 'person', NULL, NULL);

CREATE INDEX sync_runs_by_account ON sync_runs (account_id, started_at);

CREATE TABLE staged_pages (
    run_id TEXT NOT NULL REFERENCES sync_runs ON DELETE CASCADE,
    sort   TEXT NOT NULL,
    page   INTEGER NOT NULL,
    body   BLOB NOT NULL,
    PRIMARY KEY (run_id, sort, page)
) STRICT, WITHOUT ROWID;
INSERT INTO staged_pages (run_id, sort, page, body)
VALUES ('run-of-b-open', 'added', 1, CAST('{"number":1,"told":2,"rows":[{"instance_id":1001,"release":{"id":102,"title":"Łódź ’76 \"Ost\"","artists":[{"name":"坂本龍一","variation":"","join":"&","id":7},{"name":"Björk","variation":"B.","join":"","id":8}],"labels":[{"name":"Not On Label","catno":"none","id":0}],"formats":[{"name":"Vinyl","quantity":"2","text":"red","descriptions":["LP","Album"]},{"name":"CD","quantity":"1","text":"","descriptions":[]}],"genres":["Reggae"],"styles":[],"year":null,"master_id":null,"thumb":"","cover_image":"","folded":"banbenlongyi & b\nlodz 76 ost\nnot on label\n\nbjork"},"folder_id":1,"rating":null,"added":"2024-05-11T18:29:49Z","fields":[{"field_id":3,"value":"A note on a staged page"}]}],"unreadable":[],"per_page":100,"anonymous_limit":false}' AS BLOB));

CREATE TABLE terminal_accounts (
    account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    used_at    TEXT NOT NULL
) STRICT;
INSERT INTO terminal_accounts (account_id, used_at)
VALUES ('00000000-0000-4000-8000-000000000001', '2026-11-03T20:15:00+00:00');
INSERT INTO terminal_accounts (account_id, used_at)
VALUES ('00000000-0000-4000-8000-000000000002', '2026-11-02T20:15:00+00:00');

CREATE TABLE pending_connections (
    request_id TEXT NOT NULL PRIMARY KEY,
    sealed     BLOB,
    began_at   TEXT NOT NULL
) STRICT;
INSERT INTO pending_connections (request_id, sealed, began_at)
VALUES ('80565761ae568a32ebe68abe5c01c6d860b6c626b015ffca583c25647ca28b2c', CAST('gAAAAABrAjbLFcGY9b0-w38wpmQ2J_HGOjjHZaLalvarENtGqNzNk3yFhNlbQJsY9qyYP6GJQ9ZFHNdsDEr0jhEdQW5TyHvEhNVvGihkMcDwRb7XVaQJeInc_mI_OyNTAhIvHkXDGoAB13RdtqHSTs84AkIpvOpgY8dhJa0ycYkee1FQYmwYQ6mSijWBrK6n0EvngRzb-5F9WzMVlymd_5lr_573MFCSUGyEOLahlOczhN0jZD1PTAjvs9LvEZqbnU3kHbkhLIb2E6L3LtSDjtKWmjYZKQQ9uw==' AS BLOB), '2026-11-04T20:15:00+00:00');
INSERT INTO pending_connections (request_id, sealed, began_at)
VALUES ('a6ea2f7c257852be250f2126c46fe0ad3474c0cb8a4ca8a913de27b4e070cef1', NULL, '2026-11-04T20:14:00+00:00');

CREATE TABLE "items" (
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
INSERT INTO items (account_id, shelf, instance_id, release_id, folder_id, rating, added, fields, sorted_as)
VALUES ('00000000-0000-4000-8000-000000000001', 'collection', 1001, 101, 3, 5, '2024-05-11T18:29:49+00:00', CAST('[{"field_id":1,"value":"Near Mint (NM or M-)\n"},{"field_id":3,"value":"From a fair; ask Łukasz"}]' AS BLOB), 'gunmen
kingston echoes
1976');
INSERT INTO items (account_id, shelf, instance_id, release_id, folder_id, rating, added, fields, sorted_as)
VALUES ('00000000-0000-4000-8000-000000000001', 'collection', 1002, 101, 1, NULL, NULL, NULL, 'gunmen
kingston echoes
1976');
INSERT INTO items (account_id, shelf, instance_id, release_id, folder_id, rating, added, fields, sorted_as)
VALUES ('00000000-0000-4000-8000-000000000001', 'collection', 1003, 102, 1, NULL, '2024-05-11T18:29:49+00:00', CAST('[{"field_id":2,"value":""}]' AS BLOB), 'banbenlongyi & b
lodz 76 ost
􏿿');
INSERT INTO items (account_id, shelf, instance_id, release_id, folder_id, rating, added, fields, sorted_as)
VALUES ('00000000-0000-4000-8000-000000000001', 'wantlist', 102, 102, NULL, 4, '2024-05-11T18:29:49+00:00', CAST('[{"field_id":3,"value":"Only with the insert"}]' AS BLOB), 'banbenlongyi & b
lodz 76 ost
􏿿');
INSERT INTO items (account_id, shelf, instance_id, release_id, folder_id, rating, added, fields, sorted_as)
VALUES ('00000000-0000-4000-8000-000000000002', 'collection', 1001, 102, 1, NULL, '2024-05-11T18:29:49+00:00', NULL, 'banbenlongyi & b
lodz 76 ost
􏿿');

CREATE INDEX items_by_artist ON items (account_id, shelf, sorted_as, instance_id);

CREATE INDEX items_by_age ON items (account_id, shelf, added);

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
INSERT INTO shelves (account_id, shelf, walked_at, checked_at, tried_at, failures, asked_at, due_at, private_since, revision)
VALUES ('00000000-0000-4000-8000-000000000001', 'collection', '2026-11-03T20:16:00+00:00', '2026-11-03T20:16:00+00:00', '2026-11-03T20:16:00+00:00', 0, '2026-11-03T20:16:00+00:00', '2026-11-04T01:41:00+00:00', NULL, 1);
INSERT INTO shelves (account_id, shelf, walked_at, checked_at, tried_at, failures, asked_at, due_at, private_since, revision)
VALUES ('00000000-0000-4000-8000-000000000001', 'wantlist', '2026-11-03T20:11:00+00:00', '2026-11-03T20:11:00+00:00', '2026-11-03T20:11:00+00:00', 0, '2026-11-03T20:11:00+00:00', '2026-11-04T01:41:00+00:00', NULL, 1);
INSERT INTO shelves (account_id, shelf, walked_at, checked_at, tried_at, failures, asked_at, due_at, private_since, revision)
VALUES ('00000000-0000-4000-8000-000000000002', 'collection', NULL, NULL, NULL, 0, NULL, '2026-11-02T20:15:00+00:00', NULL, 0);
INSERT INTO shelves (account_id, shelf, walked_at, checked_at, tried_at, failures, asked_at, due_at, private_since, revision)
VALUES ('00000000-0000-4000-8000-000000000002', 'wantlist', NULL, NULL, NULL, 0, NULL, '2026-11-02T20:15:00+00:00', NULL, 0);
INSERT INTO shelves (account_id, shelf, walked_at, checked_at, tried_at, failures, asked_at, due_at, private_since, revision)
VALUES ('00000000-0000-4000-8000-000000000003', 'collection', NULL, NULL, NULL, 0, NULL, '2026-11-02T21:15:00+00:00', NULL, 0);
INSERT INTO shelves (account_id, shelf, walked_at, checked_at, tried_at, failures, asked_at, due_at, private_since, revision)
VALUES ('00000000-0000-4000-8000-000000000003', 'wantlist', NULL, NULL, NULL, 0, NULL, '2026-11-02T21:15:00+00:00', NULL, 0);

CREATE INDEX shelves_by_turn ON shelves (due_at) WHERE due_at IS NOT NULL;

CREATE INDEX sync_runs_open ON sync_runs (run_id) WHERE outcome IS NULL;

CREATE TABLE leases (
    account_id TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE,
    shelf      TEXT NOT NULL,
    run_id     TEXT NOT NULL,
    holder     TEXT NOT NULL,
    renewed_at REAL NOT NULL,
    PRIMARY KEY (account_id, shelf)
) STRICT, WITHOUT ROWID;
INSERT INTO leases (account_id, shelf, run_id, holder, renewed_at)
VALUES ('00000000-0000-4000-8000-000000000002', 'collection', 'run-of-b-open', '00000000-0000-0000-0000-000000000000 pid:[1] 1 1', 1.0);

CREATE TABLE "missing_items" (
    account_id  TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE,
    shelf       TEXT NOT NULL DEFAULT 'collection',
    instance_id INTEGER NOT NULL,
    kept        INTEGER NOT NULL,
    since       TEXT NOT NULL,
    PRIMARY KEY (account_id, shelf, instance_id)
) STRICT, WITHOUT ROWID;
INSERT INTO missing_items (account_id, shelf, instance_id, kept, since)
VALUES ('00000000-0000-4000-8000-000000000001', 'collection', 1002, 1, '2026-11-03T20:15:00+00:00');

CREATE TABLE "unreadable_items" (
    account_id  TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE,
    shelf       TEXT NOT NULL DEFAULT 'collection',
    instance_id INTEGER NOT NULL,
    reason      TEXT NOT NULL,
    body        BLOB NOT NULL,
    seen_at     TEXT NOT NULL,
    PRIMARY KEY (account_id, shelf, instance_id)
) STRICT, WITHOUT ROWID;
INSERT INTO unreadable_items (account_id, shelf, instance_id, reason, body, seen_at)
VALUES ('00000000-0000-4000-8000-000000000001', 'collection', 1004, 'why', CAST('{"id":1004}' AS BLOB), '2026-11-03T20:15:00+00:00');

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
INSERT INTO changes (change_id, account_id, shelf, at, run_id, who, action, release_id, instance_id, before, after, result, reason)
VALUES (1, '00000000-0000-4000-8000-000000000001', 'collection', '2026-11-03T20:16:00+00:00', 'run-of-a-done', 'discogs', 'first', NULL, NULL, NULL, CAST('{"copies":3}' AS BLOB), 'done', NULL);
INSERT INTO changes (change_id, account_id, shelf, at, run_id, who, action, release_id, instance_id, before, after, result, reason)
VALUES (2, '00000000-0000-4000-8000-000000000001', 'wantlist', '2026-11-03T20:11:00+00:00', 'run-of-a-wants', 'discogs', 'first', NULL, NULL, NULL, CAST('{"copies":1}' AS BLOB), 'done', NULL);
INSERT INTO changes (change_id, account_id, shelf, at, run_id, who, action, release_id, instance_id, before, after, result, reason)
VALUES (3, '00000000-0000-4000-8000-000000000001', 'collection', '2026-11-03T20:16:00+00:00', NULL, 'discogs', 'rated', 101, 1001, CAST('{"rating":4}' AS BLOB), CAST('{"rating":5}' AS BLOB), 'done', NULL);

CREATE INDEX changes_by_account ON changes (account_id, change_id);

CREATE INDEX releases_by_master ON releases (master_id) WHERE master_id IS NOT NULL;

CREATE TABLE "terminal_desks" (
    account_id TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE,
    shelf      TEXT NOT NULL,
    body       BLOB NOT NULL,
    saved_at   TEXT NOT NULL,
    PRIMARY KEY (account_id, shelf)
) STRICT, WITHOUT ROWID;
INSERT INTO terminal_desks (account_id, shelf, body, saved_at)
VALUES ('00000000-0000-4000-8000-000000000001', 'collection', CAST('{"text":"dub year:1970..1985","order":"artist","columns":[],"instance":null,"offset":0,"screen":[],"facets_open":null,"shows_facets":true,"asks_facets":false,"shows_detail":true,"theme":""}' AS BLOB), '2026-11-03T20:20:00+00:00');

CREATE TABLE job_runs (
    job         TEXT NOT NULL PRIMARY KEY,
    due_at      TEXT,
    turn_id     TEXT,
    holder      TEXT,
    renewed_at  REAL,
    started_at  TEXT,
    finished_at TEXT,
    outcome     TEXT,
    reason      TEXT,
    failures    INTEGER NOT NULL DEFAULT 0,
    done        INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
INSERT INTO job_runs (job, due_at, turn_id, holder, renewed_at, started_at, finished_at, outcome, reason, failures, done)
VALUES ('backup', '2026-11-03T20:17:00+00:00', NULL, NULL, NULL, '2026-11-03T20:15:00+00:00', '2026-11-03T20:15:00+00:00', 'failed', 'BackupNotWritten', 1, 0);
INSERT INTO job_runs (job, due_at, turn_id, holder, renewed_at, started_at, finished_at, outcome, reason, failures, done)
VALUES ('cleaning', '2026-11-03T21:15:00+00:00', NULL, NULL, NULL, '2026-11-03T20:15:00+00:00', '2026-11-03T20:15:00+00:00', 'done', NULL, 0, 4);

CREATE INDEX items_by_release ON items (release_id, added);

CREATE INDEX releases_in_short ON releases (release_id, master_id, source);

CREATE INDEX releases_from_files ON releases (release_id) WHERE source = 'file';

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
INSERT INTO masters (master_id, main_release, year, genres, styles, source, as_of, stored_at, gone)
VALUES (77, 101, 1974, CAST('["Reggae"]' AS BLOB), CAST('["Dub"]' AS BLOB), 'api', '2026-11-20T20:15:00+00:00', '2026-11-20T20:15:00+00:00', 0);

CREATE INDEX masters_by_main_release ON masters (main_release) WHERE main_release IS NOT NULL;

CREATE INDEX masters_by_moment ON masters (stored_at);

CREATE TABLE release_details (
    release_id INTEGER NOT NULL PRIMARY KEY,
    master_id  INTEGER,
    body       BLOB NOT NULL,
    as_of      TEXT NOT NULL
) STRICT;
INSERT INTO release_details (release_id, master_id, body, as_of)
VALUES (101, 77, CAST('{"id":101,"title":"Kingston Echoes","master_id":77,"year":1976,"country":"Jamaica","released":"1976","artists":[{"name":"Gunmen (2)","variation":"","join":"","id":0}],"labels":[{"name":"Hall Of Mirrors","catno":"HOM 1","id":0}],"formats":[],"genres":[],"styles":[],"tracks":[{"title":"Side A","kind":"heading","position":"","duration":"","artists":[],"credits":[],"parts":[]},{"title":"Échoes Of Łódź","kind":"track","position":"A1","duration":"3:10","artists":[{"name":"Dub Crew (3)","variation":"The Dub Crew","join":"","id":0}],"credits":[],"parts":[]},{"title":"Suite","kind":"index","position":"A2","duration":"","artists":[],"credits":[],"parts":[{"title":"Part \"One\"","kind":"track","position":"A2a","duration":"","artists":[],"credits":[],"parts":[]},{"title":"Part Two","kind":"track","position":"A2b","duration":"","artists":[],"credits":[],"parts":[]}]}],"credits":[],"identifiers":[{"kind":"Barcode","value":"5 012345 678900","about":"text"},{"kind":"Barcode","value":"5012345678900","about":"scanned"},{"kind":"Matrix / Runout","value":"HOM 1 A","about":""}],"companies":[],"series":[],"pictures":[],"notes":"","have":3,"want":4,"rating":4.5,"ratings":2}' AS BLOB), '2026-11-20T20:15:00+00:00');

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
INSERT INTO readings (kind, number, state, tries, tried_at, next_at, reason, looks, looked_at)
VALUES ('release', 101, NULL, 0, NULL, NULL, NULL, 1, '2026-11-20T20:15:00+00:00');

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

CREATE TABLE local_collections (
    account_id  TEXT NOT NULL PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    file        TEXT NOT NULL,
    imported_at TEXT NOT NULL,
    numbered    INTEGER NOT NULL DEFAULT 0,
    texts       BLOB NOT NULL,
    paired_with TEXT REFERENCES accounts ON DELETE SET NULL,
    paired_at   TEXT
) STRICT;
INSERT INTO local_collections (account_id, file, imported_at, numbered, texts, paired_with, paired_at)
VALUES ('00000000-0000-4000-8000-000000000004', 'my-export.csv', '2026-11-20T20:15:00+00:00', 1, CAST('{}' AS BLOB), NULL, NULL);

CREATE TABLE compared_collections (
    account_id    TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE,
    compared_with TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE,
    PRIMARY KEY (account_id, compared_with)
) STRICT, WITHOUT ROWID;

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

CREATE TABLE image_lane (
    lane INTEGER NOT NULL PRIMARY KEY CHECK (lane = 1),
    body BLOB NOT NULL
) STRICT;

PRAGMA user_version = 7;
COMMIT;
