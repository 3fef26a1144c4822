"""`python -m core.sandbox`: a stand-in Discogs on this machine, with one collection in it.

Prints one JSON line when it is ready, or one that says why it cannot be; exit code 2 then, 0 after a clean end.
"""

import argparse
import asyncio
import gc
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import NoReturn

from core.sandbox.attached import end, listen, say
from core.sandbox.generate import generated
from core.sandbox.holding import ALL, Holding
from core.sandbox.limits import AUTHENTICATED
from core.sandbox.readers import read_collection
from core.sandbox.server import serve
from core.sandbox.shipped import shipped
from core.sandbox.unreadable import UnreadableError
from core.sandbox.world import World

_EPILOG = """\
Without --collection and --items the shipped sample is served: real releases on an invented shelf.

When ready, one line of JSON appears on stdout:
  {"ready": true, "url": ..., "username": ..., "user_id": ..., "token": ..., "items": ...}
Sign in with the header "Authorization: Discogs token=TOKEN", and send a User-Agent.
If it cannot start, the line is {"ready": false, "error": ...} and the exit code 2.

With --attached, the line "holdings" on stdin is answered by one line {"holdings": {...}} with everything
the owner owns and the counts of requests; the end of stdin ends the server.
"""


class _Parser(argparse.ArgumentParser):
    """Reports a wrong option the way everything else is reported."""

    def error(self, message: str) -> NoReturn:
        sentence = f"{message[:1].upper()}{message[1:]}; see --help."
        raise UnreadableError(sentence)


def main(arguments: list[str] | None = None) -> int:
    """Run until SIGINT, SIGTERM or, attached, the end of stdin. Returns the exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        options = _parser().parse_args(given)
        gc.disable()  # building 100,000 copies makes only objects that stay
        holding = _holding(options)
        gc.enable()
        gc.freeze()
        for remark in holding.remarks:
            sys.stderr.write(remark + "\n")
        asyncio.run(_run(options, holding))
    except UnreadableError as error:
        say({"ready": False, "error": str(error)})
        if "--attached" not in given:
            sys.stderr.write(f"{error}\n")
        return 2
    except KeyboardInterrupt:
        return 0
    except BrokenPipeError:
        # Nobody reads stdout any more; without this the interpreter would complain about it on its way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


async def _run(options: argparse.Namespace, holding: Holding) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        # signal.signal and not the loop's own handlers, which Windows lacks.
        signal.signal(number, lambda _number, _frame: end(loop, stop))
    world = World(holding, limit=options.limit)
    for sort in ("label", "added"):
        world.account.shelf.ordered(ALL, sort)
    try:
        async with serve(world, host=options.host, port=options.port) as server:
            say(
                {
                    "ready": True,
                    "url": server.url,
                    "username": server.username,
                    "user_id": server.user_id,
                    "token": server.token,
                    "items": len(world.account.shelf),
                }
            )
            if options.attached:
                listen(world, stop)
            await stop.wait()
    except BrokenPipeError:
        raise
    except OSError as error:
        place = f"{options.host}, port {options.port}"
        message = f"Cannot listen on {place} ({error.strerror or error}); choose another --port, or 0 for a free one."
        raise UnreadableError(message) from error


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m core.sandbox",
        allow_abbrev=False,
        description="A stand-in Discogs on this machine: the API's own shapes, orders, refusals and quota.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--collection",
        type=Path,
        metavar="PATH",
        help="serve this collection: a Discogs CSV export (.csv, .csv.gz), the API's items as JSON (.json, .json.gz, "
        "one object or one item a line), or a folder that holds one of them",
    )
    which.add_argument(
        "--items", type=_number(0, 10_000_000), metavar="N", help="serve an invented collection of N copies"
    )
    parser.add_argument("--seed", type=int, default=1, help="the invented collection's seed (default 1)")
    parser.add_argument(
        "--limit",
        type=_number(1, 10**9),
        default=AUTHENTICATED,
        metavar="N",
        help="requests a minute for a signed-in caller (default 60); others get 25 in 60 of it",
    )
    parser.add_argument("--port", type=_number(0, 65_535), default=0, help="the port (default 0: a free one)")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: this machine only)")
    parser.add_argument("--attached", action="store_true", help="take commands from stdin, and end when it ends")
    return parser


def _number(least: int, most: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not least <= int(text) <= most:
            raise ValueError(text)
        return int(text)

    number.__name__ = f"number from {least} to {most}"
    return number


def _holding(options: argparse.Namespace) -> Holding:
    if options.collection is not None:
        return read_collection(options.collection)
    return shipped() if options.items is None else generated(options.items, options.seed)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
