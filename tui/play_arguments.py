"""What can be typed to be offered a record, and to remember what was played."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.parsing import json_of

if TYPE_CHECKING:
    from tui.arguments import Commands


def add_random(commands: Commands) -> None:
    """A record to listen to."""
    random = commands.add(
        "random",
        says="offer a record to listen to, with a memory",
        more="Offer one of the records that a query leaves, or of all: never the same twice in a row, and rather one"
        " that was not played for long (after 90 days it counts in full) nor offered lately (14 days). A release"
        " counts once, however many copies of it you have. What is offered is remembered; with --seed nothing is"
        " remembered and nothing that is remembered counts, so the same seed over the same records offers the same"
        " one. Nothing is asked of Discogs.",
        example="runout random genre:jazz played:never",
    )
    random.add_argument("query", nargs="*", metavar="QUERY", help="words of the query; in quotes what has blanks in it")
    what = random.add_mutually_exclusive_group()
    what.add_argument(
        "--not-tonight", action="store_true", help="put the one that was offered last off for 18 hours, offer another"
    )
    what.add_argument("--played", action="store_true", help="log that the one that was offered last is played now")
    what.add_argument("--seed", type=int, metavar="N", help="draw by this number, without the memory")
    json_of(random)
    random.takes_a_query = True


def add_played(commands: Commands) -> None:
    """The listening log."""
    played = commands.add(
        "played",
        says="remember what you have played, and list it",
        more="Log that a record was played: a query that leaves exactly one, or a release by its number, as r123 or by"
        " the address of its page. A number alone is a release that is or was here, else a word of a query. Without"
        " anything, the last ten plays. Plays are of releases, so they stay when a copy goes and comes back. Nothing is"
        " sent to Discogs.",
        example="runout played kingston echoes --at yesterday",
    )
    played.add_argument(
        "query", nargs="*", metavar="QUERY|RELEASE", help="which record; with --undo, the number of the play"
    )
    played.add_argument(
        "--at",
        metavar="WHEN",
        help="as in yesterday, 2h, 3d, 2026-11-01 or 2026-11-01T21:30 (default: now)",
    )
    what = played.add_mutually_exclusive_group()
    what.add_argument("--list", action="store_true", help="print the whole log, the last first")
    what.add_argument("--undo", action="store_true", help="take back what was logged last, or the play of that number")
    what.add_argument(
        "--export", metavar="FILE", default="", help="write the whole log to FILE.csv or FILE.jsonl; - for CSV here"
    )
    played.add_argument("--force", action="store_true", help="with --export: replace the file if there is one")
    played.add_argument("--since", metavar="WHEN", help="with --list or --export: plays from there on only, as in 30d")
    json_of(played, "print one JSON object, or one a line with --list")
    played.takes_a_query = True
