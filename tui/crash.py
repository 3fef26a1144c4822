"""What is left behind when something unexpected happens: a report that can be handed on, without secrets and names."""

from __future__ import annotations

import contextlib
import getpass
import os
import platform
import re
import traceback
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from core.logs import blanked
from tui.reports import PREFIX, forget_older

from msgspec import Struct
from textual.app import App
from textual.worker import WorkerFailed

_LAST_LINES: Final = 40
_LAST_BYTES: Final = 64_000
"""Of the log, which may hold tracebacks of its own."""

_LONGEST: Final = 100_000
"""Characters of a traceback. Beyond that its middle is left out."""

_TELLING: Final = 8
"""Characters from which a value of the environment is taken for more than a word that may stand anywhere."""

_HIDDEN: Final = "***"

_MEMBER: Final = re.compile(r"(/(?:[Uu]sers|user)/)[^/\s\"'\\]+")
"""In addresses on Discogs, whoever is meant: of the API, and of the site; and in the names of directories."""


_BARE: Final = re.compile(r"gAAAA[A-Za-z0-9_-]{16,}=*|[A-Za-z0-9_-]{43}=|[A-Za-z0-9]{32,}")
"""Without anything that says what it is: what is sealed, keys that seal, tokens and their secrets (40 letters), secrets
of applications (32). No name in a program is one word of that length; what else is hidden by it is no loss."""


class Scene(Struct, frozen=True):
    """Where it happened."""

    at: datetime
    reference: str
    """By which the log knows it."""
    screen: str = ""
    width: int = 0
    height: int = 0
    log: Path | None = None
    hidden: tuple[str, ...] = ()
    """What must not be in the report: tokens and keys that are in use, the member's name."""


def scene_of(app: App[Any], at: datetime, reference: str, *, log: Path | None, hidden: Collection[str] = ()) -> Scene:
    """Where an app is, whatever state it is in."""
    screen = ""
    with contextlib.suppress(Exception):
        screen = " over ".join(type(one).__name__ for one in reversed(app.screen_stack))
    width, height = app.size
    return Scene(at, reference, screen, width, height, log, tuple(hidden))


def cause_of(error: BaseException) -> BaseException:
    """What went wrong itself: Textual wraps what a worker raises in an error without a traceback, for the log too."""
    while isinstance(error, WorkerFailed):
        error = error.error
    return error


def write_report(directory: Path, error: BaseException, about: Scene) -> Path | None:
    """A report in a directory, for its owner's eyes only; None when it cannot be written. Older ones go."""
    path = directory / f"{PREFIX}{about.at:%Y%m%d-%H%M%S}-{about.reference}.txt"
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(file, "w", encoding="utf-8", errors="backslashreplace") as report:
            report.write(report_of(error, about))
        forget_older(directory)
    except Exception:  # noqa: BLE001 - what goes wrong here must not hide what went wrong before
        return None
    return path


def report_of(error: BaseException, about: Scene, environ: Mapping[str, str] = os.environ) -> str:
    """The whole text: no local variables, no values of the environment, no names of people and of their directories."""
    hide = _hiding(about.hidden, environ)
    parts = (
        "\n".join(_facts(about, environ)),
        "What happened\n\n" + hide(_shortened("".join(_traceback(error)))),
        "The last lines of the log\n\n" + hide("\n".join(_last_lines(about.log))),
    )
    return "\n\n".join(part.rstrip() for part in parts) + "\n"


def _facts(about: Scene, environ: Mapping[str, str]) -> Iterator[str]:
    yield f"Runout {_version('runout')} ended unexpectedly, reference {about.reference}"
    yield ""
    yield f"time      {about.at.isoformat(timespec='seconds')}"
    yield f"Python    {platform.python_implementation()} {platform.python_version()}"
    yield f"platform  {platform.system()} {platform.release()} {platform.machine()}"
    yield f"Textual   {_version('textual')}"
    yield f"terminal  {about.width}x{about.height}, {_plain(environ.get('TERM', ''))}{_multiplexed(environ)}"
    yield f"screen    {about.screen or 'none'}"


def _traceback(error: BaseException) -> Iterator[str]:
    # Without locals: they would show collections, and now and then a credential.
    yield from traceback.TracebackException.from_exception(cause_of(error), capture_locals=False).format()


def _last_lines(log: Path | None) -> list[str]:
    if log is None:
        return []
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - _LAST_BYTES))
            text = file.read().decode("utf-8", errors="replace")
    except OSError:
        return []
    return text.splitlines()[-_LAST_LINES:]


class _Hide:
    """Takes out of a text what is nobody's business."""

    def __init__(self, instead: Mapping[str, str]) -> None:
        self._instead = {text.casefold(): mark for text, mark in instead.items()}
        longest_first = sorted(instead, key=len, reverse=True)
        patterns = (self._pattern(text, instead[text]) for text in longest_first)
        self._found = re.compile("|".join(patterns) or r"(?!)", re.IGNORECASE)

    def __call__(self, text: str) -> str:
        named = self._found.sub(lambda found: self._instead.get(found[0].casefold(), _HIDDEN), text)
        return _BARE.sub(_HIDDEN, blanked(_MEMBER.sub(rf"\1{_HIDDEN}", named)))

    @staticmethod
    def _pattern(text: str, mark: str) -> str:
        """What is short, or a name, may be a part of any word; what else is long is hidden wherever it stands."""
        is_word = len(text) < _TELLING or mark != _HIDDEN
        return rf"(?<!\w){re.escape(text)}(?!\w)" if is_word else re.escape(text)


def _hiding(hidden: Collection[str], environ: Mapping[str, str]) -> _Hide:
    values = (value for value in environ.values() if len(value) >= _TELLING and not _is_path(value))
    instead = dict.fromkeys(filter(None, (*values, *hidden)), _HIDDEN)
    with contextlib.suppress(Exception):  # Nobody has that number, or nothing says who it is.
        instead[getpass.getuser()] = "USER"
    return _Hide(instead | dict.fromkeys(_homes(environ), "~"))


def _is_path(text: str) -> bool:
    """Whether it is the name of something that is there: tracebacks are made of those."""
    try:
        return Path(text).exists()
    except (OSError, ValueError):
        return False


def _homes(environ: Mapping[str, str]) -> Iterator[str]:
    homes = [environ.get(name, "") for name in ("HOME", "USERPROFILE")]
    with contextlib.suppress(RuntimeError):
        homes.append(str(Path.home()))
    # Some that are no person's live at the root of everything.
    yield from (home for home in homes if len(home) > 1)


def _shortened(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    half = _LONGEST // 2
    return f"{text[:half]}\n... {len(text) - 2 * half} characters left out ...\n{text[-half:]}"


def _multiplexed(environ: Mapping[str, str]) -> str:
    inside = [
        name for name, variable in (("tmux", "TMUX"), ("screen", "STY"), ("ssh", "SSH_TTY")) if variable in environ
    ]
    return f", in {' and '.join(inside)}" if inside else ""


def _plain(text: str) -> str:
    """The name of a terminal, which is letters, digits and dashes."""
    return re.sub(r"[^\w.+-]", "?", text)[:40] or "unknown"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"
