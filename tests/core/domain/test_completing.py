from __future__ import annotations

from datetime import UTC, datetime

from core.domain.collection import Collection
from core.domain.completing import MOST, complete
from core.domain.fields import FIELDS
from core.domain.index import Index
from core.domain.matching import select
from core.domain.query import parse
from core.domain.release import LabelNumber
from core.text import printable
from tests.core.domain.queries import COLLECTIONS, FOLDERS, ORDERED, QUERYISH, TEXT_FIELDS, TODAY
from tests.factories import make_copy, make_release

import pytest
from hypothesis import given
from hypothesis import strategies as st


def record(
    instance: int, label: str, genre: str, year: int | None, media: str = "", rating: int | None = None
) -> Collection:
    release = make_release(instance, labels=[LabelNumber(label, f"X-{instance}")], genres=[genre], year=year)
    added = datetime(2020 + instance % 3, 5, instance, tzinfo=UTC)
    return Collection((make_copy(instance, release, rating=rating, added=added, fields={1: media}, folder_id=8),))


SHELF = Index(
    Collection(
        tuple(
            copy
            for some in (
                record(1, "Studio One (3)", "Reggae", 1971, "Very Good Plus (VG+)", 5),
                record(2, "Studio One", "Reggae", 1978, "Very Good Plus (VG+)", 4),
                record(3, "Studio K", "Rock", 1978, "Near Mint (NM or M-)"),
                record(4, "Île Studio", "Funk / Soul", 1985, "Very Good (VG)"),
                record(5, "Islands", "Reggae", None),
                record(6, "!!!", "Rock", 2001, "Poor (P)", 1),
            )
            for copy in some.copies
        ),
        FOLDERS,
    )
)


def offered(text: str, index: Index = SHELF) -> list[tuple[str, str, int | None]]:
    """The cursor stands at the bar."""
    cursor = text.index("|")
    return [(one.text, one.label, one.count) for one in complete(text.replace("|", ""), cursor, index)]


def after(text: str, place: int = 0) -> str:
    """The text when one completion was taken."""
    cursor, text = text.index("|"), text.replace("|", "")
    one = complete(text, cursor, SHELF)[place]
    return text[: one.start] + one.text + text[one.end :]


@pytest.mark.parametrize("text", ["|", "dub |", "dub | roots", "-|", "dub -|", "|dub"])
def test_where_a_word_could_begin_every_field_is_offered(text: str) -> None:
    assert [one for one, _, _ in offered(text)] == [f"{field.name}:" for field in FIELDS][:MOST]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("g|", ["genre:"]),
        ("-ST|", ["style:"]),
        ("f|", ["format:", "folder:", "field:"]),
        ("dub y|", ["year:"]),
        ("cat|", ["catno:"]),
        ("n|", ["number:", "notes:", "not:"]),
        ("gen|re:rock", ["genre:"]),
        ("dub|", []),
        ('"g|', []),
        ('"g"|', []),
        ("foo:g|", []),
    ],
)
def test_a_word_that_is_begun_may_become_a_field(text: str, expected: list[str]) -> None:
    assert [one for one, _, _ in offered(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("genre:|", [("Reggae", "Reggae", 3), ("Rock", "Rock", 2), ('"Funk / Soul"', "Funk / Soul", 1)]),
        ("genre:r|", [("Reggae", "Reggae", 3), ("Rock", "Rock", 2)]),
        ("-genre:rock,RE|", [("Reggae", "Reggae", 3)]),
        ("genre:so|", [('"Funk / Soul"', "Funk / Soul", 1)]),
        ("genre:ock|", []),
        (
            "label:stud|",
            [('"Studio One"', "Studio One", 2), ('"Île Studio"', "Île Studio", 1), ('"Studio K"', "Studio K", 1)],
        ),
        ("label:=ILE|", [('"Île Studio"', "Île Studio", 1)]),
        ('label:"studio o|', [('"Studio One"', "Studio One", 2)]),
        ('label:"Studio One (|', [('"Studio One"', "Studio One", 2)]),
        ("label:!|", [("!!!", "!!!", 1)]),
        ("catno:x-3|", [("X-3", "X-3", 1)]),
        ("folder:|", [("Été", "Été", 6)]),
        ("style:zzz|", []),
    ],
)
def test_values_are_those_of_the_collection_the_most_frequent_first(
    text: str, expected: list[tuple[str, str, int | None]]
) -> None:
    assert offered(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("media:|", [("NM", "NM", 1), ("VG+", "VG+", 2), ("VG", "VG", 1), ("P", "P", 1), ("none", "none", 1)]),
        ("media:v|", [("VG+", "VG+", 2), ("VG", "VG", 1)]),
        ("media:near|", [("NM", "NM", 1)]),
        ("media:>=m|", [(">=M", ">=M", None)]),
        ("media:vg..|n", [(f"vg..{grade}", f"vg..{grade}", None) for grade in ("M", "NM", "VG+", "VG")]),
        ("media:x|", []),
        ("sleeve:|", [("none", "none", 6)]),
        ("rating:|", [("5", "5", 1), ("4", "4", 1), ("1", "1", 1), ("none", "none", 3)]),
        ("rating:4,n|", [("none", "none", 3)]),
        ("rating:>|", [(">5", ">5", None), (">4", ">4", None), (">1", ">1", None)]),
    ],
)
def test_grades_and_ratings_are_offered_the_best_first(text: str, expected: list[tuple[str, str, int | None]]) -> None:
    assert offered(text) == expected


YEARS = Index(
    Collection(
        tuple(copy for number in range(1, 17) for copy in record(number, "A", "B", 1967 + number % 15 or None).copies)
    )
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("year:|", [("1980..1989", "1980s", 2), ("1970..1979", "1970s", 10), ("1960..1969", "1960s", 4)]),
        ("year:197|9", [(str(year), str(year), 1) for year in range(1979, 1969, -1)]),
        ("year:>=19|", [(f">={low}", f">={low}", None) for low in (1980, 1970, 1960)]),
        ("year:1975..|", [("1975..1980", "1975..1980", None)]),
        ("year:20|", []),
    ],
)
def test_years_are_offered_as_decades_until_one_is_chosen(
    text: str, expected: list[tuple[str, str, int | None]]
) -> None:
    assert offered(text, YEARS) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("added:|", ["7d", "30d", "3m", "6m", "1y", "2y", "2022", "2021", "2020"]),
        ("added:2|", ["2d", "2w", "2m", "2y", "2022", "2021", "2020"]),
        ("added:3|", ["3d", "3w", "3m", "3y", "30d"]),
        ("added:30|", ["30d", "30w", "30m", "30y"]),
        ("added:2021|", ["2021-05"]),
        ("added:2021-05|", ["2021-05-04", "2021-05-01"]),
        ("added:>=202|", [">=202d", ">=202w", ">=202m", ">=202y", ">=2022", ">=2021", ">=2020"]),
        ("added:n|", []),
    ],
)
def test_days_are_offered_as_ages_and_as_years_then_months_then_days(text: str, expected: list[str]) -> None:
    assert [one for one, _, _ in offered(text)] == expected


def test_an_age_is_shown_in_words() -> None:
    assert offered("added:30d|") == [("30d", "added in the last 30 days", None)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dub ge| x", "dub genre: x"),
        ("dub gen|re:rock x", "dub genre:rock x"),
        ("genre:|rock x", "genre:Reggae x"),
        ("genre:r|ock,funk x", "genre:Reggae,funk x"),
        ("genre:rock,| x", "genre:rock,Reggae x"),
        ("genre:=r| x", "genre:=Reggae x"),
        ('label:"stu| x', 'label:"Studio One" x'),
        ('label:"stu|d",x', 'label:"Studio One",x'),
        ('label:"island"st|', 'label:"island""Studio One"'),
        ("media:>=v|,none", "media:>=VG+,none"),
    ],
)
def test_a_completion_takes_the_place_of_what_was_begun_and_of_nothing_else(text: str, expected: str) -> None:
    assert after(text) == expected


@given(QUERYISH, st.integers(-1, 40), COLLECTIONS)
def test_any_text_is_completed_or_left_alone(text: str, cursor: int, collection: Collection) -> None:
    found = complete(text, cursor, Index(collection))
    assert len(found) <= MOST
    assert len({(one.start, one.end) for one in found}) <= 1
    for one in found:
        assert printable(one.text) == one.text
        assert 0 <= one.start <= one.end <= len(text)


@given(st.sampled_from(TEXT_FIELDS), COLLECTIONS)
def test_a_value_that_is_taken_finds_the_copies_that_were_counted(field: str, collection: Collection) -> None:
    """Or more, of values that differ in case, accents and punctuation only."""
    index = Index(collection)
    for one in complete(f"{field}:=", len(field) + 2, index):
        found = select(parse(f"{field}:={one.text}").filter, index, TODAY).bit_count()
        assert one.count is not None
        assert 1 <= one.count <= found


@given(st.sampled_from(list(ORDERED)), st.sampled_from(["", "1", "19", "202", "v", "n", "2024"]), COLLECTIONS)
def test_a_year_a_rating_or_a_grade_that_is_taken_finds_just_the_copies_that_were_counted(
    field: str, begun: str, collection: Collection
) -> None:
    index = Index(collection)
    for one in complete(f"{field}:{begun}", len(field) + 1 + len(begun), index):
        found = select(parse(f"{field}:{one.text}").filter, index, TODAY).bit_count()
        assert one.count in (None, found)


@given(st.sampled_from(list(ORDERED)), st.sampled_from([">=", "<", "1970..", "vg..", "..2", "2024.."]), COLLECTIONS)
def test_a_limit_that_is_taken_is_understood(field: str, begun: str, collection: Collection) -> None:
    for one in complete(f"{field}:{begun}", len(field) + 1 + len(begun), Index(collection)):
        parse(f"{field}:{one.text}")
