"""`runout played`: the listening log, in the shell: for people, and for scripts."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from core.config import Config
from core.errors import (
    NeverHere,
    NoSuchAccount,
    NoSuchPlay,
    NotConnected,
    PlayAhead,
    PlayTooEarly,
)
from tests.factories import make_copy, make_release
from tests.tui.hostile import HOSTILE, harms
from tests.tui.states import disconnected, half_arrived, refused, synced
from tests.tui.test_listing import SHELF, filled
from tui.arguments import parse
from tui.playing import Options, played

import pytest

Captured = pytest.CaptureFixture[str]
GUNMEN: Final = "The Gunmen - Kingston Echoes (1976)"


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return filled(tmp_path, SHELF)


def logged(config: Config, capsys: Captured, words: str, **options: Any) -> dict[str, Any]:
    assert played(config, Options(words=words, as_json=True, **options)) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def log(config: Config, capsys: Captured, **options: Any) -> list[dict[str, Any]]:
    """The whole log, as other programs read it."""
    capsys.readouterr()
    assert played(config, Options(lists=True, as_json=True, **options)) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_one_object_tells_what_was_logged(config: Config, capsys: Captured) -> None:
    found = logged(config, capsys, "gunmen", at="2026-03-01T21:30Z")
    assert found.pop("logged_at") is not None
    assert found == {
        "number": 1,
        "release_id": 1,
        "artist": "The Gunmen",
        "title": "Kingston Echoes",
        "labels": ["Hall Of Mirrors"],
        "catnos": ["HM 001"],
        "formats": ["Vinyl, LP, Album"],
        "year": 1976,
        "played_at": "2026-03-01T21:30:00Z",
        "plays": 1,
    }
    assert [one["played_at"] for one in log(config, capsys)] == ["2026-03-01T21:30:00Z"]


@pytest.mark.parametrize(
    "words", ["1", "r1", "[r1]", "https://www.discogs.com/release/1-The-Gunmen", "kingston echoes", "rating:5"]
)
def test_a_record_is_named_by_number_by_its_page_or_by_what_leaves_no_other(
    config: Config, capsys: Captured, words: str
) -> None:
    assert played(config, Options(words=words)) == 0
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith(f"Logged: {GUNMEN}, ")
    assert "played once by now" in told.err


def test_a_number_that_is_no_release_here_is_a_word_of_the_query(config: Config, capsys: Captured) -> None:
    assert logged(config, capsys, "001")["release_id"] == 1
    assert played(config, Options(words="977")) == 1
    assert capsys.readouterr().err == "Nothing matches: none of 4 copies.\n"


def test_a_release_that_never_was_here_is_refused(config: Config, capsys: Captured) -> None:
    for words in ("r99", "https://www.discogs.com/release/99"):
        with pytest.raises(NeverHere):
            played(config, Options(words=words))
    assert log(config, capsys) == []


def test_several_copies_of_one_release_are_one_record(tmp_path: Path, capsys: Captured) -> None:
    config = filled(tmp_path, [make_copy(1), make_copy(2, make_release(1))])
    assert logged(config, capsys, "gunmen")["release_id"] == 1


def test_of_several_records_the_first_few_are_named_and_nothing_is_logged(tmp_path: Path, capsys: Captured) -> None:
    config = filled(tmp_path, [make_copy(number) for number in range(1, 9)])
    assert played(config, Options(words="gunmen")) == 4
    told = capsys.readouterr()
    first, *lines, last = told.err.splitlines()
    assert told.out == ""
    assert first == "8 records match. Say more, or name one by its number:"
    assert [line.split()[0] for line in lines] == ["r1", "r2", "r3", "r4", "r5"]
    assert last == "  and 3 others"
    assert log(config, capsys) == []


@pytest.mark.parametrize(("at", "error"), [("2999-01-01", PlayAhead), ("1700-01-01", PlayTooEarly)])
def test_nothing_is_played_tomorrow_nor_before_there_were_records(
    config: Config, capsys: Captured, at: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        played(config, Options(words="gunmen", at=at))
    assert log(config, capsys) == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (Options(words="gunmen", at="soon"), "'soon' is no moment."),
        (Options(words="gunmen", at=""), "'' is no moment."),
        (Options(lists=True, since=""), "'' is no moment."),
        (Options(lists=True, since="\x1b[31m"), "'[31m' is no moment."),
        (Options(at="2h"), "--at says when something was played; say what, too."),
        (Options(words="dub", lists=True), "--list and --export are of the whole log"),
        (Options(words="dub", export="-"), "--list and --export are of the whole log"),
        (Options(words="dub", since="2h"), "--since is for --list and --export."),
        (Options(words="dub", undo=True), "'dub' is no number of a play."),
        (Options(export="plays.xlsx"), "plays.xlsx should end in .csv or .jsonl"),
        (Options(force=True), "--force is for --export"),
        (Options(words="gnre:x"), "Expected "),
    ],
)
def test_what_cannot_be_meant_is_a_sentence_and_changes_nothing(
    config: Config, capsys: Captured, options: Options, said: str
) -> None:
    assert played(config, options) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith(said)


def test_a_time_without_a_zone_is_the_machine_s(
    config: Config, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert logged(config, capsys, "gunmen", at="2026-03-01T21:30")["played_at"] == "2026-03-01T12:30:00Z"
        assert logged(config, capsys, "gunmen", at="2026-03-01")["played_at"] == "2026-03-01T12:00:00Z"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_without_anything_the_last_ten_are_listed(config: Config, capsys: Captured) -> None:
    for day in range(1, 13):
        logged(config, capsys, "gunmen", at=f"2026-03-{day:02}T00:30Z")
    assert played(config, Options()) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 10
    assert lines[0].split()[:2] == ["12", "2026-03-12"]
    assert lines[0].endswith(f"  {GUNMEN}")
    assert len(log(config, capsys)) == 12
    assert [one["number"] for one in log(config, capsys, since="2026-03-11")] == [12, 11]


def test_what_was_logged_last_or_by_number_is_taken_back(config: Config, capsys: Captured) -> None:
    for words in ("1", "30", "40"):
        logged(config, capsys, words)
    assert played(config, Options(undo=True)) == 0
    assert capsys.readouterr().err.startswith("Taken back: 坂本龍一 - Łódź ’76 (1977), ")
    assert logged(config, capsys, "1", undo=True)["plays"] == 0
    assert [one["release_id"] for one in log(config, capsys)] == [30]
    for number in ("1", "9" * 30):
        with pytest.raises(NoSuchPlay):
            played(config, Options(words=number, undo=True))
    assert played(config, Options(undo=True)) == 0
    with pytest.raises(NoSuchPlay):
        played(config, Options(undo=True))


def test_an_empty_log_says_how_it_is_filled(config: Config, capsys: Captured) -> None:
    assert played(config, Options()) == 0
    assert tuple(capsys.readouterr()) == ("", "Nothing was logged yet. Run `runout played QUERY`.\n")
    assert played(config, Options(since="2h", lists=True)) == 0
    assert capsys.readouterr().err == "Nothing was played since then.\n"


def test_before_anybody_is_connected_it_is_said_what_to_do(tmp_path: Path) -> None:
    config = filled(tmp_path, SHELF)
    config.paths.database.unlink()
    for options in (Options(), Options(words="dub"), Options(undo=True), Options(export="-")):
        with pytest.raises(NotConnected):
            played(config, options)


def test_before_the_first_sync_it_is_said_what_to_do(tmp_path: Path, capsys: Captured) -> None:
    config = filled(tmp_path, ())
    assert played(config, Options(words="dub")) == 1
    assert tuple(capsys.readouterr()) == ("", "Nothing of collector_1 is here yet. Run `runout sync`.\n")
    assert played(config, Options()) == 0


def test_while_the_first_sync_runs_what_is_here_can_be_logged(tmp_path: Path, capsys: Captured) -> None:
    config = half_arrived(tmp_path)
    assert played(config, Options(words="gunmen")) == 0
    first, second = capsys.readouterr().err.splitlines()
    assert first == "The first sync is not over: 4 of 250 copies are here."
    assert second.startswith(f"Logged: {GUNMEN}, ")
    assert played(config, Options(words="r40")) == 0


def test_what_is_old_is_searched_and_said_to_be_old(tmp_path: Path, capsys: Captured) -> None:
    assert played(synced(tmp_path, timedelta(days=3)), Options(words="gunmen")) == 0
    first, second = capsys.readouterr().err.splitlines()
    assert first == "What is here is from 3 d ago; to renew it, run `runout sync`."
    assert second.startswith("Logged: ")


def test_who_has_to_connect_again_is_told_and_served(tmp_path: Path, capsys: Captured) -> None:
    for config, said in (
        (refused(tmp_path / "refused"), "Discogs no longer accepts the token of collector_1."),
        (disconnected(tmp_path / "none"), "collector_1 is disconnected."),
    ):
        assert played(config, Options(words="gunmen")) == 0
        first, second = capsys.readouterr().err.splitlines()
        assert first.startswith(said)
        assert second.startswith("Logged: ")


def test_each_account_has_a_log_of_its_own(tmp_path: Path, capsys: Captured) -> None:
    filled(tmp_path, SHELF)
    config = filled(tmp_path, [make_copy(9)], 2)
    assert logged(config, capsys, "gunmen")["release_id"] == 9
    assert logged(config, capsys, "gunmen", account="collector_1")["release_id"] == 1
    assert [one["release_id"] for one in log(config, capsys)] == [9]
    with pytest.raises(NoSuchAccount):
        played(config, Options(account="nobody"))


def test_hostile_texts_do_no_harm(tmp_path: Path, capsys: Captured) -> None:
    copies = [make_copy(10 + at, make_release(10 + at, text, artist=text)) for at, text in enumerate(HOSTILE)]
    config = filled(tmp_path, copies)
    for at in range(len(HOSTILE)):
        assert played(config, Options(words=f"r{10 + at}")) == 0
    assert played(config, Options(words="reggae")) in (1, 4)
    assert played(config, Options(words="genre:reggae")) == 4
    for options in (Options(lists=True), Options(lists=True, as_json=True), Options(export="-")):
        assert played(config, options) == 0
        told = capsys.readouterr()
        assert not {char for char in told.out + told.err if harms(char)} - {"\n", "\r"}
        assert len(told.out.splitlines()) == len(HOSTILE) + bool(options.export)


def test_options_are_told_from_the_words() -> None:
    given = parse(["played", "kingston", "-format:cd", "--at", "2h", "--json"])
    assert Options.of(given) == Options(words="kingston -format:cd", at="2h", as_json=True)
    assert Options.of(parse(["played", "--undo", "12"])) == Options(words="12", undo=True)
    assert Options.of(parse(["played", "--list", "--since", "30d"])) == Options(lists=True, since="30d")
    assert Options.of(parse(["played", "--export", "x.csv", "--force"])) == Options(export="x.csv", force=True)
    for words in (["--list", "--undo"], ["--undo", "--export", "-"], ["--export"], ["--at"]):
        with pytest.raises(SystemExit):
            parse(["played", *words])


def test_a_play_is_of_now_unless_it_is_said_otherwise(config: Config, capsys: Captured) -> None:
    before = datetime.now(UTC)
    at = datetime.fromisoformat(logged(config, capsys, "gunmen")["played_at"])
    assert before <= at <= datetime.now(UTC)
