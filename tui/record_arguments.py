"""What can be typed to bring records up to date, and to look at them outside the terminal."""

from __future__ import annotations

import argparse
from functools import partial
from typing import TYPE_CHECKING

from tui.parsing import json_of

if TYPE_CHECKING:
    from tui.arguments import Commands


def add_list(commands: Commands) -> None:
    """Copies outside the terminal."""
    listing = commands.add(
        "list",
        says="print the copies that a query leaves, for scripts too",
        more="Print the copies that a query leaves, in the language of the terminal's filter; all of them without one."
        " Nothing is asked of Discogs. In CSV a text that begins with = + - or @, which a spreadsheet would take for a"
        " formula, has an apostrophe before it.",
        example="runout list genre:reggae year:1970..1979 -format:cd --json | jq -r .title",
    )
    listing.add_argument(
        "query", nargs="*", metavar="QUERY", help="words of the query; in quotes what has blanks in it"
    )
    form = listing.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON object a line")
    form.add_argument("--csv", action="store_true", help="print rows for a spreadsheet, under the names of the columns")
    listing.add_argument("--wants", action="store_true", help="wants instead, and whether a pressing of them is owned")
    listing.add_argument("--limit", type=number, metavar="N", help="the first N of them only")
    listing.add_argument(
        "--sort", default="artist", metavar="ORDER", help="columns, as in -added,artist (default: artist)"
    )
    listing.takes_a_query = True


def add_duplicates(commands: Commands) -> None:
    """What is owned more than once."""
    duplicates = commands.add(
        "duplicates",
        says="say what you own more than once",
        more="Say which copies are of the same release, which of the same master, and which have the same artist, title"
        " and year; of those that a query leaves, or of all. Information only: nothing is changed, and nothing is asked"
        " of Discogs.",
        example="runout duplicates -format:cd --json | jq -r 'select(.kind == \"release\").title'",
    )
    duplicates.add_argument(
        "query", nargs="*", metavar="QUERY", help="words of the query; in quotes what has blanks in it"
    )
    json_of(duplicates, "print one JSON object a line, one for each group")
    duplicates.takes_a_query = True


def add_sync(commands: Commands) -> None:
    """Bringing what is here up to date."""
    sync = commands.add(
        "sync",
        says="bring the local copy up to date",
        more="Read the whole collection and the wantlist from Discogs and publish them at once; a failure leaves what"
        " was here be. What was stopped goes on where it was, within half an hour. When more than 20 copies seem to be"
        " gone, or all, they stay until you say what is right.",
        example="runout sync --json | jq .copies",
    )
    json_of(sync, "print one JSON object at the end, everything else on stderr")
    sync.add_argument(
        "--quick", action="store_true", help="look at the newest first, and at everything only if they do not tell all"
    )
    sync.add_argument("--only", choices=("collection", "wantlist"), help="leave the other one alone")
    word = sync.add_mutually_exclusive_group()
    word.add_argument("--accept-removals", action="store_true", help="let go of copies that Discogs no longer shows")
    word.add_argument("--keep", action="store_true", help="keep copies that Discogs no longer shows, and ask no more")


def add_changes(commands: Commands) -> None:
    """What happened to copies and wants."""
    changes = commands.add(
        "changes",
        says="say what happened to your copies and wants",
        more="Say what came, went or was edited, the newest first. Nothing is asked of Discogs. Pictures that only got"
        " another address are left out without --all.",
        example="runout changes --since 7d --json | jq -r 'select(.action == \"added\").title'",
    )
    changes.add_argument(
        "--since", metavar="AGE", default="", help="as in 36h, 7d, 2w, 3m, 1y or 2026-11-01 (default: everything)"
    )
    changes.add_argument("--only", choices=("collection", "wantlist"), help="leave the other one out")
    changes.add_argument("--limit", type=partial(number, of="changes"), metavar="N", help="the newest N of them only")
    changes.add_argument("--all", action="store_true", help="new addresses of pictures, too")
    json_of(changes, "print one JSON object a line, with what was before and after")


def add_history(commands: Commands) -> None:
    """Which syncs there were."""
    history = commands.add(
        "history",
        says="say which syncs there were, and how they ended",
        example="runout history --json | jq .requests",
    )
    history.add_argument(
        "--limit", type=partial(number, of="syncs"), metavar="N", default=20, help="the last N of them (default 20)"
    )
    json_of(history, "print one JSON object a line")


def add_status(commands: Commands) -> None:
    """How things stand."""
    json_of(
        commands.add(
            "status",
            says="say how old everything is, what runs and what waits",
            more="Say how old collection and wantlist are, what runs and how long it still takes, what is left of the"
            " requests, what Discogs said last, and how many of the syncs that were due in the last day succeeded.",
            example="runout status --json | jq .collection.membership",
        )
    )


def number(text: str, of: str = "copies") -> int:
    """A number of such things. Raises argparse.ArgumentTypeError."""
    try:
        found = int(text.replace(",", "").replace("_", ""))
    except ValueError:
        found = -1
    if not 0 <= found <= 1_000_000:
        message = f"{text!r} is no number of {of} from 0 to 1,000,000"
        raise argparse.ArgumentTypeError(message)
    return found
