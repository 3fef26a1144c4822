"""Views: their names, their limits, and the line by which they are handed on."""

from __future__ import annotations

import re
from typing import Final

from core.domain.ids import Shelf
from core.domain.views import (
    LONGEST_COLUMN,
    LONGEST_NAME,
    LONGEST_QUERY,
    MOST_COLUMNS,
    SavedView,
    checked,
    from_shared,
    key_of,
    shared,
)
from core.errors import ViewTextUnusable, ViewUnusable
from core.errors.views import Flaw, Part
from tests.tui.hostile import HOSTILE

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

JAZZ: Final = SavedView(
    "Jazz to hear", 'genre:jazz -format:"box set"', "-added,artist", ("artist", "title"), Shelf.WANTLIST
)


def flaw_of(text: str) -> Flaw:
    with pytest.raises(ViewTextUnusable) as told:
        from_shared(text)
    return told.value.flaw


@given(st.text(min_size=1, max_size=LONGEST_NAME), st.text(max_size=200), st.sampled_from(Shelf))
def test_a_view_comes_back_from_its_text(name: str, query: str, shelf: Shelf) -> None:
    try:
        view = checked(SavedView(name, query, "-added", ("title",), shelf))
    except ViewUnusable:
        assert not key_of(name)
        return
    text = shared(view)
    assert re.fullmatch(r"[A-Za-z0-9._~-]+", text)
    assert from_shared(text) == view


def test_its_text_is_the_same_in_every_version() -> None:
    assert (
        shared(SavedView("Dub", "style:dub"))
        == "runout-view-1.WyJEdWIiLCJzdHlsZTpkdWIiLCIiLFtdLCJjb2xsZWN0aW9uIl0.950a3872"
    )


def test_a_text_may_be_broken_and_stand_between_quotes() -> None:
    text = shared(JAZZ)
    assert from_shared(f' "{text[:20]}\n {text[20:]}" \n') == JAZZ


@pytest.mark.parametrize("length", range(1, len(shared(JAZZ))))
def test_a_text_that_was_cut_is_noticed(length: int) -> None:
    assert flaw_of(shared(JAZZ)[:length]) is Flaw.CUT


@given(st.integers(14, len(shared(JAZZ)) - 1), st.sampled_from("abzAZ09-_"))
def test_a_text_in_which_a_letter_is_another_is_noticed(at: int, letter: str) -> None:
    text = shared(JAZZ)
    changed = f"{text[:at]}{letter}{text[at + 1 :]}"
    if changed != text:
        assert flaw_of(changed) is Flaw.CUT


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("", Flaw.OTHER),
        ("hello", Flaw.OTHER),
        ("runout-view-2.abc.00000000", Flaw.LATER),
        ("runout-view-1..00000000", Flaw.CONTENT),
        ("runout-view-1.bnVsbA.8a0a14fb", Flaw.CUT),
        (f"runout-view-1.{'a' * 30_000}.00000000", Flaw.CUT),
    ],
)
def test_what_is_no_view_is_refused_by_what_is_wrong_with_it(text: str, flaw: Flaw) -> None:
    assert flaw_of(text) is flaw


@given(st.text(max_size=60))
def test_any_text_is_a_view_or_refused(text: str) -> None:
    for tried in (text, f"runout-view-1.{text}.00000000", f"runout-view-{text}"):
        with pytest.raises(ViewTextUnusable):
            from_shared(tried)


@pytest.mark.parametrize(
    ("one", "other"), [("Łódź", "lodz"), ("To hear", "TO  HEAR!"), ("Dub ", "dub"), ("!!", "!!"), ("\x1bJazz", "jazz")]
)
def test_names_are_compared_without_case_accents_and_punctuation(one: str, other: str) -> None:
    assert key_of(one) == key_of(other)


def test_names_of_nothing_but_signs_are_told_apart() -> None:
    assert len({key_of(name) for name in ("!", "?", "★", "👍")}) == 4


@pytest.mark.parametrize("name", ["", "  ", "\x1b\n", "\u200b", "x" * (LONGEST_NAME + 1)])
def test_a_name_has_to_be_one(name: str) -> None:
    with pytest.raises(ViewUnusable) as told:
        checked(SavedView(name))
    assert told.value.part is Part.NAME


@pytest.mark.parametrize(
    ("view", "part"),
    [
        (replace(JAZZ, text="x" * (LONGEST_QUERY + 1)), Part.QUERY),
        (replace(JAZZ, order="shoes"), Part.ORDER),
        (replace(JAZZ, order=",".join(["artist"] * 100)), Part.ORDER),
        (replace(JAZZ, columns=("",)), Part.COLUMNS),
        (replace(JAZZ, columns=tuple(map(str, range(99)))), Part.COLUMNS),
    ],
)
def test_what_cannot_be_kept_is_named(view: SavedView, part: Part) -> None:
    with pytest.raises(ViewUnusable) as told:
        checked(view)
    assert told.value.part is part


def test_the_longest_view_that_can_be_kept_is_handed_on() -> None:
    columns = tuple(f"{at:02}{'👍' * (LONGEST_COLUMN - 2)}" for at in range(MOST_COLUMNS))
    longest = SavedView("👍" * LONGEST_NAME, "👍" * LONGEST_QUERY, ",".join(["-artist"] * 25), columns)
    assert from_shared(shared(checked(longest))) == longest


def test_a_query_from_a_stranger_is_one_line_without_escapes() -> None:
    kept = checked(SavedView("x", "a\x1b]0;t\x07b\r\nc\u202ed\u200b 👩\u200d👧"))
    assert kept.text == "a ]0;t b  cd 👩\u200d👧"
    assert checked(kept) == kept


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_name_is_kept_as_one_that_can_be_shown(text: str) -> None:
    kept = checked(SavedView(f"x{text}"[:LONGEST_NAME], text))
    assert "\x1b" not in kept.name
    assert "\n" not in kept.name
    assert from_shared(shared(kept)) == kept
