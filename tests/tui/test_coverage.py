"""Of how much the original year is known, in words: where there is little room, and where there is some."""

from __future__ import annotations

from core.domain.enrichment import EnrichProgress
from core.domain.master import Coverage
from tui.render.coverage import coverage_forms, coverage_lines

import pytest

SOME = Coverage(releases=1_497, known=1_131, no_year=3, no_master=300, pending=61, failed=2)
GOING_ON = EnrichProgress(done=310, left=821, seconds=1_080.0, is_underway=True)


def test_of_how_many_it_is_known_is_said_as_long_as_it_is_not_of_all() -> None:
    assert coverage_forms(SOME, None) == (
        "original year known for 1,131 of 1,497",
        "original year of 1,131 of 1,497",
        "",
    )
    assert coverage_forms(Coverage(releases=9, known=9), None) == ()
    assert coverage_forms(Coverage(releases=0), None) == ()


def test_before_anybody_has_counted_nothing_is_said() -> None:
    assert coverage_forms(None, None) == ()


def test_while_it_is_read_it_is_said_how_far_that_is_and_how_long_it_takes() -> None:
    assert coverage_forms(SOME, GOING_ON) == (
        "reading original years: 310 of 1,131, about 18 min left",
        "original years: 310 of 1,131",
        "",
    )


def test_how_long_is_not_said_where_nobody_knows() -> None:
    progress = EnrichProgress(done=0, left=5, seconds=None, is_underway=True)
    assert coverage_forms(None, progress)[0] == "reading original years: 0 of 5"


def test_where_there_is_room_it_is_said_what_is_with_the_others() -> None:
    whole, reading = coverage_lines(SOME, GOING_ON)
    known, _, others = whole.partition(": ")
    assert known == "Original year known for 1,131 of 1,497"
    assert (
        others == "61 still to be read, 300 without a master, 3 whose year Discogs does not know, 2 to be tried again."
    )
    assert reading == "Reading original years: 310 of 1,131, about 18 min left."
    assert list(coverage_lines(Coverage(releases=9, known=9))) == ["Original year known for 9 of 9."]


@pytest.mark.parametrize("progress", [None, GOING_ON])
def test_nothing_is_said_of_a_shelf_on_which_nothing_is(progress: EnrichProgress | None) -> None:
    assert list(coverage_lines(Coverage(releases=0), progress)) == []
