"""What can be typed to bring records out of the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.arguments import Commands

_KINDS = ("csv", "json", "jsonl", "md")


def add_export(commands: Commands) -> None:
    """Records into a file, or into another program."""
    export = commands.add(
        "export",
        says="write records to a file: CSV, JSON, JSON Lines or Markdown",
        more="Write the copies that a query leaves, or all of them, to standard output or to a file, which is written"
        " whole or not at all. CSV has the columns of Discogs' own export first and then ours, and `runout import`"
        " reads all of it back; a cell that a spreadsheet would take for a formula has an apostrophe before it."
        " docs/exporting.md tells of every column and field. Nothing is asked of Discogs.",
        example="runout export genre:reggae sort:-added --format json --output reggae.json",
    )
    export.add_argument("query", nargs="*", metavar="QUERY", help="words of the query; in quotes what has blanks in it")
    export.add_argument(
        "--format", choices=_KINDS, default=None, help="what is written (default: by the name of the file, else csv)"
    )
    export.add_argument("--output", metavar="FILE", default="-", help="where to; - is standard output (the default)")
    export.add_argument("--force", action="store_true", help="replace the file if there is one")
    export.add_argument("--wants", action="store_true", help="wants instead")
    export.add_argument(
        "--sort", default="", metavar="ORDER", help="columns, as in -added,artist (default: artist; sort: wins)"
    )
    export.takes_a_query = True
