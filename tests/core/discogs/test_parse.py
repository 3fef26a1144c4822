"""Recorded bodies, and what may stand in them, into values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from core.discogs import parse
from core.domain.account import Identity, Profile
from core.domain.collection import Copy, Field, FieldValue, Folder
from core.domain.ids import DiscogsUserId, FieldId, FolderId, InstanceId, MasterId, ReleaseId
from core.domain.release import Artist, Format, LabelNumber
from core.domain.walk import CollectionPage
from core.errors import BrokenAnswer
from tests.core.discogs.samples import page_of, recorded, recorded_rows

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

BASIC: Mapping[str, Any] = {"id": 7, "title": "Dub", "year": 1976, "master_id": 3}
ROW: Mapping[str, Any] = {
    "id": 7,
    "instance_id": 70,
    "date_added": "2022-05-11T18:29:49-07:00",
    "rating": 4,
    "folder_id": 2,
    "basic_information": BASIC,
}


def row(**values: Any) -> dict[str, Any]:
    return {**ROW, **values}


def basic(**values: Any) -> dict[str, Any]:
    return row(basic_information={**BASIC, **values})


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in ROW.items() if name != key}


def without_basic(key: str) -> dict[str, Any]:
    return row(basic_information={name: value for name, value in BASIC.items() if name != key})


def copy_of(row: dict[str, Any]) -> Copy:
    page = parse.collection_page(page_of([row]))
    assert page.unreadable == ()
    return page.rows[0]


def test_a_row_as_the_documentation_has_it() -> None:
    copy = copy_of(row(notes=[{"field_id": 1, "value": "Mint (M)"}, {"field_id": 4, "value": "Vinyl 7\n"}]))

    assert copy.instance_id == InstanceId(70)
    assert copy.release.id == ReleaseId(7)
    assert copy.release.master_id == MasterId(3)
    assert copy.release.year == 1976
    assert copy.folder_id == FolderId(2)
    assert copy.rating == 4
    assert copy.fields == (FieldValue(FieldId(1), "Mint (M)"), FieldValue(FieldId(4), "Vinyl 7\n"))


@pytest.mark.parametrize(
    ("path", "told", "rows", "with_folder"),
    [
        ("dami_2022", (1, 1, 12), 1, 1),
        ("example_page1", (1, 1, 3), 3, 3),
        ("page1_of_11_anonymous_view", (1, 11, 516), 50, 0),
        ("page2_of_3_2019", (2, 3, 124), 50, 50),
        ("page_31items", (1, 1, 31), 31, 0),
        ("page_37items", (1, 1, 37), 37, 37),
        ("per_page2_of_95", (1, 48, 95), 2, 0),
    ],
)
def test_a_recorded_page_is_read_whole(path: str, told: tuple[int, int, int], rows: int, with_folder: int) -> None:
    page = parse.collection_page(recorded(f"collection_items/{path}.json"))

    assert (page.number, page.pages, page.told) == told
    assert page.unreadable == ()
    assert len(page.rows) == len({copy.instance_id for copy in page.rows}) == rows
    assert sum(copy.folder_id is not None for copy in page.rows) == with_folder
    assert all(copy.added and copy.release.title and copy.release.artist for copy in page.rows)


def test_a_whole_recorded_collection_is_read() -> None:
    rows = recorded_rows("collections/collector_b/collection.json.gz")

    page = parse.collection_page(page_of(rows))

    assert page.unreadable == ()
    assert len({copy.instance_id for copy in page.rows}) == 621
    assert {copy.release.id for copy in page.rows} == {row["id"] for row in rows}
    assert sum(copy.folder_id is None for copy in page.rows) == 0
    assert sum(len(copy.fields) for copy in page.rows) == sum(len(row.get("notes", [])) for row in rows) > 0
    assert sum(copy.release.master_id is None for copy in page.rows) == sum(
        row["basic_information"]["master_id"] == 0 for row in rows
    )


@pytest.mark.parametrize(
    ("row", "attribute", "value"),
    [
        pytest.param(without("folder_id"), "folder_id", None, id="no folder_id for strangers"),
        pytest.param(without("notes"), "fields", (), id="no notes"),
        pytest.param(row(notes=None), "fields", (), id="notes null"),
        pytest.param(row(notes=[{"field_id": 3}]), "fields", (FieldValue(FieldId(3), ""),), id="note without a value"),
        pytest.param(row(rating=0), "rating", None, id="rating 0"),
        pytest.param(without("rating"), "rating", None, id="no rating"),
        pytest.param(row(), "added", datetime(2022, 5, 12, 1, 29, 49, tzinfo=UTC), id="date in summer"),
        pytest.param(
            row(date_added="2021-12-21T15:43:46-08:00"),
            "added",
            datetime(2021, 12, 21, 23, 43, 46, tzinfo=UTC),
            id="date in winter",
        ),
        pytest.param(
            row(date_added="2021-12-21T15:43:46"),
            "added",
            datetime(2021, 12, 21, 15, 43, 46, tzinfo=UTC),
            id="date without an offset",
        ),
        pytest.param(without("date_added"), "added", None, id="no date"),
        pytest.param(row(date_added=""), "added", None, id="empty date"),
        pytest.param(row(date_added="yesterday"), "added", None, id="date that is none"),
        pytest.param(row(date_added="0001-01-01T00:00:00+07:00"), "added", None, id="date before all dates"),
    ],
)
def test_of_a_row(row: dict[str, Any], attribute: str, value: object) -> None:
    assert getattr(copy_of(row), attribute) == value


def test_a_moment_is_told_in_utc() -> None:
    added = copy_of(row()).added

    assert added is not None
    assert added.tzinfo is UTC


@pytest.mark.parametrize(
    ("row", "attribute", "value"),
    [
        pytest.param(basic(year=0), "year", None, id="year 0"),
        pytest.param(without_basic("year"), "year", None, id="no year"),
        pytest.param(basic(master_id=0), "master_id", None, id="master 0"),
        pytest.param(without_basic("master_id"), "master_id", None, id="no master"),
        pytest.param(basic(master_id=None), "master_id", None, id="master null"),
        pytest.param(basic(), "styles", (), id="no styles"),
        pytest.param(basic(styles=None, genres=None), "genres", (), id="genres null"),
        pytest.param(basic(styles=["Dub", "Roots"]), "styles", ("Dub", "Roots"), id="styles"),
        pytest.param(without_basic("title"), "title", "", id="no title"),
        pytest.param(basic(thumb="", cover_image=None), "thumb", "", id="no picture"),
        pytest.param(
            basic(labels=[{"name": "Hall", "catno": "none", "id": 1}, {"name": "Hall"}]),
            "labels",
            (LabelNumber("Hall", "none", 1), LabelNumber("Hall")),
            id="labels without a number",
        ),
        pytest.param(
            basic(artists=[{"name": "Gunmen (2)", "anv": "The Gunmen", "join": "Meets", "id": 4}, {"name": "X"}]),
            "artists",
            (Artist("Gunmen (2)", "The Gunmen", "Meets", 4), Artist("X")),
            id="artists",
        ),
        pytest.param(
            basic(formats=[{"name": "Vinyl", "qty": "9" * 64, "text": "red", "descriptions": ["LP"]}]),
            "formats",
            (Format("Vinyl", "9" * 64, "red", ("LP",)),),
            id="a quantity of 64 digits",
        ),
        pytest.param(
            basic(formats=[{"name": "CD", "qty": 2}]), "formats", (Format("CD", "2"),), id="quantity as number"
        ),
        pytest.param(basic(formats=[{"name": "CD", "descriptions": None}]), "formats", (Format("CD", ""),), id="bare"),
    ],
)
def test_of_a_release(row: dict[str, Any], attribute: str, value: object) -> None:
    assert getattr(copy_of(row).release, attribute) == value


def test_the_release_is_the_one_that_the_row_names() -> None:
    """The id stands twice in a row; the outer one is what adding and removing go by."""
    assert copy_of(row(id=8)).release.id == ReleaseId(8)


@pytest.mark.parametrize(
    "strange",
    [
        pytest.param({"instance_id": 71}, id="nothing else"),
        pytest.param(row(instance_id=71, id="7"), id="text for a number"),
        pytest.param(row(instance_id=71, basic_information=[]), id="a list for an object"),
        pytest.param(row(instance_id=71, notes={"field_id": 1}), id="an object for a list"),
        pytest.param(row(instance_id=71, rating="****"), id="stars"),
        pytest.param({**row(instance_id=71), "folder_id": 10**30}, id="a number that no database keeps"),
        pytest.param({**basic(year="1976"), "instance_id": 71}, id="year as text"),
    ],
)
def test_a_row_that_cannot_be_read_keeps_its_number_and_its_page(strange: dict[str, Any]) -> None:
    page = parse.collection_page(page_of([row(), strange, row(instance_id=72)]))

    assert [copy.instance_id for copy in page.rows] == [70, 72]
    assert [unreadable.instance_id for unreadable in page.unreadable] == [71]
    assert page.unreadable[0].reason


@pytest.mark.parametrize(
    "strange",
    [
        None,
        5,
        "row",
        [],
        {},
        without("instance_id"),
        row(instance_id=None),
        row(instance_id="71"),
        row(instance_id=10**30),
        row(instance_id=True),
    ],
    ids=str,
)
def test_a_row_without_its_number_keeps_its_page(strange: Any) -> None:
    page = parse.collection_page(page_of([row(), strange]))

    assert [copy.instance_id for copy in page.rows] == [70]
    assert [unreadable.instance_id for unreadable in page.unreadable] == [None]


@pytest.mark.parametrize(
    ("title", "read"),
    [
        (rb"\ud83c\udfb5", "\U0001f3b5"),
        (rb"\ud83c", "\ufffd"),
        (rb"\udfb5 dub", "\ufffd dub"),
        (rb"\ud83c\ud83c\udfb5", "\ufffd\U0001f3b5"),
        (rb"\ud83cA", "\ufffdA"),
        (rb"\\ud83c \ud83c", "\\ud83c \ufffd"),
        (rb"\"\ud83c\"", '"\ufffd"'),
    ],
)
def test_half_a_character_costs_no_more_than_itself(title: bytes, read: str) -> None:
    body = page_of([row(), basic(title="TITLE")]).replace(b"TITLE", title)

    page = parse.collection_page(body)

    assert [copy.release.title for copy in page.rows] == ["Dub", read]


def test_bytes_that_are_no_text_cost_the_row_they_are_in() -> None:
    page = parse.collection_page(page_of([row(), basic(title="TITLE")]).replace(b"TITLE", b"\xff\xfe"))

    assert len(page.rows) == 1
    assert [unreadable.instance_id for unreadable in page.unreadable] == [InstanceId(70)]


def numbers_in(page: CollectionPage) -> list[InstanceId | None]:
    return [copy.instance_id for copy in page.rows] + [unreadable.instance_id for unreadable in page.unreadable]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=3) | st.sampled_from([*ROW, "notes"]), inner, max_size=4)
    ),
    max_leaves=8,
)
DATES = st.text(max_size=25) | st.datetimes().map(lambda moment: f"{moment.isoformat()}+07:00")


@given(st.lists(JSON, max_size=4))
def test_any_rows_keep_the_page(rows: list[Any]) -> None:
    page = parse.collection_page(page_of(rows))

    assert len(page.rows) + len(page.unreadable) == len(rows)


@given(values=st.fixed_dictionaries({}, optional={key: JSON for key in [*ROW, "notes"] if key != "instance_id"}))
def test_any_values_in_a_row_leave_it_its_number(values: dict[str, Any]) -> None:
    page = parse.collection_page(page_of([row(**values)]))

    assert numbers_in(page) == [70]


@given(
    values=st.fixed_dictionaries(
        {}, optional=dict.fromkeys([*BASIC, "artists", "labels", "formats", "genres", "styles", "thumb"], JSON)
    ),
    added=DATES,
)
def test_any_values_of_a_release_leave_the_row_its_number(values: dict[str, Any], added: str) -> None:
    page = parse.collection_page(page_of([basic(**values) | {"date_added": added}]))

    assert numbers_in(page) == [70]


def test_an_empty_collection_has_one_page() -> None:
    page = parse.collection_page(page_of([], pages=0))

    assert page == CollectionPage(number=1, told=0)
    assert page.pages == 1


def test_a_page_knows_whose_limit_it_was_counted_against() -> None:
    assert parse.collection_page(page_of([]), anonymous_limit=True).anonymous_limit


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"<html>", id="HTML"),
        pytest.param(b"null", id="null"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b"{}", id="without keys"),
        pytest.param(page_of([row()])[:-20], id="cut short"),
        pytest.param(b'{"releases": [], "pagination": {"page": 1, "pages": 1}}', id="without a count"),
        pytest.param(page_of([]).replace(b"[]", b"{}"), id="rows as an object"),
        pytest.param(b"\xff\xfe", id="no UTF-8"),
        pytest.param(page_of([{"deep": "DEEP"}]).replace(b'"DEEP"', b"[" * 100_000 + b"]" * 100_000), id="too deep"),
    ],
)
def test_what_is_no_page_is_a_broken_answer(body: bytes) -> None:
    with pytest.raises(BrokenAnswer) as broken:
        parse.collection_page(body)

    assert broken.value.route == "collection"
    assert broken.value.reason


def test_the_recorded_identities_are_read() -> None:
    assert parse.identity(recorded("identity/member_c_2014.json")) == Identity(DiscogsUserId(557870), "member_c")


@pytest.mark.parametrize(
    ("path", "profile"),
    [
        ("dami_2022_owner", Profile(DiscogsUserId(12579295), "member_e", "EUR")),
        ("member_b_2014", Profile(DiscogsUserId(1861520), "member_b")),
        ("collector_b", Profile(DiscogsUserId(1000002), "collector_b")),
    ],
)
def test_the_recorded_profiles_are_read(path: str, profile: Profile) -> None:
    assert parse.profile(recorded(f"profile/{path}.json")) == profile


def test_a_currency_that_is_not_set_is_unknown() -> None:
    assert parse.profile(b'{"id": 1, "username": "me", "curr_abbr": ""}').currency is None


def test_the_recorded_folders_are_read() -> None:
    assert parse.folders(recorded("collection_folders/dami_2022.json")) == (
        Folder(FolderId(0), "All", 12),
        Folder(FolderId(1), "Uncategorized", 12),
    )
    assert len(parse.folders(recorded("collection_folders/anonymous_only_folder0.json"))) == 1


@pytest.mark.parametrize("path", ["collector_b", "docs_example", "old"])
def test_the_recorded_fields_are_read(path: str) -> None:
    media, sleeve, notes, *_ = parse.fields(recorded(f"collection_fields/{path}.json"))

    assert (media.id, sleeve.id, notes.id) == (1, 2, 3)
    assert (media.kind, notes.kind) == ("dropdown", "textarea")
    assert "Mint (M)" in media.options
    assert notes.options == ()


def test_a_field_may_lack_all_but_its_name() -> None:
    assert parse.fields(b'{"fields": [{"id": 4, "name": "Shelf", "lines": 3, "options": null}]}') == (
        Field(FieldId(4), "Shelf"),
    )


def test_a_strange_entry_among_folders_and_fields_costs_no_other() -> None:
    body = b'[1, {"id": 4, "name": null}, {"id": 5, "name": "Shelf", "position": "2"}, {"id": 5, "name": "Shelf"}]'
    assert parse.fields(b'{"fields": null}') == ()
    assert parse.folders(b'{"folders": ' + body + b"}") == (Folder(FolderId(4), ""), Folder(FolderId(5), "Shelf"))
    assert [field.id for field in parse.fields(b'{"fields": ' + body + b"}")] == [4, 5]


@pytest.mark.parametrize("read", [parse.identity, parse.profile, parse.folders, parse.fields])
@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"<html>", b"\xff", b'{"folders": 1, "fields": 1, "id": "x"}'])
def test_what_cannot_be_read_is_a_broken_answer(read: Any, body: bytes) -> None:
    with pytest.raises(BrokenAnswer):
        read(body)


def test_a_page_can_be_put_away_and_taken_out_again() -> None:
    page = parse.collection_page(page_of([row(notes=[{"field_id": 1, "value": "Mint (M)"}]), {"instance_id": 71}]))

    assert msgspec.json.decode(msgspec.json.encode(page), type=CollectionPage) == page
