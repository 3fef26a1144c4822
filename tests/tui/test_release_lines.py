"""What is known of a release beyond its row, as lines of the detail panel: in whichever width, from whichever texts."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Final

from core.domain.collection import Collection
from core.domain.details import (
    Company,
    Credit,
    Identifier,
    KnownDetails,
    ReleaseDetails,
    Track,
    TrackKind,
)
from core.domain.ids import MasterId, ReleaseId
from core.domain.master import Master
from core.domain.release import Artist, LabelNumber
from tests.factories import ADDED, make_copy, make_release
from tests.tui.hostile import HOSTILE, harms
from tui.render.detail import Place, copy_lines
from tui.render.detail_age import Asked, age_lines
from tui.render.detail_release import release_lines, released

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style
from rich.text import Text

SITE: Final = "https://www.discogs.com"
NOW: Final = ADDED
GUNMEN, DOG = Artist("Gunmen (2)", join="Meet", id=21), Artist("Mad Dog", variation="M. Dog", id=22)

WHOLE: Final = ReleaseDetails(
    id=ReleaseId(1),
    title="Kingston Echoes",
    master_id=MasterId(7),
    country="Jamaica",
    released="1976-05-00",
    artists=(GUNMEN, DOG),
    labels=(LabelNumber("Studio One (3)", "SO 1", 31),),
    tracks=(
        Track("Side One", TrackKind.HEADING),
        Track("Echo", position="A1", duration="4:33"),
        Track("Versions of a title that is longer than a line", position="A2", duration="12:01", artists=(GUNMEN, DOG)),
        Track(
            "Suite", TrackKind.INDEX, duration="9:59", parts=(Track("I", position="B1.a"), Track("II", position="B1.b"))
        ),
        Track("Last", position="B2", credits=(Credit(DOG, "Mixed By"), Credit(GUNMEN, "Mixed By", "B2"))),
    ),
    credits=(Credit(GUNMEN, "Written-By"), Credit(DOG, "Mastered By [Lacquer]", "A1 to A2"), Credit(DOG, "Written-By")),
    identifiers=(
        Identifier("Label Code", "LC 0193"),
        Identifier("Matrix / Runout", "SO 1 A1", "side A, etched"),
        Identifier("Barcode", "5 099751 107623"),
        Identifier("matrix / runout", "SO 1 B1"),
    ),
    companies=(
        Company("Federal (4)", "Pressed By", "none", 41),
        Company("Black Ark", "Recorded At", id=42),
        Company("Randy's", "Recorded At", "17", 43),
    ),
    series=(Company("Dub Series", "Series", "12", 51),),
    notes="First pressing, see [r99] by [a22].\r\n\r\n[b]Red[/b] label of [l31].",
    have=1_234,
    want=56,
    rating=4.31,
    ratings=120,
)
NOTHING: Final = ReleaseDetails(ReleaseId(1), "Kingston Echoes")


def lines(details: ReleaseDetails, width: int = 40) -> list[Text]:
    return release_lines(KnownDetails(details, NOW), SITE, width)


def read(details: ReleaseDetails, width: int = 40) -> list[str]:
    return [line.plain.rstrip() for line in lines(details, width)]


def under(heading: str, details: ReleaseDetails = WHOLE, width: int = 40) -> list[str]:
    """What stands under a heading, up to the next one."""
    found = read(details, width)
    return list(itertools.takewhile(bool, found[found.index(heading) + 1 :]))


def test_the_facts_come_first_and_the_numbers_that_people_look_for_are_among_them() -> None:
    assert list(itertools.takewhile(bool, read(WHOLE))) == [
        "Country   Jamaica",
        "Released  1976-05",
        "Series    Dub Series – 12",
        "Barcode   5 099751 107623",
        "Runout    SO 1 A1 (side A, etched)",
        "          SO 1 B1",
        "Rated     4.31 of 5 by 120",
        "Members   1,234 have it, 56 want it",
    ]


def test_what_is_not_known_is_called_so() -> None:
    assert read(NOTHING) == [
        "Country   unknown",
        "Released  unknown",
        "Rated     by nobody",
        "Members   unknown have it, unknown want",
        "          it",
    ]


@pytest.mark.parametrize(
    ("written", "said"),
    [("1996", "1996"), ("1996-02-00", "1996-02"), ("1996-00-00", "1996"), ("1996-02-26", "1996-02-26"), ("", "")],
)
def test_what_is_not_known_of_a_day_is_left_out(written: str, said: str) -> None:
    assert released(written) == said


def test_tracks_stand_below_each_other_with_their_durations_at_the_end() -> None:
    assert under("Tracks") == [
        "Side One",
        "A1   Echo                           4:33",
        "A2   Gunmen Meet M. Dog – Versions 12:01",
        "     of a title that is longer",
        "     than a line",
        "     Suite                          9:59",
        "B1.a   I",
        "B1.b   II",
        "B2   Last",
        "     Mixed By: M. Dog, Gunmen (B2)",
    ]


def test_without_positions_no_room_is_left_for_them() -> None:
    bare = ReleaseDetails(ReleaseId(1), "t", tracks=(Track("One", duration="1:00"), Track("")))
    assert under("Tracks", bare, 20) == ["One             1:00", "–"]


def test_credits_and_companies_stand_by_role_and_the_other_numbers_after_them() -> None:
    assert under("Credits") == ["Written-By: Gunmen, M. Dog", "Mastered By [Lacquer]: M. Dog (A1 to A2)"]
    assert under("Companies") == ["Pressed By: Federal", "Recorded At: Black Ark, Randy's – 17"]
    assert under("Other numbers") == ["Label Code: LC 0193"]
    assert under("Credits", width=30) == [
        "Written-By: Gunmen, M. Dog",
        "Mastered By [Lacquer]: M.",
        "  Dog (A1 to A2)",
    ]


def test_notes_can_be_read_and_keep_their_paragraphs() -> None:
    found = read(WHOLE)
    assert found[found.index("Notes on the release") + 1 :] == [
        "First pressing, see release 99 by M.",
        "Dog.",
        "",
        "Red label of Studio One.",
    ]


def test_what_there_is_none_of_has_no_heading() -> None:
    assert "Tracks" not in read(NOTHING)
    assert not {"Credits", "Companies", "Other numbers", "Notes on the release"} & set(read(NOTHING))


def test_names_lead_to_their_pages() -> None:
    found = {
        (line.plain[span.start : span.end], span.style.link.removeprefix(SITE))
        for line in lines(WHOLE, 100)
        for span in line.spans
        if isinstance(span.style, Style) and span.style.link
    }
    assert found == {
        ("Gunmen", "/artist/21"),
        ("M. Dog", "/artist/22"),
        ("Federal", "/label/41"),
        ("Black Ark", "/label/42"),
        ("Randy's", "/label/43"),
        ("Dub Series", "/label/51"),
    }


TEXTS = st.sampled_from(HOSTILE) | st.text(max_size=30)
ARTISTS = st.builds(Artist, TEXTS, TEXTS, TEXTS, st.integers(0, 9))
CREDITS = st.lists(st.builds(Credit, ARTISTS, TEXTS, TEXTS), max_size=2).map(tuple)
TRACKS = st.recursive(
    st.builds(
        Track, TEXTS, st.sampled_from(TrackKind), TEXTS, TEXTS, st.lists(ARTISTS, max_size=2).map(tuple), CREDITS
    ),
    lambda parts: st.builds(Track, TEXTS, st.just(TrackKind.INDEX), parts=st.lists(parts, max_size=2).map(tuple)),
    max_leaves=6,
)
COMPANIES = st.lists(st.builds(Company, TEXTS, TEXTS, TEXTS, st.integers(0, 9)), max_size=2).map(tuple)
DETAILS = st.builds(
    ReleaseDetails,
    st.just(ReleaseId(1)),
    TEXTS,
    country=TEXTS,
    released=TEXTS,
    tracks=st.lists(TRACKS, max_size=3).map(tuple),
    credits=CREDITS,
    identifiers=st.lists(st.builds(Identifier, TEXTS, TEXTS, TEXTS), max_size=3).map(tuple),
    companies=COMPANIES,
    series=COMPANIES,
    notes=TEXTS,
    have=st.none() | st.integers(0, 10**9),
    rating=st.none() | st.floats(1, 5),
)


@given(DETAILS, st.integers(1, 90))
def test_every_line_keeps_to_the_width_and_harms_no_terminal(details: ReleaseDetails, width: int) -> None:
    """The narrowest panel has room for a label, a position, a short title and a duration."""
    for line in lines(details, width):
        assert line.cell_len <= max(width, 36)
        assert not {char for char in line.plain if harms(char)}
        links = (span.style.link for span in line.spans if isinstance(span.style, Style))
        assert all(link is None or link.startswith(f"{SITE}/") for link in links)


OF_MASTER: Final = make_copy(1, make_release(1, year=1990, genres=["Reggae"], styles=["Dub"], master_id=7))


def facts(known: KnownDetails | None = None, master: Master | None = None, *, rows_tell: bool = True) -> list[str]:
    """What is said of the year, the genres and the styles."""
    masters = {master.id: master} if master else {}
    here = Collection((OF_MASTER, OF_NONE), masters=masters)
    copy = OF_NONE if known is None and master is None and not rows_tell else OF_MASTER
    told = copy_lines(copy, here, Place(SITE, NOW, rows_tell=rows_tell), known)
    names = ("Year", "Original", "Genre", "Style", "of master")
    return [line.plain for line in told if line.plain[:9].strip() in names]


OF_NONE: Final = make_copy(2, make_release(2, year=1990, genres=["Reggae"], styles=["Dub"]))


def test_beside_the_year_of_the_pressing_stands_the_original_one() -> None:
    master = Master(MasterId(7), year=1976, genres=("Reggae",), styles=("Dub",))
    assert facts(master=master)[:2] == ["Year      1990", "Original  1976"]
    assert facts(master=Master(MasterId(7)))[1] == "Original  unknown"
    assert facts()[1] == "Original  not known yet"


def test_of_a_release_without_a_master_it_is_said_that_there_is_none() -> None:
    told = [line.plain for line in copy_lines(OF_NONE, Collection((OF_NONE,)), Place(SITE, NOW))]
    assert "Original  no master" in told


def test_a_row_of_a_file_knows_of_no_master_until_the_details_do() -> None:
    assert facts(rows_tell=False)[1] == "Original  not known yet"
    here, place = Collection((OF_NONE,)), Place(SITE, NOW, rows_tell=False)
    known = KnownDetails(NOTHING, NOW)
    assert "Original  no master" in [line.plain for line in copy_lines(OF_NONE, here, place, known)]
    masters = {MasterId(7): Master(MasterId(7), year=1976)}
    told = copy_lines(OF_NONE, Collection((OF_NONE,), masters=masters), place, KnownDetails(WHOLE, NOW))
    assert "Original  1976" in [line.plain for line in told]


def test_genres_and_styles_of_the_master_are_said_where_they_differ() -> None:
    master = Master(MasterId(7), genres=("Rock", "Reggae"), styles=("Dub",))
    assert facts(master=master)[2:] == ["Genre     Reggae", "of master Rock, Reggae", "Style     Dub"]
    master = Master(MasterId(7), genres=("Reggae",), styles=("Roots", "Dub"))
    assert facts(master=master)[2:] == ["Genre     Reggae", "Style     Dub", "of master Roots, Dub"]


KNOWN: Final = KnownDetails(WHOLE, NOW - timedelta(hours=7))
WHY: Final = "Discogs cannot be reached. Look whether this machine is online."


@pytest.mark.parametrize(
    ("known", "asked", "said"),
    [
        (None, Asked(), ""),
        (None, Asked(is_reading=True), "Details are being read…"),
        (None, Asked(is_looked_up=True, is_reading=True), "Details are being read…"),
        (None, Asked(is_looked_up=True), "Details were not read yet."),
        (None, Asked(is_looked_up=True, key="R"), "Details were not read yet; R reads them."),
        (None, Asked(is_looked_up=True, failure=WHY), "Details could not be read: Discogs cannot be reached."),
        (KNOWN, Asked(is_looked_up=True), "Details as of 7 h ago"),
        (KNOWN, Asked(is_looked_up=True, is_reading=True), "Details as of 7 h ago, being read again…"),
        (
            KNOWN,
            Asked(is_looked_up=True, failure=WHY),
            "Details as of 7 h ago; they could not be read again: Discogs cannot be reached.",
        ),
    ],
)
def test_how_old_they_are_is_said_and_what_is_being_done_about_it(
    known: KnownDetails | None, asked: Asked, said: str
) -> None:
    told = [line.plain for line in age_lines(known, asked, NOW, 100)]
    assert told == (["", said] if said else [])
