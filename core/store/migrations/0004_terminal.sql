-- What the terminal needs to show rows before it has read a whole collection: which ones come first, and how it was left.
-- All of it goes with the account, by cascade.

-- What a copy stands by when no other order is asked for: artist, title and year of its release, a line each. The
-- highest character there is stands for what is not known, which comes last.
ALTER TABLE items ADD COLUMN sorted_as TEXT NOT NULL DEFAULT '';

-- The folded text begins with artist and title; names of nothing but punctuation are empty there, and taken as written.
-- A body that is damaged is told of when it is read.
UPDATE items SET sorted_as = found.artist || char(10) || found.title || char(10) || found.year
FROM (
    SELECT
        release_id,
        coalesce(nullif(substr(folded, 1, instr(folded || char(10), char(10)) - 1), ''),
                 nullif(lower(trim(name)), ''), char(1114111)) AS artist,
        coalesce(nullif(substr(rest, 1, instr(rest || char(10), char(10)) - 1), ''),
                 nullif(lower(trim(title)), ''), char(1114111)) AS title,
        iif(year BETWEEN 1 AND 9999, printf('%04d', year), char(1114111)) AS year
    FROM (
        SELECT *, iif(instr(folded, char(10)), substr(folded, instr(folded, char(10)) + 1), '') AS rest
        FROM (
            SELECT
                release_id,
                coalesce(json_extract(body, '$.folded'), '') AS folded,
                coalesce(nullif(json_extract(body, '$.artists[0].variation'), ''),
                         json_extract(body, '$.artists[0].name')) AS name,
                json_extract(body, '$.title') AS title,
                json_extract(body, '$.year') AS year
            FROM (SELECT release_id, CAST(body AS TEXT) AS body FROM releases)
            WHERE json_valid(body)
        )
    )
) AS found
WHERE found.release_id = items.release_id;

CREATE INDEX items_by_artist ON items (account_id, sorted_as, instance_id);

-- How the terminal was left. A body that cannot be read is as good as none.
CREATE TABLE terminal_desks (
    account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    body       BLOB NOT NULL,
    saved_at   TEXT NOT NULL
) STRICT;
