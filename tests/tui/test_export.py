"""A copy for other programs: all that is known of it, in a form that does no harm wherever it is opened."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from typing import Final

from core.domain.collection import Collection, Copy, Folder, Owned
from core.domain.ids import FolderId, InstanceId, MasterId
from core.domain.master import Master
from core.domain.release import Format, LabelNumber
from tests.core.domain.strategies import collections
from tests.factories import make_copy, make_release
from tui.render.export import COLUMNS, Exported, ExportedWant, csv_header, csv_line, json_line

import msgspec
from hypothesis import given
from hypothesis import strategies as st

KEYS: Final = [
    "instance_id",
    "release_id",
    "master_id",
    "artist",
    "title",
    "labels",
    "catnos",
    "formats",
    "genres",
    "styles",
    "year",
    "folder",
    "rating",
    "media",
    "sleeve",
    "added",
    "notes",
    "original",
]

ECHOES = make_copy(
    1,
    make_release(
        10,
        labels=[LabelNumber("Studio One (2)", "SO 1"), LabelNumber("Studio One (2)", "SO 2"), LabelNumber("Coxsone")],
        formats=[Format("Vinyl", "2", "red", ("LP", "Album")), Format("CD")],
        master_id=77,
    ),
    rating=5,
    folder_id=3,
    fields={1: "Near Mint (NM or M-)\n", 2: "Very Good Plus (VG+)", 3: "From a fair;\nask Łukasz"},
)
UNKNOWN = make_copy(
    2,
    make_release(20, "", artists=(), labels=(), formats=(), genres=(), styles=(), year=None),
    folder_id=None,
    added=None,
)
HOSTILE = make_copy(
    3,
    make_release(
        30, '=HYPERLINK("http://example.com")', artist="[/]\x1b[31mred\u202e", label="@SUM(A1)", catno='7", 45'
    ),
    fields={3: "\t+1-1\x00"},
)


def exported(copy: Copy) -> Exported:
    return Exported.of(copy, Collection((copy,), (Folder(FolderId(3), "Jazz & Dub"),)))


def json_of(copy: Copy) -> str:
    return json_line(exported(copy))


def cells_of(copy: Copy) -> list[str]:
    line = csv_line(exported(copy))
    assert line.endswith("\r\n")
    assert not {"\r", "\n", "\t", "\x00", "\x1b"} & set(line[:-2])
    (cells,) = csv.reader(io.StringIO(line, newline=""), strict=True)
    return cells


def row_of(copy: Copy) -> dict[str, str]:
    return dict(zip(COLUMNS, cells_of(copy), strict=True))


def test_the_columns_are_these_in_this_order() -> None:
    assert list(COLUMNS) == KEYS
    assert list(json.loads(json_of(ECHOES))) == KEYS
    assert csv_header() == ",".join(KEYS) + "\r\n"


def test_an_object_has_lists_as_lists_and_times_in_utc() -> None:
    assert json.loads(json_of(ECHOES)) == {
        "instance_id": 1,
        "release_id": 10,
        "master_id": 77,
        "artist": "The Gunmen",
        "title": "Kingston Echoes",
        "labels": ["Studio One", "Coxsone"],
        "catnos": ["SO 1", "SO 2"],
        "formats": ["2 x Vinyl, LP, Album (red)", "CD"],
        "genres": ["Reggae"],
        "styles": ["Roots Reggae"],
        "year": 1976,
        "folder": "Jazz & Dub",
        "rating": 5,
        "media": "Near Mint (NM or M-)",
        "sleeve": "Very Good Plus (VG+)",
        "added": "2024-05-11T18:29:49Z",
        "notes": "From a fair;\nask Łukasz",
        "original": None,
    }


def test_the_original_year_is_told_as_far_as_it_is_known() -> None:
    for year in (1971, None):
        masters = {MasterId(77): Master(MasterId(77), year=year)}
        here = Collection((ECHOES,), masters=masters)
        assert json.loads(json_line(Exported.of(ECHOES, here)))["original"] == year
        assert json.loads(json_line(ExportedWant.of(ECHOES, here)))["original"] == year


def test_what_is_not_known_is_null_and_what_there_is_none_of_an_empty_list() -> None:
    lists = ("labels", "catnos", "formats", "genres", "styles")
    expected: dict[str, object] = {key: [] if key in lists else None for key in KEYS}

    assert json.loads(json_of(UNKNOWN)) == {**expected, "instance_id": 2, "release_id": 20}
    assert set(row_of(UNKNOWN).values()) == {"2", "20", ""}


def test_a_row_has_lists_in_one_cell_and_texts_in_one_line() -> None:
    row = row_of(ECHOES)
    assert (row["labels"], row["catnos"], row["notes"]) == (
        "Studio One; Coxsone",
        "SO 1; SO 2",
        "From a fair; ask Łukasz",
    )
    assert (row["formats"], row["added"]) == ("2 x Vinyl, LP, Album (red); CD", "2024-05-11T18:29:49Z")


def test_hostile_text_is_whole_in_an_object_and_made_harmless_in_a_row() -> None:
    line = json_of(HOSTILE)
    assert line[:-1].isprintable()
    assert json.loads(line)["artist"] == "[/]\x1b[31mred\u202e"
    assert json.loads(line)["notes"] == "+1-1\x00"
    row = row_of(HOSTILE)
    assert (row["title"], row["artist"]) == ('\'=HYPERLINK("http://example.com")', "[/][31mred")
    assert (row["labels"], row["catnos"], row["notes"]) == ("'@SUM(A1)", '7", 45', "'+1-1")


def test_letters_of_every_script_are_written_as_they_are() -> None:
    copy = make_copy(4, make_release(40, "Łódź ’76 \U0001f3b5", artist="坂本龍一"))
    assert '"artist":"坂本龍一","title":"Łódź ’76 \U0001f3b5"' in json_of(copy)
    assert cells_of(copy)[3:5] == ["坂本龍一", "Łódź ’76 \U0001f3b5"]


@given(owned=collections())
def test_an_object_says_all_that_is_known_in_one_line_that_is_safe_to_show(owned: Mapping[InstanceId, Copy]) -> None:
    for copy in owned.values():
        line = json_of(copy)
        found = json.loads(line)
        assert line[:-1].isprintable()
        assert found == msgspec.json.decode(msgspec.json.encode(exported(copy)))
        assert (found["title"], found["notes"]) == (copy.release.title or None, copy.notes or None)


@given(owned=collections())
def test_a_row_has_a_cell_for_each_column_and_none_of_them_is_a_formula(owned: Mapping[InstanceId, Copy]) -> None:
    for copy in owned.values():
        cells = cells_of(copy)
        assert len(cells) == len(KEYS)
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)
        assert cells[:2] == [str(copy.instance_id), str(copy.release.id)]


@given(text=st.text(max_size=5), before=st.sampled_from(["=", "+", "-", "@", "\t=", "\r@", "  +", "\u200b="]))
def test_no_text_opens_as_a_formula_whatever_stands_before_it(text: str, before: str) -> None:
    text = before + text
    cells = cells_of(
        make_copy(1, make_release(1, text, artist=text, label=text, genres=(text, text)), fields={3: text})
    )
    assert sum(cell.startswith("'") for cell in cells) == 5
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)


def test_of_a_want_there_is_one_column_more_where_it_has_always_been_and_the_others_are_the_same() -> None:
    copy = make_copy(1)
    here = Collection((copy,), owned={copy.instance_id: Owned.OTHER})
    told = json.loads(json_line(ExportedWant.of(copy, here)))
    assert told == json.loads(json_line(Exported.of(copy, here))) | {"owned": "another pressing"}
    assert json.loads(json_line(ExportedWant.of(copy, Collection((copy,)))))["owned"] is None
    assert csv_header(ExportedWant) == ",".join([*KEYS[:-1], "owned", "original"]) + "\r\n"
    assert csv_line(ExportedWant.of(copy, here)).endswith(",another pressing,\r\n")
