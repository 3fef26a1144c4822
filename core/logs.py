"""Logs: to a file, one event a line, and never a secret. Set up by the entry points only."""

from __future__ import annotations

import contextlib
import logging
import os
import re
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

from core.errors import DirectoryUnusable

_KEPT: Final = 2
"""Old logs that are kept."""

_QUOTES: Final = r"[\\\"']*"
_IS: Final = rf"{_QUOTES}\s*[=:]\s*(?:b(?=[\\\"']))?{_QUOTES}"
_SECRET: Final = re.compile(
    rf"((?:oauth_\w+|token|secret|key){_IS}"
    # A header made of pairs is left to the line above: what stands first in it is the name of a pair.
    rf"|authorization{_IS}(?!(?:\w+\s+)?\w+={_QUOTES}\w)(?:(?:Discogs|OAuth|Bearer|Basic)\s+)?)"
    # What stands in quotes ends with them.
    r"(?:(?<=[\"'])[^\s\\\"']+|[^\s\\\"'&,;)\]}]+)",
    re.IGNORECASE,
)
"""Headers, addresses, JSON and reprs, also inside of each other, which puts backslashes before the quotes."""


def blanked(text: str) -> str:
    """A text in which the values of everything that looks like a credential are `***`."""
    return _SECRET.sub(r"\1***", text)


class BlankingFormatter(logging.Formatter):
    """Formats a record, traceback included, and blanks what looks like a credential."""

    def format(self, record: logging.LogRecord) -> str:
        """The finished line or lines."""
        return blanked(super().format(record))


def log_to_file(path: Path, level: str) -> None:
    """Send every log of the process to a file of at most 1 MB, with two old ones kept.

    Raises DirectoryUnusable.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        handler = RotatingFileHandler(path, maxBytes=1_000_000, backupCount=_KEPT, encoding="utf-8", delay=False)
    except OSError as error:
        raise DirectoryUnusable(path=str(path.parent), reason=error.strerror or str(error)) from error
    handler.setFormatter(BlankingFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    # A full disk must not make logging itself print a traceback.
    logging.raiseExceptions = False
    root = logging.getLogger()
    root.setLevel(level.upper())
    root.addHandler(handler)
    # httpx notes every address it asks, and addresses hold names; aiosqlite notes every value it writes, and oauthlib
    # whatever it signs, tokens and verifiers too.
    if root.level > logging.DEBUG:
        logging.getLogger("httpx").setLevel(logging.WARNING)
    for name in ("aiosqlite", "oauthlib"):
        logging.getLogger(name).setLevel(logging.WARNING)


def empty(path: Path) -> None:
    """Let the log begin anew, those kept from before too: at `debug` it names members."""
    for file in (path, *(path.with_name(f"{path.name}.{number}") for number in range(1, _KEPT + 1))):
        if file.exists():
            with contextlib.suppress(OSError):
                os.truncate(file, 0)
