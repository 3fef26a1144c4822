-- A database of schema 0003, with three accounts. Credentials are sealed with the key of the next line.
-- secret.key: HHXb2R0Z32-wn8pfpZCZQRmFVfuYYDXACrcybR3WafU=
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
, access TEXT NOT NULL DEFAULT 'owner', refused_at TEXT) STRICT;
INSERT INTO accounts (account_id, discogs_id, username, currency, connected_at, used_at, last_sync_at, access, refused_at)
VALUES ('00000000-0000-4000-8000-000000000001', 1001, 'collector_a', 'EUR', '2026-11-01T20:15:00+00:00', '2026-11-03T20:15:00+00:00', '2026-11-03T20:16:00+00:00', 'owner', NULL);
INSERT INTO accounts (account_id, discogs_id, username, currency, connected_at, used_at, last_sync_at, access, refused_at)
VALUES ('00000000-0000-4000-8000-000000000002', 1002, 'collector_b', NULL, '2026-11-02T20:15:00+00:00', '2026-11-02T20:15:00+00:00', NULL, 'owner', NULL);
INSERT INTO accounts (account_id, discogs_id, username, currency, connected_at, used_at, last_sync_at, access, refused_at)
VALUES ('00000000-0000-4000-8000-000000000003', 1003, 'collector_c', NULL, '2026-11-02T21:15:00+00:00', '2026-11-02T21:15:00+00:00', NULL, 'public', NULL);

CREATE TABLE credentials (
    account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    sealed     BLOB NOT NULL
) STRICT;
INSERT INTO credentials (account_id, sealed)
VALUES ('00000000-0000-4000-8000-000000000001', CAST('gAAAAABrAf6DHcyurhHWJLgsfTXEEEQeeb5tazAW2vAtOJmHIt9SqkKOlKe00bADwFxS-Mde2vlQ9lYGT8QbBxNimI1YFhyVAW2fAtJC7Ulc2AjnVlWVP7DIAJ2ieefU4j7Iz_UdQbGj9oGNXu3bB9eZs6xA_TWQWU4g3HuO0EOqFkDzUsZH57ldXKZ7PSXFe8hw8HJW90oz' AS BLOB));
INSERT INTO credentials (account_id, sealed)
VALUES ('00000000-0000-4000-8000-000000000002', CAST('gAAAAABrAf6D8WJrpEXYWXVJmm8Avr1IUOF1nqcIkZK5AWtzllmQiQ0X2g8EOZqDOiCODZe6ExUBMOklZe6Epsm7BpN1lpQAMGNZNMtyPSqkE6GX9w4bEcboE_qONpy2ZY4AJgdt6n9MDOvCw1gzSsZcNhSc06Kju1I8ZT2TuhcHzOSLvW5wp2jlmXCmFScMDc1hoPh1nKjno1_jelSDcAG6dmoe7wOvArC9Q4uOfDrPPoO7_mnOxn4=' AS BLOB));

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
, newest BLOB, staged_at TEXT) STRICT;
INSERT INTO sync_runs (run_id, account_id, started_at, finished_at, outcome, reason, added, changed, removed, skipped, requests, newest, staged_at)
VALUES ('run-of-a-done', '00000000-0000-4000-8000-000000000001', '2026-11-03T20:15:00+00:00', '2026-11-03T20:16:00+00:00', 'done', NULL, 3, 0, 0, 0, 4, NULL, NULL);
INSERT INTO sync_runs (run_id, account_id, started_at, finished_at, outcome, reason, added, changed, removed, skipped, requests, newest, staged_at)
VALUES ('run-of-b-open', '00000000-0000-4000-8000-000000000002', '2026-11-04T20:15:00+00:00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, CAST('{"told":2,"rows":[[1001,"2024-05-11 18:29:49+00:00",3907221160]],"since":null}' AS BLOB), '2026-11-04T20:15:00+00:00');

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

CREATE TABLE leases (
    account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    run_id     TEXT NOT NULL,
    holder     TEXT NOT NULL,
    renewed_at REAL NOT NULL
) STRICT;
INSERT INTO leases (account_id, run_id, holder, renewed_at)
VALUES ('00000000-0000-4000-8000-000000000002', 'run-of-b-open', '00000000-0000-0000-0000-000000000000 pid:[1] 1 1', 1.0);

CREATE TABLE unreadable_items (
    account_id  TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE,
    instance_id INTEGER NOT NULL,
    reason      TEXT NOT NULL,
    body        BLOB NOT NULL,
    seen_at     TEXT NOT NULL,
    PRIMARY KEY (account_id, instance_id)
) STRICT, WITHOUT ROWID;
INSERT INTO unreadable_items (account_id, instance_id, reason, body, seen_at)
VALUES ('00000000-0000-4000-8000-000000000001', 1004, 'why', CAST('{"id":1004}' AS BLOB), '2026-11-03T20:15:00+00:00');

CREATE TABLE missing_items (
    account_id  TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE,
    instance_id INTEGER NOT NULL,
    kept        INTEGER NOT NULL,
    since       TEXT NOT NULL,
    PRIMARY KEY (account_id, instance_id)
) STRICT, WITHOUT ROWID;
INSERT INTO missing_items (account_id, instance_id, kept, since)
VALUES ('00000000-0000-4000-8000-000000000001', 1002, 1, '2026-11-03T20:15:00+00:00');

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
VALUES ('531669c0be195b9446203efa6549b3df0a29d9300ee6258c1382aa82d1826415', CAST('gAAAAABrAf6DjnNz8xyDxUqHj423OJzXpXk5-FppHhA8lVuA-N_v4nhvfoO76JBxQK5ZBFns7A3tMSFxWOubDQuyAaysNzLQ8St1BRO1LRZPSjntPjHyuPaPRBYGYd3O-SFiZlVQbFrm0KawUQ3b5nxZjaU6B2SZn0dvjeQ9XUvLnl4C4SNk-Xg2VbXCxn5Q0-fS0hMN5bx-IynPq4olQsPOCXyBHgH2BlCb1nhlvd5TDGxhYubLH5399ii2nL0W2jxRv02JtrE4ov-J8D4wG5WQNVai4fjIMw==' AS BLOB), '2026-11-04T20:15:00+00:00');
INSERT INTO pending_connections (request_id, sealed, began_at)
VALUES ('a91144ed95c669336832d05da78ffa5b6c9525a10e99ad5a4821f2af45c59233', NULL, '2026-11-04T20:14:00+00:00');

PRAGMA user_version = 3;
COMMIT;
