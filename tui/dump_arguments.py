"""What can be typed about Discogs' monthly dump."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from tui.parsing import json_of

if TYPE_CHECKING:
    from tui.arguments import Commands as Above


def add_dump(commands: Above) -> None:
    """Original years without a single request."""
    dump = commands.add(
        "dump",
        says="take original years, genres and styles from Discogs' monthly dump",
        example="runout dump import discogs_20260801_masters.xml.gz",
    )
    below = type(commands)(dump, dest="dump_command", required=True)
    bring = below.add(
        "import",
        says="read a dump of masters that you have fetched",
        more="Read discogs_YYYYMMDD_masters.xml.gz, packed or not, which Discogs gives away on data.discogs.com, and"
        " keep what it says of the masters of your records; with --all, of all masters, so that what comes later is"
        " known at once. Nothing is asked of Discogs. What it says is seen when all of the file was found good. What"
        " is stopped goes on where it was, when the same is typed again; a pipe begins anew. A list of checksums that"
        " lies beside the file is heeded.",
        example="runout dump import discogs_20260801_masters.xml.gz --all",
    )
    bring.add_argument("file", type=Path, metavar="FILE", help="the dump; - reads standard input")
    bring.add_argument("--all", action="store_true", help="every master, for records that come later, too")
    bring.add_argument(
        "--date",
        type=_day,
        metavar="YYYYMMDD",
        help="the day of the dump, when the file's name does not say it (default: the file's own; of a pipe, the first"
        " of this month)",
    )
    bring.add_argument(
        "--checksum", type=Path, metavar="FILE", help="a list of SHA-256 sums, which has to have the dump's"
    )
    json_of(bring, "print one JSON object at the end, everything else on stderr")
    json_of(
        below.add(
            "status",
            says="say which dumps were read, and when",
            example="runout dump status --json | jq -r .day",
        ),
        "print one JSON object a line",
    )


def _day(text: str) -> date:
    """A day as the names of dumps have it. Raises argparse.ArgumentTypeError."""
    from core.domain.dump import day_of  # noqa: PLC0415 - `runout --help` needs none of it

    found = day_of(text.replace("-", ""))
    if found is None:
        message = f"{text!r} is no day as in 20260801"
        raise argparse.ArgumentTypeError(message)
    return found
