"""A person at a terminal: reads what is on the screen, types, presses Ctrl-C."""

from __future__ import annotations

import asyncio
import os
import pty
import sys
import termios
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Final

from core.sandbox.server import Running
from tests.processes import ROOT

import pytest

CTRL_C, CTRL_D = "\x03", "\x04"
_PATIENCE: Final = 30.0
_LAUNCH: Final = """\
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.executable, [sys.executable, "-m", "tui", *sys.argv[1:]])
"""
"""A session of its own with the terminal as its own: Ctrl-C reaches it, and questions are asked there."""


class Terminal:
    """One command in a terminal."""

    def __init__(self, process: Process, ours: int) -> None:
        self.process = process
        self.seen = ""
        self._ours = ours
        self._news = asyncio.Event()
        asyncio.get_running_loop().add_reader(ours, self._read)

    @property
    def echoes(self) -> bool:
        """Whether what is typed can be seen."""
        return bool(termios.tcgetattr(self._ours)[3] & termios.ECHO)

    async def until(self, text: str) -> None:
        """Wait for a text on the screen."""
        ending = asyncio.ensure_future(self.process.wait())
        try:
            async with asyncio.timeout(_PATIENCE):
                while text not in self.seen:
                    assert not ending.done(), self.seen
                    self._news.clear()
                    await asyncio.wait(
                        (ending, news := asyncio.ensure_future(self._news.wait())),
                        return_when=asyncio.FIRST_COMPLETED,
                    )
                    news.cancel()
                    self._read_all()
        except TimeoutError:
            pytest.fail(f"no {text!r} in {self.seen!r}")
        finally:
            ending.cancel()

    async def interrupt(self) -> None:
        """Press Ctrl-C once the question waits: Python would not hear it just before, and nobody is that quick."""
        status = Path(f"/proc/{self.process.pid}/stat")
        async with asyncio.timeout(_PATIENCE):
            while status.read_text().rpartition(")")[2].split()[0] != "S":
                await asyncio.sleep(0)
        self.type(CTRL_C)

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self._ours, keys.encode())

    async def end(self) -> int:
        """Wait for the command to end; its exit code."""
        try:
            code = await asyncio.wait_for(self.process.wait(), _PATIENCE)
        except TimeoutError:
            pytest.fail(f"it goes on, after {self.seen!r}")
        self._read_all()
        return code

    def _read(self) -> None:
        self.seen += os.read(self._ours, 65_536).decode(errors="replace").replace("\r\n", "\n")
        self._news.set()

    def _read_all(self) -> None:
        os.set_blocking(self._ours, False)
        try:
            while True:
                self._read()
        except BlockingIOError:
            os.set_blocking(self._ours, True)


@asynccontextmanager
async def in_terminal(
    data: Path,
    sandbox: Running | None,
    *arguments: str,
    out: Path | None = None,
    more: Mapping[str, str] = MappingProxyType({}),
) -> AsyncIterator[Terminal]:
    """Run a command in a terminal of 80 columns, its output in a file if one is named; it is ended with the block."""
    ours, theirs = pty.openpty()
    into = theirs if out is None else os.open(out, os.O_WRONLY | os.O_CREAT)
    termios.tcsetwinsize(theirs, (24, 80))
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "RUNOUT_DATA_DIR": str(data), "TERM": "xterm", **more}
    if sandbox is not None:
        environment.setdefault("RUNOUT_DISCOGS__API_URL", sandbox.url)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        _LAUNCH,
        *arguments,
        env=environment,
        stdin=theirs,
        stdout=into,
        stderr=theirs,
        start_new_session=True,
    )
    terminal = Terminal(process, ours)
    try:
        yield terminal
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        asyncio.get_running_loop().remove_reader(ours)
        os.close(ours)
        for descriptor in {theirs, into}:
            os.close(descriptor)
