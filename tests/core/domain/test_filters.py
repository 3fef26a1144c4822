from __future__ import annotations

from collections.abc import Iterable

from core.domain.collection import Collection, Copy, Folder
from core.domain.filters import AllOf, Not, matching, predicate
from core.domain.ids import FolderId
from core.domain.query import parse
from core.domain.release import Artist, Format, LabelNumber
from tests.factories import make_copy, make_release

import pytest
from hypothesis import given
from hypothesis import strategies as st

FOLDERS = (Folder(FolderId(1), "Uncategorized"), Folder(FolderId(7), 'Jamaica 7"s'), Folder(FolderId(8), "Été"))
UNKNOWN_FOLDER = 99


def collection_of(*copies: Copy) -> Collection:
    return Collection(copies, FOLDERS)


def found(text: str, collection: Collection) -> list[int]:
    return [int(copy.instance_id) for copy in matching(parse(text), collection)]


SHELF = collection_of(
    make_copy(5, make_release(5, "Kingston Echoes", artist="The Gunmen (2)", year=1976), folder_id=7),
    make_copy(
        3,
        make_release(
            3,
            "Naïve Mélodies",
            artists=[Artist("Łódź Ensemble", join="&"), Artist("Björk", variation="Bjork G.")],
            labels=[LabelNumber("Studio One (3)", "SO-1234"), LabelNumber("Island", "none")],
            formats=[Format("Vinyl", "2", "Red/Green", ('7"', "45 RPM"))],
            genres=["Electronic"],
            styles=["Dub Techno", "Dubstep"],
            year=1985,
        ),
        folder_id=8,
    ),
    make_copy(
        9,
        make_release(
            9,
            "...",
            artists=[Artist("!!!")],
            labels=[LabelNumber("Warp", "???")],
            formats=[Format("Shellac", "1", "", ('10"', "78 RPM")), Format("All Media", "1", "Numbered")],
            genres=["Rock", "Funk / Soul"],
            styles=["Redubbed"],
            year=None,
        ),
        folder_id=UNKNOWN_FOLDER,
    ),
    make_copy(
        1,
        make_release(
            1,
            "無罪モラトリアム",
            artists=[Artist("椎名林檎", variation="Sheena Ringo")],
            labels=[],
            formats=[],
            genres=[],
            styles=[],
            year=1999,
        ),
        folder_id=None,
        added=None,
    ),
    make_copy(2, make_release(2, 'L\'Été "Live" [b]Don’t[/b]', artist="AC/DC", catno='12" 001', year=1970)),
)


WORDS = {
    "an artist": ("gunmen", [5]),
    "a namesake's number says nothing": ("(77)", [1, 2, 3, 5, 9]),
    "a name with its namesake number": ("gunmen (2)", [5]),
    "a phrase with a namesake number": ('"the gunmen (2)"', [5]),
    "a label's phrase with its namesake number": ('"Studio One (3)"', [3]),
    "a title": ("kingston", [5]),
    "in the middle of a word": ("ngsto", [5]),
    "letters in any case": ("KINGSTON", [5]),
    "a label": ('"studio one"', [3]),
    "a namesake's number is no part of the label": ('"studio one so"', []),
    "a catalogue number": ("so-1234", [3]),
    "a catalogue number written otherwise": ('"SO 1234"', [3]),
    "no number is no text": ("none", []),
    "the name as printed": ("bjork", [3]),
    "another name": ("björk", [3]),
    "another name in another script": ("椎名林檎", [1]),
    "its variation": ("sheena", [1]),
    "the whole credit": ('"Łódź Ensemble & Bjork G."', [3]),
    "accents left out": ("lodz naive melodies", [3]),
    "accents put in": ("kïngstön", [5]),
    "an apostrophe left out": ("dont", [2]),
    "another apostrophe": ("don't", [2]),
    "punctuation for a blank": ("ac/dc", [2]),
    "a blank for punctuation": ('"ac dc"', [2]),
    "a number of inches": ('12"', [2]),
    "no colour, which is the format's": ("red/green", []),
    "nothing but punctuation": ("!!!", [9]),
    "a title of dots": ("...", [9]),
    "a number of question marks": ("???", [9]),
    "Japanese": ("モラトリアム", [1]),
    "what looks like markup": ("[/b]", [2, 3]),
    "all words": ("kingston gunmen", [5]),
    "words of two records": ("kingston björk", []),
    "a phrase is in one line": ('"gunmen kingston"', []),
    "a dash between": ("The Gunmen – Kingston Echoes", [5]),
}


@pytest.mark.parametrize(("text", "expected"), WORDS.values(), ids=WORDS)
def test_bare_words_find(text: str, expected: list[int]) -> None:
    assert sorted(found(text, SHELF)) == sorted(expected)


FIELDS = {
    "a genre": ("genre:rock", [9]),
    "a genre's second word": ("genre:soul", [9]),
    "a phrase over punctuation": ('genre:"funk soul"', [9]),
    "the beginning of words": ("style:dub", [3]),
    "not the middle of a word": ("style:bbed", []),
    "a style in any case": ("style:DUBSTEP", [3]),
    "one of several": ("style:redubbed,dubstep", [3, 9]),
    "seven inches": ('format:7"', [3]),
    "seven without its mark": ("format:7", [3]),
    "not 78 for 7": ("format:78", [9]),
    "not 10 for 1": ("format:1", []),
    "a format's name": ("format:shellac", [9]),
    "a colour": ("format:green", [3]),
    "what all media have in common": ("format:numbered", [9]),
    "speed": ('format:"45 rpm"', [3]),
    "a label": ("label:island", [3]),
    "a label with its namesake number": ('label:"Studio One (3)"', [3]),
    "a label without its namesake number": ('label:"studio one"', [3]),
    "the second word of a label": ("label:one", [3]),
    "not a catalogue number": ("label:so-1234", []),
    "a folder": ("folder:jamaica", [5]),
    "a folder without its accents": ("folder:ete", [3]),
    "nothing but punctuation": ("label:???", []),
    "two fields": ("style:dub genre:electronic", [3]),
    "two fields of two records": ("style:dub genre:rock", []),
    "one year": ("year:1976", [5]),
    "from to": ("year:1976..1985", [3, 5]),
    "from": ("year:1985..", [1, 3]),
    "to": ("year:..1976", [2, 5]),
    "before": ("year:<1976", [2]),
    "up to": ("year:<=1976", [2, 5]),
    "after": ("year:>1985", [1]),
    "not before": ("year:>=1985", [1, 3]),
    "one of several years": ("year:1970,1999,>2020", [1, 2]),
    "every year there is": ("year:>=0000", [1, 2, 3, 5]),
    "a year nobody knows": ("-year:0000..9999", [9]),
    "no folder that is known": ("-folder:uncategorized,jamaica,ete", [1, 9]),
    "not": ("-kingston", [1, 2, 3, 9]),
    "neither nor": ("-kingston -style:dub", [1, 2, 9]),
}


@pytest.mark.parametrize(("text", "expected"), FIELDS.values(), ids=FIELDS)
def test_fields_find(text: str, expected: list[int]) -> None:
    assert sorted(found(text, SHELF)) == sorted(expected)


ODD_NAMES = make_copy(
    1,
    make_release(
        1,
        "Untitled",
        artists=[Artist("!!! (2)", variation="Chk Chk Chk")],
        labels=[LabelNumber("???"), LabelNumber("A+M"), LabelNumber("Cash$Only")],
    ),
)


@pytest.mark.parametrize("text", ["!!!", "chk", "???", "label:???", "label:a+m", "a+m", "label:cash$only"])
def test_odd_names_are_found_as_they_are_written(text: str) -> None:
    assert found(text, collection_of(ODD_NAMES)) == [1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("label:a++m", []), ("label:am", [2]), ("label:cash", [1, 2]), ("label:cash$", [1]), ("!!!!", []), ("????", [])],
)
def test_signs_in_a_value_stand_for_themselves(text: str, expected: list[int]) -> None:
    plain = make_copy(2, make_release(2, labels=[LabelNumber("AM"), LabelNumber("Cash")]))
    assert found(text, collection_of(ODD_NAMES, plain)) == expected


def test_the_order_of_the_collection_is_kept() -> None:
    assert found("", SHELF) == [5, 3, 9, 1, 2]
    assert found("-kingston", SHELF) == [3, 9, 1, 2]
    assert found("year:>=1970 -label:warp", SHELF) == [5, 3, 1, 2]


def test_every_copy_of_a_release_is_found() -> None:
    twice = collection_of(make_copy(1, make_release(1)), make_copy(2, make_release(1), folder_id=7))
    assert found("kingston", twice) == [1, 2]
    assert found("kingston folder:jamaica", twice) == [2]


def test_a_renamed_folder_is_found_under_its_new_name() -> None:
    renamed = Collection(SHELF.copies, (Folder(FolderId(7), "Ska"),))
    assert found("folder:ska", renamed) == [5]
    assert found("folder:jamaica", renamed) == []


@pytest.mark.parametrize("number", ["7", '7"', "1", "45", "12", '12"'])
def test_a_number_is_meant_whole(number: str) -> None:
    copy = make_copy(1, make_release(1, formats=[Format("Vinyl", "1", "", ("78 RPM", "145 RPM", "120 g", '17"'))]))
    assert found(f"format:{number}", collection_of(copy)) == []


PIECES = (
    "dub",
    "!!!",
    "Été",
    "東京",
    "a'b",
    "[b]",
    '12"',
    "x",
    "1",
    "",
    "(2)",
    "\ud800",
    "\u200b",
    "K﷽",
    "ß",
    "Kitchen / Sink",
)
NAMES = st.lists(st.sampled_from(PIECES), max_size=3).map(" ".join)


@st.composite
def copies(draw: st.DrawFn) -> Copy:
    release = make_release(
        1,
        draw(NAMES),
        artists=[Artist(draw(NAMES), draw(NAMES), draw(NAMES)) for _ in range(draw(st.integers(0, 2)))],
        labels=[LabelNumber(draw(NAMES), draw(NAMES)) for _ in range(draw(st.integers(0, 2)))],
        formats=[Format(draw(NAMES), "1", draw(NAMES), (draw(NAMES),)) for _ in range(draw(st.integers(0, 2)))],
        genres=draw(st.lists(NAMES, max_size=2)),
        styles=draw(st.lists(NAMES, max_size=2)),
        year=draw(st.none() | st.integers(1968, 1972)),
    )
    return make_copy(draw(st.integers(1, 9)), release, folder_id=draw(st.sampled_from([None, 1, 7, 8, UNKNOWN_FOLDER])))


COLLECTIONS = st.lists(copies(), max_size=6).map(lambda some: collection_of(*some))

VALUES = NAMES.map(lambda text: '"' + text.replace('"', "") + '"').filter(lambda text: bool(text.strip('" ')))
SPANS = st.sampled_from(["1970", "1969..1971", "1970..", "..1970", "<1970", "<=1970", ">1970", ">=1970"])
TERMS = (
    NAMES.map(lambda text: '"' + text.replace('"', "") + '"')
    | st.builds("{}:{}".format, st.sampled_from(["genre", "style", "format", "label", "folder"]), VALUES)
    | SPANS.map("year:{}".format)
)
QUERIES = st.lists(st.builds(str.__add__, st.sampled_from(["", "-"]), TERMS), max_size=3).map(" ".join)


def ids_of(some: Iterable[Copy]) -> list[int]:
    """Which objects: instances of the same number may be in one collection here."""
    return [id(copy) for copy in some]


@given(QUERIES, COLLECTIONS)
def test_a_filter_and_its_negation_part_any_collection(text: str, collection: Collection) -> None:
    """Exactly: unknown years, releases without labels and copies in unknown folders are all in one of the two."""
    tree = parse(text)
    inside, outside = matching(tree, collection), matching(Not(tree), collection)
    both = set(ids_of(inside)) | set(ids_of(outside))
    assert [id(copy) for copy in collection.copies if id(copy) in both] == ids_of(collection.copies)
    assert len(inside) + len(outside) == len(collection.copies)


@given(QUERIES, COLLECTIONS)
def test_matching_says_what_the_predicate_says(text: str, collection: Collection) -> None:
    tree = parse(text)
    test = predicate(tree, collection)
    assert ids_of(matching(tree, collection)) == ids_of(copy for copy in collection.copies if test(copy))


@given(QUERIES, QUERIES, COLLECTIONS)
def test_another_term_narrows(one: str, other: str, collection: Collection) -> None:
    both = ids_of(matching(parse(f"{one} {other}"), collection))
    first, second = (set(ids_of(matching(parse(text), collection))) for text in (one, other))
    assert both == [id(copy) for copy in collection.copies if id(copy) in first & second]


@given(st.sampled_from(["genre", "style", "format", "label", "folder"]), VALUES, VALUES, COLLECTIONS)
def test_another_value_widens(field: str, one: str, other: str, collection: Collection) -> None:
    either = set(ids_of(matching(parse(f"{field}:{one},{other}"), collection)))
    first, second = (set(ids_of(matching(parse(f"{field}:{text}"), collection))) for text in (one, other))
    assert either == first | second


@given(SPANS, SPANS, COLLECTIONS)
def test_another_span_widens(one: str, other: str, collection: Collection) -> None:
    either = set(ids_of(matching(parse(f"year:{one},{other}"), collection)))
    first, second = (set(ids_of(matching(parse(f"year:{text}"), collection))) for text in (one, other))
    assert either == first | second


@given(COLLECTIONS)
def test_a_record_is_found_by_its_own_title(collection: Collection) -> None:
    for copy in collection.copies:
        if '"' not in copy.release.title:
            assert id(copy) in ids_of(matching(parse(f'"{copy.release.title}"'), collection))


def test_a_conjunction_inside_of_a_negation_is_judged_as_one() -> None:
    tree = parse("style:dub genre:electronic")
    assert isinstance(tree, AllOf)
    assert [int(copy.instance_id) for copy in matching(Not(tree), SHELF)] == [5, 9, 1, 2]
