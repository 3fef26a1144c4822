"""A program in a pseudo-terminal of its own: keys go in, and what it paints is noted with the moment and its CPU time.

Linux only: the processor time is the kernel's, in nanoseconds, and memory comes from /proc.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import pty
import termios
import time
from asyncio.subprocess import Process
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.screen import Screen, Span
from benchmarks.standin import ROOT, NotMeasured, killed

ROWS, COLUMNS = 48, 160

SILENCE: Final = 0.05
"""Seconds without output after which an answer is over."""

PATIENCE: Final = 60.0
"""Seconds after which an answer that has not come never will."""

_BREATH: Final = 0.003
"""Seconds without output after which there is time to look at it, so that looking delays no reading."""

_ANSWERS: Final = {b"\x1b[?2026$p": b"\x1b[?2026;0$y", b"\x1b[?2048$p": b"\x1b[?2048;0$y", b"\x1b[c": b"\x1b[?64;22c"}
"""What xterm says when it is asked what it can do."""


@dataclass(frozen=True, slots=True)
class Paint:
    """A piece of output. Seconds since the last key, or since the start before there was one."""

    at: float
    cpu: float
    """Of the program, in all its threads."""
    spans: tuple[Span, ...]


class Terminal:
    """A running program and its screen. Made by `terminal`."""

    def __init__(self, process: Process, ours: int, begun: float) -> None:
        self.screen = Screen(ROWS, COLUMNS)
        self.paints: list[Paint] = []
        """Since the last key, as far as `until` and `silence` have looked."""
        self._process = process
        self._ours = ours
        self._clock = ~process.pid << 3 | 2  # Linux' number of the clock of another process
        self._started = self._begun = begun
        self._spent = 0.0
        self._last = begun
        self._pending: deque[tuple[float, float, bytes]] = deque()
        self._news = asyncio.Event()
        self._tail = b""
        asyncio.get_running_loop().add_reader(ours, self._read)

    def press(self, keys: bytes) -> float:
        """Begin to measure, and write; the seconds since the start of the program."""
        self.paints.clear()
        self._spent = self._cpu()
        self._begun = self._last = time.perf_counter()
        os.write(self._ours, keys)
        return self._begun - self._started

    async def until(self, look: Callable[[Screen], object], what: str, patience: float = PATIENCE) -> Paint:
        """The paint after which the screen looked so. Raises NotMeasured when it never does."""
        if self.paints and look(self.screen):
            return self.paints[-1]
        try:
            async with asyncio.timeout(patience):
                while True:
                    await self._quiet(_BREATH)
                    while self._pending:
                        self._take()
                        if look(self.screen):
                            return self.paints[-1]
                    await self._heard(what)
        except TimeoutError:
            reason = f"{what}: not on the screen after {patience:g} s"
            raise NotMeasured(reason) from None

    async def silence(self, seconds: float = SILENCE) -> None:
        """Wait until nothing has come for so long, and look at all that has."""
        await self._quiet(seconds)
        while self._pending:
            self._take()

    async def answer(self, keys: bytes) -> Paint:
        """Press, and wait for the whole answer; its last paint."""
        self.press(keys)
        await self.until(lambda _: True, f"an answer to {keys!r}")
        await self.silence()
        return self.paints[-1]

    def memory(self) -> dict[str, int]:
        """What the program holds, `VmRSS`, and the most that it held, `VmHWM`, in bytes."""
        return _memory(self._process.pid, "VmRSS", "VmHWM")

    def memory_of_all(self) -> int:
        """What the program and the processes that it has begun hold now, in bytes; files that they share count once."""
        held = _memory(self._process.pid, "VmRSS")["VmRSS"]
        for process in _begun_by(self._process.pid):
            with contextlib.suppress(OSError, KeyError):  # It may end at any moment.
                held += _memory(process, "RssAnon")["RssAnon"]
        return held

    async def leave(self, keys: bytes) -> None:
        """Press what ends the program, and wait for its end."""
        os.write(self._ours, keys)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), 10)

    async def _heard(self, what: str) -> None:
        self._news.clear()
        if self._process.returncode is not None and not self._pending:
            text = "\n".join(line.rstrip() for line in self.screen.lines if line.strip())
            reason = f"{what}: the program ended with {self._process.returncode}: {text[-500:]}"
            raise NotMeasured(reason)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), 1)

    async def _quiet(self, seconds: float) -> None:
        while (rest := self._last + seconds - time.perf_counter()) > 0:  # noqa: ASYNC110 - `_read` makes it longer
            await asyncio.sleep(rest)

    def _take(self) -> None:
        at, cpu, data = self._pending.popleft()
        self.paints.append(Paint(at - self._begun, cpu - self._spent, tuple(self.screen.feed(data))))

    def _read(self) -> None:
        try:
            while data := os.read(self._ours, 65_536):
                self._last = time.perf_counter()
                self._pending.append((self._last, self._cpu(), data))
                self._reply(data)
        except BlockingIOError:
            pass
        except OSError:  # the program has closed its side
            asyncio.get_running_loop().remove_reader(self._ours)
        self._news.set()

    def _reply(self, data: bytes) -> None:
        heard = self._tail + data
        for question, answer in _ANSWERS.items():
            if question in heard:
                os.write(self._ours, answer)
                heard = heard.replace(question, b"")
        self._tail = heard[-8:]

    def _cpu(self) -> float:
        try:
            return time.clock_gettime(self._clock)
        except OSError:  # it has ended
            return self._spent


def _memory(process: int, *names: str) -> dict[str, int]:
    """Some lines of what the kernel says of a process, in bytes."""
    lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    told = dict(line.split(":", 1) for line in lines)
    return {name: int(told[name].split()[0]) * 1024 for name in names}


def _begun_by(process: int) -> list[int]:
    found: list[int] = []
    for thread in Path(f"/proc/{process}/task").iterdir():
        with contextlib.suppress(OSError):
            found += map(int, (thread / "children").read_text(encoding="ascii").split())
    return found


@asynccontextmanager
async def terminal(environment: Mapping[str, str], *command: str) -> AsyncIterator[Terminal]:
    """Run a command in a terminal that says it is xterm; it has ended when the block is left."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (ROWS, COLUMNS))
    os.set_blocking(ours, False)
    begun = time.perf_counter()
    process = await _started(command, environment, theirs)
    os.close(theirs)
    found = Terminal(process, ours, begun)
    try:
        yield found
    finally:
        asyncio.get_running_loop().remove_reader(ours)
        await killed(process)
        os.close(ours)


async def _started(command: Sequence[str], environment: Mapping[str, str], theirs: int) -> Process:
    kept = {name: value for name, value in environment.items() if name not in ("NO_COLOR", "PYTHONDONTWRITEBYTECODE")}
    kept |= {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"}
    return await asyncio.create_subprocess_exec(
        *command,
        env=kept,
        cwd=ROOT,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
