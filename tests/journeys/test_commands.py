"""The commands as processes of their own, against a stand-in in this one: what they print, where, and how they end."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import sqlite3
from pathlib import Path

from core.sandbox.server import serve
from core.sandbox.world import World
from tests.processes import runout, start
from tests.stand_in import many

import pytest

RESULT_KEYS = {
    "outcome",
    "copies",
    "releases",
    "added",
    "changed",
    "removed",
    "skipped",
    "requests",
    "seconds",
    "errors",
}


async def test_connect_then_sync_prints_one_object_with_every_figure(tmp_path: Path) -> None:
    async with serve(World(many(250))) as sandbox:
        connected = await runout(tmp_path, sandbox, "connect", "--token-stdin", given=sandbox.token + "\n")
        assert connected.code == 0
        assert sandbox.username in connected.err + connected.out
        first = await runout(tmp_path, sandbox, "sync", "--json")
        assert (first.code, first.result.keys() >= RESULT_KEYS) == (0, True)
        assert (first.result["outcome"], first.result["copies"], first.result["added"]) == ("done", 250, 250)
        second = await runout(tmp_path, sandbox, "sync", "--json")
        assert (second.result["copies"], second.result["added"], second.result["errors"]) == (250, 0, [])


async def test_sync_without_a_terminal_prints_plain_lines(tmp_path: Path) -> None:
    async with serve(World(many(250))) as sandbox:
        await runout(tmp_path, sandbox, "connect", "--token-stdin", given=sandbox.token)
        done = await runout(tmp_path, sandbox, "sync")
    assert done.code == 0
    assert "page 3 of 3: 250 of 250 copies" in done.err
    assert done.out.startswith("250 copies of 250 releases: 250 added")
    assert not {"\x1b", "\r"} & set(done.out + done.err)


async def test_sync_before_connecting_says_what_to_do(tmp_path: Path) -> None:
    async with serve(World(many(1))) as sandbox:
        plain = await runout(tmp_path, sandbox, "sync")
        as_json = await runout(tmp_path, sandbox, "sync", "--json")
    assert (plain.code, as_json.code) == (3, 3)
    assert "runout connect" in plain.err
    assert as_json.result["outcome"] == "failed"
    assert "runout connect" in str(as_json.result["errors"])


async def test_a_wrong_token_is_refused_with_a_sentence(tmp_path: Path) -> None:
    async with serve(World(many(1))) as sandbox:
        done = await runout(tmp_path, sandbox, "connect", "--token-stdin", given="q" * 40)
    assert done.code == 3
    assert done.err.startswith("Discogs does not accept the token")
    assert "q" * 40 not in done.err + done.out


async def test_a_token_is_never_taken_from_the_command_line(tmp_path: Path) -> None:
    for arguments in (("connect", "q" * 40), ("connect", "--token", "q" * 40)):
        assert (await runout(tmp_path, None, *arguments)).code == 2


async def test_without_a_terminal_to_ask_in_connect_names_the_option(tmp_path: Path) -> None:
    done = await runout(tmp_path, None, "connect")
    assert done.code == 2
    assert "--token-stdin" in done.err


async def test_no_network_is_a_sentence_and_the_old_copy_stays(tmp_path: Path) -> None:
    async with serve(World(many(20))) as sandbox:
        await runout(tmp_path, sandbox, "connect", "--token-stdin", given=sandbox.token)
        await runout(tmp_path, sandbox, "sync")
    done = await runout(tmp_path, sandbox, "sync", "--json")
    assert done.code == 1
    assert (done.result["outcome"], done.result["copies"]) == ("failed", 20)
    assert "cannot be reached" in done.err


async def test_a_token_that_was_revoked_ends_with_not_connected(tmp_path: Path) -> None:
    async with serve(World(many(20))) as sandbox:
        await runout(tmp_path, sandbox, "connect", "--token-stdin", given=sandbox.token)
        sandbox.world.account.token = "r" * 40
        done = await runout(tmp_path, sandbox, "sync", "--json")
    assert (done.code, done.result["outcome"]) == (3, "failed")


async def test_ctrl_c_leaves_the_old_copy_whole(tmp_path: Path) -> None:
    async with serve(World(many(250))) as sandbox:
        await runout(tmp_path, sandbox, "connect", "--token-stdin", given=sandbox.token)
        await runout(tmp_path, sandbox, "sync")
        hanging = sandbox.world.faults.add("hang", route="collection", page=2)
        process = await start(tmp_path, sandbox, "sync", "--json")
        while hanging.times:
            await asyncio.sleep(0.01)
        process.send_signal(signal.SIGINT)
        out, err = await process.communicate()
        assert (process.returncode, b"Traceback" in err) == (130, False)
        assert json.loads(out)["outcome"] == "cancelled"
        after = await runout(tmp_path, sandbox, "sync", "--json")
    assert (after.result["copies"], after.result["added"]) == (250, 0)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=["terminated", "window closed"])
async def test_a_sync_that_is_ended_from_outside_is_closed_like_one_that_was_interrupted(
    tmp_path: Path, number: signal.Signals
) -> None:
    async with serve(World(many(250))) as sandbox:
        await runout(tmp_path, sandbox, "connect", "--token-stdin", given=sandbox.token)
        hanging = sandbox.world.faults.add("hang", route="collection", page=2)
        process = await start(tmp_path, sandbox, "sync", "--json")
        while hanging.times:
            await asyncio.sleep(0.01)
        process.send_signal(number)
        out, _ = await process.communicate()
    assert (process.returncode, json.loads(out)["outcome"]) == (130, "cancelled")
    with contextlib.closing(sqlite3.connect(tmp_path / "runout.db")) as database:
        assert database.execute("SELECT outcome FROM sync_runs").fetchall() == [("cancelled",)]


async def test_without_a_home_directory_the_data_directory_is_asked_for(tmp_path: Path) -> None:
    """A service often has neither a home nor a name."""
    async with serve(World(many(3))) as sandbox:
        nobody = {"HOME": "", "XDG_CONFIG_HOME": "", "XDG_DATA_HOME": "", "XDG_STATE_HOME": ""}
        done = await runout(tmp_path, sandbox, "connect", "--token-stdin", given=sandbox.token, **nobody)
        assert done.code == 0
    assert not (tmp_path / "home").exists()


async def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(tmp_path: Path) -> None:
    proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy"), "http://127.0.0.1:9")
    async with serve(World(many(3))) as sandbox:
        assert (await runout(tmp_path, sandbox, "connect", "--token-stdin", given=sandbox.token, **proxies)).code == 0
        odd = await runout(
            tmp_path, sandbox, "sync", SSL_CERT_FILE=str(tmp_path / "gone.pem"), ALL_PROXY="socks5://x:1"
        )
    assert odd.code == 0


async def test_an_empty_user_agent_is_refused_at_start(tmp_path: Path) -> None:
    async with serve(World(many(1))) as sandbox:
        for command in (("sync",), ("connect", "--token-stdin"), ()):
            done = await runout(tmp_path, sandbox, *command, RUNOUT_DISCOGS__USER_AGENT="")
            assert done.code == 2, command
            assert "discogs.user_agent" in done.err
        assert sandbox.world.counts.total == 0


async def test_settings_come_from_the_named_file_and_the_environment_wins(tmp_path: Path) -> None:
    async with serve(World(many(3))) as sandbox:
        config = tmp_path / "config.toml"
        config.write_text(f'[discogs]\napi_url = "{sandbox.url}/"\nuser_agent = "Test/1.0 +https://runout.example"\n')
        by_file = {"RUNOUT_CONFIG": str(config)}
        done = await runout(tmp_path, None, "connect", "--token-stdin", given=sandbox.token, **by_file)
        assert done.code == 0
        wrong = await runout(tmp_path, None, "sync", **by_file, RUNOUT_DISCOGS__API_URL="http://127.0.0.1:1")
        assert (wrong.code, "127.0.0.1:1" in wrong.err) == (1, True)


async def test_paths_are_told_without_making_any(tmp_path: Path) -> None:
    data = tmp_path / "data"
    done = await runout(data, None, "paths", "--json")
    told = json.loads(done.out)
    assert told["database"] == str(data / "runout.db")
    assert {"config", "data", "database", "key", "log"} <= told.keys()
    assert not data.exists()
    assert str(data) in (await runout(data, None, "paths")).out


async def test_the_terminal_app_without_a_terminal_is_a_sentence(tmp_path: Path) -> None:
    done = await runout(tmp_path, None)
    assert (done.code, done.out) == (1, "")
    assert "needs a terminal" in done.err


@pytest.mark.parametrize("content", [b"not a database" * 100, b""], ids=["something else", "empty"])
async def test_a_file_that_is_no_database_is_a_sentence_and_stays_as_it_is(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "runout.db").write_bytes(content)
    done = await runout(tmp_path, None, "sync")
    if content:
        assert (done.code, (tmp_path / "runout.db").read_bytes()) == (1, content)
        assert "cannot be used" in done.err
    else:
        assert done.code == 3


async def test_no_secret_is_in_any_output_log_or_file_of_a_whole_run(tmp_path: Path) -> None:
    async with serve(World(many(120))) as sandbox:
        chatty = {"RUNOUT_LOG__LEVEL": "debug", "PYTHONDEVMODE": "1", "PYTHONASYNCIODEBUG": "1"}
        said = ""
        for command, given in (
            (("connect", "--token-stdin"), sandbox.token),
            (("sync",), ""),
            (("sync", "--json"), ""),
        ):
            done = await runout(tmp_path, sandbox, *command, given=given, **chatty)
            assert done.code == 0, done.err
            said += done.out + done.err
        sandbox.world.faults.add("truncated", route="collection", page=2, times=9)
        said += str(await runout(tmp_path, sandbox, "sync", **chatty))
    assert "collection" in (tmp_path / "runout.log").read_text()
    assert sandbox.token not in said
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or sandbox.token.encode() not in path.read_bytes(), path


async def test_an_hour_of_limits_passes_in_seconds_when_all_clocks_run_faster(tmp_path: Path) -> None:
    """130 requests take two minutes at the true limit, and the stand-in counts at sixty times that speed."""
    world = World(many(13_000), time_scale=60.0)
    async with serve(world) as sandbox:
        scaled = {"RUNOUT_TIME_SCALE": "60", "RUNOUT_TIME_EPOCH": str(world.epoch)}
        await runout(tmp_path, sandbox, "connect", "--token-stdin", given=sandbox.token, **scaled)
        done = await runout(tmp_path, sandbox, "sync", "--json", **scaled)
        budget = await runout(tmp_path, sandbox, "budget", "--json", **scaled)
    assert (done.result["copies"], world.counts.refusals) == (13_000, 0)
    assert world.counts.busiest_minute <= 60
    assert int(str(done.result["seconds"]).split(".")[0]) >= 60
    assert budget.result["per_minute"] == 60


async def test_a_time_scale_that_is_no_number_is_refused(tmp_path: Path) -> None:
    done = await runout(tmp_path, None, "sync", RUNOUT_TIME_SCALE="fast")
    assert (done.code, "RUNOUT_TIME_SCALE" in done.err) == (2, True)
