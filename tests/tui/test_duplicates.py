"""What is owned more than once, in the shell: for people, and for scripts."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from core.config import Config
from core.domain.release import Format
from tests.factories import ADDED, make_copy, make_release
from tests.processes import runout
from tests.tui.hostile import HOSTILE, harms
from tests.tui.knowing import learn
from tests.tui.test_listing import filled
from tui.duplicates import Options, list_duplicates

import pytest
from rich.cells import cell_len

DUB: Final = make_release(10, "Dub", artist="[/] Ann", year=1976, master_id=7, catno="HM 1")
SHELF: Final = (
    make_copy(1, DUB, folder_id=3, fields={1: "Near Mint (NM or M-)", 2: "Generic"}),
    make_copy(2, DUB, added=None),
    make_copy(3, make_release(11, "Dub Again", artist="Ann", year=None, master_id=7, formats=[Format("CD")])),
    make_copy(4, make_release(12, "Solo", artist="Bob", labels=[], formats=[], year=1980)),
    make_copy(5, make_release(13, "SOLO!", artist="bob", year=1980)),
    make_copy(6, make_release(14, "Alone", artist="Zed")),
)

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return filled(tmp_path, SHELF)


def told(config: Config, capsys: Captured, query: str = "") -> list[dict[str, Any]]:
    """The objects that come out."""
    assert list_duplicates(config, Options(query=query, as_json=True)) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_one_object_for_each_group(config: Config, capsys: Captured) -> None:
    release, master, alike = told(config, capsys)
    assert list(release) == ["kind", "artist", "title", "year", "copies"]
    assert {**release, "copies": len(release["copies"])} == {
        "kind": "release",
        "artist": "[/] Ann",
        "title": "Dub",
        "year": 1976,
        "copies": 2,
    }
    assert release["copies"][0] == {
        "instance_id": 1,
        "release_id": 10,
        "media": "Near Mint (NM or M-)",
        "sleeve": "Generic",
        "folder": "Jazz & Dub",
        "added": "2024-05-11T18:29:49Z",
        "format": "Vinyl, LP, Album",
        "label": "Hall Of Mirrors",
        "catno": "HM 1",
        "year": 1976,
    }
    assert (master["kind"], master["year"], numbers(master)) == ("master", None, [1, 2, 3])
    assert (alike["kind"], alike["year"], numbers(alike)) == ("alike", 1980, [4, 5])


def numbers(group: Mapping[str, Any]) -> list[int]:
    return [copy["instance_id"] for copy in group["copies"]]


def test_what_is_not_known_of_a_copy_is_null(config: Config, capsys: Captured) -> None:
    *_, alike = told(config, capsys)
    unknown = {name: value for name, value in alike["copies"][0].items() if value is None}
    assert set(unknown) == {"media", "sleeve", "folder", "format", "label", "catno"}
    assert told(config, capsys)[0]["copies"][1]["added"] is None


def test_only_what_a_query_leaves_is_compared(config: Config, capsys: Captured) -> None:
    assert [group["kind"] for group in told(config, capsys, "ann -format:cd")] == ["release"]
    assert [numbers(group) for group in told(config, capsys, "folder:jazz")] == []


def test_people_read_it_in_80_columns(config: Config, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert list_duplicates(config, Options()) == 0
    told = capsys.readouterr()
    lines = told.out.splitlines()
    assert all(cell_len(line) <= 80 for line in lines)
    assert lines[0].split() == ["Year", "Media", "Sleeve", "Folder", "Format", "Label", "Number", "Added"]
    assert lines[1] == "2 × [/] Ann - Dub (1976), the same release"
    assert lines[2].split()[:4] + lines[2].split()[-1:] == ["1976", "NM", "Generic", "Jazz", "2024-05-11"]
    assert lines[4] == "3 × [/] Ann - Dub, the same master"
    assert lines[8] == "2 × Bob - Solo (1980), the same artist, title and year"
    assert told.err == "5 copies in 3 groups: 1 of one release, 1 of one master, 1 alike.\n"


def test_two_groups_that_are_called_the_same_stay_two(tmp_path: Path, capsys: Captured) -> None:
    releases = (make_release(10, master_id=1), make_release(11, master_id=2))
    config = filled(tmp_path, [make_copy(10 * n + r.id, r) for r in releases for n in (1, 2)])
    assert list_duplicates(config, Options()) == 0
    assert capsys.readouterr().out.count("the same release") == 2


def test_when_nothing_is_here_twice_that_is_said(tmp_path: Path, capsys: Captured) -> None:
    config = filled(tmp_path, SHELF[-1:])
    assert list_duplicates(config, Options()) == 0
    assert capsys.readouterr() == ("", "Nothing is here twice, among 1 copy.\n")
    assert list_duplicates(config, Options(as_json=True)) == 0
    assert capsys.readouterr().out == ""


def test_before_the_first_sync_it_is_said_what_to_do(tmp_path: Path, capsys: Captured) -> None:
    assert list_duplicates(filled(tmp_path, ()), Options()) == 0
    assert capsys.readouterr() == ("", "Nothing of collector_1 is here yet. Run `runout sync`.\n")


def test_a_query_that_is_not_understood_is_marked(config: Config, capsys: Captured) -> None:
    assert list_duplicates(config, Options(query="gnre:x")) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines()[1:] == ["  gnre:x", "  ^^^^^"]


async def test_before_anybody_is_connected_it_is_said_what_to_do(tmp_path: Path) -> None:
    done = await runout(tmp_path, None, "duplicates", "--json")
    assert (done.code, done.out) == (3, "")
    assert "runout connect" in done.err


async def test_a_dash_begins_a_word_of_the_query(tmp_path: Path) -> None:
    await asyncio.to_thread(filled, tmp_path, SHELF)
    done = await runout(tmp_path, None, "duplicates", "-format:cd", "--json")
    assert [json.loads(line)["kind"] for line in done.out.splitlines()] == ["release", "alike"]


def test_the_year_of_a_master_that_was_read_is_told(config: Config, capsys: Captured) -> None:
    asyncio.run(learn(config, [(7, 1968)], ADDED))
    assert told(config, capsys)[1]["year"] == 1968
    assert list_duplicates(config, Options()) == 0
    assert "3 × [/] Ann - Dub (first in 1968), the same master\n" in capsys.readouterr().out


@pytest.mark.parametrize("as_json", [True, False])
def test_hostile_texts_do_no_harm(tmp_path: Path, capsys: Captured, as_json: bool) -> None:
    releases = [
        make_release(10 + at, text, artist=text, label=text, catno=text, formats=[Format(text, text, text, (text,))])
        for at, text in enumerate(HOSTILE)
    ]
    copies = [make_copy(100 * n + one.id, one, fields={1: one.title, 2: one.title}) for one in releases for n in (1, 2)]
    assert list_duplicates(filled(tmp_path, copies), Options(as_json=as_json)) == 0
    out = capsys.readouterr().out
    assert not {char for char in out if harms(char)} - {"\n"}
    if as_json:
        assert len(out.splitlines()) == len(HOSTILE)
