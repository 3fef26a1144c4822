"""An export in Discogs' columns and ours: what stands in them, and that nothing of it is lost on the way back."""

from __future__ import annotations

import csv
import gzip
import io
import json
from datetime import UTC, date, datetime, timedelta
from typing import Final

from core.domain.collection import Collection, Copy, Field, FieldValue, Folder
from core.domain.details import InShort
from core.domain.export_more import COLUMNS
from core.domain.exporting import Export, Kind, selected
from core.domain.exporting_about import About
from core.domain.exporting_cells import guarded, unguarded
from core.domain.exporting_formats import formats_out
from core.domain.ids import FieldId, FolderId, InstanceId, MasterId, ReleaseId, Shelf
from core.domain.importing import Held, compare
from core.domain.master import Master
from core.domain.overlaying import of_masters, overlaid, told_in
from core.domain.pacific import from_pacific, to_pacific
from core.domain.plays import Played
from core.domain.release import Artist, Format, LabelNumber, Release, folded_text
from core.domain.sorting import DEFAULT
from core.errors import Found, NotAnExport
from tests.exports import HEADER, brought, csv_of, read, row
from tests.factories import ADDED, make_copy, make_release
from tests.stand_in import SAMPLES

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

DAY: Final = date(2026, 1, 1)
ABOUT: Final = About("mine", Shelf.COLLECTION, "https://www.discogs.com/x", "https://www.discogs.com", ADDED)
COLLECTIONS: Final = SAMPLES / "collections"
REAL: Final = ("collector_a/collection.csv", "collector_c/collection-2016-05-21.csv.gz")


def written(collection: Collection, shelf: Shelf = Shelf.COLLECTION) -> bytes:
    """The bytes of an export of everything."""
    copies = selected(collection, DEFAULT, "", DAY)
    return "".join(Export(Kind.CSV, copies, collection, replace(ABOUT, shelf=shelf)).lines()).encode()


def imported(content: bytes) -> Collection:
    """What is here after these bytes were imported where nothing was."""
    export = read(content)
    assert export.unreadable == ()
    held = brought(Held(), export)
    told = told_in(held.texts)
    found = overlaid(held.collection, told, frozenset(held.collection.by_release))
    return replace(found, masters=of_masters(found, told))


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def content_of(name: str) -> bytes:
    found = (COLLECTIONS / name).read_bytes()
    return gzip.decompress(found) if name.endswith(".gz") else found


TEXTS: Final = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
HOSTILE: Final = st.sampled_from(
    [
        *("=cmd|'/C calc'!A0", "'", "''=1", "+1", "-1", "@x", "\ttab", "\rcr", "a\r\nb", "a\nb", 'say "x"', ", ", "; "),
        *("\u202eright", "שלום", "👩‍👩‍👧", "Ａwide", "none", " blank ", " + ", "2xLP", "x, y", "\u2028", "\x1b[31m"),
    ]
)
ANY: Final = TEXTS | HOSTILE


def _moments(year: int) -> st.SearchStrategy[datetime]:
    """Any second of a hundred years and more."""
    first, last = (datetime(one, 1, 1, tzinfo=UTC) for one in (year, year + 120))
    return st.integers(0, int((last - first).total_seconds())).map(lambda passed: first + timedelta(seconds=passed))


YEARS: Final = st.none() | st.integers(-1, 12_000)
MOMENTS: Final = _moments(1995) | st.integers(0, 10_800).map(
    lambda second: datetime(2024, 11, 3, 7, 30, tzinfo=UTC) + timedelta(seconds=second)
)


@st.composite
def releases(draw: st.DrawFn, number: int) -> Release:
    artists = tuple(draw(st.lists(st.builds(Artist, ANY, ANY, ANY, st.integers(0, 9)), max_size=3)))
    labels = tuple(draw(st.lists(st.builds(LabelNumber, ANY, ANY, st.integers(0, 9)), max_size=3)))
    title = draw(ANY)
    words = st.sampled_from(["LP", '7"', "Album", "Reissue", "33 ⅓ RPM", "Stereo", "DVD-Video"]) | ANY
    media = st.sampled_from(["Vinyl", "CD", "DVD", "All Media", "Box Set"]) | ANY
    formats = st.builds(
        Format, media, st.sampled_from(["1", "2", ""]) | ANY, ANY, st.lists(words, max_size=3).map(tuple)
    )
    values = st.lists(ANY, max_size=2).map(tuple)
    return Release(
        id=ReleaseId(number),
        title=title,
        artists=artists,
        labels=labels,
        formats=tuple(draw(st.lists(formats, max_size=2))),
        genres=draw(values),
        styles=draw(values),
        year=draw(YEARS),
        master_id=draw(st.none() | st.sampled_from([MasterId(7), MasterId(8)])),
        folded=folded_text(title, artists, labels),
    )


@st.composite
def collections(draw: st.DrawFn) -> Collection:
    known = [draw(releases(number)) for number in (3, 2, 1)]
    fields = st.dictionaries(st.sampled_from([1, 2, 3, 4, 5, 9]).map(FieldId), ANY, max_size=4)
    copies = st.builds(
        Copy,
        st.just(InstanceId(0)),
        st.sampled_from(known),
        st.none() | st.sampled_from([FolderId(1), FolderId(6), FolderId(7)]),
        st.none() | st.integers(-1, 6),
        st.none() | MOMENTS,
        fields.map(lambda values: tuple(FieldValue(number, value) for number, value in values.items())),
    )
    names = [Field(FieldId(4), draw(ANY), position=2), Field(FieldId(5), draw(ANY), "dropdown", 1)]
    masters = [Master(MasterId(7), draw(st.none() | st.integers(1, 9_999)), ("Rock",), (draw(ANY),))]
    facts = st.builds(InShort, st.none() | ANY, st.lists(ANY, max_size=2).map(tuple))
    return Collection(
        copies=tuple(
            replace(copy, instance_id=InstanceId(at)) for at, copy in enumerate(draw(st.lists(copies, max_size=5)), 1)
        ),
        folders=(Folder(FolderId(1), "Uncategorized"), Folder(FolderId(6), draw(ANY)), Folder(FolderId(7), "Jazz")),
        fields=tuple(names),
        masters={master.id: master for master in masters[: draw(st.integers(0, 1))]},
        facts=draw(st.dictionaries(st.sampled_from([ReleaseId(1), ReleaseId(2)]), facts, max_size=2)),
    )


@settings(max_examples=150, deadline=None)
@given(collections())
def test_what_is_exported_imported_and_exported_again_is_the_same_bytes(collection: Collection) -> None:
    first = written(collection)

    assert written(imported(first)) == first


@pytest.mark.parametrize("name", REAL)
def test_a_real_export_comes_out_again_with_its_own_rows_and_then_as_the_same_bytes(name: str) -> None:
    """But for one text that was cut in the middle of a blank, and the apostrophe before another."""
    original = [tuple(one.values()) for one in table(content_of(name))]
    first = written(imported(content_of(name)))
    found = [tuple(unguarded(cell) for cell in one.values())[: len(HEADER)] for one in table(first)]

    different = {one for one in set(original) ^ set(found) if "Lectric Workers" not in one[1]}
    assert {one[4].strip() for one in different} <= {"CD, Album, Copy Prot. + CD, Comp, Copy Prot., Dig"}
    assert len(found) == len(original)
    assert written(imported(first)) == first


def test_everything_that_is_known_comes_back() -> None:
    release = make_release(
        5,
        artists=(Artist("Dr. John (2)", "The Doctor", "&", 9), Artist("Ann, The Other")),
        labels=(LabelNumber("CBS", "SBPG 62690", 3), LabelNumber("CBS", "62690", 3)),
        formats=(Format("Vinyl", "2", "Red Marbled", ("LP", "Album", "33 ⅓ RPM", "Stereo")),),
        genres=("Folk, World, & Country", "Pop"),
        master_id=7,
    )
    copies = (
        make_copy(11, release, folder_id=6, rating=4, fields={1: "Near Mint (NM or M-)\n", 3: "=1+1\n'x", 9: "B1"}),
        make_copy(12, release, folder_id=None, added=None),
    )
    before = Collection(
        copies,
        (Folder(FolderId(6), "-Shelf"),),
        (Field(FieldId(9), "Shelf"),),
        masters={MasterId(7): Master(MasterId(7), 1965, ("Jazz",), ("Bop",))},
        facts={ReleaseId(5): InShort("UK", ("123",))},
    )

    after = imported(written(before))

    assert [copy.release for copy in after.copies] == [release, release]
    assert after.masters == before.masters
    assert after.facts == before.facts
    assert [after.folder_of(copy) for copy in after.copies] == ["-Shelf", ""]
    assert [(copy.rating, copy.added) for copy in after.copies] == [(4, ADDED), (None, None)]
    names = {field.name: field.id for field in after.fields}
    assert [after.copies[0].value(names[name]) for name in ("Notes", "Shelf")] == ["=1+1\n'x", "B1"]
    assert after.copies[0].media == "Near Mint (NM or M-)"


def test_both_hours_that_a_clock_shows_twice_stay_the_ones_they_were() -> None:
    moments = [datetime(2024, 11, 3, hour, 30, tzinfo=UTC) for hour in (8, 9)]
    before = Collection(tuple(make_copy(at, make_release(at), added=one) for at, one in enumerate(moments, 1)))

    content = written(before)

    assert [one["Date Added"] for one in table(content)] == ["2024-11-03 01:30:00"] * 2
    assert [copy.added for copy in imported(content).copies] == moments


def test_discogs_columns_stand_first_as_it_spells_them_and_ours_behind() -> None:
    fields = (Field(FieldId(9), "Shop", position=5), Field(FieldId(8), "notes", position=6))
    header = written(Collection(fields=fields)).decode().rstrip("\r\n").split(",")

    assert header == [*HEADER, "Collection Shop", "Collection notes (2)", *COLUMNS]


def test_a_wantlist_has_the_columns_of_one() -> None:
    wants = Collection((make_copy(1, make_release(1), folder_id=None, fields={3: "dear"}),))
    (found,) = table(written(wants, Shelf.WANTLIST))

    assert list(found) == [*HEADER[:8], "Notes", "owned", *COLUMNS]
    assert (found["Notes"], found["owned"]) == ("dear", "")


def test_a_wantlist_is_no_collection_to_be_imported() -> None:
    with pytest.raises(NotAnExport) as refused:
        read(written(Collection((make_copy(1),)), Shelf.WANTLIST))
    assert refused.value.found is Found.WANTLIST


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "'"])
def test_no_cell_begins_with_what_a_spreadsheet_would_run(sign: str) -> None:
    text = f"{sign}cmd|' /C calc'!A0"
    release = make_release(1, text, artist=text, label=text, catno=text, genres=(text,))
    collection = Collection((make_copy(1, release, fields={3: text, 9: text}),), facts={ReleaseId(1): InShort(text)})
    content = written(collection)

    for found in csv.reader(io.StringIO(content.decode(), newline="")):
        assert not [cell for cell in found if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert imported(content).copies[0].release.title == text


@given(ANY)
@example("'")
def test_a_guard_is_taken_off_again_and_only_that(text: str) -> None:
    assert unguarded(guarded(text)) == text


def test_a_file_of_discogs_own_keeps_its_apostrophes() -> None:
    (found,) = read(csv_of(row(1, artist="'Lectric Workers", title="'=x"))).rows

    assert (found.release.artist, found.release.title) == ("'Lectric Workers", "'=x")


def test_whoever_edits_a_cell_is_believed_and_not_what_stands_behind_it() -> None:
    before = Collection((make_copy(1, make_release(1, artists=(Artist("Ann", join="&"), Artist("Bob")))),))
    edited = written(before).replace(b"Ann & Bob", b"Cleo").replace(b",Reggae,", b",Jazz; Pop,")

    release = imported(edited).copies[0].release

    assert release.artists == (Artist("Cleo"),)
    assert (release.genres, release.labels) == (("Jazz", "Pop"), before.copies[0].release.labels)


@pytest.mark.parametrize(
    "mark", ["", "{", "[]", '{"v":99,"artists":[{"name":"X"}]}', '{"artists":[]}', '{"v":"1"}', "7"]
)
def test_a_mark_that_cannot_be_read_says_nothing(mark: str) -> None:
    header, (cells,) = written(Collection()).decode().strip(), table(written(Collection((make_copy(1),))))
    cells["runout"] = mark
    lines = io.StringIO(newline="")
    csv.writer(lines).writerow(cells.values())

    release = imported(f"{header}\r\n{lines.getvalue()}".encode()).copies[0].release

    assert (release.artists, release.genres) == ((Artist("The Gunmen"),), ("Reggae",))


MARKS: Final = ANY | st.sampled_from(
    [
        '{"v":1,"artists":[{"name":"The Gunmen","id":-1}],"labels":null}',
        '{"v":1,"master":{"year":"1970"},"barcodes":[1]}',
        '{"v":1,"formats":[{"name":"\\ud800"}]}',
        "[" * 500,
        '{"v":1' + " " * 500 + "}",
    ]
)


@given(st.lists(MARKS, min_size=len(COLUMNS), max_size=len(COLUMNS)))
def test_whatever_stands_in_our_columns_a_row_is_read(cells: list[str]) -> None:
    header = (*HEADER, *COLUMNS)
    content = csv_of(row(7) | dict(zip(COLUMNS, cells, strict=True)), header=header)

    found = imported(content)

    assert [copy.release.title for copy in found.copies] == ["Kingston Echoes"]
    assert imported(written(found)).copies == found.copies


def test_what_the_api_has_told_wins_over_what_a_file_says() -> None:
    export = read(written(Collection((make_copy(1, make_release(1, master_id=7)),))))
    held = brought(Held(), export)
    told = told_in(held.texts)

    known = replace(held.collection.copies[0], release=make_release(1, "As the API has it", master_id=8))
    found = overlaid(Collection((known,), facts={ReleaseId(1): InShort("US")}), told, frozenset())

    assert found.copies == (known,)
    assert found.facts == {ReleaseId(1): InShort("US")}
    assert of_masters(found, told) == {}


def test_an_export_of_discogs_own_over_ours_changes_nothing_and_forgets_nothing() -> None:
    folders = (Folder(FolderId(1), "Uncategorized"),)
    ours = brought(Held(), read(written(Collection((make_copy(1),), folders))))
    theirs = read(csv_of(row(1)))

    preview = compare(ours, theirs)

    assert [match.fields for match in preview.matches] == [()]
    assert brought(ours, theirs).texts == ours.texts


def test_formats_are_written_as_discogs_abbreviates_them() -> None:
    """In four of 316 rows words stand in another order, which nobody can know."""
    with gzip.open(COLLECTIONS / "collector_a" / "releases.ndjson.gz", "rt", encoding="utf-8") as file:
        told = {one["id"]: one["formats"] for one in map(json.loads, file)}
    rows = table(content_of(REAL[0]))

    different = [one["Format"] for one in rows if _out(told[int(one["release_id"])]) != one["Format"]]

    assert different == [one for one in different if "Promo" in one]
    assert len(different) == 4


def _out(formats: list[dict[str, object]]) -> str:
    return formats_out(
        tuple(
            Format(str(one["name"]), str(one["qty"]), str(one.get("text") or ""), tuple(map(str, _words(one))))
            for one in formats
        )
    )


def _words(form: dict[str, object]) -> list[object]:
    found = form.get("descriptions")
    return found if isinstance(found, list) else []


@given(_moments(2001))
def test_a_clock_in_discogs_zone_shows_what_import_takes_it_for(moment: datetime) -> None:
    wall = to_pacific(moment)

    assert from_pacific(wall) in (moment, moment - timedelta(hours=1))
    assert to_pacific(from_pacific(wall)) == wall


def test_plays_are_in_no_csv() -> None:
    collection = Collection((make_copy(1),), plays={ReleaseId(1): Played(3, ADDED)})

    assert written(collection) == written(replace(collection, plays={}))
