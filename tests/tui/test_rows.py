from __future__ import annotations

from itertools import pairwise

from core.domain import sorting
from core.domain.collection import Collection, Folder, Owned
from core.domain.ids import FolderId, MasterId, Shelf
from core.domain.master import Master
from core.domain.release import Artist, Format, LabelNumber
from core.domain.sorting import SortKey
from tests.factories import make_copy, make_release
from tui.render.rows import (
    COLUMNS,
    DEFAULT_COLUMNS,
    GAP,
    Placed,
    cell,
    column_at,
    columns_of,
    formats_in_short,
    heading,
    known_columns,
    place,
    usual_columns,
    wrapped,
)

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

TEXTS = st.text(max_size=30) | st.text(
    st.sampled_from("aé ́\t\n\x1b\x00\u202e\u200b\u200d\ufe0f東ー한ﾊاעกำ👨👩🏽🇯🇲▶…－\ud800\ufeff"), max_size=30
)


NAMES = st.lists(st.sampled_from(tuple(COLUMNS)), min_size=1, unique=True)


@pytest.mark.parametrize("width", range(1, 301))
def test_the_columns_fill_every_width_exactly(width: int) -> None:
    assert_filled(width, place(width))


@given(st.integers(1, 300), NAMES)
def test_columns_of_ones_own_choice_fill_every_width_exactly(width: int, names: list[str]) -> None:
    placed = place(width, names)
    assert [item.column.name for item in placed] == names[: len(placed)]
    assert_filled(width, placed)


def assert_filled(width: int, placed: tuple[Placed, ...]) -> None:
    assert sum(item.width for item in placed) + GAP * (len(placed) - 1) == width
    assert all(item.width >= 1 for item in placed)
    if len(placed) > 1:
        assert all(item.width >= item.column.least for item in placed)


def test_more_room_never_takes_a_column_away() -> None:
    names = [tuple(item.column.name for item in place(width)) for width in range(1, 301)]
    for narrow, wide in pairwise(names):
        assert wide[: len(narrow)] == narrow
    assert names[0] == ("artist",)
    assert names[-1] == DEFAULT_COLUMNS


@pytest.mark.parametrize(
    ("width", "last"),
    [
        (39, "artist"),
        (40, "title"),
        (48, "year"),
        (60, "format"),
        (77, "label"),
        (90, "number"),
        (111, "sleeve"),
        (121, "original"),
        (133, "folder"),
        (145, "added"),
    ],
)
def test_the_last_columns_give_way_first(width: int, last: str) -> None:
    shown = tuple(item.column.name for item in place(width))
    assert shown == DEFAULT_COLUMNS[: DEFAULT_COLUMNS.index(last) + 1]


def test_names_of_no_column_are_passed_over() -> None:
    assert known_columns(["price", "year", "artist", "year"]) == ("year", "artist")
    assert known_columns(["price"]) == known_columns([]) == DEFAULT_COLUMNS
    assert [item.column.name for item in place(80, ["price", "year"])] == ["year"]


def test_whatever_can_be_sorted_by_is_a_column_and_the_other_way_round() -> None:
    assert {column.sort for column in COLUMNS.values()} == set(sorting.COLUMNS)


@given(st.integers(1, 200), NAMES, st.lists(st.sampled_from(sorting.COLUMNS), unique=True), st.booleans())
def test_headings_are_as_wide_as_their_columns(width: int, names: list[str], keys: list[str], down: bool) -> None:
    order = tuple(SortKey(key, down) for key in keys)
    for item in place(width, names):
        shown = heading(item, order)
        assert cell_len(shown) == item.width
        assert (item.column.sort in keys) == (("▼" if down else "▲") in shown)


@pytest.mark.parametrize(
    ("name", "order", "shown"),
    [
        ("year", (), "Year"),
        ("year", (SortKey("year"),), "Year▲"),
        ("year", (SortKey("year", descending=True),), "Year▼"),
        ("year", (SortKey("artist"), SortKey("year", descending=True)), "Year▼²"),
        ("genres", (SortKey("genre"),), "Genres▲"),
        ("artist", (SortKey("genre"),), "Artist"),
        ("sleeve", tuple(map(SortKey, sorting.COLUMNS[1:])), "Sleeve▲⁹"),
    ],
)
def test_a_heading_says_by_what_the_rows_are_sorted(name: str, order: tuple[SortKey, ...], shown: str) -> None:
    column = COLUMNS[name]
    assert heading(Placed(column, column.least), order).strip() == shown


def test_a_heading_that_is_cut_keeps_its_mark() -> None:
    artist = COLUMNS["artist"]
    assert heading(Placed(artist, 4), (SortKey("artist"),)) == "Ar…▲"
    assert heading(Placed(artist, 1), (SortKey("artist"), SortKey("year"))) == "▲"


@given(st.integers(1, 200), NAMES)
def test_every_cell_of_a_line_belongs_to_a_column(width: int, names: list[str]) -> None:
    placed = place(width, names)
    found = [column_at(placed, x) for x in range(width)]
    assert None not in found
    expected = [item.column for item in placed for _ in range(item.width + GAP)]
    assert found == expected[:width]
    assert column_at(placed, -1) is None
    assert column_at(placed, width + GAP) is None


@given(TEXTS, st.integers(1, 40))
@example("東", 1)
@example("東京", 3)
@example("👨‍👩‍👧 family", 2)
@example("e" + "\u0301" * 20, 1)
@example("🇯🇲🇯🇲", 3)
@example("\u200dab", 3)
@example("a \u200db", 4)
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
        ("a\u200db", 3, "ab "),
        ("👩\u200d👧", 3, "👩\u200d👧 "),
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


def row(*, year: int | None = 1976, folder: int | None = 5, rating: int | None = None, **grades: str) -> dict[str, str]:
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
        genres=["Reggae", "Funk / Soul"],
        year=year,
    )
    fields = {number: text for number, name in ((1, "media"), (2, "sleeve")) if (text := grades.get(name))}
    copy = make_copy(1, release, folder_id=folder, rating=rating, fields=fields)
    collection = Collection((copy,), (Folder(FolderId(5), "Jamaica"),))
    return {name: column.text(copy, collection) for name, column in COLUMNS.items()}


def test_a_row_says_what_is_known_of_a_copy() -> None:
    assert row(media="Very Good Plus (VG+)", sleeve="Generic", rating=4) == {
        "artist": "The Gunmen & Mad Dog",
        "title": "Echoes",
        "year": "1976",
        "original": "(1976)",
        "format": "LP",
        "label": "Studio One, Self",
        "number": "SO 1, SO 2",
        "media": "VG+",
        "sleeve": "Generic",
        "rating": "★★★★☆",
        "folder": "Jamaica",
        "added": "2024-05-11",
        "genres": "Reggae, Funk / Soul",
        "owned": "",
    }


@pytest.mark.parametrize(
    ("pressed", "expected"), [(1976, ["1971", "(1976)", "(1976)…", "(1976)"]), (None, ["1971", "–", "…", "–"])]
)
def test_the_original_year_is_told_from_that_of_the_pressing_which_stands_in_for_it(
    pressed: int | None, expected: list[str]
) -> None:
    """And from one that may still become known."""
    masters = {MasterId(number): Master(MasterId(number), year=year) for number, year in ((1, 1971), (2, None))}
    copies = tuple(
        make_copy(at, make_release(at, year=pressed, master_id=master)) for at, master in enumerate((1, 2, 3, None))
    )
    here = Collection(copies, masters=masters)
    assert [COLUMNS["original"].text(copy, here) for copy in copies] == expected


def test_of_a_want_it_is_said_whether_a_pressing_is_owned() -> None:
    wants = tuple(make_copy(number) for number in (1, 2, 3))
    here = Collection(wants, owned={wants[0].instance_id: Owned.THIS, wants[1].instance_id: Owned.OTHER})
    said = [COLUMNS["owned"].text(copy, here) for copy in wants]
    assert said == ["this pressing", "another pressing", ""]


def test_a_shelf_has_no_columns_that_say_nothing_of_it() -> None:
    assert "owned" not in columns_of(Shelf.COLLECTION)
    assert set(columns_of(Shelf.COLLECTION)) | {"owned"} == set(COLUMNS)
    assert not {"folder", "media", "sleeve"} & set(columns_of(Shelf.WANTLIST))
    assert known_columns(("media", "owned", "title"), Shelf.WANTLIST) == ("owned", "title")
    assert known_columns(("media",), Shelf.WANTLIST) == usual_columns(Shelf.WANTLIST)
    assert set(usual_columns(Shelf.WANTLIST)) <= set(columns_of(Shelf.WANTLIST))


def test_what_is_not_known_is_no_number() -> None:
    unknown = row(year=None, folder=None)
    assert unknown["year"] == "–"
    assert [unknown[name] for name in ("folder", "media", "sleeve", "rating")] == [""] * 4


def test_a_copy_of_no_date_has_none() -> None:
    assert COLUMNS["added"].text(make_copy(added=None), Collection()) == ""


@pytest.mark.parametrize("rating", [1, 2, 3, 4, 5])
def test_a_rating_is_always_five_cells(rating: int) -> None:
    shown = row(rating=rating)["rating"]
    assert shown.count("★") == rating
    assert cell_len(shown) == 5


@pytest.mark.parametrize(
    ("media", "sleeve", "shown"),
    [
        ("Mint (M)", "", ("M", "")),
        ("", "Near Mint (NM or M-)", ("", "NM")),
        ("Poor (P)", "No Cover", ("P", "No Cover")),
        ("played to death", "Not Graded", ("played to death", "Not Graded")),
    ],
)
def test_grades_stand_in_short(media: str, sleeve: str, shown: tuple[str, str]) -> None:
    found = row(media=media, sleeve=sleeve)
    assert (found["media"], found["sleeve"]) == shown
