"""Copies, their fields and folders."""

from __future__ import annotations

from core.domain.collection import Collection, Folder
from core.domain.conditions import NAMES, RANKS, rank_of, rank_written, short_grade
from core.domain.facets import UNKNOWN
from core.domain.ids import FieldId, FolderId
from core.domain.terms import NOT_KNOWN
from tests.factories import make_copy, make_release

import pytest


def test_the_fields_of_a_copy_are_known_by_their_numbers() -> None:
    copy = make_copy(fields={2: "Generic", 1: "Mint (M)", 3: "signed", 4: "Vinyl 7\n"})

    assert (copy.media, copy.sleeve, copy.notes) == ("Mint (M)", "Generic", "signed")
    assert copy.value(FieldId(4)) == "Vinyl 7"


@pytest.mark.parametrize("fields", [{}, {1: ""}, {1: " \n"}, {2: "Generic"}], ids=["none", "cleared", "blank", "other"])
def test_a_copy_that_is_not_graded_has_an_empty_grade(fields: dict[int, str]) -> None:
    assert make_copy(fields=fields).media == ""


def test_releases_are_counted_once() -> None:
    release = make_release(7)
    collection = Collection((make_copy(1, release), make_copy(2, release), make_copy(3)))

    assert collection.release_count == 2
    assert Collection().release_count == 0


def test_the_copies_of_a_release_stand_together_in_their_order() -> None:
    one, other = make_release(7), make_release(8)
    copies = [make_copy(3, one), make_copy(1, other), make_copy(2, one), make_copy(4, one)]

    assert Collection(tuple(copies)).by_release == {7: (copies[0], copies[2], copies[3]), 8: (copies[1],)}


@pytest.mark.parametrize(
    ("folder_id", "name"), [(5, "Jamaica"), (9, ""), (None, "")], ids=["known", "unknown", "read by a stranger"]
)
def test_the_folder_of_a_copy(folder_id: int | None, name: str) -> None:
    collection = Collection(folders=(Folder(FolderId(0), "All"), Folder(FolderId(5), "Jamaica")))

    assert collection.folder_of(make_copy(folder_id=folder_id)) == name


@pytest.mark.parametrize(
    ("condition", "short"),
    [
        ("Mint (M)", "M"),
        ("Near Mint (NM or M-)", "NM"),
        ("Very Good Plus (VG+)", "VG+"),
        ("Very Good (VG)", "VG"),
        ("Good Plus (G+)", "G+"),
        ("Good (G)", "G"),
        ("Fair (F)", "F"),
        ("Poor (P)", "P"),
        ("Generic", "Generic"),
        ("No Cover", "No Cover"),
        ("Not Graded", "Not Graded"),
        ("Played to bits", "Played to bits"),
        ("", ""),
    ],
)
def test_grades_have_short_forms(condition: str, short: str) -> None:
    assert short_grade(condition) == short


@pytest.mark.parametrize("condition", RANKS)
def test_what_is_shown_of_a_grade_finds_it_and_is_no_word_for_what_is_not_known(condition: str) -> None:
    shown = short_grade(condition)
    assert shown == NAMES[RANKS[condition]]
    assert rank_written(shown) == rank_of(condition) == RANKS[condition]
    assert shown.casefold() not in (NOT_KNOWN, UNKNOWN)
    assert "".join(shown.split()).casefold() not in (NOT_KNOWN, UNKNOWN)
