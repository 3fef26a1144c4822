"""Whether all accounts together need more requests than there are."""

from __future__ import annotations

from core.domain.ids import Shelf
from core.domain.ledger import Terms
from core.domain.schedule import MANY, Every, Load, granted_a_day, requests_a_day

import pytest


@pytest.mark.parametrize(
    ("every", "shelf", "copies", "requests"),
    [
        # Three probes and a walk of 1 + 6 + 2 requests in 22 hours.
        (Every.SIX_HOURS, Shelf.COLLECTION, 600, 12 * 24 / 22),
        # Everything is on the newest page.
        (Every.SIX_HOURS, Shelf.WANTLIST, 60, 4 * 24 / 22),
        (Every.SIX_HOURS, Shelf.COLLECTION, 100, 6 * 24 / 22),
        (Every.SIX_HOURS, Shelf.COLLECTION, 101, 8 * 24 / 22),
        (Every.SIX_HOURS, Shelf.COLLECTION, 0, 6 * 24 / 22),
        (Every.TWELVE_HOURS, Shelf.COLLECTION, 600, 10 * 24 / 23),
        (Every.DAILY, Shelf.COLLECTION, 600, 9 * 24 / 23.5),
        (Every.WEEKLY, Shelf.COLLECTION, 600, 9 * 24 / 167.5),
        (Every.OFF, Shelf.COLLECTION, 600, 0),
    ],
)
def test_a_shelf_takes_as_many_requests_a_day_as_its_probes_and_walks(
    every: Every, shelf: Shelf, copies: int, requests: float
) -> None:
    assert requests_a_day(every, shelf, copies) == pytest.approx(requests)


def test_what_is_kept_for_people_is_not_granted_to_turns() -> None:
    assert granted_a_day(Terms()) == 44 * 1440
    assert granted_a_day(Terms(per_minute=240)) == 176 * 1440


def test_too_much_is_more_than_there_is() -> None:
    assert not Load(accounts=1, needed=10, granted=10).is_too_much
    assert Load(accounts=1, needed=11, granted=10).is_too_much


def test_a_few_that_are_late_have_reasons_of_their_own() -> None:
    assert not Load(accounts=10, needed=1, granted=10, late=MANY - 1).is_too_much
    assert Load(accounts=10, needed=1, granted=10, late=MANY).is_too_much
