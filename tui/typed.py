"""What is typed: questions go to stderr, answers come from standard input, line by line, to whoever waits first."""

from __future__ import annotations

import asyncio
import queue
import sys
import threading

_lines: queue.Queue[str] = queue.Queue()
_reader: threading.Thread | None = None
_LOOK = 0.05
"""Seconds after which it is looked whether a line has come."""


def ask(question: str) -> str:
    """The answer to a question, empty at the end of the input."""
    sys.stderr.write(question)
    sys.stderr.flush()
    return sys.stdin.readline()


async def answer_to(question: str) -> str:
    """The same without holding up what else goes on."""
    sys.stderr.write(question)
    sys.stderr.flush()
    return await typed_line()


async def typed_line() -> str:
    """The next line, empty at the end. One that is waited for in vain is there for whoever asks next.

    A read of a terminal cannot be stopped, so it happens on a thread that nobody waits for at the end of the program.
    """
    global _reader  # noqa: PLW0603 - there is one standard input, too
    while _lines.empty():
        if _reader is None or not _reader.is_alive():
            _reader = threading.Thread(target=_read, name="typed", daemon=True)
            _reader.start()
        await asyncio.sleep(_LOOK)
    return _lines.get()


def _read() -> None:
    try:
        _lines.put(sys.stdin.readline())
    except (OSError, ValueError):
        _lines.put("")
