"""`runout stats`: figures in the shell, for people and for scripts."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from core.config import Config
from core.domain.account import PersonalToken
from core.domain.collection import Copy
from core.domain.details import ReleaseDetails
from core.domain.ids import ReleaseId, Shelf
from core.domain.release import Artist, Format
from core.store.cipher import Cipher
from core.store.database import open_database
from core.store.repositories import Repositories
from tests.factories import ADDED, make_account, make_copy, make_release
from tests.journeys.terminal import in_terminal
from tests.processes import runout
from tests.tui.hostile import HOSTILE, harms
from tests.tui.knowing import know, learn
from tests.tui.test_listing import filled
from tui.stats import Options, stats

import pytest
from rich.cells import cell_len

DUB: Final = make_release(10, "Dub", artist="[/] Ann", year=1976, master_id=7, styles=("Dub", "Roots Reggae"))
SHELF: Final = (
    make_copy(1, DUB, folder_id=3, rating=5, fields={1: "Near Mint (NM or M-)", 2: "Generic"}),
    make_copy(2, DUB, added=None),
    make_copy(3, make_release(11, "Dub Again", artist="Various", year=1999, formats=[Format("CD")]), added=ADDED),
    make_copy(4, make_release(12, "", artists=(), labels=(), formats=(), genres=(), styles=(), year=None)),
    make_copy(5, make_release(13, "Échos", artist="坂本龍一", label="Not On Label", genres=("Rock", "Reggae"))),
    make_copy(6, make_release(14, "مرحبا", artist="Gunmen (2)", year=2001), added=ADDED.replace(year=2020)),
)

Captured = pytest.CaptureFixture[str]

LINE_KEYS: Final = ("value", "copies", "releases")


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return filled(tmp_path, SHELF)


def told(config: Config, capsys: Captured, query: str = "") -> dict[str, Any]:
    """The object that comes out."""
    assert stats(config, Options(query=query, as_json=True)) == 0
    (line,) = capsys.readouterr().out.splitlines()
    found: dict[str, Any] = json.loads(line)
    return found


def printed(config: Config, capsys: Captured, *, query: str = "", original: bool = False) -> list[str]:
    assert stats(config, Options(query=query, original=original)) == 0
    return capsys.readouterr().out.splitlines()


def section(lines: list[str], title: str) -> list[str]:
    """The lines below a title, single blanks between their words."""
    begin = lines.index(title) + 1
    end = lines.index("", begin) if "" in lines[begin:] else len(lines)
    return [" ".join(line.split()) for line in lines[begin:end]]


def test_every_figure_is_in_the_object(config: Config, capsys: Captured) -> None:
    found = told(config, capsys)
    assert list(found) == [
        *("query", "copies", "releases", "artists", "labels", "genres", "styles", "formats", "sizes", "speeds"),
        *("pressings", "originals", "countries", "folders", "media", "sleeves", "ratings", "rating_mean", "months"),
        *("newest", "first_added", "last_added", "added_per_year"),
        *("oldest", "latest", "oldest_original", "latest_original", "coverage"),
    ]
    assert (found["query"], found["copies"], found["releases"]) == ("", 6, 5)
    assert found["artists"] == {
        "known": 3,
        "top": [
            {"value": "[/] Ann", "copies": 2, "releases": 1},
            {"value": "坂本龍一", "copies": 1, "releases": 1},
            {"value": "Gunmen (2)", "copies": 1, "releases": 1},
        ],
        "others": 0,
        "various": 1,
        "unknown": 1,
    }
    assert found["labels"] == {
        "known": 1,
        "top": [{"value": "Hall Of Mirrors", "copies": 4, "releases": 3}],
        "others": 0,
        "not_on_label": 1,
        "unknown": 1,
    }
    assert found["genres"] == [
        {"value": "Reggae", "copies": 5, "releases": 4},
        {"value": "Rock", "copies": 1, "releases": 1},
        {"value": None, "copies": 1, "releases": 1},
    ]
    assert found["folders"] == [{"value": "Jazz & Dub", "copies": 1}, {"value": None, "copies": 5}]
    assert found["sizes"] == [
        {"value": "12", "copies": 4, "releases": 3},
        {"value": None, "copies": 2, "releases": 2},
    ]
    assert found["pressings"]["decades"][0] == {"value": "1970s", "copies": 3, "releases": 2}
    assert found["ratings"] == [{"value": "5", "copies": 1}, {"value": None, "copies": 5}]
    assert found["rating_mean"] == 5
    assert found["months"] == [
        {"value": "2020-05", "copies": 1},
        {"value": "2024-05", "copies": 4},
        {"value": None, "copies": 1},
    ]
    assert [one["instance_id"] for one in found["newest"]] == [5, 4, 3, 1, 6]
    assert found["first_added"] == {
        "instance_id": 6,
        "release_id": 14,
        "artist": "Gunmen",
        "title": "مرحبا",
        "year": 2001,
        "added": "2020-05-11T18:29:49Z",
    }
    assert (found["oldest"]["year"], found["latest"]["year"]) == (1976, 2001)
    assert found["coverage"] == {
        "original": {"known": 0, "not_told": 0, "unread": 2, "none": 4},
        "country": {"known": 0, "not_told": 0, "unread": 6, "none": 0},
        "details": {"known": 0, "not_told": 0, "unread": 6, "none": 0},
    }


def test_what_was_read_of_masters_and_releases_is_counted(config: Config, capsys: Captured) -> None:
    asyncio.run(learn(config, [(7, 1968)], ADDED))
    asyncio.run(know(config, ReleaseDetails(ReleaseId(11), "Dub Again", country="Jamaica"), at=ADDED))
    found = told(config, capsys)
    assert found["originals"]["years"][0] == {"value": "1968", "copies": 2, "releases": 1}
    assert found["originals"]["fallback"] == 3
    assert found["countries"] == [
        {"value": "Jamaica", "copies": 1, "releases": 1},
        {"value": None, "copies": 5, "releases": 4},
    ]
    assert found["coverage"]["original"] == {"known": 2, "not_told": 0, "unread": 0, "none": 4}
    assert found["oldest_original"]["year"] == 1968
    lines = printed(config, capsys, original=True)
    assert section(lines, "Decades, original years")[:2] == [f"1960s {'█' * 78} 2 33%", f"1970s {'█' * 39} 1 17%"]
    assert "Of 3 copies it is the year of the pressing: the original one is not known." in " ".join(lines)
    assert not [line for line in printed(config, capsys) if "original one" in line]


def test_only_what_a_query_leaves_is_counted(config: Config, capsys: Captured) -> None:
    assert told(config, capsys, "rock")["copies"] == 0
    found = told(config, capsys, "genre:reggae -format:cd")
    assert (found["query"], found["copies"], found["releases"]) == ("genre:reggae -format:cd", 4, 3)
    assert told(config, capsys, "sort:-year limit:2")["copies"] == 2


@pytest.mark.parametrize("cells", [16, 30, 40, 60, 80, 200])
def test_people_read_it_in_any_width(
    config: Config, capsys: Captured, monkeypatch: pytest.MonkeyPatch, cells: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(cells))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    lines = printed(config, capsys)
    assert max(map(cell_len, lines)) <= cells
    assert all(line.isprintable() and line == line.rstrip() for line in lines)
    if cells >= 40:
        assert section(lines, "Genres")[1].startswith("Rock █")
        assert section(lines, "Genres")[-1] == "no genre 1 17%"


def test_what_people_read_first(config: Config, capsys: Captured) -> None:
    lines = printed(config, capsys)
    assert [" ".join(line.split()) for line in lines[: lines.index("")]] == [
        "Copies 6 of 5 releases",
        "Artists 3; 1 by various artists",
        "Labels 1; 1 on no label",
        "Mean rating 5.0 of 5, of 1 copy",
        "First added 2020-05-11 Gunmen - مرحبا",
        "Last added 2024-05-11 坂本龍一 - Échos",
        *[line for line in (" ".join(line.split()) for line in lines) if line.startswith("Added per year")],
        "Oldest pressing 1976 [/] Ann - Dub",
        "Latest pressing 2001 Gunmen - مرحبا",
        "Oldest original 1976 [/] Ann - Dub",
        "Latest original 2001 Gunmen - مرحبا",
    ]
    assert section(lines, "Added last")[0] == "2024-05-11 坂本龍一 - Échos"
    assert section(lines, "Media condition")[0].startswith("NM █")
    assert section(lines, "Sizes")[0].startswith('12" █')
    assert "Speeds" not in lines  # Of none it is known.


def test_a_namesake_has_its_number_only_beside_another_one(tmp_path: Path, capsys: Captured) -> None:
    names = ("Gunmen", "Gunmen (2)", "Ann (3)")
    shelf = [make_copy(at, make_release(at, artists=[Artist(name)])) for at, name in enumerate(names, 1)]
    found = section(printed(filled(tmp_path, shelf), capsys), "Top artists")
    assert [line.split(" █")[0] for line in found] == ["Ann", "Gunmen", "Gunmen (2)"]


def test_a_single_record_reads_well(tmp_path: Path, capsys: Captured) -> None:
    lines = printed(filled(tmp_path, SHELF[:1]), capsys)
    assert [" ".join(line.split()) for line in lines[: lines.index("")]] == [
        "Copies 1",
        "Artists 1",
        "Labels 1",
        "Mean rating 5.0 of 5, of 1 copy",
        "Added 2024-05-11 [/] Ann - Dub",
        "Year, pressing 1976",
        "Year, original 1976",
    ]
    assert section(lines, "Releases per year, pressings")[0].endswith("1 100%")
    assert "Added last" not in lines


def test_years_stand_side_by_side_where_there_are_some(tmp_path: Path, capsys: Captured) -> None:
    shelf = [make_copy(at, make_release(at, year=1970 + at)) for at in (1, 2, 2 + 8, 40)]
    found = printed(filled(tmp_path, shelf), capsys)
    begin = found.index("Releases per year, pressings")
    drawn = found[begin + 1 : begin + 8]
    assert [line[:5] for line in drawn] == ["  1 │", "    │", "    │", "    │", "    │", "  0 │", "     "]
    bottom = drawn[5].removeprefix("  0 │")
    assert [at for at, char in enumerate(bottom) if char == "█"] == [0, 2, 18, 78] or bottom.count("█") == 4
    assert drawn[6].split() == ["1971", "2010"]


async def test_where_there_are_no_blocks_it_is_drawn_in_plain_letters(tmp_path: Path) -> None:
    await asyncio.to_thread(filled, tmp_path, SHELF)
    done = await runout(tmp_path, None, "stats", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert "####" in done.out
    assert done.out.isascii()


async def test_in_a_terminal_it_is_as_wide_as_that_and_has_no_colours(tmp_path: Path) -> None:
    await asyncio.to_thread(filled, tmp_path, SHELF)
    async with in_terminal(tmp_path, None, "stats", more={"FORCE_COLOR": "1"}) as terminal:
        assert await terminal.end() == 0
    # A block that comes in two pieces is read as something else.
    lines = [line for line in terminal.seen.splitlines() if "\ufffd" not in line]
    assert "\x1b" not in terminal.seen
    assert 60 < max(map(cell_len, lines)) <= 80


def test_a_query_that_is_not_understood_is_marked(config: Config, capsys: Captured) -> None:
    assert stats(config, Options(query="gnre:x")) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines()[1:] == ["  gnre:x", "  ^^^^^"]


def test_where_nothing_matches_that_is_said_and_the_object_is_whole(config: Config, capsys: Captured) -> None:
    assert stats(config, Options(query="zzz")) == 0
    assert capsys.readouterr() == ("", "Nothing matches: none of 6 copies.\n")
    found = told(config, capsys, "zzz")
    assert (found["copies"], found["genres"], found["oldest"], found["added_per_year"]) == (0, [], None, None)


def test_before_the_first_sync_it_is_said_what_to_do(tmp_path: Path, capsys: Captured) -> None:
    assert stats(filled(tmp_path, ()), Options()) == 0
    assert capsys.readouterr() == ("", "Nothing of collector_1 is here yet. Run `runout sync`.\n")


async def test_before_anybody_is_connected_it_is_said_what_to_do(tmp_path: Path) -> None:
    done = await runout(tmp_path, None, "stats", "--json")
    assert (done.code, done.out) == (3, "")
    assert "runout connect" in done.err


@pytest.mark.parametrize("refused", [False, True], ids=["stale", "needs reconnect"])
def test_what_is_old_is_counted_and_its_age_is_said(config: Config, capsys: Captured, refused: bool) -> None:
    then, number, token = (
        datetime.now(UTC) - timedelta(hours=7, minutes=1),
        make_account(1).id,
        PersonalToken("a token"),
    )

    async def age() -> None:
        async with open_database(config.paths.database) as database, database.tx() as tx:
            stores = Repositories.of(database, Cipher(config.paths.key))
            await stores.shelves.begin(tx, number, then)
            await stores.shelves.mark_published(tx, number, Shelf.COLLECTION, walked=then, checked=then)
            if refused:
                await stores.accounts.save(tx, make_account(1), token, ADDED)
                await stores.accounts.mark_refused(tx, number, token, then)

    asyncio.run(age())
    assert stats(config, Options(as_json=True)) == 0
    found = capsys.readouterr()
    assert json.loads(found.out)["copies"] == 6
    assert "What is here is from 7 h ago; to renew it, run `runout " in found.err
    assert ("Discogs no longer accepts the token of collector_1." in found.err) == refused


async def test_a_dash_begins_a_word_of_the_query(tmp_path: Path) -> None:
    await asyncio.to_thread(filled, tmp_path, SHELF)
    done = await runout(tmp_path, None, "stats", "-format:cd", "--json", "--original")
    assert json.loads(done.out)["copies"] == 5


def hostile(texts: Iterable[str]) -> list[Copy]:
    return [
        make_copy(
            at,
            make_release(
                10 + at,
                text,
                artist=text,
                label=text,
                genres=[text],
                styles=[text],
                formats=[Format(text, text, text, (text,))],
            ),
            fields={1: text, 2: text},
        )
        for at, text in enumerate(texts, 1)
    ]


@pytest.mark.parametrize("as_json", [True, False])
def test_hostile_texts_do_no_harm(tmp_path: Path, capsys: Captured, as_json: bool) -> None:
    assert stats(filled(tmp_path, hostile(HOSTILE)), Options(as_json=as_json)) == 0
    out = capsys.readouterr().out
    assert not {char for char in out if harms(char)} - {"\n"}
    assert as_json or max(map(cell_len, out.splitlines())) <= 100
