"""Whether the terminal's background is light: the terminal is asked, or what it has left in the environment is read."""

from __future__ import annotations

import os
import re
import select
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

_QUESTION: Final = b"\x1b]11;?\x1b\\\x1b[c"
"""What is your background, and what are you: terminals that know no answer to the first answer the second."""

_COLOUR: Final = re.compile(rb"\x1b\]11;rgba?:([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})")
_LAST: Final = re.compile(rb"\x1b\[\?[0-9;]*c")
_PATIENCE: Final = 0.5
"""Seconds. What is answered later would be taken for keys, so there is time for a slow line."""

_LIGHT_ONES: Final = frozenset({7, 9, 10, 11, 12, 13, 14, 15})
"""Of the sixteen colours."""


def is_light(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether dark letters suit this terminal; no when nobody can say."""
    answer = _answer()
    colour = _COLOUR.search(answer)
    if colour is not None:
        # As Rec. 709 weighs them; each may come with one digit or with four.
        red, green, blue = (int(part, 16) / float(16 ** len(part) - 1) for part in colour.groups())
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.5
    last = environ.get("COLORFGBG", "").rpartition(";")[2]
    return last.isdecimal() and int(last) in _LIGHT_ONES


def _answer() -> bytes:
    """What the terminal says; nothing when there is none, or none that can be asked."""
    try:
        coming, going = sys.stdin.fileno(), sys.stdout.fileno()
        if not (os.isatty(coming) and os.isatty(going)):
            return b""
        with _letter_by_letter(coming):
            os.write(going, _QUESTION)
            return b"".join(_read(coming))
    except (OSError, ValueError, ImportError):
        return b""


@contextmanager
def _letter_by_letter(terminal: int) -> Iterator[None]:
    """Nothing is shown of what comes, and nothing waits for Enter.

    Raises OSError, or ImportError where terminals are another thing.
    """
    import termios  # noqa: PLC0415 - Windows has none
    import tty  # noqa: PLC0415 - as above

    try:
        before = termios.tcgetattr(terminal)
        tty.setcbreak(terminal, termios.TCSADRAIN)
    except termios.error as error:
        raise OSError(*error.args) from error
    try:
        yield
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def _read(terminal: int) -> Iterator[bytes]:
    """What comes until the last answer is there, or for as long as patience lasts."""
    until, seen = time.monotonic() + _PATIENCE, b""
    while _LAST.search(seen) is None:
        ready, _, _ = select.select([terminal], [], [], max(0.0, until - time.monotonic()))
        if not ready:
            return
        piece = os.read(terminal, 1_024)
        seen += piece
        yield piece
