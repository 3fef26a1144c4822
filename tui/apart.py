"""One sync, in a process of its own: `python -m tui.apart`, which `tui/beside.py` starts and listens to.

Nothing is shown here and nobody is asked. Whatever happens, it ends with its input.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from importlib.metadata import version
from typing import Final

from core.app import open_core
from core.config.settings import APP
from core.domain.progress import SyncEvent, SyncProgress, SyncReport, Waiting
from core.errors import RunoutError, SyncEnded, facts
from core.logs import log_to_file
from core.services.sync import NotDue
from tui.beside import Said, Sent, sent

import msgspec
from msgspec import Raw
from msgspec.structs import replace

_STDIN: Final = 0
_PAUSE: Final = 0.5
"""Seconds between two lines about progress."""

_REFUSED: Final = 2
"""The order is not understood, or comes from another version of the program."""


def main() -> int:
    """Do what the first line says; the exit code says nothing that was not told before."""
    logging.getLogger().addHandler(logging.NullHandler())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    given = _given()
    line = next(given, b"")
    try:
        order = sent(line)
    except msgspec.MsgspecError:
        return _REFUSED
    if order.version != version(APP):
        return _REFUSED
    _say(Said())
    with contextlib.suppress(RunoutError):  # The terminal has one.
        log_to_file(order.config.paths.log, order.config.log.level)
    with contextlib.suppress(asyncio.CancelledError):
        asyncio.run(_sync(order, given))
    return 0


async def _sync(order: Sent, given: Iterator[bytes]) -> None:
    stop = _Stop()
    _watch(given, stop)
    signal.signal(signal.SIGTERM, lambda _number, _frame: stop())
    try:
        async with open_core(order.config) as core:
            asked = order.order
            report = await core.sync.run(
                asked.account, _Teller(), asked.word, shelf=asked.shelf, kind=asked.kind, by=asked.by
            )
            stop.is_over = True
            _say(_ended(report))
    except NotDue:
        _say(Said(is_over=True, is_late=True))
    except RunoutError as error:
        _say(Said(is_over=True, problems=Raw(facts.written([error]))))
    except Exception:
        reference = secrets.token_hex(4)
        logging.getLogger(__name__).exception("a sync ended unexpectedly, reference %s", reference)
        _say(Said(is_over=True, problems=Raw(facts.written([SyncEnded(reference=reference)]))))


class _Stop:
    """Stops the run, as long as there is anything to stop; from any thread."""

    def __init__(self) -> None:
        self.is_over = False
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.current_task()

    def __call__(self) -> None:
        with contextlib.suppress(RuntimeError):  # It has ended by itself.
            self._loop.call_soon_threadsafe(self._stop)

    def _stop(self) -> None:
        if self._task is not None and not self.is_over:
            self._task.cancel()


def _watch(given: Iterator[bytes], stop: Callable[[], None]) -> None:
    """Stop when the input ends: whoever gave the order wants it no more, or is no more."""

    def wait() -> None:
        for _ in given:
            pass
        stop()

    threading.Thread(target=wait, name="whoever asked", daemon=True).start()


def _given() -> Iterator[bytes]:
    """The input by lines."""
    rest = b""
    # os.read and not sys.stdin: a thread waiting in a buffered reader would hold its lock when the process ends.
    with contextlib.suppress(OSError):
        while piece := os.read(_STDIN, 65_536):
            *lines, rest = (rest + piece).split(b"\n")
            yield from lines


class _Teller:
    """Says how far the run is, but no oftener than somebody would see."""

    def __init__(self) -> None:
        self._latest: SyncProgress | None = None
        self._pause: asyncio.TimerHandle | None = None

    def __call__(self, event: SyncEvent) -> None:
        match event:
            case SyncProgress():
                self._latest = event
                if self._pause is None:
                    self._say_latest()
            case Waiting():
                self._say_latest()
                _say(Said(waiting=event))

    def _say_latest(self) -> None:
        if self._pause is not None:
            self._pause.cancel()
        self._pause = None
        if self._latest is not None:
            _say(Said(progress=self._latest))
            self._latest = None
            self._pause = asyncio.get_running_loop().call_later(_PAUSE, self._say_latest)


def _ended(report: SyncReport) -> Said:
    return Said(is_over=True, report=replace(report, problems=()), problems=Raw(facts.written(report.problems)))


def _say(said: Said) -> None:
    with contextlib.suppress(OSError):  # Nobody listens any more; the input ends, too.
        sys.stdout.buffer.write(msgspec.json.encode(said) + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main())
