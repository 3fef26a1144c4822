"""`runout list`: the same query as in the terminal, in the shell and for scripts."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import os
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from core import config as settings
from core.config import Config
from core.domain.account import PersonalToken
from core.domain.changes import Changes
from core.domain.collection import Collection, Copy, Folder
from core.domain.ids import FolderId, RunId, Shelf
from core.domain.view import View
from core.domain.walk import CollectionPage, Newest, Order
from core.store.cipher import Cipher
from core.store.database import open_database
from core.store.repositories import Repositories
from tests.factories import ADDED, make_account, make_copy, make_release
from tests.journeys.terminal import in_terminal
from tests.processes import runout, start
from tests.rules.test_imports import modules_after
from tests.tui.knowing import learn
from tui.arguments import parse
from tui.listing import Options, list_copies

import pytest
from rich.cells import cell_len

SHELF: Final = (
    make_copy(1, rating=5, folder_id=3, fields={1: "Near Mint (NM or M-)"}),
    make_copy(2, make_release(20, "", artists=(), labels=(), formats=(), genres=(), styles=(), year=None)),
    make_copy(3, make_release(30, "\x1b[31mDub\u202e", artist="[/]", year=1988), rating=4),
    make_copy(4, make_release(40, "Łódź ’76", artist="坂本龍一", genres=("Electronic",), year=1977)),
)
FOLDERS: Final = (Folder(FolderId(3), "Jazz & Dub", 1),)


def filled(data: Path, copies: Iterable[Copy] = SHELF, number: int = 1) -> Config:
    """A member who is connected and has these copies; the last one is the one used last."""
    config = settings.load({"RUNOUT_DATA_DIR": str(data)})

    async def fill() -> None:
        account = make_account(number)
        async with open_database(config.paths.database) as database:
            stores = Repositories.of(database, Cipher(config.paths.key))
            async with database.tx() as tx:
                await stores.accounts.save(tx, account, PersonalToken("a token of somebody"), ADDED)
                await stores.accounts.use_in_terminal(tx, account.id, ADDED.replace(year=2024 + number))
                await stores.collections.apply(tx, account.id, Changes(added=tuple(copies)))
                await stores.collections.replace_folders(tx, account.id, FOLDERS)

    asyncio.run(fill())
    return config


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def config(data: Path) -> Config:
    return filled(data)


Captured = pytest.CaptureFixture[str]


def listed(config: Config, capsys: Captured, query: str = "", **options: Any) -> list[int]:
    """The numbers of the copies that come out as JSON, without a word."""
    assert list_copies(config, "", Options(query, as_json=True, **options)) == 0
    told = capsys.readouterr()
    assert told.err == ""
    return [json.loads(line)["instance_id"] for line in told.out.splitlines()]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "gunmen",
        "genre:reggae",
        "-genre:reggae",
        "-year:1970..1979",
        "rating:>=4",
        "folder:jazz",
        "media:nm",
        "lodz year:1977",
    ],
)
def test_a_query_leaves_what_it_leaves_in_the_terminal(config: Config, capsys: Captured, query: str) -> None:
    view = View.of(Collection(SHELF, FOLDERS), text=query, today=date(2026, 1, 1))

    assert view.copies
    assert listed(config, capsys, query) == [copy.instance_id for copy in view.copies]


def test_ages_are_counted_from_today(data: Path, capsys: Captured) -> None:
    config = filled(data, [make_copy(1, added=datetime.now(UTC)), make_copy(2)])

    assert listed(config, capsys, "added:30d") == [1]


@pytest.mark.parametrize(
    ("order", "expected"),
    [("artist", [3, 4, 1, 2]), ("-artist", [1, 4, 3, 2]), ("year", [1, 4, 3, 2]), ("genre,-year", [4, 3, 1, 2])],
)
def test_they_come_in_the_order_that_is_asked_for(
    config: Config, capsys: Captured, order: str, expected: list[int]
) -> None:
    assert listed(config, capsys, order=order) == expected


@pytest.mark.parametrize(("limit", "number"), [(0, 0), (1, 1), (4, 4), (1_000, 4), (None, 4)])
def test_no_more_come_than_are_asked_for(config: Config, capsys: Captured, limit: int | None, number: int) -> None:
    assert len(listed(config, capsys, limit=limit)) == number
    assert list_copies(config, "", Options(limit=limit, as_csv=True)) == 0
    rows = list(csv.reader(io.StringIO(capsys.readouterr().out, newline="")))
    assert (rows[0][0], len(rows)) == ("instance_id", number + 1)


def test_the_order_and_the_limit_of_the_query_win(config: Config, capsys: Captured) -> None:
    asked = "sort:-year limit:3"
    assert listed(config, capsys, asked) == listed(config, capsys, "", order="-year")[:3]
    assert listed(config, capsys, asked, order="title") == listed(config, capsys, asked)
    assert listed(config, capsys, asked, limit=2) == listed(config, capsys, asked)[:2]
    assert listed(config, capsys, asked, limit=9) == listed(config, capsys, asked)


def test_the_original_year_is_listed_found_and_sorted_by(tmp_path: Path, capsys: Captured) -> None:
    copies = [make_copy(at, make_release(at, master_id=10 * at)) for at in (1, 2, 3)]
    config = filled(tmp_path, copies)
    asyncio.run(learn(config, [(10, 1990), (20, 1970)], ADDED))
    assert listed(config, capsys, "", order="original") == [2, 3, 1]
    assert listed(config, capsys, "original:<1980") == [2, 3]
    assert listed(config, capsys, "original:<1980 has:original") == [2]
    assert list_copies(config, "", Options(as_json=True)) == 0
    assert [json.loads(line)["original"] for line in capsys.readouterr().out.splitlines()] == [1990, 1970, None]


def test_a_table_into_a_pipe_is_120_cells_wide_and_safe_to_show(config: Config, capsys: Captured) -> None:
    assert list_copies(config, "", Options()) == 0

    heading, *lines = capsys.readouterr().out.splitlines()
    assert heading.split()[:2] == ["Artist", "Title"]
    assert "Sleeve" in heading
    assert len(lines) == len(SHELF)
    assert all(line.isprintable() and cell_len(line) <= 120 for line in (heading, *lines))
    column = heading.index("Title")
    assert lines[0].startswith("[/]")
    assert lines[0][column:].startswith("[31mDub")
    assert lines[1].startswith("坂本龍一")
    assert lines[1].index("Łódź ’76") == column - 4


async def test_a_table_in_a_terminal_is_as_wide_as_that_and_has_no_colours(data: Path) -> None:
    await asyncio.to_thread(filled, data)
    async with in_terminal(data, None, "list", more={"FORCE_COLOR": "1"}) as terminal:
        assert await terminal.end() == 0
    lines = terminal.seen.splitlines()
    assert len(lines) == 1 + len(SHELF)
    assert lines[0].startswith("Artist")
    assert "\x1b" not in terminal.seen
    assert 60 < max(map(cell_len, lines)) <= 80


@pytest.mark.parametrize(
    ("query", "lines"),
    [
        ("dub gener:ska", ["  dub gener:ska", "      ^^^^^^"]),
        ("坂本 year:19x dub", ["  坂本 year:19x dub", "            ^^^"]),
        ("\x1b[31m\tyear:x", ["   [31m year:x", "             ^"]),
    ],
)
def test_a_query_that_is_not_understood_is_shown_with_the_part_that_is_meant(
    config: Config, capsys: Captured, query: str, lines: list[str]
) -> None:
    for options in (Options(query), Options(query, as_json=True), Options(query, as_csv=True)):
        assert list_copies(config, "", options) == 2
        told = capsys.readouterr()
        sentence, *marked = told.err.splitlines()
        assert told.out == ""
        assert sentence.startswith("Expected ")
        assert marked == lines


def test_an_order_that_there_is_not_is_answered_with_those_that_there_are(config: Config, capsys: Captured) -> None:
    assert list_copies(config, "", Options(order="-added,colour\x1b")) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("Copies cannot be sorted by 'colour', but by artist, title, ")
    assert told.err.count("\n") == 1


def test_where_nothing_matches_nothing_comes_out_and_a_word_is_said(config: Config, capsys: Captured) -> None:
    for options in (Options("zzz"), Options("zzz", as_json=True), Options("zzz", as_csv=True)):
        assert list_copies(config, "", options) == 0
        told = capsys.readouterr()
        assert told.err == "Nothing matches: none of 4 copies.\n"
        assert told.out.count("\n") == options.as_csv


def test_before_the_first_sync_it_says_what_to_do(data: Path, capsys: Captured) -> None:
    config = filled(data, ())

    assert list_copies(config, "", Options(as_json=True)) == 0
    assert tuple(capsys.readouterr()) == ("", "Nothing of collector_1 is here yet. Run `runout sync`.\n")


def test_while_the_first_sync_is_not_over_it_says_how_much_is_here(data: Path, capsys: Captured) -> None:
    config = filled(data, ())
    page = CollectionPage(number=1, told=250, rows=SHELF)

    async def arrive() -> None:
        async with open_database(config.paths.database) as database:
            runs = Repositories.of(database, Cipher(config.paths.key)).runs
            async with database.tx() as tx:
                await runs.start(tx, RunId("first"), make_account(1).id, ADDED)
                await runs.note_newest(tx, RunId("first"), Newest.of(page))
                await runs.stage(tx, RunId("first"), Order.ADDED, 1, page, ADDED)

    asyncio.run(arrive())
    assert list_copies(config, "", Options("gunmen", as_json=True)) == 0
    told = capsys.readouterr()
    assert len(told.out.splitlines()) == 1
    assert told.err == "The first sync is not over: 4 of 250 copies are here.\n"


async def test_who_is_not_connected_is_told_so(data: Path) -> None:
    done = await runout(data, None, "list", "--json")
    assert (done.code, done.out) == (3, "")
    assert done.err.startswith("No account is connected.")


async def test_the_account_that_is_named_is_listed_else_the_one_used_last(data: Path) -> None:
    await asyncio.to_thread(filled, data)
    await asyncio.to_thread(filled, data, [make_copy(9)], 2)

    last = await runout(data, None, "list", "--json")
    named = await runout(data, None, "list", "--json", "--account", "collector_1")
    unknown = await runout(data, None, "list", "--account", "nobody")

    assert [last.result["instance_id"], len(named.out.splitlines())] == [9, 4]
    assert (unknown.code, unknown.out) == (2, "")


async def test_a_reader_who_has_seen_enough_is_no_trouble(data: Path) -> None:
    await asyncio.to_thread(filled, data, map(make_copy, range(1, 3_000)))
    for arguments in ((), ("--json",), ("--csv",)):
        reading, writing = os.pipe()
        process = await start(data, None, "list", *arguments, streams=(asyncio.subprocess.PIPE, writing, -1))
        os.close(writing)
        with os.fdopen(reading, "rb") as first:
            line = await asyncio.to_thread(first.readline)
        _, err = await process.communicate()
        assert line
        assert err == b""


async def test_texts_come_out_in_utf_8_whatever_the_terminal_speaks(data: Path) -> None:
    await asyncio.to_thread(filled, data)
    for arguments in (("--json",), ("--csv",), ()):
        done = await runout(data, None, "list", "lodz", *arguments, PYTHONIOENCODING="ascii")
        assert (done.code, done.err) == (0, "")
        assert ("Łódź ’76" in done.out) is bool(arguments)
        assert ("??d? ?76" in done.out) is not bool(arguments)


def test_nothing_of_the_network_nor_of_the_screen_is_loaded(data: Path) -> None:
    filled(data)
    code = "import os, sys; os.environ['RUNOUT_DATA_DIR'] = sys.argv[1]\nfrom tui.__main__ import main\nmain(['list'])"
    loaded = {name.partition(".")[0] for name in modules_after(code, str(data))}
    assert "aiosqlite" in loaded
    assert not loaded & {"httpx", "aiohttp", "oauthlib", "cryptography", "textual"}


@pytest.mark.parametrize(
    ("words", "query"),
    [
        ((), ""),
        (("dub",), "dub"),
        (("dub", "-format:cd"), "dub -format:cd"),
        (("-format:cd", "dub", "-house", "-"), "-format:cd dub -house -"),
        (("dub", "--json", "ska", "--limit", "5", "-quiet"), "dub ska -quiet"),
        (("--", "--json", "-q"), "--json -q"),
        (('label:"studio one" year:1970..',), 'label:"studio one" year:1970..'),
    ],
)
def test_the_words_of_a_query_are_taken_wherever_they_stand(words: tuple[str, ...], query: str) -> None:
    given = parse(["list", *words])
    assert Options.of(given).query == query
    assert given.json is ("ska" in words)


def test_options_are_told_from_the_words_of_a_query() -> None:
    given = parse(["--account", "me", "list", "dub", "--sort", "-added,artist", "--csv", "-q", "--limit", "1,000"])
    assert Options.of(given) == Options("dub", "-added,artist", 1_000, as_csv=True)
    assert (given.quiet, given.account) == (True, "me")
    assert Options.of(parse(["list"])) == Options()


@pytest.mark.parametrize(
    "words", [("--jsn",), ("--json", "--csv"), ("--limit", "-1"), ("--limit",), ("--sort",), ("--limit", "x")]
)
def test_what_is_no_option_is_refused(words: tuple[str, ...], capsys: Captured) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(["list", "dub", *words])
    assert ended.value.code == 2
    assert capsys.readouterr().out == ""


def test_wants_are_listed_when_they_are_asked_for(config: Config, capsys: Captured) -> None:
    async def want() -> None:
        async with open_database(config.paths.database) as database:
            stores = Repositories.of(database, Cipher(config.paths.key))
            async with database.tx() as tx:
                wants = (make_copy(40, make_release(40, "Łódź ’76", year=1977)), make_copy(50, make_release(50)))
                await stores.collections.apply(tx, make_account(1).id, Changes(added=wants), Shelf.WANTLIST)

    asyncio.run(want())
    assert list_copies(config, "", Options(as_json=True, shelf=Shelf.WANTLIST)) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {row["instance_id"]: row["owned"] for row in rows} == {40: "this pressing", 50: None}
    assert list_copies(config, "", Options("polka", shelf=Shelf.WANTLIST)) == 0
    assert "none of 2 wants" in capsys.readouterr().err
    assert list_copies(config, "", Options(shelf=Shelf.WANTLIST)) == 0
    assert "Owned" in capsys.readouterr().out.splitlines()[0]
    assert list_copies(config, "", Options(order="media", shelf=Shelf.WANTLIST)) == 0


def test_what_wants_can_be_sorted_by_is_said_of_wants(config: Config, capsys: Captured) -> None:
    assert list_copies(config, "", Options(order="colour", shelf=Shelf.WANTLIST)) == 2
    said = capsys.readouterr().err
    assert said.startswith("Wants cannot be sorted by")
    assert "owned" in said
    assert "folder" not in said


def test_wants_are_asked_for_by_an_option() -> None:
    assert Options.of(parse(["list", "--wants"])).shelf is Shelf.WANTLIST
    assert Options.of(parse(["list"])).shelf is Shelf.COLLECTION
