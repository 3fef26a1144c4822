"""What a facet counts, against a count that is written down here a second time; and how its values stand in a query."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from core.domain.collection import Collection, Copy, Folder
from core.domain.facets import FACETS, FacetCount, counts, state, term, toggled, values_spoken_of
from core.domain.filters import AllOf, Everything, FieldHas, FieldIn, Filter, Not, Span, Text, Words
from core.domain.ids import FolderId
from core.domain.index import BIT_SETS, Index
from core.domain.matching import select
from core.domain.query import canonical, parse
from core.domain.release import Format, LabelNumber
from core.text import fold
from tests.core.domain.queries import TREES
from tests.factories import make_copy, make_release

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

TODAY = date(2024, 3, 31)
NAMES = [facet.name for facet in FACETS]
TEXTS = ("Reggae", "reggae", "RÉGGAE", "Rock", "Funk / Soul", "!!!", "???", '7"', "a,b", "=x", "", " ", "Gunmen (2)")
GRADES = {"Mint (M)": "M", "Near Mint (NM or M-)": "NM", "Good Plus (G+)": "G+", "Good (G)": "G", "Poor (P)": "P"}
FOLDERS = tuple(Folder(FolderId(number), name) for number, name in enumerate(("Dub", "dub", "!!!", " "), 1))

texts = st.sampled_from(TEXTS)


@st.composite
def copies(draw: st.DrawFn) -> Copy:
    """A copy of which anything may be unknown, and which may have a value in two spellings."""
    release = make_release(
        1,
        labels=[LabelNumber(draw(texts)) for _ in range(draw(st.integers(0, 2)))],
        formats=[Format(draw(texts), "1", draw(texts), (draw(texts),)) for _ in range(draw(st.integers(0, 2)))],
        genres=draw(st.lists(texts, max_size=3)),
        styles=draw(st.lists(texts, max_size=3)),
        year=draw(st.none() | st.sampled_from([1, 1969, 1970, 1979, 1980, 2024])),
    )
    return make_copy(
        1,
        release,
        folder_id=draw(st.sampled_from([None, 1, 2, 3, 4, 99])),
        rating=draw(st.none() | st.integers(1, 5)),
        fields={1: draw(st.sampled_from(["", "Generic", "Played to bits", *GRADES]))},
    )


COLLECTIONS = st.lists(copies(), max_size=12).map(lambda some: Collection(tuple(some), FOLDERS))


def values_of(facet: str, copy: Copy, collection: Collection) -> Iterable[str]:
    release = copy.release
    match facet:
        case "genre":
            return release.genres
        case "style":
            return release.styles
        case "format":
            return [text for form in release.formats for text in (form.name, form.text, *form.descriptions)]
        case "label":
            return [label.shown for label in release.labels]
        case "folder":
            return [collection.folder_of(copy)]
        case "decade":
            return [
                f"{release.year // 10}0s" if release.year and release.year > 9 else "0s" if release.year else "unknown"
            ]
        case "grade":
            return [GRADES.get(copy.media, "unknown")]
        case _:
            return [str(copy.rating) if copy.rating else "unknown"]


def key(text: str) -> str:
    return fold(text) or text.strip().casefold()


def counted(facet: str, some: Iterable[Copy], collection: Collection) -> dict[str, int]:
    """How many copies have each value, by what tells values apart."""
    found: Counter[str] = Counter()
    for copy in some:
        found.update({key(text) for text in values_of(facet, copy, collection) if text.strip()})
    return dict(found)


@given(COLLECTIONS, st.integers(0, 2**12 - 1))
def test_a_facet_counts_the_copies_that_are_left(collection: Collection, chosen: int) -> None:
    index = Index(collection)
    bits = chosen & index.everything
    left = [copy for position, copy in enumerate(collection.copies) if bits >> position & 1]
    for facet in NAMES:
        found = counts(index, facet, bits)
        assert (facet, {key(one.value): one.count for one in found}) == (facet, counted(facet, left, collection))
        assert len({key(one.value) for one in found}) == len(found)


@given(COLLECTIONS)
def test_including_a_value_leaves_as_many_copies_as_were_counted(collection: Collection) -> None:
    index = Index(collection)
    for facet in NAMES:
        for one in counts(index, facet, index.everything):
            for node in (term(facet, one.value), toggled(Everything(), facet, one.value)):
                assert (facet, one, select(node, index, TODAY).bit_count()) == (facet, one, one.count)
                assert state(node, facet, one.value) == 1


@given(COLLECTIONS, st.sampled_from(NAMES), st.data())
def test_under_a_filter_too(collection: Collection, facet: str, data: st.DataObject) -> None:
    index = Index(collection)
    node = data.draw(TREES)
    for one in counts(index, facet, select(node, index, TODAY)):
        if state(node, facet, one.value) == 0 and not values_spoken_of(node, facet):
            assert select(toggled(node, facet, one.value), index, TODAY).bit_count() == one.count


@given(COLLECTIONS, st.sampled_from(NAMES), TREES, st.data())
def test_a_value_that_was_toggled_three_times_is_as_before(
    collection: Collection, facet: str, node: Filter, data: st.DataObject
) -> None:
    index = Index(collection)
    found = counts(index, facet, index.everything)
    assume(found)
    value = data.draw(st.sampled_from(found)).value
    assume(state(node, facet, value) == 0)
    after, states = node, []
    for _ in range(3):
        after = toggled(after, facet, value)
        states.append(state(after, facet, value))
    assert states == [1, -1, 0]
    assert after == node
    assert select(after, index, TODAY) == select(node, index, TODAY)


SHELF = Index(
    Collection(
        tuple(
            make_copy(
                number,
                make_release(number, genres=[genre], styles=[], labels=[LabelNumber(label)], year=year),
                rating=rating,
                fields={1: grade},
            )
            for number, (genre, label, year, rating, grade) in enumerate(
                [
                    ("Reggae", "!!!", 1971, 5, "Mint (M)"),
                    ("reggae", 'a "b"', 1979, None, ""),
                    ("Réggae", "=x,y", None, 1, "Very Good (VG)"),
                    ("Rock", "none", 1980, 1, "Poor (P)"),
                    ("reggae", "Reggae", 1999, 2, "Very Good (VG)"),
                    ("Rock", "none", 1980, 1, "Very Good Plus (VG+)"),
                    ("Jazz", "none", 1970, 1, "Generic"),
                ],
                1,
            )
        )
    )
)


@given(
    TREES,
    st.lists(
        st.tuples(st.sampled_from(["genre", "label", "decade", "grade", "rating"]), st.integers(0, 4)), max_size=6
    ),
)
def test_what_facets_say_can_be_typed(node: Filter, clicks: list[tuple[str, int]]) -> None:
    known = {
        "decade": ("1970s", "unknown", "0s", "1980s", "9990s"),
        "grade": ("M", "VG+", "unknown", "VG", "P"),
        "rating": ("5", "1", "unknown", "4", "2"),
    }
    others = ("Reggae", "!!!", 'a "b"', "=x,y", "none")
    for facet, number in clicks:
        node = toggled(node, facet, known.get(facet, others)[number])
        assert select(parse(canonical(node)).filter, SHELF, TODAY) == select(node, SHELF, TODAY)
        again = parse(canonical(node)).filter
        assert all(
            state(again, name, value) == state(node, name, value)
            for name in ("genre", "label", *known)
            for value in known.get(name, others)
        )


def found(facet: str, index: Index = SHELF, bits: int | None = None) -> list[tuple[str, int]]:
    return [(one.value, one.count) for one in counts(index, facet, index.everything if bits is None else bits)]


def test_the_most_frequent_value_comes_first_then_by_name() -> None:
    assert found("genre") == [("reggae", 4), ("Rock", 2), ("Jazz", 1)]
    assert found("label") == [("none", 3), ("!!!", 1), ('a "b"', 1), ("Reggae", 1), ("=x,y", 1)]


def test_what_is_spelt_otherwise_is_the_same_value() -> None:
    """Shown as most copies have it, for those copies are also what it selects."""
    assert found("genre", bits=0b111) == [("reggae", 3)]
    both = make_copy(1, make_release(1, genres=["Dub", "dub"]))
    assert found("genre", Index(Collection((both, make_copy(2, make_release(2, genres=["dub"])))))) == [("dub", 2)]


def test_decades_grades_and_ratings_have_their_own_order() -> None:
    assert found("decade") == [("1990s", 1), ("1980s", 2), ("1970s", 3), ("unknown", 1)]
    assert found("grade") == [("M", 1), ("VG+", 1), ("VG", 2), ("P", 1), ("unknown", 2)]
    assert found("rating") == [("5", 1), ("2", 1), ("1", 4), ("unknown", 1)]


def test_a_value_without_a_copy_is_not_counted() -> None:
    assert found("decade", bits=0) == found("label", bits=0) == []
    assert counts(SHELF, "rating", 0b10) == (FacetCount("unknown", 1),)


@pytest.mark.parametrize("facet", NAMES)
def test_a_collection_of_nothing_has_no_values(facet: str) -> None:
    assert found(facet, Index(Collection())) == []


@given(st.lists(st.lists(st.integers(0, 5), max_size=3), max_size=12), st.integers(0, 2**12 - 1))
def test_very_many_values_are_counted_alike(rows: list[list[int]], chosen: int) -> None:
    """By column then, and a copy that has a value in two spellings is still one copy."""
    names = ("Warp", "warp", "WARP", "Dub", "dub", "Ska")
    some = [make_copy(1, make_release(1, labels=[LabelNumber(names[number]) for number in row])) for row in rows]
    many = [LabelNumber(f"Label {number}") for number in range(BIT_SETS)]
    collection = Collection((*some, make_copy(2, make_release(2, labels=many))))
    index = Index(collection)
    bits = chosen & index.everything
    left = [copy for position, copy in enumerate(collection.copies) if bits >> position & 1]
    assert {key(one.value): one.count for one in counts(index, "label", bits)} == counted("label", left, collection)


CLICKS = {
    "one": ("", ["genre Rock"], "genre:=Rock"),
    "another value of it": ("", ["genre Rock", "genre Jazz"], "genre:=Rock,=Jazz"),
    "excluded": ("", ["genre Rock", "genre Rock"], "-genre:=Rock"),
    "two excluded": ("-genre:=Rock", ["genre Jazz", "genre Jazz"], "-genre:=Rock,=Jazz"),
    "taken back": ("", ["genre Rock", "genre Rock", "genre Rock"], ""),
    "one of two excluded": ("genre:=Rock,=Jazz", ["genre Rock"], "genre:=Jazz -genre:=Rock"),
    "one of two taken back": ("-genre:=Rock,=Jazz", ["genre Rock"], "-genre:=Jazz"),
    "another facet": ("genre:=Rock", ["style Ska"], "genre:=Rock style:=Ska"),
    "in its place": ("genre:=Rock dub", ["genre Jazz"], "genre:=Rock,=Jazz dub"),
    "words stay": ("king -tubby", ["genre Rock"], "king -tubby genre:=Rock"),
    "what was typed of the field stays": ("genre:ro", ["genre Rock"], "genre:ro genre:=Rock"),
    "and is no value of the facet": ("genre:rock", ["genre Rock"], "genre:rock genre:=Rock"),
    "with something else": ("genre:=Rock,ja", ["genre Rock"], "genre:=Rock,ja genre:=Rock"),
    "spelt otherwise": ("genre:=ROCK", ["genre Rock"], "-genre:=Rock"),
    "a decade": ("", ["decade 1970s"], "year:1970..1979"),
    "two decades": ("year:1970..1979", ["decade 1990s"], "year:1970..1979,1990..1999"),
    "a decade that was typed": ("year:1970..1979", ["decade 1970s"], "-year:1970..1979"),
    "years that are no decade": ("year:1971..1980", ["decade 1970s"], "year:1971..1980 year:1970..1979"),
    "a decade among other years": ("year:1970..1979,1985", ["decade 1970s"], "year:1970..1979,1985 year:1970..1979"),
    "no year": ("", ["decade unknown"], "year:none"),
    "no year or a decade": ("year:none", ["decade 1970s"], "year:1970..1979,none"),
    "a known year": ("year:none", ["decade unknown"], "-year:none"),
    "a grade": ("", ["grade VG+"], "media:VG+"),
    "better grades are typed": ("media:>=VG+", ["grade VG+"], "media:>=VG+ media:VG+"),
    "not graded": ("media:NM", ["grade unknown"], "media:NM,none"),
    "a rating": ("", ["rating 5", "rating 4"], "rating:5,4"),
    "not rated": ("", ["rating unknown", "rating unknown"], "-rating:none"),
    "a quoted label": ("", ["label Studio One"], 'label:="Studio One"'),
}


@pytest.mark.parametrize(("text", "clicks", "expected"), CLICKS.values(), ids=CLICKS)
def test_a_value_stands_in_the_query(text: str, clicks: list[str], expected: str) -> None:
    node = parse(text).filter
    for click in clicks:
        facet, _, value = click.partition(" ")
        node = toggled(node, facet, value)
    assert canonical(node) == expected


def test_the_terms_of_values() -> None:
    assert term("genre", "Reggae") == FieldHas("genre", (Text("Reggae", exact=True),))
    assert term("decade", "1970s") == FieldIn("year", (Span(1970, 1979),))
    assert term("decade", "unknown") == FieldIn("year", (), unknown=True)
    assert term("grade", "VG+") == FieldIn("media", (Span(2, 2),))
    assert term("rating", "5") == FieldIn("rating", (Span(5, 5),))


def test_included_wins_over_excluded() -> None:
    """It matches nothing; one click makes it excluded only."""
    node = parse("genre:=Rock -genre:=Rock").filter
    assert state(node, "genre", "Rock") == 1
    assert canonical(toggled(node, "genre", "Rock")) == "-genre:=Rock"


def test_a_negated_conjunction_is_left_alone() -> None:
    node = AllOf((Not(AllOf((term("genre", "Rock"), Words("dub")))), Words("king")))
    assert state(node, "genre", "Rock") == 0
    assert toggled(node, "genre", "Rock") == AllOf((*node.parts, term("genre", "Rock")))


def test_values_that_are_spoken_of() -> None:
    node = parse("genre:=Rock,=Jazz dub genre:ja -genre:=ROCK,=Ska year:1970..1979,none media:NM").filter
    assert values_spoken_of(node, "genre") == ("Rock", "Jazz", "Ska")
    assert values_spoken_of(node, "decade") == ("1970s", "unknown")
    assert values_spoken_of(node, "grade") == ("NM",)
    assert values_spoken_of(node, "label") == ()
    assert values_spoken_of(Everything(), "genre") == ()
