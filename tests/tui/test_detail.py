from __future__ import annotations

from datetime import datetime, timedelta

from core.domain.collection import Collection, Copy, Field, Folder
from core.domain.ids import FieldId, FolderId
from core.domain.release import Artist, Format, LabelNumber
from core.text import SOURCE_NOTICE, joined_credit, printable
from tests.factories import ADDED, make_copy, make_release
from tui.render.detail import Place, copy_lines, end_lines, joined

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

SITE = "https://www.discogs.com"
NOW = ADDED + timedelta(days=3)
FOLDERS = (Folder(FolderId(5), "Jamaica"), Folder(FolderId(6), "Shelf by the door"))
FIELDS = (
    Field(FieldId(1), "Media Condition"),
    Field(FieldId(2), "Sleeve Condition"),
    Field(FieldId(3), "Notes"),
    Field(FieldId(4), "Bought at"),
    Field(FieldId(9), "A name that is too long"),
)


def rendered(copy: Copy, *others: Copy, now: datetime = NOW, site_url: str = SITE, width: int = 60) -> Text:
    return detail(copy, Collection((copy, *others), FOLDERS, FIELDS), Place(site_url, now, width))


def detail(copy: Copy, collection: Collection, place: Place) -> Text:
    """What is shown of a copy while nothing else is known of its release."""
    return joined([*copy_lines(copy, collection, place), *end_lines(copy.release, place.site_url)])


def facts(text: Text) -> dict[str, str]:
    """The facts by name; what stands below a name without one of its own belongs to it."""
    found: dict[str, str] = {}
    name = ""
    for line in text.plain.split("\n\n")[1].splitlines():
        name = line[:9].strip() or name
        found[name] = f"{found[name]}|{line[10:]}" if name in found else line[10:]
    return found


WHOLE = make_copy(
    77,
    make_release(
        1234,
        "Kingston Echoes",
        artists=[Artist("Gunmen (2)", join="Meet", id=21), Artist("Mad Dog", variation="M. Dog", id=22)],
        labels=[LabelNumber("Studio One (3)", "SO 1", 31), LabelNumber("Self", "none")],
        formats=[Format("Vinyl", "2", "Red", ("LP", "Album")), Format("All Media", "1", "Box", ())],
        genres=["Reggae", "Rock"],
        styles=["Dub", "Roots"],
        year=1976,
        master_id=55,
    ),
    folder_id=5,
    rating=4,
    fields={1: "Mint (M)\r\n", 2: "Generic", 3: "Runout: A1\r\nB2", 4: "the corner shop", 9: "x", 12: "of no field"},
)


def test_everything_known_is_there() -> None:
    text = rendered(WHOLE)
    assert text.plain.startswith("Kingston Echoes\nGunmen Meet M. Dog\n\n")
    assert facts(text) == {
        "Artist": "Mad Dog, here as M. Dog",
        "Label": "Studio One – SO 1|Self",
        "Format": "2 × Vinyl, LP, Album (Red)|All Media (Box)",
        "Year": "1976",
        "Original": "not known yet",
        "Genre": "Reggae, Rock",
        "Style": "Dub, Roots",
        "Folder": "Jamaica",
        "Media": "Mint (M)",
        "Sleeve": "Generic",
        "Rating": "★★★★☆",
        "Added": "2024-05-11 (3 d ago)",
        "Notes": "Runout: A1|B2",
        "Bought at": "the corner shop",
        "A name t…": "x",
        "Discogs": "release 1234, master 55, copy 77",
    }


def test_what_is_not_known_is_called_unknown() -> None:
    release = make_release(9, labels=[], formats=[], genres=[], styles=[], year=None)
    assert facts(rendered(make_copy(4, release, folder_id=None, added=None))) == {
        "Year": "unknown",
        "Original": "no master",
        "Genre": "unknown",
        "Folder": "unknown",
        "Media": "unknown",
        "Sleeve": "unknown",
        "Rating": "not rated",
        "Discogs": "release 9, copy 4",
    }


def test_a_folder_that_nobody_knows_is_unknown() -> None:
    assert facts(rendered(make_copy(4, folder_id=99)))["Folder"] == "unknown"


@pytest.mark.parametrize(("rating", "shown"), [(1, "★☆☆☆☆"), (5, "★★★★★"), (None, "not rated")])
def test_a_rating_is_stars(rating: int | None, shown: str) -> None:
    assert facts(rendered(make_copy(4, rating=rating)))["Rating"] == shown


@pytest.mark.parametrize("site_url", [SITE, SITE + "/"])
def test_the_notice_of_the_terms_links_to_the_page_of_the_release(site_url: str) -> None:
    text = rendered(WHOLE, site_url=site_url)
    address = "https://www.discogs.com/release/1234"
    assert text.plain.endswith(f"\n{SOURCE_NOTICE}\n{address}")
    start = text.plain.index(SOURCE_NOTICE)
    linked = [
        text.plain[span.start : span.end]
        for span in text.spans
        if isinstance(span.style, Style) and span.style.link == address
    ]
    assert linked == [SOURCE_NOTICE], start


def links(text: Text) -> list[tuple[str, str]]:
    """What is a link, in the order of the text, and where it leads on the site."""
    found = sorted((span.start, span.end, span.style.link) for span in text.spans if isinstance(span.style, Style))
    return [(text.plain[start:end], (link or "").removeprefix(SITE)) for start, end, link in found]


@pytest.mark.parametrize("site_url", [SITE, SITE + "/"])
def test_names_lead_to_their_pages(site_url: str) -> None:
    assert links(rendered(WHOLE, site_url=site_url)) == [
        ("Gunmen", "/artist/21"),
        ("M. Dog", "/artist/22"),
        ("Mad Dog", "/artist/22"),
        ("Studio One", "/label/31"),
        ("master 55", "/master/55"),
        (SOURCE_NOTICE, "/release/1234"),
    ]


def test_what_has_no_page_that_is_known_leads_nowhere() -> None:
    release = make_release(9, artists=[Artist("Gunmen")], labels=[LabelNumber("Self")])
    assert links(rendered(make_copy(4, release))) == [(SOURCE_NOTICE, "/release/9")]


def test_a_name_that_is_broken_between_lines_is_a_link_on_each() -> None:
    release = make_release(
        9,
        artists=[Artist("The Upsetters of the Black Ark", id=21, join="&"), Artist("Gunmen", id=22)],
        labels=[LabelNumber("Studio One of Brentford Road", "SO 1", 31)],
    )
    text = rendered(make_copy(4, release), width=24)
    assert text.plain.split("\n")[1:3] == ["The Upsetters of the", "Black Ark & Gunmen"]
    assert facts(text)["Label"] == "Studio One of|Brentford Road|– SO 1"
    assert links(text)[:5] == [
        ("The Upsetters of the", "/artist/21"),
        ("Black Ark", "/artist/21"),
        ("Gunmen", "/artist/22"),
        ("Studio One of", "/label/31"),
        ("Brentford Road", "/label/31"),
    ]


def test_a_title_that_is_longer_than_the_panel_is_there_to_its_end() -> None:
    text = rendered(make_copy(4, make_release(9, "Kingston Echoes of a Very Long Night")), width=20)
    assert text.plain.split("\n")[:2] == ["Kingston Echoes of a", "Very Long Night"]


NAMES = st.lists(
    st.builds(Artist, name=st.text(max_size=20), join=st.sampled_from(["", ",", "&", "Meet"]), id=st.integers(0, 9)),
    max_size=4,
)


@given(NAMES, st.integers(1, 60))
def test_the_credit_says_the_same_with_links_and_keeps_to_the_width(artists: list[Artist], width: int) -> None:
    release = make_release(1, "t", artists=artists)
    shown = rendered(make_copy(1, release), width=width).plain.split("\n\n")[0].split("\n")[1:]
    whole = joined_credit((printable(one.shown), one.join) for one in artists)
    assert "".join(shown).replace(" ", "") == whole.replace(" ", "")
    assert all(cell_len(line) <= max(width, 2) for line in shown)


def test_other_copies_of_the_release_are_listed_and_this_one_is_marked() -> None:
    second = make_copy(78, WHOLE.release, folder_id=6, added=None, fields={1: "Good (G)"})
    third = make_copy(79, WHOLE.release, folder_id=None)
    text = rendered(second, WHOLE, third, make_copy(80, make_release(5))).plain
    assert "\nYou own 3 copies of this release:\n" in text
    listed = text.split("of this release:\n")[1].split("\n\n")[0].splitlines()
    assert listed == [
        " → Shelf by the door, Good (G)",
        "   Jamaica, Mint (M), 2024-05-11",
        "   grade unknown, 2024-05-11",
    ]


def test_a_single_copy_is_not_counted() -> None:
    assert "You own" not in rendered(WHOLE, make_copy(80, make_release(5))).plain


HOSTILE = "[/] [b]bold[/b] [link=https://evil]x[/link] \x1b[31mred\x1b]0;t\x07 \u202eleft *md* @everyone"
SHOWN = "[/] [b]bold[/b] [link=https://evil]x[/link] [31mred]0;t left *md* @everyone"


def test_foreign_text_is_neither_markup_nor_a_command_to_the_terminal() -> None:
    """`[/]` in a title must not end a style, and an escape code must not reach the terminal."""
    release = make_release(
        1,
        HOSTILE,
        artist=HOSTILE,
        label=HOSTILE,
        catno=HOSTILE,
        formats=[Format(HOSTILE, HOSTILE, HOSTILE, (HOSTILE,))],
        genres=[HOSTILE],
        styles=[HOSTILE],
    )
    copy = make_copy(1, release, folder_id=7, fields=dict.fromkeys((1, 2, 3, 4), HOSTILE))
    collection = Collection(
        (copy, make_copy(2, release, folder_id=7)), (Folder(FolderId(7), HOSTILE),), (Field(FieldId(4), HOSTILE),)
    )
    text = detail(copy, collection, Place(SITE, NOW, 1_000))
    assert text.plain.count(SHOWN) == 18
    assert not set(text.plain) & set("\x1b\x07\u202e")
    assert links(text) == [(SOURCE_NOTICE, "/release/1")]


def test_a_foreign_name_leads_to_nothing_but_its_page() -> None:
    release = make_release(1, artists=[Artist(HOSTILE, id=21)], labels=[LabelNumber(HOSTILE, HOSTILE, 31)])
    text = rendered(make_copy(1, release), width=1_000)
    assert links(text) == [(SHOWN, "/artist/21"), (SHOWN, "/label/31"), (SOURCE_NOTICE, "/release/1")]


@given(st.text(max_size=60), st.integers(0, 80))
def test_the_facts_keep_to_the_width(foreign: str, width: int) -> None:
    release = make_release(1, "t", label=foreign, genres=[foreign])
    copy = make_copy(1, release, folder_id=7, fields={3: foreign, 4: "x"})
    collection = Collection((copy,), (Folder(FolderId(7), foreign),), (Field(FieldId(4), foreign),))
    lines = detail(copy, collection, Place(SITE, NOW, width)).plain.split("\n\n")[1].split("\n")
    assert all(cell_len(line) <= max(width, 12) for line in lines)
