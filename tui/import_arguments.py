"""What can be typed to bring a collection from a file, and to put it together with an account."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tui.parsing import json_of

if TYPE_CHECKING:
    from tui.arguments import Commands


def add_import(commands: Commands) -> None:
    """A collection from a file."""
    brought = commands.add(
        "import",
        says="bring a collection from a CSV export, without an account",
        more="Read Discogs' own CSV export of a collection (or that in gz), say what is new, changed or gone, and"
        " import it when you agree. The same name again brings it up to date. Nothing is asked of Discogs.",
        example="runout import collection.csv --as mine --dry-run",
    )
    brought.add_argument("file", type=Path, metavar="FILE", help="the export, as Discogs gave it")
    brought.add_argument(
        "--as", dest="as_name", metavar="NAME", default="", help="what the collection is called (default: the file)"
    )
    brought.add_argument("--yes", action="store_true", help="do it without being asked")
    brought.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")
    brought.add_argument(
        "--accept-removals", action="store_true", help="let go of copies that are not in the file, however many"
    )
    json_of(brought)


def add_pair(commands: Commands) -> None:
    """Putting it together with an account."""
    pair = commands.add(
        "pair",
        says="let copies that were fetched take the place of those from a file",
        more="Look which copies of the collection NAME, which came from a file, are among those of an account"
        " (--account; else the last used), list them and the rest, and let go of the pairs in NAME when you agree."
        " After the first sync of your own account that happens by itself, when at least half of the copies are found"
        " again.",
        example="runout pair mine --account collector --json | jq '.rest | length'",
    )
    pair.add_argument("name", metavar="NAME", help="what the collection is called that came from a file")
    pair.add_argument("--yes", action="store_true", help="do it without being asked")
    json_of(pair)
