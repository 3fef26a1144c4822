"""What can be typed about the picture cache."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tui.parsing import json_of
from tui.record_arguments import number

if TYPE_CHECKING:
    from tui.arguments import Commands as Above


def add_covers(commands: Above) -> None:
    """Fetching pictures, and what is kept of them."""
    covers = commands.add(
        "covers",
        says="fetch the pictures of your records, or say which are here",
        example="runout covers fetch added:30d",
    )
    below = type(commands)(covers, dest="covers_command", required=True)
    fetch = below.add(
        "fetch",
        says="fetch the pictures of the records that a query leaves",
        more="Fetch the pictures of the records that a query leaves, in the language of the terminal's filter; of all"
        " without one. About 15 a minute come, beside the requests that Discogs allows. What is stopped goes on where"
        " it was when it is run again. See config.example.toml for how much room they may take.",
        example="runout covers fetch genre:reggae -format:cd --size both",
    )
    fetch.add_argument("query", nargs="*", metavar="QUERY", help="words of the query; in quotes what has blanks in it")
    fetch.add_argument(
        "--size",
        choices=("small", "large", "both"),
        default="large",
        help="150 pixels or 600 on the long side (default: large)",
    )
    fetch.add_argument("--wants", action="store_true", help="of wants instead")
    fetch.add_argument(
        "--limit", type=partial(number, of="records"), metavar="N", help="of the first N of them, by artist"
    )
    json_of(fetch, "print one JSON object at the end, everything else on stderr")
    fetch.takes_a_query = True
    json_of(
        below.add(
            "status",
            says="say how many pictures are here, and how much room they take",
            example="runout covers status --json | jq .bytes",
        )
    )
    json_of(
        below.add(
            "clear",
            says="delete every picture that is here",
            more="Delete every picture that is here, and forget which could not be had. They can be fetched again.",
            example="runout covers clear",
        )
    )
