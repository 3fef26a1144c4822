"""A parent process that holds the other end of stdin and stdout: it asks by lines, and its going ends the server."""

import asyncio
import json
import os
import sys
import threading
from contextlib import suppress

from core.sandbox.holding import JsonObject
from core.sandbox.holdings import holdings
from core.sandbox.world import World

_STDIN = 0


def say(payload: JsonObject) -> None:
    """Write one JSON object as one line of ASCII to stdout, at once."""
    sys.stdout.write(json.dumps(payload) + "\n")
    sys.stdout.flush()


def listen(world: World, stop: asyncio.Event) -> None:
    """Answer the parent's lines from a thread of their own; at the end of stdin set `stop`. Call inside the loop."""
    loop = asyncio.get_running_loop()

    def answer_lines() -> None:
        # The parent may close the end that answers go to, which is an end like that of stdin.
        with suppress(OSError):
            _answer(world, loop)
        end(loop, stop)

    threading.Thread(target=answer_lines, name="parent", daemon=True).start()


def _answer(world: World, loop: asyncio.AbstractEventLoop) -> None:
    rest = b""
    # os.read and not sys.stdin: a thread waiting in a buffered reader would hold its lock when the process ends.
    while chunk := os.read(_STDIN, 4096):
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            if line.strip() == b"holdings":
                say({"holdings": asyncio.run_coroutine_threadsafe(_gathered(world), loop).result()})
            elif line.strip():
                asked = line.decode("utf-8", "replace").strip()
                say({"error": f"No command is called {asked!r}; there is: holdings."})


async def _gathered(world: World) -> JsonObject:
    return holdings(world)


def end(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """Set `stop` from another thread or a signal handler."""
    with suppress(RuntimeError):  # the loop has ended already, which is what was wanted
        loop.call_soon_threadsafe(stop.set)
