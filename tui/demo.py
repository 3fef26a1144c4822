"""`runout demo`: everything for real, except that Discogs is a stand-in on this machine.

The stand-in is a process of its own, spoken to over HTTP through the real client; a line of JSON on its output says
where it listens, `holdings` on its input asks what it holds, and the end of its input ends it.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.app import open_core
from core.clock import clock_at
from core.config import Config, find_paths
from core.domain.ids import Shelf
from core.errors import DemoFailed
from core.logs import log_to_file
from core.text import count, counted, duration
from tui.beside import LARGE, Beside
from tui.compare import differences
from tui.output import say, say_anyway
from tui.syncing import Options as SyncOptions
from tui.syncing import Reports, sync_shown, told
from tui.wording import FAILED

from msgspec import Struct
from msgspec.structs import replace

_MARK = "runout-demo"
_LINE_LIMIT = 2**30
"""Bytes of the longest line: what the stand-in holds comes as one."""

_PAGE = 100
_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for on the command line."""

    collection: Path | None = None
    items: int | None = None
    seed: int = 1
    keep: Path | None = None
    check: bool = False

    @classmethod
    def of(cls, arguments: argparse.Namespace) -> Options:
        """The options of a parsed command line."""
        return cls(arguments.collection, arguments.items, arguments.seed, arguments.keep, arguments.check)


class StandIn(Struct, frozen=True):
    """A running stand-in, as it introduced itself."""

    url: str
    username: str
    token: str
    items: int


def plain(config: Config) -> int:
    """The demo on the sample collection."""
    return demo(config, Options())


def demo(config: Config, options: Options) -> int:
    """Start the stand-in, connect, sync, and open the terminal or compare; the exit code."""
    if not options.check and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise DemoFailed(
            reason="The demo opens in a terminal. Without one, `runout demo --check` does all but the screen."
        )
    with _data_directory(options.keep) as directory:
        return asyncio.run(_demo(config, options, directory))


async def _demo(config: Config, options: Options, directory: Path) -> int:
    # The log stays when the directory goes: somebody may have been told to look into it.
    kept = config.paths
    paths = replace(find_paths({"RUNOUT_DATA_DIR": str(directory)}), config=kept.config, log=kept.log)
    log_to_file(paths.log, config.log.level)
    async with _stand_in(options, directory) as (hello, process):
        there = replace(config.discogs, api_url=hello.url, requests_per_minute=_MINUTE)
        asked = replace(config, paths=paths, discogs=there)
        apart = Beside(asked) if hello.items > LARGE and not options.check else None
        _foretell(hello)
        async with open_core(asked, apart=apart) as core:
            account = await core.connect.with_token(hello.token)
            reports = await sync_shown(core, account, SyncOptions(), lines=not options.check)
            code = told(reports, quiet=True)
            if options.check:
                holdings = await _holdings(process)
                collection, wants = [await core.library.collection(account, shelf) for shelf in Shelf]
                found = differences(holdings, collection, wants)
                return _verdict(code, found, reports, hello, refusals=int(holdings["counts"]["refusals"]))
            # Deferred: the check needs no Textual.
            from tui.app import RunoutApp, Setting  # noqa: PLC0415
            from tui.jobs import jobs_running  # noqa: PLC0415
            from tui.screens.dialogs import DEMO  # noqa: PLC0415

            clock = clock_at(config.time.factor, config.time.epoch)
            app = RunoutApp(core, site_url=config.discogs.site_url, clock=clock, setting=Setting.of(config))
            async with jobs_running(core, config.time.factor):
                left = await app.run_to_the_end()
            return code if left == DEMO else left or code


def _foretell(hello: StandIn) -> None:
    """Say beforehand when the limit will make people wait."""
    requests = -(-hello.items // _PAGE) + 4
    minutes = (requests - 1) // _MINUTE
    if minutes:
        say(
            f"{counted(hello.items, 'copy', 'copies')} are {count(requests)} requests; at {_MINUTE} a minute that takes"
            f" about {'a minute' if minutes == 1 else f'{minutes} minutes'}."
        )


def _verdict(code: int, found: list[str], reports: Reports, hello: StandIn, *, refusals: int) -> int:
    """Print the one line, and what differs on stderr; the exit code."""
    requests, seconds = (
        sum(part) for part in zip(*((one.requests, one.seconds) for one in reports.values()), strict=True)
    )
    spent = f"{counted(int(requests), 'request')}, {counted(refusals, 'refusal')}, {duration(seconds)}"
    if code == 0 and not found:
        report, wants = reports[Shelf.COLLECTION], reports[Shelf.WANTLIST].copies
        here = f"{counted(report.copies, 'copy', 'copies')} of {counted(report.releases, 'release')}"
        beside = f", with {counted(wants, 'want')}" if wants else ""
        sys.stdout.write(f"ok: {here} arrived complete from {hello.username}{beside} ({spent})\n")
        return 0
    held = counted(hello.items, "copy", "copies")
    sys.stdout.write(f"failed: the {held} of {hello.username} did not arrive as they are ({spent})\n")
    for difference in found[:20]:
        say_anyway(difference)
    return FAILED


@asynccontextmanager
async def _stand_in(options: Options, directory: Path) -> AsyncIterator[tuple[StandIn, asyncio.subprocess.Process]]:
    arguments = ["--attached", "--port", "0", "--seed", str(options.seed)]
    if options.collection is not None:
        arguments += ["--collection", str(options.collection)]
    if options.items is not None:
        arguments += ["--items", str(options.items)]
    with (directory / "stand-in.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-m",
            "core.sandbox",
            *arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
            limit=_LINE_LIMIT,
        )
    try:
        told_of = await _line(process)
        if not told_of.get("ready"):
            raise DemoFailed(reason=str(told_of.get("error", "The stand-in Discogs did not start.")))
        yield StandIn(**{key: told_of[key] for key in StandIn.__struct_fields__}), process
    finally:
        await _ended(process)


async def _holdings(process: asyncio.subprocess.Process) -> dict[str, Any]:
    assert process.stdin is not None  # noqa: S101 - it was asked for as a pipe
    process.stdin.write(b"holdings\n")
    await process.stdin.drain()
    held: dict[str, Any] = (await _line(process))["holdings"]
    return held


async def _line(process: asyncio.subprocess.Process) -> dict[str, Any]:
    assert process.stdout is not None  # noqa: S101 - it was asked for as a pipe
    try:
        line = await process.stdout.readline()
        found: dict[str, Any] = json.loads(line)
    except ValueError as error:
        raise DemoFailed(reason="The stand-in Discogs stopped before it was ready.") from error
    return found


async def _ended(process: asyncio.subprocess.Process) -> None:
    """Close its input, which ends it; one that does not end is ended."""
    if process.stdin is not None:
        process.stdin.close()
    try:
        await asyncio.wait_for(process.wait(), timeout=5)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


@contextmanager
def _data_directory(keep: Path | None) -> Iterator[Path]:
    """A temporary directory, or the one to keep; never one that holds anybody's real data."""
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="runout-demo-", ignore_cleanup_errors=True) as temporary:
            yield Path(temporary)
        return
    try:
        keep.mkdir(parents=True, exist_ok=True)
        if any(keep.iterdir()) and not (keep / _MARK).exists():
            raise DemoFailed(
                reason=f"{keep} holds something else already. Name an empty or a new directory for --keep."
            )
        (keep / _MARK).touch()
    except OSError as error:
        raise DemoFailed(reason=f"{keep} cannot be used for --keep: {error.strerror or error}.") from error
    yield keep.absolute()
