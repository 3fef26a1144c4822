"""The command line: what can be typed after `runout`."""

from __future__ import annotations

import argparse
from importlib.metadata import version
from pathlib import Path

_EXAMPLES = """\
examples:
  runout demo                          look around in a sample collection, no account needed
  runout connect                       connect your Discogs account
  runout                               browse your records
  runout sync --json                   bring the copy up to date, for scripts

exit codes: 0 done, 1 failed, 2 usage, 3 not connected, 4 needs your word, 130 interrupted
"""


def parser() -> argparse.ArgumentParser:
    """Every command with its options."""
    top = argparse.ArgumentParser(
        prog="runout",
        description="Browse your record collection in the terminal. For Discogs; not affiliated with it.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"runout {version('runout')}")
    commands = top.add_subparsers(dest="command", metavar="command")

    connect = commands.add_parser(
        "connect",
        help="connect your Discogs account",
        description="Connect with a personal access token (www.discogs.com/settings/developers). It is asked for"
        " without being shown, and kept encrypted.",
        epilog="example: runout connect --token-stdin < token.txt",
        allow_abbrev=False,
    )
    connect.add_argument("--token-stdin", action="store_true", help="read the token from standard input")

    sync = commands.add_parser(
        "sync",
        help="bring the local copy up to date",
        description="Read the whole collection from Discogs and publish it at once; a failure leaves the old copy be."
        " What was stopped goes on where it was, within half an hour. When more than 20 copies seem to be gone, or all,"
        " they stay until you say what is right.",
        epilog="example: runout sync --json | jq .copies",
        allow_abbrev=False,
    )
    sync.add_argument("--json", action="store_true", help="print one JSON object at the end, everything else on stderr")

    word = sync.add_mutually_exclusive_group()
    word.add_argument("--accept-removals", action="store_true", help="let go of copies that Discogs no longer shows")
    word.add_argument("--keep", action="store_true", help="keep copies that Discogs no longer shows, and ask no more")

    demo = commands.add_parser(
        "demo",
        help="try everything on a sample collection, without an account",
        description="Start a stand-in Discogs on this machine, connect to it, sync, and open the terminal.",
        epilog="example: runout demo --collection my-discogs-export.csv",
        allow_abbrev=False,
    )
    source = demo.add_mutually_exclusive_group()
    source.add_argument(
        "--collection",
        type=Path,
        metavar="PATH",
        help="somebody's real collection: a Discogs CSV export or an API dump (csv, json, either .gz, or a folder)",
    )
    source.add_argument("--items", type=_count, metavar="N", help="a generated collection of N copies")
    demo.add_argument("--seed", type=int, default=1, help="which of the generated collections (default 1)")
    demo.add_argument("--keep", type=Path, metavar="DIR", help="keep the data there; without it they are temporary")
    demo.add_argument(
        "--check", action="store_true", help="no screen: compare what arrived, print one line, exit 0 or 1"
    )

    budget = commands.add_parser(
        "budget",
        help="say how many requests to Discogs are left, and who waits",
        epilog="example: runout budget --json | jq .free",
    )
    budget.add_argument("--json", action="store_true", help="print one JSON object")

    paths = commands.add_parser(
        "paths",
        help="say where configuration, data and logs are",
        epilog="example: runout paths",
        allow_abbrev=False,
    )
    paths.add_argument("--json", action="store_true", help="print one JSON object")
    return top


def _count(text: str) -> int:
    try:
        number = int(text.replace(",", "").replace("_", ""))
    except ValueError:
        number = -1
    if not 0 <= number <= 1_000_000:
        message = f"{text!r} is no number of copies from 0 to 1,000,000"
        raise argparse.ArgumentTypeError(message)
    return number
