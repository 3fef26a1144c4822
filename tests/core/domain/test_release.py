"""How a release reads, and what a search finds it by."""

from __future__ import annotations

from core.domain.release import Artist, LabelNumber, folded_text
from tests.factories import make_release

import pytest


@pytest.mark.parametrize(
    ("artist", "shown"),
    [
        (Artist("Gunmen (2)"), "Gunmen"),
        (Artist("Gunmen (2)", variation="The Gunmen"), "The Gunmen"),
        (Artist("Gunmen", variation="Gunmen (2)"), "Gunmen (2)"),
    ],
    ids=["without its number", "as printed", "as printed, number and all"],
)
def test_an_artist_is_shown_as_printed(artist: Artist, shown: str) -> None:
    assert artist.shown == shown


def test_the_credit_of_a_release() -> None:
    release = make_release(
        artists=[Artist("King (4)", join="Meets"), Artist("Gunmen", "The Gunmen", ","), Artist("Various", join="&")]
    )

    assert release.artist == "King Meets The Gunmen, Various"


def test_a_release_without_artists_has_an_empty_credit() -> None:
    assert make_release(artists=[]).artist == ""


@pytest.mark.parametrize(
    ("catno", "number"),
    [("HM 001", "HM 001"), ("none", ""), ("None", ""), ("NONE", ""), ("", ""), ("none 1", "none 1")],
)
def test_a_label_may_have_no_number(catno: str, number: str) -> None:
    assert LabelNumber("Hall", catno).number == number


def test_labels_and_numbers_are_told_once_each_in_their_order() -> None:
    release = make_release(
        labels=[
            LabelNumber("Trojan (2)", "B"),
            LabelNumber("Hall", "A"),
            LabelNumber("Trojan (2)", "C"),
            LabelNumber("Attack", "none"),
            LabelNumber("Attack", "A"),
        ]
    )

    assert release.label_names == ("Trojan", "Hall", "Attack")
    assert release.numbers == ("B", "A", "C")


def test_a_release_is_found_by_all_its_names() -> None:
    text = folded_text(
        "Récord",
        (Artist("Gunmen (2)", "The Gunmen", "&"), Artist("Björk")),
        (LabelNumber("Hall (3)", "HM-001"), LabelNumber("Attack", "none")),
    )

    assert text.split("\n") == ["the gunmen & bjork", "record", "hall attack", "hm 001", "gunmen"]


def test_lines_of_the_folded_text_keep_their_places() -> None:
    """The first two sort a collection; an empty artist must not let the title take the first place."""
    assert folded_text("Title", (), ()).split("\n") == ["", "title", "", ""]
