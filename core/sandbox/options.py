"""The command line of `python -m core.sandbox`: its options, and the help that explains everything."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from core.sandbox.kinds import ALL_KINDS
from core.sandbox.limits import AUTHENTICATED
from core.sandbox.pictures import UNCACHED
from core.sandbox.unreadable import UnreadableError

_EPILOG = """\
Without --collection and --items the shipped sample is served: real releases on an invented shelf.

When ready, one line of JSON appears on stdout:
  {"ready": true, "url": ..., "username": ..., "user_id": ..., "token": ..., "items": ...,
   "consumer_key": ..., "consumer_secret": ..., "epoch": ..., "time_scale": ...}
Sign in with the header "Authorization: Discogs token=TOKEN", and send a User-Agent. Or with OAuth 1.0a: signatures are
verified, and the page where a member agrees is URL/oauth/authorize.
If it cannot start, the line is {"ready": false, "error": ...} and the exit code 2.

With --attached, the line "holdings" on stdin is answered by one line {"holdings": {...}} with everything
the owner owns and the counts of requests; the end of stdin ends the server.

The world of a running server is changed and watched at URL/_control/..., from this machine only:
  curl -X POST URL/_control/faults -d '{"name": "502", "route": "collection", "page": 2, "times": 3}'
  curl -X POST URL/_control/website/add -d '{"count": 2}'
  curl URL/_control/counts

Faults, and their parameters beside route, page, owner, token and times:
"""
_EXAMPLES = """
Examples:
  python -m core.sandbox --items 10000 --port 8080 --latency 150
  python -m core.sandbox --collection my-export.csv --time-scale 60 --foreign 20

`python -m core.sandbox.monthly --help` tells how to write the monthly file of masters. All else is in docs/sandbox.md.
"""


class Parser(argparse.ArgumentParser):
    """Reports a wrong option the way everything else is reported: by an UnreadableError."""

    def error(self, message: str) -> NoReturn:
        """Raise it."""
        sentence = f"{message[:1].upper()}{message[1:]}; see --help."
        raise UnreadableError(sentence)


def parser() -> argparse.ArgumentParser:
    """Make the parser. What it cannot read is an UnreadableError."""
    made = Parser(
        prog="python -m core.sandbox",
        allow_abbrev=False,
        description="A stand-in Discogs on this machine: the API's own shapes, orders, refusals and quota.",
        epilog=_EPILOG + _fault_lines() + _EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_contents(made)
    _add_behaviour(made)
    _add_time(made)
    made.add_argument("--port", type=number(0, 65_535), default=0, help="the port (default 0: a free one)")
    made.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: this machine only)")
    made.add_argument("--attached", action="store_true", help="take commands from stdin, and end when it ends")
    return made


def add_contents(made: argparse.ArgumentParser) -> None:
    """Add the options that choose a world; `contents.py` reads what they name."""
    which = made.add_mutually_exclusive_group()
    which.add_argument(
        "--collection",
        type=Path,
        metavar="PATH",
        help="this collection: a Discogs CSV export (.csv, .csv.gz), the API's items as JSON (.json, .json.gz, "
        "one object or one item a line), or a folder that holds one of them (what lies beside it is served too)",
    )
    which.add_argument("--items", type=number(0, 10_000_000), metavar="N", help="an invented collection of N copies")
    made.add_argument("--seed", type=int, default=1, help="the seed of all that is invented (default 1)")
    made.add_argument(
        "--gaps", action="store_true", help="let some masters have no year, and a few releases and masters be gone"
    )


def _add_behaviour(made: argparse.ArgumentParser) -> None:
    made.add_argument(
        "--limit",
        type=number(1, 10**9),
        default=AUTHENTICATED,
        metavar="N",
        help="requests a minute for a signed-in caller (default 60); others get 25 in 60 of it",
    )
    made.add_argument(
        "--foreign",
        type=number(0, 10**6),
        default=0,
        metavar="N",
        help="so many requests a minute of other programs at the same address, at even pace (default 0)",
    )
    made.add_argument(
        "--latency", type=number(0, 10**7), default=0, metavar="MS", help="milliseconds before each answer (default 0)"
    )
    made.add_argument(
        "--picture-limit",
        type=number(1, 10**9),
        default=UNCACHED,
        metavar="N",
        help="pictures a minute that nobody has fetched before (default 30)",
    )
    made.add_argument("--consumer-key", default="", metavar="KEY", help="the application's key (default: a new one)")
    made.add_argument("--consumer-secret", default="", metavar="SECRET", help="its secret (default: a new one)")


def _add_time(made: argparse.ArgumentParser) -> None:
    made.add_argument(
        "--time-scale",
        type=_factor,
        default=1.0,
        metavar="N",
        help="let time run N times as fast: the quota's minute, latencies, 15 minutes of OAuth (default 1)",
    )
    made.add_argument(
        "--epoch",
        type=_factor,
        default=None,
        metavar="SECONDS",
        help="since when, in real seconds since 1970 (default: now): time = epoch + (real - epoch) * N",
    )


def _fault_lines() -> str:
    lines = []
    for name, kind in ALL_KINDS.items():
        given = ", ".join(f"{parameter}={one.default}" for parameter, one in kind.parameters.items())
        lines.append(f"  {name}{f' ({given})' if given else ''}: {kind.says}\n")
    return "".join(lines)


def number(least: int, most: int) -> Callable[[str], int]:
    """Make the type of an option that takes a number of a range."""

    def read(text: str) -> int:
        if not least <= int(text) <= most:
            raise ValueError(text)
        return int(text)

    read.__name__ = f"number from {least} to {most}"
    return read


def _factor(text: str) -> float:
    if not 0 < float(text) < float("inf"):
        raise ValueError(text)
    return float(text)


_factor.__name__ = "number above 0"
