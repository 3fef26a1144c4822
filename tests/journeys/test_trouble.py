"""Files that cannot be read or written, and disks that are full: one sentence, and what was there is there."""

from __future__ import annotations

import asyncio
import stat
import sys
from asyncio.subprocess import PIPE
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from core.sandbox.server import Running, serve
from tests.journeys.installed import Installed, dumped, ended, installation, unchanged
from tests.processes import ROOT, Done, runout

import pytest

_LAUNCH: Final = """\
import ctypes, os, resource, sys
for capability in range(1, 4):
    ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)
limit = int(sys.argv[1])
if limit >= 0:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
os.execv(sys.executable, [sys.executable, "-m", "tui", *sys.argv[2:]])
"""
"""Without what lets the superuser write where nobody may; with files that grow no larger than a number of bytes."""

WRITING: Final = (
    ("sync",),
    ("sync", "--json"),
    ("connect", "--token-stdin"),
    ("disconnect", "--yes"),
    ("disconnect", "--delete", "--yes"),
    ("keys", "rotate"),
)
READING: Final = (("privacy",), ("budget",))


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return installation(tmp_path_factory.mktemp("trouble") / "data")


@pytest.fixture
def data(installed: Installed, tmp_path: Path) -> Iterator[Path]:
    data = installed.copied(tmp_path / "data")
    yield data
    for path in (data, *data.iterdir()):
        path.chmod(0o700)


async def hindered(data: Path, sandbox: Running | None, *arguments: str, largest: int = -1, **more: str) -> Done:
    """Run a command that may not write everywhere."""
    environment = {"RUNOUT_DATA_DIR": str(data), "PYTHONPATH": str(ROOT), "HOME": str(data), **more}
    if sandbox is not None:
        environment["RUNOUT_DISCOGS__API_URL"] = sandbox.url
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _LAUNCH, str(largest), *arguments),
        env=environment,
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
    )
    return await ended(process, given=sandbox.token if sandbox else "")


def copies(data: Path) -> list[str]:
    """What is published of anybody's copies."""
    return [line for line in dumped(data) if line.startswith('INSERT INTO "items"')]


def one_sentence(done: Done, *words: str) -> None:
    """It did not work, and says so in a line that names the place; besides what it had said that it would do."""
    assert done.code == 1, done
    last = done.err.splitlines()[-1]
    assert any(word in last for word in words), done.err
    assert "unexpected" not in done.err
    assert sum("cannot be used" in line for line in done.err.splitlines()) == 1, done.err


async def test_a_configuration_that_may_not_be_read_is_a_sentence(data: Path) -> None:
    config = data / "config.toml"
    config.write_text("")
    config.chmod(0)
    with unchanged(data):
        for command in (*WRITING, *READING, ("paths",), ()):
            done = await hindered(data, None, *command, RUNOUT_CONFIG=str(config))
            assert done.err == f"The configuration file {config} cannot be read: Permission denied.\n"
            assert (done.code, done.out) == (2, "")


async def test_a_directory_in_which_nothing_can_be_written_is_a_sentence(installed: Installed, data: Path) -> None:
    for path in (*data.iterdir(), data):
        path.chmod(path.stat().st_mode & ~0o222)
    async with serve(installed.world()) as sandbox:
        with unchanged(data):
            for command in (*WRITING, *READING):
                one_sentence(await hindered(data, sandbox, *command), str(data))
            doctor = await hindered(data, sandbox, "doctor")
            assert (doctor.code, doctor.err) == (1, "")
            assert f"BROKEN  database    The database {data}" in doctor.out
        assert sandbox.world.counts.total == 0


async def test_a_database_that_can_only_be_read_is_a_sentence(installed: Installed, data: Path) -> None:
    (data / "runout.db").chmod(stat.S_IRUSR)
    async with serve(installed.world()) as sandbox:
        with unchanged(data):
            for command in WRITING:
                one_sentence(await hindered(data, sandbox, *command), str(data / "runout.db"))
        (data / "runout.db").chmod(0o600)
        assert (await runout(data, sandbox, "sync", "--json")).result["copies"] == 12


async def test_a_file_in_place_of_the_directory_is_a_sentence(installed: Installed, tmp_path: Path) -> None:
    place = tmp_path / "data"
    place.write_text("mine")
    async with serve(installed.world()) as sandbox:
        for command in (*WRITING, *READING):
            one_sentence(await runout(place, sandbox, *command, given=sandbox.token), str(place))
        doctor = await runout(place, sandbox, "doctor")
        assert (doctor.code, "BROKEN  database" in doctor.out, doctor.err) == (1, True, "")
    assert place.read_text() == "mine"


@pytest.mark.parametrize("largest", [40_000, 140_000, 400_000])
async def test_a_disk_that_is_full_costs_nothing_that_was_here(installed: Installed, data: Path, largest: int) -> None:
    world = installed.world()
    async with serve(world) as sandbox:
        world.website.add(count=900)
        before = copies(data)
        done = await hindered(data, sandbox, "sync", largest=largest)
        one_sentence(done, str(data / "runout.db"), str(data / "budget.db"))
        assert copies(data) == before
        after = await runout(data, sandbox, "sync", "--json")
    assert (after.code, after.result["copies"], after.result["added"]) == (0, 912, 900)


async def test_a_disk_that_is_full_loses_no_key_and_no_credential(installed: Installed, data: Path) -> None:
    async with serve(installed.world()) as sandbox:
        for command in (("keys", "rotate"), ("connect", "--token-stdin"), ("disconnect", "--yes")):
            with unchanged(data):
                one_sentence(await hindered(data, sandbox, *command, largest=0), str(data))
            assert (await runout(data, sandbox, "sync")).code == 0
        assert not list(data.glob(".key-*"))
