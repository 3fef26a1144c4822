"""What can be typed to see figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.parsing import json_of

if TYPE_CHECKING:
    from tui.arguments import Commands


def add_stats(commands: Commands) -> None:
    """How much there is of what."""
    stats = commands.add(
        "stats",
        says="say how much there is of what, of all copies or of those of a query",
        more="Say how many copies, releases, artists and labels there are, and how many of each genre, style, format,"
        " decade, country, folder, grade and rating; what came first and last; and of how many it is known. Of all"
        " copies, or of those that a query leaves. Nothing is asked of Discogs.",
        example="runout stats genre:reggae --json | jq .originals.decades",
    )
    stats.add_argument("query", nargs="*", metavar="QUERY", help="words of the query; in quotes what has blanks in it")
    stats.add_argument(
        "--original",
        action="store_true",
        help="decades and years by when a record first came out, not by the pressing's year",
    )
    json_of(stats, "print one JSON object with every figure")
    stats.takes_a_query = True
