"""Syncs in a process of their own: one interpreter lets one thread run at a time, and whoever presses a key waits.

The process is `tui/apart.py`. It gets its settings and its order as one line of JSON on its input, says in lines on its
output how far it is and how it ended, and ends with its input: that is how it is stopped, and how it learns that the
terminal has died. What is on its way when either of them is killed is the next run's, as with any other process.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from importlib.metadata import version
from typing import Any, Final

from core.config.settings import APP, Config
from core.domain.progress import SyncEvent, SyncProgress, SyncReport, Waiting
from core.errors import SyncEnded, facts
from core.services.apart import Order
from core.services.sync import NotDue

import msgspec
from msgspec import Raw, Struct
from msgspec.structs import replace

LARGE: Final = 5_000
"""Copies up to which a shelf is synced here: judging and writing them holds up no key for long."""

PATIENCE: Final = 3.0
"""Seconds that a run has to stop in before its process is killed: less than jobs have when the program is closed."""

_LONGEST: Final = 2**26
"""Bytes of the longest line: a report may name every copy that could not be read."""

_QUOTED: Final = 2_000
"""Characters of the process's last words that go to the log."""

_NO_WINDOW: Final = 0x0800_0000 if sys.platform == "win32" else 0


class Sent(Struct, frozen=True):
    """The line that the process is given."""

    version: str
    """Of the program that gives it: one that was upgraded meanwhile would change the database under its feet."""
    config: Config
    order: Order


class Said(Struct, frozen=True, omit_defaults=True):
    """A line of what the process says; the first one says nothing but that it is there."""

    progress: SyncProgress | None = None
    waiting: Waiting | None = None
    is_over: bool = False
    """The last line: a report, else an error, else that somebody else has had the turn."""
    report: SyncReport | None = None
    """Without its problems."""
    problems: Raw = Raw(b"[]")
    """Errors as facts: those of the report, or the one that was raised."""
    is_late: bool = False


_SAID: Final = msgspec.json.Decoder(Said)
_LOG: Final = logging.getLogger(__name__)


def sent(line: bytes) -> Sent:
    """What the process is given. Raises msgspec.MsgspecError when this program does not understand it."""
    return msgspec.json.decode(line, type=Sent, dec_hook=lambda kind, value: kind(value))


class Beside:
    """Starts a process for each run of a large shelf, and of one that was never read: nobody knows how large it is."""

    def __init__(self, config: Config, *, above: int = LARGE) -> None:
        self._config = config
        self._above = above
        self._version = version(APP)

    async def __call__(self, order: Order, tell: Callable[[SyncEvent], None]) -> SyncReport | None:
        """See `core.services.apart.Apart`."""
        if order.copies is not None and order.copies <= self._above:
            return None
        try:
            process = await _started()
        except (OSError, ValueError) as error:
            _LOG.warning("no process can be started for a sync, so it runs in this one: %r", error)
            return None
        complaints = asyncio.ensure_future(_stream(process.stderr).read())
        last: Said | None = None
        try:
            await self._give(process, order)
            async for last in _heard(process):
                if (event := last.progress or last.waiting) is not None:
                    tell(event)
                if last.is_over:
                    break
        finally:
            await _ended(process, complaints)
        if last is not None and (report := _report(last)) is not None:
            return report
        reference = _noted(process, complaints.result(), has_begun=last is not None)
        if last is None:
            return None
        raise SyncEnded(reference=reference)

    async def _give(self, process: Process, order: Order) -> None:
        assert process.stdin is not None  # noqa: S101 - it was asked for as a pipe
        line = msgspec.json.encode(Sent(self._version, self._config, order), enc_hook=str)
        with contextlib.suppress(OSError):  # It has ended already, which is seen by what it says: nothing.
            process.stdin.write(line + b"\n")
            await process.stdin.drain()


async def _started() -> Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "tui.apart"),
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        limit=_LONGEST,
        # Ctrl-C in the terminal, and the terminal's going, are the terminal's own business.
        start_new_session=True,
        creationflags=_NO_WINDOW,
    )


async def _heard(process: Process) -> AsyncIterator[Said]:
    """What it says, without what Python or a library may say in between."""
    async for line in _stream(process.stdout):
        with contextlib.suppress(msgspec.MsgspecError):
            yield _SAID.decode(line)


def _report(last: Said) -> SyncReport | None:
    """How it ended, if that was the last that it had to say. Raises what the run has raised."""
    problems = facts.read(bytes(last.problems))
    if last.report is not None:
        return replace(last.report, problems=problems)
    if last.is_late:
        raise NotDue
    for problem in problems:
        raise problem
    return None


def _noted(process: Process, complaints: bytes, *, has_begun: bool) -> str:
    """Write into the log that it ended without a word of how; the reference there."""
    reference = secrets.token_hex(4)
    _LOG.error(
        "the process of a sync %s with %s, reference %s: %s",
        "ended" if has_begun else "did not begin, so it runs in this one; it ended",
        process.returncode,
        reference,
        complaints.decode(errors="replace")[-_QUOTED:].strip() or "it said nothing",
    )
    return reference


async def _ended(process: Process, complaints: asyncio.Future[bytes]) -> None:
    """Close its input, which ends it, and wait for that; who is cancelled meanwhile waits nevertheless."""
    assert process.stdin is not None  # noqa: S101 - it was asked for as a pipe
    process.stdin.close()
    end: asyncio.Future[Any] = asyncio.gather(process.wait(), _stream(process.stdout).read(), complaints)
    late = asyncio.get_running_loop().call_later(PATIENCE, _kill, process)
    cancelled: asyncio.CancelledError | None = None
    while not end.done():
        try:
            await asyncio.shield(end)
        except asyncio.CancelledError as error:
            cancelled = error
    late.cancel()
    if cancelled is not None:
        raise cancelled


def _kill(process: Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()


def _stream(stream: asyncio.StreamReader | None) -> asyncio.StreamReader:
    assert stream is not None  # noqa: S101 - it was asked for as a pipe
    return stream
