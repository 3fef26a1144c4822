"""The program as a process of its own, against a stand-in in this one."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from core.sandbox.server import Running

ROOT = Path(__file__).resolve().parents[1]


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
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "RUNOUT_DATA_DIR": str(data), **more}
    if sandbox is not None:
        environment.setdefault("RUNOUT_DISCOGS__API_URL", sandbox.url)
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tui", *arguments, env=environment, stdin=given, stdout=out, stderr=err
    )


async def runout(data: Path, sandbox: Running | None, *arguments: str, given: str = "", **more: str) -> Done:
    """Run a command to its end."""
    process = await start(data, sandbox, *arguments, more=more)
    out, err = await process.communicate(given.encode())
    assert process.returncode is not None
    assert b"Traceback" not in err
    return Done(process.returncode, out.decode(), err.decode())
