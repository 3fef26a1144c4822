"""`runout doctor` as people run it: well, with each thing broken, and from wherever they are."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

from core.sandbox.server import Running, serve
from tests.browser import application
from tests.journeys.installed import HOMELESS, Installed, installation, unchanged
from tests.journeys.telltale import CHATTY, secrets_of, told
from tests.processes import ROOT, Done, runout

import pytest

LOCAL = ["python", "sqlite", "time zones", "terminal", "config", "key", "records", "database", "disk"]
ALL = [*LOCAL, "discogs", "clock", "account", "limit"]
FASTER = {"RUNOUT_TIME_SCALE": "100"}
"""Nobody answers, so that only the waits pass faster."""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return installation(tmp_path_factory.mktemp("doctor") / "data", signing_in=True)


@pytest.fixture
def data(installed: Installed, tmp_path: Path) -> Path:
    return installed.copied(tmp_path / "data")


@asynccontextmanager
async def discogs(installed: Installed) -> AsyncIterator[Running]:
    async with serve(installed.world()) as sandbox:
        yield sandbox


def checks(done: Done) -> dict[str, dict[str, Any]]:
    """What was said of each thing, in its order. Nothing is said of one thing twice."""
    found = done.result["checks"]
    assert isinstance(found, list)
    names = [check["name"] for check in found]
    assert len(names) == len(set(names)), names
    return {check["name"]: check for check in found}


async def examined(data: Path, sandbox: Running | None, **more: str) -> tuple[Done, dict[str, dict[str, Any]]]:
    done = await runout(data, sandbox, "doctor", "--json", **({**application(sandbox), **more} if sandbox else more))
    assert done.err == ""
    return done, checks(done)


def broken(found: dict[str, dict[str, Any]]) -> list[str]:
    return [name for name, check in found.items() if check["health"] == "broken"]


async def test_an_installation_that_is_well_is_said_to_be_and_stays_as_it_is(installed: Installed, data: Path) -> None:
    async with discogs(installed) as sandbox:
        with unchanged(data):
            done, found = await examined(data, sandbox, **CHATTY)
            words = await runout(data, sandbox, "doctor", **application(sandbox), **CHATTY)
    assert (done.code, done.result["broken"], list(found)) == (0, 0, ALL)
    assert (words.code, words.err) == (0, "")
    assert len(words.out.splitlines()) == len(ALL)
    assert all(name in line for name, line in zip(ALL, words.out.splitlines(), strict=True))
    assert not {"\x1b", "\r"} & set(words.out)
    assert (found["account"]["username"], found["account"]["access"]) == ("collector", "owner")
    assert told(secrets_of(installed), data, done.out, words.out) == []


def key_for_all(data: Path) -> None:
    (data / "secret.key").chmod(0o644)


def no_key_in_the_file(data: Path) -> None:
    (data / "secret.key").write_text("oops\n")


def another_key(data: Path) -> None:
    (data / "secret.key").unlink()


def a_corrupt_database(data: Path) -> None:
    content = (data / "runout.db").read_bytes()
    (data / "runout.db").write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))


def a_newer_database(data: Path) -> None:
    with closing(sqlite3.connect(data / "runout.db")) as database:
        database.execute("PRAGMA user_version = 999")


@pytest.mark.parametrize(
    ("breaks", "name", "words", "left"),
    [
        (key_for_all, "key", "chmod 600", ALL),
        (no_key_in_the_file, "account", "holds no key", ALL),
        (another_key, "account", "does not open with this key", ALL),
        (a_corrupt_database, "database", "runout.db", LOCAL[:-1]),
        (a_newer_database, "database", "a later version of Runout (its schema is 999", LOCAL[:-1]),
    ],
)
async def test_what_is_broken_is_named_and_the_rest_is_looked_at(
    installed: Installed, data: Path, breaks: Callable[[Path], None], name: str, words: str, left: list[str]
) -> None:
    breaks(data)
    before = (data / "runout.db").read_bytes()
    async with discogs(installed) as sandbox:
        said = await runout(data, sandbox, "doctor", **application(sandbox))
        done, found = await examined(data, sandbox)
    lines = [line for line in said.out.splitlines() if line.startswith("BROKEN")]
    assert len(lines) == 1, said.out
    assert lines[0].split()[1] == name
    assert words in lines[0]
    assert (said.code, done.code, broken(found), done.result["broken"]) == (1, 1, [name], 1)
    assert [one for one in found if one in left] == left
    if "database" in name:
        assert (data / "runout.db").read_bytes() == before


async def test_a_token_that_was_revoked_is_the_accounts_trouble(installed: Installed, data: Path) -> None:
    async with discogs(installed) as sandbox:
        sandbox.world.revoke()
        done, found = await examined(data, sandbox)
    assert (done.code, broken(found), list(found)) == (1, ["account"], ALL)
    assert found["account"]["error"].startswith("Discogs does not accept the token")


async def test_an_application_that_is_gone_is_the_accounts_trouble(installed: Installed, data: Path) -> None:
    """Who signed in cannot be read without the application that they let in."""
    async with discogs(installed) as sandbox:
        done = await runout(data, sandbox, "doctor", "--json")
        names = [(one["name"], one["health"]) for one in json.loads(done.out)["checks"]]
    assert ("database", "well") in names
    assert ("database", "broken") not in names
    assert ("account", "broken") in names


async def test_a_discogs_that_cannot_be_reached_is_named(installed: Installed, data: Path) -> None:
    async with discogs(installed) as sandbox:
        more = {**application(sandbox), "RUNOUT_DISCOGS__API_URL": sandbox.url}
    done, found = await examined(data, None, **more, **FASTER)
    assert (done.code, broken(found)) == (1, ["discogs"])
    assert "cannot be reached" in found["discogs"]["error"]
    assert [name for name in found if name in LOCAL] == LOCAL
    assert found["account"]["username"] == "collector"


async def test_a_setting_that_cannot_be_meant_is_named_and_no_other_discogs_is_asked(
    installed: Installed, data: Path
) -> None:
    """The defaults hold for what is wrong, and not for where the token goes to."""
    asked: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readline())
        writer.close()

    async with await asyncio.start_server(listen, "127.0.0.1", 0) as proxy, discogs(installed) as sandbox:
        elsewhere = f"http://127.0.0.1:{proxy.sockets[0].getsockname()[1]}"
        more = {"RUNOUT_LOG__LEVL": "debug", "HTTPS_PROXY": elsewhere, "RUNOUT_DISCOGS__API_URL": sandbox.url}
        done, found = await examined(data, sandbox, **more)
    assert done.code == 1
    assert "RUNOUT_LOG__LEVL" in found["config"]["error"]
    assert [name for name in found if name in LOCAL] == LOCAL
    assert asked == []
    assert broken(found) == ["config"]


async def test_a_file_of_settings_that_cannot_be_read_is_named(installed: Installed, data: Path) -> None:
    (data / "config.toml").write_text("[discogs\n")
    more = {"RUNOUT_CONFIG": str(data / "config.toml"), "HTTPS_PROXY": "http://127.0.0.1:9"}
    done, found = await examined(data, None, **more)
    assert done.code == 1
    assert "config.toml cannot be read: it is no TOML" in found["config"]["error"]
    assert [name for name in found if name in LOCAL] == LOCAL


async def test_nobody_connected_is_a_note(tmp_path: Path, installed: Installed) -> None:
    async with discogs(installed) as sandbox:
        done, found = await examined(tmp_path / "new", sandbox)
    assert (done.code, found["accounts"]["health"]) == (0, "note")


async def test_it_works_from_anywhere_and_without_a_home(installed: Installed, data: Path) -> None:
    async with discogs(installed) as sandbox:
        more = {**application(sandbox), **HOMELESS, "NO_COLOR": "1", "TERM": "", "RUNOUT_DATA_DIR": str(data)}
        more |= {"RUNOUT_DISCOGS__API_URL": sandbox.url, "PYTHONPATH": str(ROOT)}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tui", "doctor", env=more, cwd="/", stdin=PIPE, stdout=PIPE, stderr=PIPE
        )
        out, err = await process.communicate()
    assert (process.returncode, err) == (0, b""), out
    assert len(out.splitlines()) == len(ALL)


async def test_without_any_directory_to_look_in_that_is_said(tmp_path: Path) -> None:
    """A service whose user has neither a home nor a line in the list of users."""
    (tmp_path / "sitecustomize.py").write_text("import pwd\ndef nobody(_): raise KeyError\npwd.getpwuid = nobody\n")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tui", "doctor", "--json"),
        env={"PYTHONPATH": f"{tmp_path}:{ROOT}"},
        cwd="/",
        stdout=PIPE,
        stderr=PIPE,
    )
    out, err = await process.communicate()
    assert (process.returncode, err) == (1, b"")
    [config] = [check for check in json.loads(out)["checks"] if check["name"] == "config"]
    assert "RUNOUT_DATA_DIR should be set, because nobody here has a home directory" in config["error"]
