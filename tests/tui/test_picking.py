"""`runout random`: a record to listen to, in the shell: for people, and for scripts."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterable
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from core.app import open_core
from core.config import Config
from core.domain.collection import Copy
from core.domain.plays import Play
from core.domain.release import Format
from core.errors import NothingOffered
from tests.factories import make_copy, make_release
from tests.tui.hostile import HOSTILE, harms
from tests.tui.states import disconnected, half_arrived, refused, synced
from tests.tui.test_listing import SHELF, filled
from tui.arguments import parse
from tui.picking import Options, random

import pytest
from rich.cells import cell_len

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return filled(tmp_path, SHELF)


def offered(config: Config, capsys: Captured, **options: Any) -> dict[str, Any]:
    assert random(config, Options(as_json=True, **options)) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def plays(config: Config) -> tuple[Play, ...]:
    found: list[Play] = []

    async def ask() -> None:
        async with open_core(config) as core:
            account = await core.library.account()
            assert account is not None
            found.extend(await core.plays.listed(account))

    asyncio.run(ask())
    return tuple(found)


def test_one_object_tells_of_the_record_and_its_copies(tmp_path: Path, capsys: Captured) -> None:
    release = make_release(10, "Dub", artist="[/] Ann", year=1976, master_id=7, catno="HM 1")
    copies = [make_copy(1, release, folder_id=3, rating=4, fields={1: "Mint (M)", 2: "Generic"}), make_copy(2, release)]
    assert offered(filled(tmp_path, copies), capsys) == {
        "release_id": 10,
        "master_id": 7,
        "artist": "[/] Ann",
        "title": "Dub",
        "year": 1976,
        "labels": ["Hall Of Mirrors"],
        "catnos": ["HM 1"],
        "formats": ["Vinyl, LP, Album"],
        "plays": 0,
        "last_played": None,
        "copies": [
            {
                "instance_id": 1,
                "folder": "Jazz & Dub",
                "media": "Mint (M)",
                "sleeve": "Generic",
                "rating": 4,
                "added": "2024-05-11T18:29:49Z",
            },
            {
                "instance_id": 2,
                "folder": None,
                "media": None,
                "sleeve": None,
                "rating": None,
                "added": "2024-05-11T18:29:49Z",
            },
        ],
        "among": 1,
        "left": "some",
        "seed": None,
    }


def test_people_read_what_it_is_where_it_stands_and_when_it_was_played(tmp_path: Path, capsys: Captured) -> None:
    config = filled(tmp_path, [make_copy(1, rating=4, folder_id=3, fields={1: "Near Mint (NM or M-)"})])
    assert random(config, Options()) == 0
    told = capsys.readouterr()
    assert told.out.splitlines() == [
        "The Gunmen - Kingston Echoes (1976)",
        "  LP · Hall Of Mirrors · HM 001",
        "  Jazz & Dub · NM / – · ★★★★☆ · added 2024-05-11",
        "  never played",
        "  https://www.discogs.com/release/1",
    ]
    assert told.err.startswith("This is the only one there is.")
    assert "--not-tonight" in told.err
    assert random(config, Options(played=True)) == 0
    assert random(config, Options()) == 0
    assert "  played once, last just now" in capsys.readouterr().out.splitlines()


def test_a_query_says_which_may_be_offered(config: Config, capsys: Captured) -> None:
    assert {offered(config, capsys, query="genre:electronic")["release_id"] for _ in range(3)} == {40}
    assert offered(config, capsys, query="-genre:reggae")["among"] == 2


def test_nothing_is_offered_twice_in_a_row(config: Config, capsys: Captured) -> None:
    found = [offered(config, capsys)["release_id"] for _ in range(12)]
    assert all(one != other for one, other in pairwise(found))


def test_not_tonight_puts_off_what_was_offered_and_offers_another(config: Config, capsys: Captured) -> None:
    first = offered(config, capsys)["release_id"]
    found = {offered(config, capsys, not_tonight=not at)["release_id"] for at in range(10)}
    assert first not in found


def test_played_logs_what_was_offered_last(config: Config, capsys: Captured) -> None:
    release = offered(config, capsys)["release_id"]
    assert random(config, Options(played=True, as_json=True)) == 0
    told = capsys.readouterr()
    assert [play.release_id for play in plays(config)] == [release] == [json.loads(told.out)["release_id"]]
    assert json.loads(told.out)["plays"] == 1
    assert told.err.startswith("Logged: ")


@pytest.mark.parametrize("options", [Options(played=True), Options(not_tonight=True)])
def test_of_nothing_that_was_offered_nothing_can_be_said(config: Config, options: Options) -> None:
    with pytest.raises(NothingOffered):
        random(config, options)
    assert plays(config) == ()


def test_the_same_seed_offers_the_same_record_and_remembers_nothing(config: Config, capsys: Captured) -> None:
    first = offered(config, capsys, seed=7)
    with pytest.raises(NothingOffered):
        random(config, Options(not_tonight=True))
    capsys.readouterr()
    offered(config, capsys)
    assert offered(config, capsys, seed=7) == first
    assert first["seed"] == 7
    assert random(config, Options(seed=7)) == 0
    assert "--not-tonight" not in capsys.readouterr().err
    assert len({offered(config, capsys, seed=seed)["release_id"] for seed in range(20)}) == 4


def test_played_and_a_query_are_two_things(config: Config, capsys: Captured) -> None:
    assert random(config, Options(query="dub", played=True)) == 2
    assert "runout played" in capsys.readouterr().err


def test_a_query_that_is_not_understood_is_marked(config: Config, capsys: Captured) -> None:
    assert random(config, Options(query="gnre:x")) == 2
    told = capsys.readouterr()
    assert (told.out, told.err.splitlines()[1:]) == ("", ["  gnre:x", "  ^^^^^"])


@pytest.mark.parametrize("as_json", [True, False])
def test_where_nothing_matches_nothing_comes_out_and_it_is_a_failure(
    config: Config, capsys: Captured, as_json: bool
) -> None:
    assert random(config, Options(query="zzz", as_json=as_json)) == 1
    assert tuple(capsys.readouterr()) == ("", "Nothing matches: none of 4 copies.\n")


def test_before_the_first_sync_it_is_said_what_to_do(tmp_path: Path, capsys: Captured) -> None:
    assert random(filled(tmp_path, ()), Options()) == 1
    assert tuple(capsys.readouterr()) == ("", "Nothing of collector_1 is here yet. Run `runout sync`.\n")


def test_while_the_first_sync_runs_what_is_here_is_offered_and_can_be_logged(tmp_path: Path, capsys: Captured) -> None:
    config = half_arrived(tmp_path)
    assert random(config, Options(query="gunmen")) == 0
    told = capsys.readouterr()
    assert told.out.startswith("The Gunmen - Kingston Echoes (1976)\n")
    assert told.err.startswith("The first sync is not over: 4 of 250 copies are here.\n")
    assert random(config, Options(played=True)) == 0
    assert [play.release_id for play in plays(config)] == [1]


def test_what_is_old_is_offered_and_said_to_be_old(tmp_path: Path, capsys: Captured) -> None:
    config = synced(tmp_path, timedelta(hours=7))
    assert random(config, Options()) == 0
    assert "What is here is from 7 h ago; to renew it, run `runout sync`.\n" in capsys.readouterr().err
    fresh = synced(tmp_path / "fresh", timedelta(hours=5))
    assert random(fresh, Options()) == 0
    assert "What is here" not in capsys.readouterr().err


def test_who_has_to_connect_again_is_told_and_served(tmp_path: Path, capsys: Captured) -> None:
    assert random(refused(tmp_path), Options()) == 0
    told = capsys.readouterr()
    assert told.out
    assert "Discogs no longer accepts the token of collector_1." in told.err
    assert random(disconnected(tmp_path / "none"), Options()) == 0
    assert "collector_1 is disconnected." in capsys.readouterr().err


def test_each_account_has_a_memory_of_its_own(tmp_path: Path, capsys: Captured) -> None:
    filled(tmp_path, SHELF)
    config = filled(tmp_path, [make_copy(9)], 2)
    assert offered(config, capsys)["release_id"] == 9
    with pytest.raises(NothingOffered):
        random(config, Options("collector_1", not_tonight=True))
    assert offered(config, capsys, account="collector_1")["among"] == 4


def hostile_copies() -> Iterable[Copy]:
    for at, text in enumerate(HOSTILE):
        form = Format(text, text, text, (text,))
        release = make_release(10 + at, text, artist=text, label=text, catno=text, formats=[form])
        yield make_copy(10 + at, release, fields={1: text, 2: text})


def test_hostile_texts_do_no_harm(tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    config = filled(tmp_path, hostile_copies())
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    for at in range(len(HOSTILE)):
        for as_json in (True, False):
            assert random(config, Options(query=f"release:{10 + at}", as_json=as_json)) == 0
            told = capsys.readouterr()
            assert not {char for char in told.out + told.err if harms(char)} - {"\n"}
            assert as_json or all(cell_len(line) <= 40 for line in told.out.splitlines())


def test_options_are_told_from_the_words_of_a_query() -> None:
    given = parse(["random", "dub", "-format:cd", "--seed", "-7", "--json", "-q"])
    assert Options.of(given) == Options(query="dub -format:cd", seed=-7, as_json=True)
    assert Options.of(parse(["--account", "me", "random", "--not-tonight"])) == Options("me", not_tonight=True)
    for words in (["--seed", "1", "--played"], ["--seed", "x"], ["--not-tonight", "--played"]):
        with pytest.raises(SystemExit):
            parse(["random", *words])
