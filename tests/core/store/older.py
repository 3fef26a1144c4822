"""Databases as earlier versions of the program wrote them: `tests/samples/schemas`, one for each schema before this."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from core.domain.account import AccessToken, Credential, PersonalToken

DUMPS: Final = Path(__file__).parents[2] / "samples" / "schemas"
VERSIONS: Final = tuple(sorted(int(dump.stem) for dump in DUMPS.glob("*.sql")))

COLLECTOR_B: Final[dict[int, Credential]] = {
    1: PersonalToken("collector-b-personal-token"),
    2: AccessToken("collector-b-access-key", "collector-b-access-secret"),
    3: AccessToken("collector-b-access-key", "collector-b-access-secret"),
    4: AccessToken("collector-b-access-key", "collector-b-access-secret"),
    5: AccessToken("collector-b-access-key", "collector-b-access-secret"),
    6: AccessToken("collector-b-access-key", "collector-b-access-secret"),
    7: AccessToken("collector-b-access-key", "collector-b-access-secret"),
}
"""What the second account was connected with; there was no other kind at first."""

ON_A_STAGED_PAGE: Final = "A note on a staged page"


def restored(version: int, database: Path, key: Path) -> None:
    """Write a database of that schema, and the key that opens its credentials."""
    dump = (DUMPS / f"{version:04d}.sql").read_text(encoding="utf-8")
    given = re.search(r"^-- secret\.key: (\S+)$", dump, re.MULTILINE)
    assert given
    key.write_text(f"{given[1]}\n", encoding="ascii")
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA journal_mode = wal")
        connection.executescript(dump)
