"""What differs between two copies of a collection."""

from __future__ import annotations

from collections.abc import Mapping

from core.domain.changes import Changes, diff
from core.domain.collection import Copy
from core.domain.ids import InstanceId
from tests.core.domain.strategies import collections
from tests.factories import make_copy, make_release

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

FEW = st.integers(1, 8)
ONE, TWO, THREE = make_copy(1), make_copy(2), make_copy(3)
GRADED = make_copy(2, fields={1: "Mint (M)"})
RENAMED = msgspec.structs.replace(TWO, release=make_release(2, title="Corrected"))


def by_number(*copies: Copy) -> dict[InstanceId, Copy]:
    return {copy.instance_id: copy for copy in copies}


@pytest.mark.parametrize(
    ("published", "arrived", "changes"),
    [
        pytest.param([], [], Changes(), id="nothing"),
        pytest.param([ONE, TWO], [TWO, ONE], Changes(), id="another order"),
        pytest.param([], [ONE, TWO], Changes(added=(ONE, TWO)), id="the first walk"),
        pytest.param([ONE], [ONE, TWO], Changes(added=(TWO,)), id="added"),
        pytest.param([ONE, TWO], [ONE, GRADED], Changes(changed=(GRADED,)), id="graded"),
        pytest.param([ONE, TWO], [ONE, RENAMED], Changes(changed=(RENAMED,)), id="corrected in the database"),
        pytest.param([ONE, TWO], [ONE], Changes(removed=(InstanceId(2),)), id="removed"),
        pytest.param([ONE, TWO], [GRADED, THREE], Changes((THREE,), (GRADED,), (InstanceId(1),)), id="all at once"),
    ],
)
def test_the_changes(published: list[Copy], arrived: list[Copy], changes: Changes) -> None:
    assert diff(by_number(*published), by_number(*arrived)) == changes


def test_a_row_that_was_seen_but_not_read_keeps_what_is_known_of_it() -> None:
    assert diff(by_number(ONE, TWO), by_number(ONE), kept={InstanceId(2)}) == Changes()


def test_a_row_that_was_never_read_is_not_added() -> None:
    assert diff(by_number(ONE), by_number(ONE), kept={InstanceId(2)}) == Changes()


@pytest.mark.parametrize(
    ("changes", "any_"),
    [
        (Changes(), False),
        (Changes(added=(ONE,)), True),
        (Changes(changed=(ONE,)), True),
        (Changes(removed=(InstanceId(1),)), True),
    ],
    ids=["none", "added", "changed", "removed"],
)
def test_changes_are_true_when_there_are_any(changes: Changes, any_: bool) -> None:
    assert bool(changes) is any_


@given(published=collections(FEW), arrived=collections(FEW), kept=st.frozensets(FEW.map(InstanceId)))
def test_applying_the_changes_gives_what_arrived(
    published: Mapping[InstanceId, Copy], arrived: Mapping[InstanceId, Copy], kept: frozenset[InstanceId]
) -> None:
    changes = diff(published, arrived, kept=kept)

    after = {**published, **by_number(*changes.added, *changes.changed)}
    for instance in changes.removed:
        del after[instance]
    assert after == {**{instance: published[instance] for instance in published.keys() & kept}, **arrived}
    assert all(copy.instance_id not in published for copy in changes.added)
    assert all(published[copy.instance_id] != copy for copy in changes.changed)
    assert not diff(after, arrived, kept=kept)
