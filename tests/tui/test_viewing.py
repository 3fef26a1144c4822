"""`runout views`: saved, listed, shown, handed on, and told about when they are not understood."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from core import config as settings
from core.config import Config
from core.domain.views import SavedView, shared
from core.errors import NoSuchView, NotConnected, ViewExists, ViewTextUnusable
from tests.tui.states import half_arrived, refused, synced
from tests.tui.test_listing import SHELF, filled
from tui.arguments import parse
from tui.viewing import views

import pytest

Captured = pytest.CaptureFixture[str]
HEAR: Final = ("save", "To hear", "genre:reggae", "--sort", "-year", "--columns", "title,year")


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return synced(tmp_path / "data", timedelta(hours=1))


def told(config: Config, capsys: Captured, *words: str, code: int = 0) -> tuple[str, str]:
    """What goes to standard output, and what is said."""
    assert views(config, parse(["views", *words])) == code
    found = capsys.readouterr()
    return found.out, found.err


def test_a_view_is_saved_listed_and_shown(config: Config, capsys: Captured) -> None:
    assert told(config, capsys, *HEAR) == ("", "Saved as To hear: genre:reggae, sorted by -year.\n")
    assert told(config, capsys, "list") == ("To hear  genre:reggae, sorted by -year\n", "")
    out, said = told(config, capsys, "show", "to HEAR")
    heading, *lines = out.splitlines()
    assert heading.split() == ["Title", "Year"]
    assert [line.split()[0] for line in lines] == ["[31mDub", "Kingston"]
    assert said == ""


def test_the_records_of_a_view_come_as_those_of_a_list(config: Config, capsys: Captured) -> None:
    told(config, capsys, *HEAR)
    out, _ = told(config, capsys, "show", "to hear", "--json")
    assert [json.loads(line)["instance_id"] for line in out.splitlines()] == [3, 1]


def test_a_list_for_other_programs_has_an_object_a_line(config: Config, capsys: Captured) -> None:
    told(config, capsys, *HEAR)
    told(config, capsys, "save", "All of it", "--wants")
    out, _ = told(config, capsys, "list", "--json")
    found: list[dict[str, Any]] = [json.loads(line) for line in out.splitlines()]
    assert [one.pop("saved_at") is not None for one in found] == [True, True]
    assert found == [
        {"name": "All of it", "shelf": "wantlist", "query": "", "sort": "", "columns": [], "problem": None},
        {
            "name": "To hear",
            "shelf": "collection",
            "query": "genre:reggae",
            "sort": "-year",
            "columns": ["title", "year"],
            "problem": None,
        },
    ]


def test_a_name_that_is_taken_is_told_and_replaced_with_a_word(config: Config, capsys: Captured) -> None:
    told(config, capsys, *HEAR)
    with pytest.raises(ViewExists):
        views(config, parse(["views", "save", "TO HEAR", "x"]))
    assert told(config, capsys, "save", "TO HEAR", "x", "--replace")[1] == "Saved as TO HEAR: x.\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("save", "x", "shoesize:44"), "Expected a field; did you mean size:?"),
        (("save", "x", "--sort", "shoes"), "Copies cannot be sorted by 'shoes'"),
        (("save", "x", "--columns", "artist,shoes"), "There is no column 'shoes', only artist, title,"),
        (("save", "x", "--columns", "owned"), "There is no column 'owned'"),
    ],
)
def test_what_cannot_be_meant_is_a_sentence_and_nothing_is_saved(
    config: Config, capsys: Captured, words: tuple[str, ...], said: str
) -> None:
    assert said in told(config, capsys, *words, code=2)[1]
    assert told(config, capsys, "list") == ("", "No view is saved yet. `runout views save NAME QUERY` saves one.\n")


def test_a_view_is_renamed_and_removed(config: Config, capsys: Captured) -> None:
    told(config, capsys, *HEAR)
    assert told(config, capsys, "rename", "to hear", "Tonight")[1] == "It is called Tonight now.\n"
    assert told(config, capsys, "remove", "tonight")[1] == "Removed Tonight: genre:reggae, sorted by -year.\n"
    with pytest.raises(NoSuchView):
        views(config, parse(["views", "show", "tonight"]))


def test_a_view_is_handed_on_and_taken_in(config: Config, capsys: Captured) -> None:
    told(config, capsys, *HEAR)
    (text, said) = told(config, capsys, "share", "to hear")
    assert (text.count("\n"), said) == (1, "")
    assert told(config, capsys, "import", text, "--as", "Mine")[1] == "Saved as Mine: genre:reggae, sorted by -year.\n"
    with pytest.raises(ViewTextUnusable):
        views(config, parse(["views", "import", text[:-3]]))


def test_a_query_that_this_version_does_not_understand_is_told_and_not_lost(config: Config, capsys: Captured) -> None:
    later = shared(SavedView("Later", "shoesize:44"))
    assert "This version does not understand its query." in told(config, capsys, "import", later)[1]
    out, said = told(config, capsys, "list", "--json")
    assert json.loads(out)["query"] == "shoesize:44"
    assert json.loads(out)["problem"].startswith("Expected a field")
    assert said.startswith("The query of Later is not understood any more.")
    out, said = told(config, capsys, "show", "later", code=2)
    assert out == ""
    assert "it stays as it is" in said
    assert told(config, capsys, "share", "later")[0] == f"{later}\n"


def test_hostile_names_and_queries_are_safe_to_show(config: Config, capsys: Captured) -> None:
    told(config, capsys, "save", "\x1b[31mred\u202e", '"\x1b]0;x\x07"')
    out, said = told(config, capsys, "list")
    assert (out + said).replace("\n", "").isprintable()


def test_nobody_is_connected(tmp_path: Path) -> None:
    with pytest.raises(NotConnected):
        views(settings.load({"RUNOUT_DATA_DIR": str(tmp_path)}), parse(["views", "list"]))


def test_in_each_state_a_view_says_its_sentence_and_shows_what_it_can(tmp_path: Path, capsys: Captured) -> None:
    for name, config, lines, sentence in (
        ("a", filled(tmp_path / "a", ()), 0, "Nothing of collector_1 is here yet. Run `runout sync`.\n"),
        ("b", half_arrived(tmp_path / "b"), 2, "The first sync is not over: 4 of 250 copies are here.\n"),
        ("c", synced(tmp_path / "c", timedelta(days=3)), 2, "to renew it, run `runout sync`.\n"),
        ("d", refused(tmp_path / "d"), 2, "Discogs no longer accepts the token of collector_1."),
    ):
        told(config, capsys, *HEAR)
        out, said = told(config, capsys, "show", "to hear", "--json")
        assert len(out.splitlines()) == lines, name
        assert sentence in said
    assert len(SHELF) == 4
