from __future__ import annotations

from itertools import pairwise

from core.domain.collection import Collection, Folder
from core.domain.ids import FolderId
from core.domain.release import Artist, Format, LabelNumber
from tests.factories import make_copy, make_release
from tui.render.rows import COLUMNS, GAP, cell, formats_in_short, place, wrapped

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

TEXTS = st.text(max_size=30) | st.text(
    st.sampled_from("aé ́\t\n\x1b\x00\u202e\u200b\u200d\ufe0f東ー한ﾊاעกำ👨👩🏽🇯🇲▶…－\ud800\ufeff"), max_size=30
)


@pytest.mark.parametrize("width", range(1, 301))
def test_the_columns_fill_every_width_exactly(width: int) -> None:
    placed = place(width)
    assert sum(item.width for item in placed) + GAP * (len(placed) - 1) == width
    assert all(item.width >= 1 for item in placed)
    if len(placed) > 1:
        assert all(item.width >= item.column.least for item in placed)


def test_more_room_never_takes_a_column_away() -> None:
    names = [[item.column.name for item in place(width)] for width in range(1, 301)]
    for narrow, wide in pairwise(names):
        assert wide[: len(narrow)] == narrow
    assert names[0] == ["artist"]
    assert names[-1] == [column.name for column in COLUMNS]


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (39, ["artist"]),
        (40, ["artist", "title"]),
        (46, ["artist", "title", "year"]),
        (80, ["artist", "title", "year", "format", "label"]),
        (120, ["artist", "title", "year", "format", "label", "number", "grades", "folder"]),
    ],
)
def test_the_last_columns_give_way_first(width: int, shown: list[str]) -> None:
    assert [item.column.name for item in place(width)] == shown


@given(TEXTS, st.integers(1, 40))
@example("東", 1)
@example("東京", 3)
@example("👨‍👩‍👧 family", 2)
@example("e" + "\u0301" * 20, 1)
@example("🇯🇲🇯🇲", 3)
def test_a_cell_is_exactly_as_wide_as_asked(text: str, width: int) -> None:
    """One cell more or less, and every column behind it stands askew."""
    shown = cell(text, width)
    assert cell_len(shown) == width
    assert not set(shown) & set("\x1b\x00\u202e\u200b\n\t\ud800")


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("Dub", 5, "Dub  "),
        ("Dubwise", 7, "Dubwise"),
        ("Dubwise", 6, "Dubwi…"),
        ("Dub wise", 5, "Dub… "),
        ("Dub", 1, "…"),
        ("東京事変", 8, "東京事変"),
        ("東京事変", 7, "東京事…"),
        ("東京事変", 6, "東京… "),
        (" a\n\tb ", 4, "a b "),
        ("[b]x[/]", 7, "[b]x[/]"),
        ("", 2, "  "),
    ],
)
def test_a_cell_cuts_and_fills(text: str, width: int, shown: str) -> None:
    assert cell(text, width) == shown


@given(TEXTS, st.integers(2, 40))
def test_a_broken_text_fits_and_loses_nothing(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert lines
    assert all(cell_len(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == "".join(wrapped(text, 10_000)).replace(" ", "")


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 5, [""]),
        ("one two three", 7, ["one two", "three"]),
        ("one two", 3, ["one", "two"]),
        ("abcdefgh ij", 3, ["abc", "def", "gh", "ij"]),
        ("東京事変 x", 4, ["東京", "事変", "x"]),
    ],
)
def test_a_text_is_broken_between_words(text: str, width: int, lines: list[str]) -> None:
    assert wrapped(text, width) == lines


def vinyl(*descriptions: str, quantity: str = "1", text: str = "") -> Format:
    return Format("Vinyl", quantity, text, descriptions)


@pytest.mark.parametrize(
    ("formats", "short"),
    [
        ([], ""),
        ([vinyl("LP", "Album")], "LP"),
        ([vinyl("LP", "Album", quantity="2")], "2xLP"),
        (
            [vinyl("LP", "Album", "Reissue", "Limited Edition", quantity="2", text="Red/Green Splatter")],
            "2xLP, RE, Ltd",
        ),
        ([vinyl('12"', "33 ⅓ RPM", "White Label")], '12", 33, W/Lbl'),
        ([vinyl('7"', "45 RPM", "Single", "Repress")], '7", 45, Single, RP'),
        ([vinyl('10"', "Compilation", "Stereo", "Numbered")], '10", Comp, Num'),
        ([vinyl("Album", "LP", "Remastered", "Picture Disc", "Single Sided")], "LP, RM, Pic, S/Sided"),
        ([vinyl()], "Vinyl"),
        ([vinyl(quantity="3")], "3xVinyl"),
        ([vinyl("LP", quantity="")], "LP"),
        ([vinyl("LP", quantity="0")], "0xLP"),
        ([vinyl("LP", quantity="100")], "100xLP"),
        ([vinyl("LP", quantity="9" * 64)], "LP"),
        ([Format("CD", "1", "", ("Album", "Unofficial Release"))], "CD, Unofficial"),
        ([Format("File", "12", "", ("MP3", "320 kbps"))], "12xFile, MP3, 320 kbps"),
        ([vinyl("LP"), Format("CD", "1", "", ("Album",))], "LP + CD"),
        (
            [vinyl("LP", quantity="2"), vinyl('7"', "45 RPM"), Format("All Media", "1", "Box", ("Numbered",))],
            '2xLP + 7", 45',
        ),
        ([Format("All Media", "1", "", ("Album",)), Format("Shellac", "1", "", ('10"', "78 RPM"))], '10", 78 RPM'),
        ([Format("All Media", "1", "", ("Limited Edition",))], ""),
        ([Format("Box Set", "1", "", ("Limited Edition",)), vinyl("LP", quantity="5")], "Box Set, Ltd + 5xLP"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_formats_in_short(formats: list[Format], short: str) -> None:
    assert formats_in_short(tuple(formats)) == short


def row(**changes: str | None) -> dict[str, str]:
    """What stands in the columns of one copy."""
    release = make_release(
        1,
        "Echoes",
        artists=[Artist("Gunmen (2)", variation="The Gunmen", join="&"), Artist("Mad Dog")],
        labels=[
            LabelNumber("Studio One (3)", "SO 1"),
            LabelNumber("Studio One (3)", "SO 2"),
            LabelNumber("Self", "none"),
        ],
        year=None if "unknown_year" in changes else 1976,
    )
    fields = {number: text for number, name in ((1, "media"), (2, "sleeve")) if (text := changes.get(name))}
    copy = make_copy(1, release, folder_id=None if "no_folder" in changes else 5, fields=fields)
    collection = Collection((copy,), (Folder(FolderId(5), "Jamaica"),))
    return {column.name: column.text(copy, collection) for column in COLUMNS}


def test_a_row_says_what_is_known_of_a_copy() -> None:
    assert row(media="Very Good Plus (VG+)", sleeve="Generic") == {
        "artist": "The Gunmen & Mad Dog",
        "title": "Echoes",
        "year": "1976",
        "format": "LP",
        "label": "Studio One, Self",
        "number": "SO 1, SO 2",
        "grades": "VG+/gen",
        "folder": "Jamaica",
    }


def test_what_is_not_known_is_no_number() -> None:
    assert row(unknown_year="")["year"] == "–"
    assert row(no_folder="")["folder"] == ""
    assert row()["grades"] == ""


@pytest.mark.parametrize(
    ("media", "sleeve", "shown"),
    [
        ("Mint (M)", None, "M/–"),
        (None, "Near Mint (NM or M-)", "–/NM"),
        ("Poor (P)", "No Cover", "P/none"),
        ("played to death", "Not Graded", "played to death/–"),
    ],
)
def test_grades_stand_in_short(media: str | None, sleeve: str | None, shown: str) -> None:
    assert row(media=media, sleeve=sleeve)["grades"] == shown
