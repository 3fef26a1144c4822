from __future__ import annotations

from datetime import UTC, date, datetime

from core.domain.collection import Collection, Copy, Folder
from core.domain.days import ordinal
from core.domain.filters import Ago, AllOf, Filter, Not
from core.domain.ids import FolderId
from core.domain.index import Index, positions_of
from core.domain.matching import select
from core.domain.query import parse
from core.domain.release import Artist, Format, LabelNumber
from tests.core.domain.queries import FOLDERS, TODAY, UNKNOWN_FOLDER
from tests.factories import make_copy, make_release

import pytest


def collection_of(*copies: Copy) -> Collection:
    return Collection(copies, FOLDERS)


def found(query: str | Filter, collection: Collection) -> list[int]:
    tree = parse(query).filter if isinstance(query, str) else query
    bits = select(tree, Index(collection), TODAY)
    return [int(collection.copies[place].instance_id) for place in positions_of(bits, len(collection.copies))]


def day(year: int, month: int, number: int, hour: int = 12) -> datetime:
    return datetime(year, month, number, hour, tzinfo=UTC)


SHELF = collection_of(
    make_copy(
        5,
        make_release(5, "Kingston Echoes", artist="The Gunmen (2)", year=1976),
        folder_id=7,
        rating=5,
        added=day(2024, 3, 1, 0),
        fields={1: "Very Good Plus (VG+)\n", 2: "Generic"},
    ),
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
        rating=3,
        added=day(2024, 2, 29, 23),
        fields={1: "Near Mint (NM or M-)", 2: "Very Good (VG)"},
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
        added=day(2023, 3, 31),
        fields={1: "Poor (P)", 2: "No Cover"},
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
    make_copy(
        2,
        make_release(2, 'L\'Été "Live" [b]Don’t[/b]', artist="AC/DC", catno='12" 001', year=1970),
        rating=1,
        added=day(2020, 12, 31, 23),
        fields={1: "Played to bits", 2: "Not Graded"},
    ),
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
    "an artist": ("artist:gunmen", [5]),
    "an artist by its namesake number": ('artist:"the gunmen (2)"', [5]),
    "an artist as in the database": ("artist:椎名", [1]),
    "an artist as printed": ("artist:sheena", [1]),
    "not the middle of an artist": ("artist:unmen", []),
    "no title": ("artist:kingston", []),
    "a title": ("title:echo", [5]),
    "a title of dots": ("title:...", [9]),
    "no artist": ("title:gunmen", []),
    "a catalogue number's beginning": ("number:so-12", [3]),
    "a catalogue number's second part": ("catno:1234", [3]),
    "a number's other name, written otherwise": ('catno:"SO 1234"', [3]),
    "no label": ("number:island", []),
    "a whole genre": ("genre:=electronic", [3]),
    "not a part of a genre": ("genre:=funk", []),
    "a whole genre over punctuation": ('genre:="funk soul"', [9]),
    "a whole style, not a longer one": ("style:=dubstep", [3]),
    "not a shorter one": ("style:=dub", []),
    "a whole label": ('label:="studio one"', [3]),
    "a whole label with its namesake number": ('label:="Studio One (3)"', [3]),
    "not another namesake's field": ("label:=studio", []),
    "a whole title": ('title:="kingston echoes"', [5]),
    "a whole title of dots": ("title:=...", [9]),
    "a whole title of other dots": ("title:=....", []),
    "a whole or the beginning": ("style:=dub,redub", [9]),
    "a whole folder": ("folder:=été", [3]),
    "a media grade": ("media:vg+", [5]),
    "not VG+ for VG": ("media:vg", []),
    "a grade or better": ("media:>=vg+", [3, 5]),
    "better than a grade": ("media:>vg+", [3]),
    "worse than a grade": ("media:<nm", [5, 9]),
    "between grades": ("media:g..vg+", [5]),
    "not graded, or by no grade": ("media:none", [1, 2]),
    "graded": ("-media:none", [3, 5, 9]),
    "a sleeve's grade": ("sleeve:vg", [3]),
    "no sleeve's words are worse": ("sleeve:<=m", [3]),
    "generic": ("sleeve:generic", [5]),
    "no cover": ('sleeve:"no cover"', [9]),
    "not graded on purpose": ('sleeve:"not graded"', [2]),
    "a sleeve nobody speaks of": ("sleeve:none", [1]),
    "a rating": ("rating:3", [3]),
    "a rating or more": ("rating:>=3", [3, 5]),
    "a rating or less": ("rating:..3", [2, 3]),
    "not rated": ("rating:none", [1, 9]),
    "rated": ("-rating:none", [2, 3, 5]),
    "less than a rating, which none is not": ("rating:<5", [2, 3]),
    "no year": ("year:none", [9]),
    "a year or none": ("year:1970,none", [2, 9]),
    "no day of adding": ("added:none", [1]),
    "a month": ("added:2024-02", [3]),
    "a day to its end": ("added:2024-02-29", [3]),
    "a day from its beginning": ("added:2024-03-01", [5]),
    "a year": ("added:2024", [3, 5]),
    "years": ("added:2020..2023", [2, 9]),
    "before a year": ("added:<2020", []),
    "up to a year": ("added:<=2020", [2]),
    "from a month": ("added:>=2024-03", [5]),
    "after a month": ("added:>2024-02", [5]),
    "the last thirty days": ("added:30d", [5]),
    "less than thirty days": ("added:<30d", []),
    "the last thirty-one days": ("added:31d", [3, 5]),
    "the last month, which ends on its last day": ("added:1m", [3, 5]),
    "the last year": ("added:1y", [3, 5, 9]),
    "more than a year ago": ("added:>1y", [2]),
    "a year ago or more": ("added:>=1y", [2, 9]),
    "from a year to a month ago": ("added:1y..1m", [3, 9]),
    "before there were days": ("added:9999y", [2, 3, 5, 9]),
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


def test_a_conjunction_inside_of_a_negation_is_judged_as_one() -> None:
    tree = parse("style:dub genre:electronic").filter
    assert isinstance(tree, AllOf)
    assert found(Not(tree), SHELF) == [5, 9, 1, 2]


def test_what_joins_two_names_is_found_as_it_is_written() -> None:
    duo = make_copy(1, make_release(1, artists=[Artist("Ann", join=","), Artist("Bo")]))
    assert found('","', collection_of(duo, make_copy(2))) == [1]
    assert found('"ann bo"', collection_of(duo, make_copy(2))) == [1]


@pytest.mark.parametrize(
    ("ago", "today", "expected"),
    [
        (Ago(0, "d"), date(2024, 3, 15), date(2024, 3, 15)),
        (Ago(30, "d"), date(2024, 3, 15), date(2024, 2, 14)),
        (Ago(2, "w"), date(2024, 3, 15), date(2024, 3, 1)),
        (Ago(1, "m"), date(2024, 3, 15), date(2024, 2, 15)),
        (Ago(1, "m"), date(2024, 3, 31), date(2024, 2, 29)),
        (Ago(13, "m"), date(2024, 1, 10), date(2022, 12, 10)),
        (Ago(1, "y"), date(2024, 2, 29), date(2023, 2, 28)),
        (Ago(1, "y", 1), date(2024, 3, 15), date(2023, 3, 16)),
        (Ago(9999, "y"), date(2024, 3, 15), date.min),
        (Ago(24_299, "m"), date(2024, 3, 15), date.min),
    ],
)
def test_an_age_is_a_day_of_the_calendar(ago: Ago, today: date, expected: date) -> None:
    assert ordinal(ago, today) == expected.toordinal()
