"""`runout disconnect` and `runout privacy`: what is asked, what stays, and that nothing stays of what was to go."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from core.sandbox.holding import Folder, Holding
from core.sandbox.server import Running, serve
from core.store.personal import TABLES
from tests.journeys.installed import Installed, installation, unchanged
from tests.journeys.terminal import CTRL_D, in_terminal
from tests.processes import runout
from tests.stand_in import holding_of, many, owned

import pytest

NAME: Final = "somebody-with-a-name-3f1c9a52e7"
NOTE: Final = "a note that nobody else has, long enough to be found again: 5c0ffee5 "
FOLDER: Final = "A folder of 77aa01 alone"
QUESTION: Final = "or leave everything? [f/d/N] "


def held() -> Holding:
    copies = [owned(one, folder_id=7, notes=((3, f"{NOTE}{one}"),)) for one in range(1, 13)]
    return replace(
        holding_of(*copies), folders=(Folder(1, "Uncategorized"), Folder(7, FOLDER)), profile={"username": NAME}
    )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return installation(tmp_path_factory.mktemp("leaving") / "data", holding=held())


@pytest.fixture
def data(installed: Installed, tmp_path: Path) -> Path:
    return installed.copied(tmp_path / "data")


@asynccontextmanager
async def discogs(installed: Installed) -> AsyncIterator[Running]:
    async with serve(installed.world()) as sandbox:
        yield sandbox


BUDGET: Final = ("api_slots", "api_windows", "running_syncs")
"""The tables of the budget's own file."""


def rows_of(data: Path, file: str = "runout.db") -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of ours."""
    with closing(sqlite3.connect(data / file)) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return {table: database.execute(f"SELECT * FROM {table}").fetchall() for table in tables}


def telling(data: Path, *texts: str) -> dict[str, list[str]]:
    """Which files hold which of the texts, byte for byte."""
    files = {str(file.relative_to(data)): file.read_bytes() for file in data.rglob("*") if file.is_file()}
    found = {name: [text for text in texts if text.encode() in content] for name, content in files.items()}
    return {name: texts for name, texts in found.items() if texts}


def who(data: Path) -> tuple[str, ...]:
    """What names the account: its own id, the name, what only its owner has written."""
    [account] = rows_of(data)["accounts"]
    return str(account[0]), NAME, NOTE, FOLDER


async def privacy(data: Path, *arguments: str) -> Mapping[str, list[dict[str, Any]]]:
    done = await runout(data, None, "privacy", "--json", *arguments)
    assert (done.code, done.err) == (0, "")
    found: dict[str, list[dict[str, Any]]] = json.loads(done.out)
    return found


async def test_without_a_terminal_and_a_yes_nothing_is_changed(installed: Installed, data: Path) -> None:
    for arguments in ((), ("--delete",), ("--quiet",)):
        with unchanged(data):
            done = await runout(data, None, "disconnect", *arguments, given="y\nd\n")
        assert (done.code, done.out) == (1, "")
        assert done.err.endswith("Nothing was changed: add --yes, there is no terminal to ask in.\n")


@pytest.mark.parametrize("keys", ["\n", "y\n", CTRL_D], ids=repr)
async def test_asked_in_a_terminal_anything_but_f_and_d_changes_nothing(
    installed: Installed, data: Path, keys: str
) -> None:
    with unchanged(data):
        async with in_terminal(data, None, "disconnect") as terminal:
            await terminal.until(QUESTION)
            terminal.type(keys)
            assert await terminal.end() == 0, terminal.seen
    assert f"Of {NAME} there are here:\n" in terminal.seen
    assert "  12 rows      your copies, with rating, grades and notes\n" in terminal.seen
    assert terminal.seen.endswith("Nothing was changed.\n")


@pytest.mark.parametrize("arguments", [(), ("--delete",)], ids=str)
async def test_ctrl_c_at_the_question_changes_nothing(
    installed: Installed, data: Path, arguments: tuple[str, ...]
) -> None:
    with unchanged(data):
        async with in_terminal(data, None, "disconnect", *arguments) as terminal:
            await terminal.until("N] ")
            await terminal.interrupt()
            assert await terminal.end() == 130, terminal.seen
    assert terminal.seen.endswith("Interrupted. What was here before is still here.\n")


@pytest.mark.parametrize("keys", ["\n", "d\n", CTRL_D], ids=repr)
async def test_asked_whether_to_delete_only_a_yes_deletes(installed: Installed, data: Path, keys: str) -> None:
    with unchanged(data):
        async with in_terminal(data, None, "disconnect", "--delete") as terminal:
            await terminal.until("Disconnect and delete all of it? [y/N] ")
            terminal.type(keys)
            assert await terminal.end() == 0, terminal.seen
    assert terminal.seen.endswith("Nothing was changed.\n")


async def test_what_is_asked_is_no_data(installed: Installed, data: Path) -> None:
    """Data goes to stdout, words to stderr: the question too, when somebody keeps the output."""
    async with in_terminal(data, None, "disconnect", out=data / "kept.txt") as terminal:
        await terminal.until("your copies, with rating")
        terminal.type("\n")
        assert await terminal.end() == 0
    assert (data / "kept.txt").read_text() == ""
    assert QUESTION in terminal.seen


async def test_the_credential_goes_and_the_rest_stays_readable(installed: Installed, data: Path) -> None:
    before = await privacy(data)
    async with discogs(installed) as sandbox:
        done = await runout(data, sandbox, "disconnect", "--yes")
        assert (done.code, done.out) == (0, "")
        assert f"{NAME} is disconnected. What is here stays readable" in done.err
        assert "www.discogs.com/settings/applications" in done.err
        after = await privacy(data)
        assert (len(before["credentials"]), after["credentials"]) == (1, [])
        assert after["items"] == before["items"]
        assert len(after["items"]) == 12
        assert rows_of(data)["credentials"] == []
        with unchanged(data):
            synced = await runout(data, sandbox, "sync", "--json")
            assert (synced.code, synced.result["copies"]) == (3, 12)
            assert f"{NAME} is disconnected; what is here can be browsed." in synced.err
            said = await runout(data, sandbox, "connect")
        assert f"{NAME} is disconnected; the copy here stays readable" in said.err
        assert sandbox.world.counts.total == 0
        assert (await runout(data, sandbox, "connect", "--token-stdin", given=sandbox.token)).code == 0
        assert (await runout(data, sandbox, "sync", "--json")).result["added"] == 0


async def test_asked_in_a_terminal_f_forgets_and_d_deletes(installed: Installed, data: Path) -> None:
    names = who(data)
    async with in_terminal(data, None, "disconnect") as terminal:
        await terminal.until(QUESTION)
        terminal.type("f\n")
        assert await terminal.end() == 0
    assert (await privacy(data))["credentials"] == []
    async with in_terminal(data, None, "disconnect") as terminal:
        await terminal.until(QUESTION)
        terminal.type("D\n")
        assert await terminal.end() == 0
    assert f"Everything of {NAME} is gone: " in terminal.seen
    assert telling(data, *names) == {}


@pytest.mark.parametrize("level", ["info", "debug"])
async def test_of_a_deleted_account_no_byte_is_left(installed: Installed, data: Path, level: str) -> None:
    more = {"RUNOUT_LOG__LEVEL": level}
    names = who(data)
    async with discogs(installed) as sandbox:
        # Copies that wait for a word, rows that cannot be read, pages of a run that failed; and an old backup.
        sandbox.world.faults.add("undecodable item", route="collection")
        await runout(data, sandbox, "sync", **more)
        sandbox.world.account.shelf.take(range(1, 13))
        assert (await runout(data, sandbox, "sync", **more)).code == 4
        (data / "runout-before-1.db").write_bytes((data / "runout.db").read_bytes())
        assert set(telling(data, *names)["runout.db"]) == set(names)
        done = await runout(data, sandbox, "disconnect", "--delete", "--yes", **more)
        assert done.code == 0, done.err
        assert f"Everything of {NAME} is gone: " in done.err
        assert "runout-before-1.db" in done.err
        assert telling(data, *names) == {}
        assert (await runout(data, sandbox, "sync")).code == 3
        assert (await runout(data, sandbox, "privacy")).code == 3
        assert (await runout(data, sandbox, "disconnect", "--yes")).code == 3


async def test_reports_of_what_went_wrong_are_named_and_go_with_the_account(installed: Installed, data: Path) -> None:
    names = who(data)
    report, notes = data / "crash-20240511-182949-0a1b2c3d.txt", data / "crash-notes.md"
    report.write_text(f"ValueError: {NAME}\n{NOTE}\n")
    notes.write_text("somebody's own\n")
    assert f"{report}.\n" in (await runout(data, None, "privacy")).out
    assert (await runout(data, None, "disconnect", "--yes")).code == 0
    assert report.exists()
    done = await runout(data, None, "disconnect", "--delete", "--yes")
    assert done.code == 0, done.err
    assert report.name in done.err
    assert telling(data, *names) == {}
    assert notes.read_text() == "somebody's own\n"
    assert "crash-" not in done.out


async def test_privacy_has_every_row_of_the_account_and_none_of_another(installed: Installed, data: Path) -> None:
    async with discogs(installed) as sandbox:
        first = {str(row[0]): row for row in rows_of(data)["accounts"]}
        other = sandbox.world.open_account("the_other_one", many(3)).token
        assert (await runout(data, sandbox, "connect", "--token-stdin", "--yes", given=other)).code == 0
        assert (await runout(data, sandbox, "sync")).code == 0
        of_other = {str(row[0]) for row in rows_of(data)["accounts"]} - first.keys()
        for name, accounts, copies in ((NAME, set(first), 12), ("the_other_one", of_other, 3)):
            found = await privacy(data, "--account", name)
            for table, rows in rows_of(data).items():
                ours = [row for row in rows if accounts & {str(cell) for cell in row}]
                assert len(found.get(table, ())) == len(ours), table
            assert len(found["items"]) == copies
            taken = [row for row in rows_of(data, "budget.db")["api_slots"] if accounts & set(row)]
            assert [tuple(row.values()) for row in found["api_slots"]] == taken != []
            assert found.keys() == {*TABLES, *BUDGET}
            naming = [row.get("account_id", row.get("account")) for rows in found.values() for row in rows]
            assert set(naming) == accounts
            words = (await runout(data, sandbox, "privacy", "--account", name)).out
            assert f"{data / 'runout.db'} and {data / 'budget.db'}:\n" in words
            for table, kept in found.items():
                assert re.search(rf"^{table}: .+ \({len(kept):,} rows?\)$", words, re.MULTILINE), table
                assert all(str(value) in words for row in kept for value in row.values() if isinstance(value, int))
            assert (NOTE in words) is (name == NAME)
            assert str(installed.token) not in words
        assert (await runout(data, sandbox, "disconnect", "--delete", "--yes", "--account", NAME)).code == 0
        assert len((await privacy(data))["items"]) == 3
        assert telling(data, NAME, NOTE, FOLDER, *first) == {}


async def test_privacy_has_what_waits_and_runs_and_how_the_terminal_was_left(installed: Installed, data: Path) -> None:
    [(account, *_)] = rows_of(data)["accounts"]
    desk, waits = {"text": f"{NOTE}typed"}, {"lane": 1, "since": 7.5, "account": account, "work": None, "again": False}
    ledger = {"queues": [{"process": "a process", "seen": 8.5, "waiting": [waits, {**waits, "account": "another"}]}]}
    run = {"run": "a run", "account": account, "started_at": 9.5, "progress": {}}
    with closing(sqlite3.connect(data / "runout.db")) as database:
        database.execute(
            "INSERT INTO terminal_desks VALUES (?, 'collection', ?, '')", (account, json.dumps(desk).encode())
        )
        database.commit()
    with closing(sqlite3.connect(data / "budget.db")) as budget:
        window = ("as anybody else", json.dumps(ledger).encode())
        budget.execute("INSERT OR REPLACE INTO api_windows VALUES (?, ?)", window)
        budget.execute("INSERT INTO running_syncs VALUES ('a run', ?, 10.5)", (json.dumps(run).encode(),))
        budget.commit()
    (data / "runout-before-0004.db").write_bytes((data / "runout.db").read_bytes())

    found = await privacy(data)
    words = (await runout(data, None, "privacy")).out

    assert [row["body"] for row in found["terminal_desks"]] == [desk]
    assert found["api_windows"] == [
        {"window": "as anybody else", "process": "a process", "seen": 8.5, "waiting": [waits]}
    ]
    assert found["running_syncs"] == [{"run_id": "a run", "body": run, "seen_at": 10.5}]
    for table, number in (("terminal_desks", 1), ("api_windows", 1), ("running_syncs", 1)):
        assert re.search(rf"^{table}: .+ \({number} row\)$", words, re.MULTILINE)
    assert "before upgrades, in copies of the file: runout-before-0004.db." in words
    assert "another" not in json.dumps(found)
    done = await runout(data, None, "disconnect", "--delete", "--yes")
    assert done.code == 0, done.err
    assert telling(data, NOTE, str(account)) == {}
