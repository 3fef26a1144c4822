"""What is done about a picture, from what is known of it."""

from __future__ import annotations

from datetime import timedelta

from core.domain.cover_addresses import Known
from core.domain.cover_steps import LONG_REST, NONE_FOR, RESTS, Step, failed, kept, step
from core.domain.covers import Cover, Key, Size, State
from core.domain.ids import ReleaseId
from tests.fakes import START

import pytest

KEY = Key(ReleaseId(7), Size.LARGE)
HERE = "https://i.discogs.com/one/rs:fit/h:600/7.jpeg"
RENEWED = "https://i.discogs.com/two/rs:fit/h:600/7.jpeg"
OTHER = "https://i.discogs.com/one/rs:fit/h:600/8.jpeg"
FAR = "https://evil.test/7.jpeg"
HOUR = timedelta(hours=1)


def cover(state: State, address: str = HERE, **more: object) -> Cover:
    return Cover(KEY, address, state, **more)  # type: ignore[arg-type]


def told(known: Known, row: Cover | None, *, has_file: bool = False) -> Step:
    return step(known, row, START, has_file=has_file, near=False)


@pytest.mark.parametrize(
    ("known", "row", "has_file", "todo"),
    [
        (Known(HERE), None, False, Step.ASK),
        (Known(HERE), cover(State.HERE), True, Step.HERE),
        (Known(RENEWED), cover(State.HERE), True, Step.HERE),
        (Known(), cover(State.HERE), True, Step.HERE),
        (Known(is_told=True), cover(State.HERE), True, Step.HERE),
        (Known(FAR), cover(State.HERE), True, Step.HERE),
        (Known(OTHER), cover(State.HERE), True, Step.ASK),
        (Known(OTHER), cover(State.HERE, next_at=START + HOUR), True, Step.HERE),
        (Known(HERE), cover(State.HERE), False, Step.ASK),
        (Known(), None, False, Step.UNKNOWN),
        (Known(is_told=True), None, False, Step.NONE),
        (Known(FAR), None, False, Step.REFUSED),
        (Known(HERE), cover(State.REFUSED), False, Step.REFUSED),
        (Known(RENEWED), cover(State.REFUSED), False, Step.ASK),
        (Known(HERE), cover(State.NONE, next_at=START + HOUR), False, Step.NONE),
        (Known(HERE), cover(State.NONE, next_at=START), False, Step.ASK),
        (Known(OTHER), cover(State.NONE, next_at=START + HOUR), False, Step.ASK),
        (Known(HERE), cover(State.FAILED, next_at=START + HOUR), False, Step.WAIT),
        (Known(HERE), cover(State.FAILED, next_at=START - HOUR), False, Step.ASK),
        (Known(HERE), cover(State.FAILED, next_at=START + 2 * NONE_FOR), False, Step.ASK),
    ],
)
def test_what_is_known_decides(known: Known, row: Cover | None, has_file: bool, todo: Step) -> None:
    assert told(known, row, has_file=has_file) is todo


def test_three_tries_then_a_day() -> None:
    row: Cover | None = None
    rests = []
    for _ in range(4):
        row = failed(row, KEY, HERE, "Unavailable", START, for_long=False)
        assert row.next_at is not None
        rests.append(row.next_at - START)
    assert rests == [*RESTS, LONG_REST, RESTS[0]]


def test_a_new_address_begins_anew_and_what_cannot_pass_rests_at_once() -> None:
    tried = failed(failed(None, KEY, HERE, "x", START, for_long=False), KEY, OTHER, "x", START, for_long=False)
    assert tried.tries == 1
    assert failed(None, KEY, HERE, "x", START, for_long=True).next_at == START + LONG_REST


def test_a_picture_that_is_here_stays_when_another_cannot_be_had() -> None:
    here = cover(State.HERE, bytes=9)
    left = kept(here, cover(State.REFUSED, OTHER, reason="kind"), START)
    assert (left.state, left.bytes, left.address) == (State.HERE, 9, HERE)
    assert step(Known(OTHER), left, START + HOUR, has_file=True, near=False) is Step.HERE
    assert step(Known(OTHER), left, START + LONG_REST, has_file=True, near=False) is Step.ASK
