from __future__ import annotations

from core.domain.describing import sentence
from core.domain.fields import STATES
from core.domain.filters import AllOf, Everything, Filter, Not, Words
from core.domain.query import canonical, parse
from core.text import printable
from tests.core.domain.queries import ASKED, TREES

import pytest
from hypothesis import given

SENTENCES = {
    "": "everything",
    "dub style:Roots -format:CD year:1970..1985 media:>=vg+ added:30d": (
        "dub, style Roots, not format CD, pressed 1970 to 1985, media VG+ or better, added in the last 30 days"
    ),
    '"studio one"': "“studio one”",
    'label:"studio one",island': "label “studio one” or island",
    "label:a,b,c": "label a, b or c",
    'genre:=Reggae,="Funk / Soul"': "genre is Reggae or “Funk / Soul”",
    "-genre:=Reggae": "genre is not Reggae",
    "genre:=Reggae,rock": "genre exactly Reggae or rock",
    "-genre:=Reggae,rock": "not genre exactly Reggae or rock",
    "year:1970..1979": "pressed in the 1970s",
    "year:1970..1979,1985": "pressed in the 1970s or in 1985",
    "year:1970..1989": "pressed 1970 to 1989",
    "-year:1970..1979": "not pressed in the 1970s",
    "catno:so-1": "number so-1",
    '"a,b"': "“a,b”",
    "[b]\u202e": "[b]",
    "\u200b": "“”",
    "year:1977": "pressed in 1977",
    "year:<1980": "pressed in 1979 or earlier",
    "year:>=1990": "pressed in 1990 or later",
    "year:1969,1970..1975": "pressed in 1969 or 1970 to 1975",
    "year:none": "of an unknown year",
    "year:1977,none": "pressed in 1977 or of an unknown year",
    "-year:none": "of a known year",
    "-year:1970..1985": "not pressed 1970 to 1985",
    "year:<0000": "pressed below 0000",
    "rating:4": "rated 4",
    "rating:>=4": "rated 4 or more",
    "rating:..2": "rated 2 or less",
    "rating:>5": "rated above 5",
    "rating:none": "without a rating",
    "-rating:none": "with a rating",
    "media:nm,vg+": "media NM or VG+",
    "media:<vg": "media G+ or worse",
    "media:g..nm": "media G to NM",
    "media:>m": "media above M",
    "media:none": "without a media grade",
    'sleeve:generic,"no cover"': "sleeve Generic or No Cover",
    "-sleeve:none": "with a sleeve grade",
    "added:1y": "added in the last year",
    "added:2w": "added in the last 2 weeks",
    "added:0d": "added today",
    "added:<6m": "added less than 6 months ago",
    "added:>1y": "added more than 1 year ago",
    "added:>=30d": "added 30 days ago or earlier",
    "added:1y..1d": "added 1 year ago to 1 day ago",
    "added:2024": "added in 2024",
    "added:2024-05": "added in May 2024",
    "added:2024-05-07": "added on 7 May 2024",
    "added:2020..2022": "added 2020 to 2022",
    "added:2020-12..2022-01-31": "added December 2020 to January 2022",
    "added:<2020": "added in 2019 or earlier",
    "added:>=2024-05-17": "added on 17 May 2024 or later",
    "added:2023..1y": "added 2023 to 1 year ago",
    "added:none": "with no known day of adding",
    "decade:1970s": "pressed in the 1970s",
    "decade:60s..80s,none": "pressed in the 1960s to the 1980s or of an unknown decade",
    "decade:<80s": "pressed in the 1970s or earlier",
    "played:never": "never played",
    "-played:never": "played at least once",
    "played:2026-05": "last played in May 2026",
    "played:30d,none": "last played in the last 30 days or never played",
    "country:jamaica": "country jamaica",
    "barcode:0-50": "barcode 50",
    'size:7",=12': "size 7 or exactly 12",
    "speed:33rpm": "speed 33",
    "color:red": "colour red",
    'track:"night nurse"': "track “night nurse”",
    "master:77,none": "master 77 or without a master",
    "release:101..103": "release 101 to 103",
    "is:wanted,box": "on the wantlist or a box set",
    "not:wanted,box": "not on the wantlist and no box set",
    "has:notes": "with notes",
    "-has:notes,rating": "without notes and without a rating",
    "not:notes,played": "without notes, never played",
    "field:Shelf": "with anything in field Shelf",
    '-field:"My box"': "with nothing in field “My box”",
    "field:Shelf=A3,=B1": "field Shelf A3 or exactly B1",
    "-field:Shelf==A3": "field Shelf is not A3",
    "dub sort:-added,artist": "dub, sorted by added (descending) and then by artist",
    "sort:year limit:1": "everything, sorted by year, the first of them",
    "limit:1000": "everything, the first 1,000 of them",
}


@pytest.mark.parametrize(("text", "expected"), SENTENCES.items(), ids=[ascii(text) for text in SENTENCES])
def test_a_filter_is_said_in_words(text: str, expected: str) -> None:
    assert sentence(parse(text)) == expected


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        (Not(AllOf((Words("a"), Words("b")))), "not (a, b)"),
        (Not(Everything()), "nothing"),
        (AllOf(()), "everything"),
    ],
)
def test_what_no_query_says_has_a_sentence_too(tree: Filter, expected: str) -> None:
    assert sentence(tree) == expected


@given(TREES)
def test_a_sentence_is_one_line_that_is_safe_to_show(tree: Filter) -> None:
    said = sentence(tree)
    assert said
    assert said == printable(said)


@given(ASKED)
def test_the_same_filter_is_said_the_same(text: str) -> None:
    assert sentence(parse(canonical(parse(text)))) == sentence(parse(text))


@pytest.mark.parametrize("state", STATES)
def test_every_word_says_one_thing_and_its_negation_another(state: str) -> None:
    said = {sentence(parse(f"{dash}{STATES[state]}:{state}")) for dash in ("", "-")}
    assert len(said) == 2
    assert "" not in said
