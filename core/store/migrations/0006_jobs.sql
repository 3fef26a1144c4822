-- What is done by itself, by which process, and when its turn is next. It names no account: nobody who leaves is in it.

-- due_at: NULL before the first turn. holder, turn_id, renewed_at: whose turn it is now, as in leases; renewed_at is in
-- seconds of the machine's clock, all other times are the program's. done: turns that went well. reason: why the last one
-- did not.
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
