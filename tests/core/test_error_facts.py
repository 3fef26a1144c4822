"""Why a run ended is read again as it was written, and what nobody knows any more is left out."""

from __future__ import annotations

from core.errors import NeedsYourWord, RowsSkipped, RunoutError, Unavailable, facts
from tests.tui.test_wording import SAMPLES

import pytest


@pytest.mark.parametrize("error", SAMPLES, ids=lambda error: type(error).__name__)
def test_every_error_is_read_as_it_was_written(error: RunoutError) -> None:
    assert facts.read(facts.written([error])) == (error,)


def test_several_are_read_in_their_order() -> None:
    errors = (RowsSkipped(instances=(7, 9), missing=1), NeedsYourWord(missing=3, here=5))
    assert facts.read(facts.written(errors)) == errors
    assert facts.read(facts.written(())) == ()


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"WalkIncomplete(told=5, seen=4)",
        b'{"a":1}',
        b'[["Renamed",{"a":1}]]',
        b'[["Unavailable",{"code":502}]]',
        b'[["Unavailable",{"status":"x"}]]',
    ],
    ids=["nothing", "as before", "another shape", "another kind", "another field", "another type"],
)
def test_what_no_error_of_ours_says_is_left_out(text: bytes) -> None:
    assert facts.read(text) == ()


def test_those_that_are_known_are_read_beside_one_that_is_not() -> None:
    told = b'[["Renamed",{"a":1}],' + facts.written([Unavailable(status=502)])[1:]
    assert facts.read(told) == (Unavailable(status=502),)
