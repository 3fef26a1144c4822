"""`python -m core.sandbox`: a stand-in Discogs on this machine, with one collection in it.

Prints one JSON line when it is ready, or one that says why it cannot be; exit code 2 then, 0 after a clean end.
"""

import argparse
import asyncio
import gc
import os
import signal
import sys
from types import FrameType

from core.sandbox.attached import end, listen, say
from core.sandbox.callers import new_application
from core.sandbox.contents import holding_of
from core.sandbox.holding import ALL, Holding, JsonObject
from core.sandbox.options import parser
from core.sandbox.server import Running, serve
from core.sandbox.unreadable import UnreadableError
from core.sandbox.world import World


def main(arguments: list[str] | None = None) -> int:
    """Run until SIGINT, SIGTERM or, attached, the end of stdin. Returns the exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        options = parser().parse_args(given)
        gc.disable()  # building 100,000 copies makes only objects that stay
        holding = holding_of(options)
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
    world = _world(options, holding)
    for sort in ("label", "added"):
        world.account.shelf.ordered(ALL, sort)
    try:
        async with serve(world, host=options.host, port=options.port) as server:
            say(_ready(server))
            if options.attached:
                listen(world, stop)
            await stop.wait()
    except BrokenPipeError:
        raise
    except OSError as error:
        place = f"{options.host}, port {options.port}"
        message = f"Cannot listen on {place} ({error.strerror or error}); choose another --port, or 0 for a free one."
        raise UnreadableError(message) from error


def _world(options: argparse.Namespace, holding: Holding) -> World:
    return World(
        holding,
        limit=options.limit,
        time_scale=options.time_scale,
        epoch=options.epoch,
        latency=options.latency / 1000,
        foreign=options.foreign,
        picture_limit=options.picture_limit,
        application=new_application(options.consumer_key, options.consumer_secret),
    )


def _ready(server: Running) -> JsonObject:
    world = server.world
    return {
        "ready": True,
        "url": server.url,
        "username": server.username,
        "user_id": server.user_id,
        "token": server.token,
        "items": len(world.account.shelf),
        "consumer_key": world.application.key,
        "consumer_secret": world.application.secret,
        "epoch": world.epoch,
        "time_scale": world.time_scale,
    }


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
