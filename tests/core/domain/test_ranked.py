from __future__ import annotations

from core.domain.index import positions_of
from core.domain.ranked import Ranked

from hypothesis import example, given
from hypothesis import strategies as st

NUMBERS = st.lists(st.none() | st.integers(1, 9) | st.integers(0, 2**63), max_size=400)
LIMITS = st.none() | st.integers(-1, 10) | st.integers(0, 2**63)


@given(NUMBERS, LIMITS, LIMITS)
@example([], None, None)
@example([None], 1, 2)
@example(list(range(1_000, 0, -1)), 17, 912)
@example([number % 7 for number in range(1_000)], 2, 5)
def test_between_two_limits_is_what_lies_between_them(
    numbers: list[int | None], low: int | None, high: int | None
) -> None:
    expected = [
        position
        for position, number in enumerate(numbers)
        if number is not None and (low is None or low <= number) and (high is None or number <= high)
    ]
    assert positions_of(Ranked(numbers).between(low, high), len(numbers)) == expected


@given(NUMBERS)
def test_what_is_known_is_what_has_a_number(numbers: list[int | None]) -> None:
    known = [position for position, number in enumerate(numbers) if number is not None]
    assert positions_of(Ranked(numbers).known, len(numbers)) == known
