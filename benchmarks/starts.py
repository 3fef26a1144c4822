"""Starts of the program: of `runout` with records that are here already, and of `dev.py demo` in a fresh checkout."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import os
import shutil
import sys
import sysconfig
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks import landmarks
from benchmarks.pty_driver import PATIENCE, Paint, Terminal, terminal
from benchmarks.shelf import Known, Shelf
from benchmarks.standin import PATIENCE as LONG
from benchmarks.standin import ROOT, NotMeasured, environment

_PROGRAM: Final = (ROOT / "core", ROOT / "tui")
_NOT_COPIED: Final = (".git", ".venv", "__pycache__", ".*_cache", "*.egg-info", "dist", "build")


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds since the process was started."""

    frame: float
    """When the filter line was painted."""
    first: float
    """When the first record was."""
    cpu: float
    """Spent until then."""
    everything: float
    """When the last record was painted, after the end key."""


async def start(shelf: Shelf, known: Known) -> Start:
    """Start the program, wait until all is there, look at the last record, go back and leave."""
    async with shelf.program() as program:
        frame = await program.until(landmarks.says(landmarks.PROMPT), "the filter line")
        first = await program.until(landmarks.first_row(*known.first), "the first record")
        await program.until(landmarks.shown(shelf.copies, shelf.copies), "all records")
        everything = await _end(program, known)
        program.press(landmarks.HOME)
        await program.silence(0.2)
        await program.leave(landmarks.QUIT)
    return Start(frame.at, first.at, first.cpu, everything)


async def _end(program: Terminal, known: Known) -> float:
    """Press the end key until the last record is there; the seconds since the start."""
    for _ in range(int(PATIENCE)):
        pressed = program.press(landmarks.END)
        with contextlib.suppress(NotMeasured):
            return pressed + (await program.until(landmarks.last_row(*known.last), "", 1)).at
    raise NotMeasured("the last record is not where the end key leads")


async def demo() -> tuple[Paint, Paint]:
    """The first screen and the first row of `dev.py demo`, run for the second time in a fresh copy of this checkout."""
    with tempfile.TemporaryDirectory(prefix="runout-benchmark-", ignore_cleanup_errors=True) as name:
        checkout = Path(name) / "runout"
        await asyncio.to_thread(shutil.copytree, ROOT, checkout, ignore=shutil.ignore_patterns(*_NOT_COPIED))
        await _demo(checkout, LONG)
        return await _demo(checkout, PATIENCE)


async def _demo(checkout: Path, patience: float) -> tuple[Paint, Paint]:
    ours = environment() | {"RUNOUT_DATA_DIR": str(checkout.parent / "data")}
    del ours["PYTHONPATH"]
    async with terminal(ours, sys.executable, str(checkout / "dev.py"), "demo") as program:
        screen = await program.until(landmarks.says(landmarks.PROMPT), "the demo's first screen", patience)
        row = await program.until(landmarks.some_row, "the demo's first row", patience)
        await program.silence(1)
        await program.leave(landmarks.QUIT)
        return screen, row


async def compiled() -> str:
    """Compile the program and the packages it stands on; what is to be said of it."""
    places = (*_PROGRAM, sysconfig.get_path("purelib"))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "compileall", "-q", "-j", "0", *places),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    await process.wait()  # its exit code says only that some package ships a file that does not compile
    modules = [path for place in _PROGRAM for path in place.rglob("*.py")]
    stale = sum(not _is_compiled(path) for path in modules)
    return "compiled" if not stale else f"{stale} of {len(modules)} modules are not compiled"


def _is_compiled(source: Path) -> bool:
    try:
        header = Path(importlib.util.cache_from_source(str(source))).read_bytes()[:16]
    except OSError:
        return False
    told = os.stat(source)  # noqa: PTH116 - both numbers at once
    written = (int(told.st_mtime), told.st_size)
    return header[:4] == importlib.util.MAGIC_NUMBER and written == tuple(
        int.from_bytes(header[at : at + 4], "little") for at in (8, 12)
    )
