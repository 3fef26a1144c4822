"""Where output goes: data to stdout, words to stderr. Errors are words that are said even to those who want quiet."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_quiet = False


def be_quiet(*, quiet: bool) -> None:
    """From now on say errors only, or everything."""
    global _quiet  # noqa: PLW0603 - there is one stderr, too
    _quiet = quiet


def is_quiet() -> bool:
    """Whether only errors are said."""
    return _quiet


def say(line: str) -> None:
    """Tell the person in front of it, unless quiet is wanted: progress, hints, what was done."""
    if not _quiet:
        say_anyway(line)


def say_anyway(line: str) -> None:
    """Tell in any case: what went wrong, and what nothing goes on without, as a page to open."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def print_json(value: dict[str, Any]) -> None:
    """Give one object to whatever reads our output."""
    sys.stdout.write(seen(json.dumps(value, ensure_ascii=False)) + "\n")
    sys.stdout.flush()


def seen(written: str) -> str:
    """JSON in one line, in which what would not be seen in a terminal, or would harm it, is escaped."""
    if written.isprintable():
        return written
    return "".join(char if char.isprintable() else json.dumps(char)[1:-1] for char in written)


@contextmanager
def closed_ones_forgiven() -> Iterator[None]:
    """Streams that were closed before us, or whose reader goes away, make no trouble of their own."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            # It takes the number that is free, which a database would have taken otherwise.
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 - until the exit
    try:
        yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except OSError:
                # What is left goes nowhere, or Python would complain of it at exit.
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def can_draw() -> bool:
    """Whether something that moves can be drawn on stderr: only in a terminal that knows how to go back."""
    return sys.stderr.isatty() and os.environ.get("TERM", "") not in ("dumb", "unknown")
