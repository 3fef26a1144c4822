"""The program as a process of its own, against a stand-in in this one."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
import tempfile
import threading
from asyncio.subprocess import PIPE
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from core.sandbox.server import Running
from tests import spare

ROOT = Path(__file__).resolve().parents[1]

_OF_THE_INTERPRETER = ("PYTHON", "LC_", "LANG")
"""What is looked at when one starts."""


@dataclass(frozen=True, slots=True)
class Done:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def result(self) -> dict[str, object]:
        """The one JSON object on stdout."""
        assert self.out.count("\n") == 1
        found: dict[str, object] = json.loads(self.out)
        return found


async def start(
    data: Path,
    sandbox: Running | None,
    *arguments: str,
    streams: tuple[int, int, int] = (PIPE, PIPE, PIPE),
    more: Mapping[str, str] = MappingProxyType({}),
) -> asyncio.subprocess.Process:
    """A command of the program. Its three streams may be open files; `more` is for its environment."""
    given, out, err = streams
    environment = _environment(data, sandbox, more)
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tui", *arguments, env=environment, stdin=given, stdout=out, stderr=err
    )


def _environment(data: Path, sandbox: Running | None, more: Mapping[str, str]) -> dict[str, str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "RUNOUT_DATA_DIR": str(data), **more}
    if sandbox is not None:
        environment.setdefault("RUNOUT_DISCOGS__API_URL", sandbox.url)
    return environment


async def runout(data: Path, sandbox: Running | None, *arguments: str, given: str = "", **more: str) -> Done:
    """Run a command to its end."""
    environment = _environment(data, sandbox, more)
    if hasattr(os, "fork") and not any(name.startswith(_OF_THE_INTERPRETER) for name in more):
        done = await asyncio.to_thread(_forked, arguments, environment, given.encode())
    else:
        process = await start(data, sandbox, *arguments, more=more)
        out, err = await process.communicate(given.encode())
        assert process.returncode is not None
        done = Done(process.returncode, out.decode(), err.decode())
    assert "Traceback" not in done.err
    return done


def _forked(arguments: tuple[str, ...], environment: dict[str, str], given: bytes) -> Done:
    """Where an interpreter need not be started for it: see `spare`."""
    reads, writes = os.pipe()
    writer = threading.Thread(target=_write, args=(writes, given))
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, os.fdopen(reads) as theirs:
        writer.start()
        code = spare.run(arguments, environment, (theirs.fileno(), out.fileno(), err.fileno()))
        theirs.close()
        writer.join()
        out.seek(0)
        err.seek(0)
        return Done(code, out.read().decode(), err.read().decode())


def _write(stream: int, given: bytes) -> None:
    with contextlib.suppress(BrokenPipeError), os.fdopen(stream, "wb") as open_one:
        open_one.write(given)
