"""An installation that was connected and synced once for a whole module: every test has a copy of it."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

from core.sandbox.callers import Application, new_application
from core.sandbox.consents import Access
from core.sandbox.holding import Holding
from core.sandbox.server import Running, serve
from core.sandbox.world import World
from tests.browser import application, code_shown
from tests.processes import Done, runout, start
from tests.stand_in import many

HOMELESS: Final = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"), "")
"""What keeps a process away from the files of the person who runs the tests, where no fixture does."""

ADDRESS: Final = re.compile(r"^ +(http\S+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Installed:
    """A data directory, and what Discogs has to know for it to be of use."""

    data: Path
    holding: Holding
    application: Application
    token: str
    access: Access | None = None
    """Set when it was connected by signing in."""

    def copied(self, to: Path) -> Path:
        """The same installation in another directory."""
        shutil.copytree(self.data, to, symlinks=True)
        return to

    def world(self, *, time_scale: float = 1.0) -> World:
        """A Discogs that knows the account and its credentials."""
        world = World(self.holding, application=self.application, time_scale=time_scale)
        world.account.token = self.token
        if self.access is not None:
            world.consents._granted[self.access.token] = replace(self.access, account=world.account)
        return world


def installation(
    data: Path,
    *,
    holding: Holding | None = None,
    signing_in: bool = False,
    more: Mapping[str, str] = MappingProxyType({}),
) -> Installed:
    """Connect and sync, as a person would; with `signing_in` by Discogs' own page instead of a personal token."""
    return asyncio.run(_installation(data, holding or many(12), more, signing_in=signing_in))


async def _installation(data: Path, holding: Holding, more: Mapping[str, str], *, signing_in: bool) -> Installed:
    world = World(holding, application=new_application())
    async with serve(world) as sandbox:
        if signing_in:
            more = {**more, **application(sandbox)}
            done = await signed_in(data, sandbox, **HOMELESS, **more)
        else:
            done = await runout(data, sandbox, "connect", "--token-stdin", given=sandbox.token, **HOMELESS, **more)
        assert done.code == 0, done.err
        assert (await runout(data, sandbox, "sync", **HOMELESS, **more)).code == 0
    granted = world.consents.granted_to(world.account)
    return Installed(data, holding, world.application, world.account.token, granted[0] if granted else None)


async def signed_in(data: Path, sandbox: Running, *arguments: str, username: str = "", **more: str) -> Done:
    """`runout connect --no-browser`, with the code that the page shows typed in."""
    process = await start(data, sandbox, "connect", "--no-browser", *arguments, more=more)
    said, address = await asked(process)
    assert process.stdin is not None
    process.stdin.write((await code_shown(address, username)).encode() + b"\n")
    return await ended(process, said)


async def asked(process: asyncio.subprocess.Process) -> tuple[str, str]:
    """What a sign-in said up to the address of the page, and that address."""
    assert process.stderr is not None
    said = ""
    while not (found := ADDRESS.search(said)):
        line = await process.stderr.readline()
        assert line, said
        said += line.decode()
    return said, found[1]


async def ended(process: asyncio.subprocess.Process, said: str = "", given: str = "") -> Done:
    """The end of a command, of which something was read already."""
    try:
        out, err = await asyncio.wait_for(process.communicate(given.encode()), 60)
    except BaseException:
        process.kill()
        raise
    assert process.returncode is not None
    assert b"Traceback" not in err
    return Done(process.returncode, out.decode(), said + err.decode())


@contextmanager
def unchanged(data: Path) -> Iterator[None]:
    """What is kept about anybody is the same afterwards. Logs, and what remembers requests, may have grown."""
    before = dumped(data)
    yield
    assert dumped(data) == before


def dumped(data: Path) -> list[str]:
    """All that the database says, read from a copy, lest the looking changes something."""
    import contextlib
    import sqlite3
    import tempfile

    with tempfile.TemporaryDirectory() as directory:
        for file in data.glob("runout.db*"):
            shutil.copy(file, directory)
        with contextlib.closing(sqlite3.connect(Path(directory) / "runout.db")) as database:
            return [line for line in database.iterdump() if "pending_connections" not in line]
