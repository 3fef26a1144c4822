-- How an account is read, which accounts the terminal may open, and sign-ins that wait for their member.

-- owner: with the owner's credential. public: as anybody. none: no longer; what is here stays readable.
ALTER TABLE accounts ADD COLUMN access TEXT NOT NULL DEFAULT 'owner';

-- Since when Discogs no longer accepts the credential.
ALTER TABLE accounts ADD COLUMN refused_at TEXT;

-- Accounts that were connected or imported in the terminal; others in the same file are neither listed nor opened there.
CREATE TABLE terminal_accounts (
    account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    used_at    TEXT NOT NULL
) STRICT;

INSERT INTO terminal_accounts (account_id, used_at) SELECT account_id, used_at FROM accounts;

-- A sign-in begun: nobody's yet, good for a quarter of an hour and once. Without its seal it was used.
CREATE TABLE pending_connections (
    request_id TEXT NOT NULL PRIMARY KEY,
    sealed     BLOB,
    began_at   TEXT NOT NULL
) STRICT;
