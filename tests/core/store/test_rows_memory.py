"""What a large collection leaves behind when it is replaced: nothing."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

from core.domain.release import Artist, LabelNumber
from core.store.rows import Maker, left_alone
from tests.factories import make_release

import msgspec
import pytest


@pytest.fixture(autouse=True)
def by_hand() -> Iterator[None]:
    """Garbage is collected only where something asks for it; what was frozen can be collected again."""
    limits = gc.get_threshold()
    gc.set_threshold(0)
    yield
    gc.unfreeze()
    gc.set_threshold(*limits)


class Held:
    """Something that is seen to go."""


def test_a_maker_goes_with_its_last_reference_and_all_that_it_shared_with_it() -> None:
    release = make_release(
        7, "Kingston Echoes", artists=[Artist("Gunmen", id=3), Artist("Gunmen", id=3)], labels=[LabelNumber("Self")]
    )
    with left_alone():
        maker = Maker()
        copy = maker.copy(1, 5, 4, "2024-05-11T18:29:49+00:00", None, 7, msgspec.json.encode(release))
        assert copy.release == release
        assert copy.release.artists[0].name is copy.release.artists[1].name
    gone = weakref.ref(maker)
    del maker
    assert gone() is None


def test_what_is_garbage_already_is_not_kept_with_what_is_read() -> None:
    held = Held()
    gone = weakref.ref(held)
    ring: list[object] = [held]
    ring.append(ring)
    del held, ring
    assert gone() is not None
    with left_alone():
        assert gone() is None


def test_what_is_read_is_looked_through_by_no_collection() -> None:
    with left_alone():
        made = [[number] for number in range(100)]
        assert not gc.isenabled()
    assert gc.isenabled()
    assert gc.get_freeze_count() > len(made)
    young = {id(one) for one in gc.get_objects()}
    assert not young & {id(one) for one in made}


def test_whoever_has_turned_the_collector_off_finds_it_off() -> None:
    gc.disable()
    try:
        with left_alone():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
