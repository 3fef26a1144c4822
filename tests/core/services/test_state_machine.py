"""The promise of every sync, under everything that can come together."""

from __future__ import annotations

from tests.core.services.shelf_machine import ShelfMachine

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)


@pytest.mark.hypothesis
def test_whatever_happens_no_copy_is_lost_and_one_quiet_walk_makes_the_copy_true() -> None:
    """A tenth as many examples as others have, because each takes seconds; `dev.py soak` tries more."""
    few = settings(max_examples=settings().max_examples // 10, suppress_health_check=SLOW)
    run_state_machine_as_test(ShelfMachine, settings=few)
