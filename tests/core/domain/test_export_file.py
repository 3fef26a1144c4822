"""Discogs' own collection export: what is read, what of it is unreadable, and what is no such file."""

from __future__ import annotations

import contextlib
import gzip
import io
import re
from datetime import UTC, datetime
from pathlib import Path

from core.domain.export_cells import Why
from core.domain.export_file import ExportRow, Unreadable, read_export
from core.domain.export_text import LONGEST_ROW, refuse_foreign
from core.domain.release import folded_text
from core.errors import Found, NotAnExport
from tests.exports import HEADER, cells_of, csv_of, export_of, read, row
from tests.stand_in import SAMPLES

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

COLLECTIONS = SAMPLES / "collections"
REAL = (
    ("collector_a/collection.csv", 316),
    ("collector_c/collection-2016-03-22.csv.gz", 2_188),
    ("collector_c/collection-2016-05-21.csv.gz", 2_197),
)

CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)


def content(path: Path) -> bytes:
    written = path.read_bytes()
    return gzip.decompress(written) if path.suffix == ".gz" else written


def only(export_row: bytes) -> ExportRow:
    export = read(export_row)
    assert not export.unreadable
    (found,) = export.rows
    return found


def refusal(written: bytes) -> NotAnExport:
    with pytest.raises(NotAnExport) as refused:
        read(written)
    assert refused.value.path == "collection.csv"
    return refused.value


@pytest.mark.parametrize(("name", "number"), REAL)
def test_every_row_of_a_real_export_is_read(name: str, number: int) -> None:
    export = read(content(COLLECTIONS / name))

    assert (len(export.rows), export.unreadable) == (number, ())
    assert export.header.field_names == ("Media Condition", "Sleeve Condition", "Notes")
    assert export.header.unread == ()


@pytest.mark.parametrize(("name", "number"), REAL)
def test_what_is_searched_is_what_the_rest_of_the_program_searches(name: str, number: int) -> None:
    releases = [one.release for one in read(content(COLLECTIONS / name)).rows]

    assert len(releases) == number
    for release in releases:
        assert release.folded == folded_text(release.title, release.artists, release.labels)


def test_a_row_is_read_with_everything_in_it() -> None:
    header = (*HEADER, "Collection Shop")
    written = csv_of(
        row(
            3068785,
            artist="Dr. John, The Night Tripper",
            title="Gris-Gris",
            label="Atco Records, Atco Records",
            catno="SD 33-234, 33-234",
            form="2xLP, Album, RE",
            released="1968",
            rating="4",
            folder="New Orleans",
            added="2020-11-18 19:17:05",
            media="Very Good Plus (VG+)",
            notes="two lines\r\nof mine",
        )
        | {"Collection Shop": "the one at the corner"},
        header=header,
    )

    found = only(written)

    release = found.release
    assert (release.id, release.artist, release.title, release.year) == (
        3068785,
        "Dr. John, The Night Tripper",
        "Gris-Gris",
        1968,
    )
    assert (release.label_names, release.numbers) == (("Atco Records, Atco Records",), ("SD 33-234, 33-234",))
    assert (release.formats[0].name, release.formats[0].quantity) == ("Vinyl", "2")
    assert (release.master_id, release.genres, release.styles) == (None, (), ())
    assert (found.rating, found.folder) == (4, "New Orleans")
    assert found.added == datetime(2020, 11, 19, 3, 17, 5, tzinfo=UTC)
    assert found.values == ("Very Good Plus (VG+)", "", "two lines\r\nof mine", "the one at the corner")


def test_artists_and_labels_are_never_taken_apart() -> None:
    found = only(csv_of(row(1, artist="Crosby, Stills, Nash & Young", label="Atlantic, Inc., Reprise")))

    assert found.release.artist == "Crosby, Stills, Nash & Young"
    assert len(found.release.artists) == len(found.release.labels) == 1


def test_what_is_not_known_is_not_known() -> None:
    empty = dict.fromkeys(HEADER, "") | {"release_id": "7", "Released": "0", "Rating": "0"}

    found = only(csv_of(empty))

    assert (found.release.year, found.rating, found.added, found.release.artists) == (None, None, None, ())
    assert (found.release.labels, found.release.formats) == ((), ())


@pytest.mark.parametrize("text", ["=1+1", "+49", "-12", "@name", "'=quoted"])
def test_what_a_spreadsheet_would_take_for_a_formula_stays_text(text: str) -> None:
    found = only(csv_of(row(1, title=text, notes=text)))

    assert (found.release.title, found.values[-1]) == (text, text)


def test_the_columns_may_stand_in_any_order() -> None:
    turned = tuple(reversed(HEADER))

    assert only(csv_of(row(1, notes="mine"), header=turned)).release == only(csv_of(row(1, notes="mine"))).release
    assert read(csv_of(row(1, notes="mine"), header=turned)).rows[0].values == ("mine", "", "")


def test_columns_that_are_not_there_say_nothing() -> None:
    found = only(csv_of(row(5), header=("release_id", "Artist", "Title", "CollectionFolder")))

    assert (found.release.id, found.release.year, found.rating, found.values) == (5, None, None, ())


def test_columns_of_which_nothing_is_known_are_named_and_not_read() -> None:
    export = export_of(row(1) | {"Price paid": "7"}, header=(*HEADER, "Price paid", ""))

    assert export.header.unread == ("Price paid",)
    assert len(export.rows) == 1


def test_a_byte_order_mark_is_no_part_of_the_first_column() -> None:
    assert len(read(b"\xef\xbb\xbf" + csv_of(row(1))).rows) == 1


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_lines_may_end_as_they_like_and_their_numbers_are_right(end: str) -> None:
    rows = [row(1, notes="two<>lines"), row("x"), row(2), row(3, rating="9")]
    written = csv_of(*rows).decode().replace("\r\n", end).replace("<>", end)

    # A cell of two lines is quoted, whatever they end with.
    export = read(written.replace(f"two{end}lines", f'"two{end}lines"').encode())

    assert [one.line for one in export.rows] == [2, 5]
    assert export.rows[0].values[-1] == f"two{end}lines"
    assert [(one.line, one.why) for one in export.unreadable] == [(4, Why.RELEASE), (6, Why.RATING)]


def test_empty_lines_are_no_rows() -> None:
    assert len(read(csv_of(row(1)) + b"\r\n\r\n,,,,,,,,,,,,\r\n").rows) == 1


@pytest.mark.parametrize(
    ("facts", "why", "found"),
    [
        ({"release_id": ""}, Why.RELEASE, ""),
        ({"release_id": "r123"}, Why.RELEASE, "r123"),
        ({"release_id": "0"}, Why.RELEASE, "0"),
        ({"release_id": "99999999999"}, Why.RELEASE, "99999999999"),
        ({"release_id": "٣"}, Why.RELEASE, "٣"),
        ({"Rating": "6"}, Why.RATING, "6"),
        ({"Rating": "four"}, Why.RATING, "four"),
        ({"Released": "1976-01"}, Why.YEAR, "1976-01"),
        ({"Released": "76"}, Why.YEAR, "76"),
        ({"Date Added": "18.11.2020"}, Why.DATE, "18.11.2020"),
        ({"Date Added": "0001-01-01 00:00:00"}, Why.DATE, "0001-01-01 00:00:00"),
    ],
)
def test_a_row_that_cannot_be_meant_is_named_with_its_line_and_costs_no_other(
    facts: dict[str, str], why: Why, found: str
) -> None:
    export = export_of(row(1), row(2) | facts, row(3))

    assert [one.release.id for one in export.rows] == [1, 3]
    of_release = None if why is Why.RELEASE else 2
    assert export.unreadable == (Unreadable(3, why, found, of_release),)  # type: ignore[arg-type]


@pytest.mark.parametrize("cells", [["too", "few"], ["x"] * 14])
def test_a_row_of_another_number_of_cells_is_unreadable(cells: list[str]) -> None:
    export = read(csv_of(row(1)) + cells_of([cells]) + csv_of(row(2), header=HEADER).split(b"\r\n", 1)[1])

    assert [one.release.id for one in export.rows] == [1, 2]
    assert export.unreadable == (Unreadable(3, Why.CELLS, f"{len(cells)} of 13"),)


def test_a_quote_in_the_wrong_place_costs_one_row() -> None:
    export = read(csv_of(row(1)) + b'"a"b,c\r\n' + csv_of(row(2)).split(b"\r\n", 1)[1])

    assert [one.release.id for one in export.rows] == [1, 2]
    assert export.unreadable == (Unreadable(3, Why.QUOTES),)


def test_a_header_alone_is_an_empty_collection() -> None:
    export = export_of()

    assert (export.rows, export.unreadable) == ((), ())


HEADS = ",".join(HEADER)


@pytest.mark.parametrize(
    ("written", "found", "detail", "line"),
    [
        (b"", Found.EMPTY, "", 0),
        (b"\r\n\r\n", Found.EMPTY, "", 0),
        (b"hello", Found.NO_RELEASE_ID, "hello", 0),
        (b"Artist,Title\r\nx,y\r\n", Found.NO_RELEASE_ID, "Artist, Title", 0),
        (HEADS.replace(",", ";").encode(), Found.DELIMITER, "semicolons", 0),
        (HEADS.replace(",", "\t").encode(), Found.DELIMITER, "tabs", 0),
        (HEADS.replace(",", "|").encode(), Found.DELIMITER, "bars", 0),
        (b"listing_id,artist,title,label,catno,format,release_id,status,price\r\n", Found.INVENTORY, "", 0),
        (b"Catalog#,Artist,Title,Label,Format,Rating,Released,release_id,Notes\r\n", Found.WANTLIST, "", 0),
        (f"{HEADS},Artist\r\n".encode(), Found.COLUMN_TWICE, "Artist", 0),
        (f"{HEADS},collection notes\r\n".encode(), Found.COLUMN_TWICE, "collection notes", 0),
        (b"Artist,release_id,CollectionFolder\r\n", Found.COLUMN_MISSING, "Title", 0),
        (HEADS.encode() + b'\r\n"never closed,1\r\n2\r\n', Found.OPEN_QUOTE, "", 2),
        (HEADS.encode() + b"\r\na\0b\r\n", Found.NUL, "", 2),
        (HEADS.encode() + b"\r\n\r\nB\xe9zier\r\n", Found.NOT_UTF8, "0xE9", 3),
        (HEADS.encode() + b'\r\n"' + b"x" * (LONGEST_ROW + 1) + b'"\r\n', Found.TOO_LONG, "", 2),
        (HEADS.encode() + b'\r\n"' + b"x\r\n" * LONGEST_ROW, Found.TOO_LONG, "", 2),
    ],
)
def test_what_is_no_export_is_refused_with_what_was_found(written: bytes, found: Found, detail: str, line: int) -> None:
    error = refusal(written)

    assert (error.found, error.detail, error.line) == (found, detail, line)


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (b"PK\x03\x04\x14\0", Found.SPREADSHEET),
        (b"\xd0\xcf\x11\xe0\xa1", Found.SPREADSHEET),
        (b"\xef\xbb\xbf <!DOCTYPE html>", Found.WEB_PAGE),
        (b'{"releases": []}', Found.JSON),
        (b'\n[{"id": 1}]', Found.JSON),
        (HEADS.encode("utf-16"), Found.ENCODING),
        (HEADS.encode("utf-16-be"), Found.ENCODING),
        (HEADS.encode("utf-32"), Found.ENCODING),
    ],
)
def test_what_no_export_begins_with_is_told_by_its_first_bytes(head: bytes, found: Found) -> None:
    with pytest.raises(NotAnExport) as refused:
        refuse_foreign(head, "it.csv")

    assert (refused.value.path, refused.value.found) == ("it.csv", found)


@pytest.mark.parametrize("head", [b"", b"Catalog#,Artist", b"\xef\xbb\xbfCatalog#", b"a", b"ab", b"release_id,x"])
def test_what_an_export_may_begin_with_is_let_through(head: bytes) -> None:
    refuse_foreign(head, "it.csv")


@given(st.lists(st.tuples(*[CELLS] * 8), min_size=1, max_size=6))
@example([("\r", "\n", "\r\n", '"', '""', ",", "\ufeff", "\x85\u2028")])
def test_any_text_in_any_cell_comes_back_as_it_was(rows: list[tuple[str, ...]]) -> None:
    columns = ("Catalog#", "Artist", "Title", "Label", "Format", "CollectionFolder", "Collection Notes", "Collection X")
    header = ("release_id", *columns)

    export = read(cells_of([header, *([str(at + 1), *cells] for at, cells in enumerate(rows))]))

    assert not export.unreadable
    back = [(*one.written[:5], one.folder, *one.values) for one in export.rows]
    assert back == rows
    for one in export.rows:
        assert one.release.folded == folded_text(one.release.title, one.release.artists, one.release.labels)


@given(st.lists(st.text("\r\n a\"',;é", max_size=12), max_size=12))
def test_lines_are_counted_as_an_editor_counts_them(notes: list[str]) -> None:
    written = csv_of(*(row(at + 1, notes=note) for at, note in enumerate(notes)))

    for one in read(written).rows:
        before = written[: written.index(f",{one.release.id},".encode())].decode()
        before = before[: before.rindex("HM 001")]
        assert one.line == len(re.split("\r\n|\r|\n", before))


def rows_or_a_refusal(written: bytes) -> None:
    with contextlib.suppress(NotAnExport):
        refuse_foreign(written[:4096], "it.csv")
        export = read_export(io.BytesIO(written), "it.csv")
        lines = [*(one.line for one in export.rows), *(one.line for one in export.unreadable)]
        assert len(set(lines)) == len(lines)


@given(st.binary(max_size=400))
def test_any_bytes_are_rows_or_a_refusal(written: bytes) -> None:
    rows_or_a_refusal(written)


@given(st.binary(max_size=200), st.integers(0, 200))
def test_any_bytes_in_the_middle_of_an_export_are_rows_or_a_refusal(written: bytes, at: int) -> None:
    whole = csv_of(row(1), row(2, notes="x\ny"), row(3))
    rows_or_a_refusal(whole[:at] + written + whole[at:])


@given(st.integers(0, 600))
def test_an_export_that_is_cut_off_anywhere_is_rows_or_a_refusal(at: int) -> None:
    rows_or_a_refusal(csv_of(row(1), row(2, notes='"x"\ny'), row(3, artist="é"))[:at])
