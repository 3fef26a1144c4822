"""No secret in any output, log, database or command line, whatever is run and however it goes."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from core.sandbox.server import Running, serve
from tests.browser import application
from tests.journeys.installed import Installed, installation
from tests.journeys.telltale import CHATTY, KEY_FILE, run, secrets_of, told
from tests.processes import Done
from tui.arguments import parser

import pytest
from cryptography.fernet import Fernet

NEEDED: Final[Mapping[tuple[str, ...], tuple[str, ...]]] = {
    ("demo",): ("--items", "3", "--check"),
    ("completion",): ("bash",),
    ("disconnect",): ("--yes",),
    ("daemon",): ("--once",),
    ("restore",): ("no-backup.db", "--yes"),
    ("import",): ("no-export.csv", "--yes"),
    ("pair",): ("nobody", "--yes"),
    ("dump", "import"): ("no-dump.xml.gz",),
    ("have",): ("r1",),
    ("views", "save"): ("All of it",),
    ("views", "show"): ("No such view",),
    ("views", "remove"): ("No such view",),
    ("views", "rename"): ("No such view", "Another"),
    ("views", "share"): ("No such view",),
    ("views", "import"): ("runout-view-1.x.00000000",),
}
"""What a command is given so that it does something; all others do without."""
IN_VAIN: Final = frozenset(
    {
        *("restore", "import", "pair", "dump import"),
        *("views show", "views remove", "views rename", "views share", "views import"),
    }
)
"""Those that are given, or asked for, what is not there."""
GIVEN: Final = Fernet.generate_key().decode()


def commands(
    of: argparse.ArgumentParser, above: tuple[str, ...] = (), *, json: bool = True
) -> Iterator[tuple[str, ...]]:
    """Every command that there is, as it is typed; with `--json` too, where that is understood."""
    below = [action for action in of._actions if isinstance(action, argparse._SubParsersAction)]
    if not below or not above:
        given = (*above, *NEEDED.get(above, ()))
        yield given
        if json and "--json" in of._option_string_actions:
            yield (*given, "--json")
    for action in below:
        for name, one in action.choices.items():
            yield from commands(one, (*above, name), json=json)


@pytest.fixture(scope="module", params=["signed in", "token and given key"])
def installed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    data = tmp_path_factory.mktemp("secrets") / "data"
    if request.param == "signed in":
        return installation(data, signing_in=True, more=CHATTY)
    return installation(data, more={**CHATTY, "RUNOUT_SECRETS__KEY": GIVEN})


def environment(installed: Installed, sandbox: Running, directory: Path) -> dict[str, str]:
    """Secrets wherever they can stand: in variables, and in a file that one names."""
    world, file = sandbox.world, directory / "token.txt"
    file.write_text(installed.token)
    more = {**application(sandbox), **CHATTY, "RUNOUT_DISCOGS__TOKEN_FILE": str(file)}
    if world.time_scale != 1:
        more |= {"RUNOUT_TIME_SCALE": str(world.time_scale), "RUNOUT_TIME_EPOCH": str(world.epoch)}
    return more if (installed.data / KEY_FILE).exists() else more | {"RUNOUT_SECRETS__KEY": GIVEN}


async def each(
    installed: Installed, sandbox: Running, directory: Path, these: Iterable[tuple[str, ...]]
) -> dict[tuple[str, ...], Done]:
    """Run commands, two at a time and each on a copy of its own; none of them tells a secret."""
    more, two = environment(installed, sandbox, directory), asyncio.Semaphore(2)
    secrets = secrets_of(installed, more.get("RUNOUT_SECRETS__KEY", ""))

    async def one(number: int, command: tuple[str, ...]) -> tuple[Done, list[str], bytes]:
        async with two:
            data = installed.copied(directory / f"{number}")
            done, seen = await run(data, sandbox, *command, given=f"{installed.token}\n", **more)
            return done, told(secrets, data, done.out, done.err, seen), seen

    async with asyncio.TaskGroup() as group:
        tasks = {command: group.create_task(one(number, command)) for number, command in enumerate(these)}
    ends = {command: task.result() for command, task in tasks.items()}
    assert {command: places for command, (_, places, _) in ends.items() if places} == {}
    assert all(b"tui" in seen for _, _, seen in ends.values())
    assert [done.err for done, _, _ in ends.values() if "unexpected" in done.err] == []
    return {command: done for command, (done, _, _) in ends.items()}


async def test_no_command_that_goes_well_tells_a_secret(installed: Installed, tmp_path: Path) -> None:
    is_ours = (installed.data / KEY_FILE).exists()
    async with serve(installed.world()) as sandbox:
        these = (*commands(parser(), json=is_ours), ("connect", "--token-stdin"))
        found = await each(installed, sandbox, tmp_path, these)
    # Without a terminal there is nothing to browse in, a key that is given is not changed here, and no file brings
    # nothing.
    in_vain = {command for command in found if IN_VAIN & {" ".join(command[:1]), " ".join(command[:2])}}
    assert {command for command, done in found.items() if done.code} == (
        {(), *in_vain} if is_ours else {(), ("keys", "rotate"), *in_vain}
    )
    assert "/oauth/identity" in (installed.data / "runout.log").read_text()
    assert len(found) > 11


@pytest.mark.parametrize("fault", ["500", "truncated", "revoked token", "reset"])
async def test_no_command_that_fails_tells_a_secret(installed: Installed, tmp_path: Path, fault: str) -> None:
    asking = (("connect",), ("connect", "--token-stdin"), ("sync", "--json"), ("doctor",))
    # Faster, and a busy machine looks like a clock that is minutes off.
    async with serve(installed.world(time_scale=20.0)) as sandbox:
        sandbox.world.faults.add(fault, times=1000)
        found = await each(installed, sandbox, tmp_path, asking)
    # A Discogs that has trouble is nothing that is broken here.
    well = {command for command, done in found.items() if not done.code}
    assert well == ({("doctor",)} if fault in ("500", "truncated") else set()), found


async def test_secrets_that_cannot_be_meant_are_not_repeated(tmp_path: Path) -> None:
    wrong = {
        "RUNOUT_SECRETS__KEY": "no-key-but-secret",
        "RUNOUT_DISCOGS__TOKEN": "a secret, badly quoted",
        "RUNOUT_DISCOGS__CONSUMER_SECRET": 'another secret "',
        "RUNOUT_DISCOGS__TOKN": "secret-of-a-typo",
    }
    for command in ("sync", "doctor"):
        done, seen = await run(tmp_path / "data", None, command, HTTPS_PROXY="http://127.0.0.1:9", **wrong)
        assert done.code == (2 if command == "sync" else 1)
        assert all(variable in done.out + done.err for variable in wrong)
        assert told(wrong, tmp_path, done.out, done.err, seen) == []


async def test_a_secret_that_stands_anywhere_is_found(tmp_path: Path) -> None:
    """What all of this stands on."""
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "runout.db-wal").write_bytes(b"\x00secret\x00")
    (tmp_path / KEY_FILE).write_text("secret")
    found = told({"it": "secret"}, tmp_path, "nothing", b"a secret")
    assert found == ["it in said 1", "it in below/runout.db-wal"]
