"""What differs between two copies of a collection, and how that is told so that it can be played again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from itertools import pairwise

from core.domain.changes import (
    Action,
    Change,
    Changes,
    Edit,
    Result,
    Who,
    diff,
    edited,
    fields_changed,
    replayed,
    told,
    whole_copy,
)
from core.domain.collection import Copy, FieldValue
from core.domain.ids import FieldId, InstanceId, MasterId
from tests.core.domain.strategies import collections
from tests.factories import ADDED, make_copy, make_release

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


@given(published=collections(FEW), arrived=collections(FEW), kept=st.frozensets(FEW.map(InstanceId)))
def test_what_is_told_of_the_changes_gives_the_last_state_from_the_first(
    published: Mapping[InstanceId, Copy], arrived: Mapping[InstanceId, Copy], kept: frozenset[InstanceId]
) -> None:
    changes = diff(published, arrived, kept=kept)
    after = {**published, **arrived}
    for instance in changes.removed:
        del after[instance]

    assert replayed(published, told(published, changes)) == after


@given(states=st.lists(collections(FEW), min_size=2, max_size=3))
def test_a_whole_history_replays(states: list[Mapping[InstanceId, Copy]]) -> None:
    feed: list[Change] = []
    for before, after in pairwise(states):
        feed += told(before, diff(before, after))

    assert replayed(states[0], feed) == states[-1]


PLAIN = make_copy(1, make_release(1, "Kingston Echoes", master_id=7), rating=3, fields={1: "Mint (M)", 3: "Signed"})
RELEASE = PLAIN.release


def changed(**facts: object) -> Copy:
    return msgspec.structs.replace(PLAIN, **facts)


def released(**facts: object) -> Copy:
    return changed(release=msgspec.structs.replace(RELEASE, **facts))


def fields(*values: tuple[int, str]) -> tuple[FieldValue, ...]:
    return tuple(FieldValue(FieldId(number), value) for number, value in values)


@pytest.mark.parametrize(
    ("after", "actions"),
    [
        pytest.param(changed(folder_id=9), [Action.MOVED], id="moved"),
        pytest.param(changed(folder_id=None), [Action.MOVED], id="seen by a stranger"),
        pytest.param(changed(rating=5), [Action.RATED], id="rated"),
        pytest.param(changed(rating=None), [Action.RATED], id="rating taken back"),
        pytest.param(changed(added=ADDED + timedelta(days=1)), [Action.DATED], id="dated"),
        pytest.param(changed(added=None), [Action.DATED], id="no longer dated"),
        pytest.param(changed(fields=fields((1, "Poor (P)"), (3, "Signed"))), [Action.GRADED], id="media"),
        pytest.param(
            changed(fields=fields((1, "Mint (M)"), (2, "Poor (P)"), (3, "Signed"))), [Action.GRADED], id="sleeve"
        ),
        pytest.param(changed(fields=fields((3, "Signed"))), [Action.GRADED], id="grade cleared by leaving it out"),
        pytest.param(changed(fields=fields((1, ""), (3, "Signed"))), [Action.GRADED], id="grade cleared to nothing"),
        pytest.param(changed(fields=fields((1, "Mint (M)"), (3, "Warped"))), [Action.NOTED], id="noted"),
        pytest.param(changed(fields=fields((1, "Mint (M)"), (3, ""))), [Action.NOTED], id="note cleared"),
        pytest.param(changed(fields=fields((1, "Poor (P)"), (3, "Warped"))), [Action.GRADED], id="graded and noted"),
        pytest.param(
            changed(fields=fields((1, "Mint (M)"), (3, "Signed"), (9, "Ann"))), [Action.FIELD], id="own field"
        ),
        pytest.param(changed(fields=fields((3, "Signed"), (1, "Mint (M)"))), [Action.FIELD], id="another order"),
        pytest.param(changed(fields=()), [Action.GRADED], id="all fields cleared"),
        pytest.param(released(title="Dub Echoes"), [Action.EDITED], id="title"),
        pytest.param(
            released(year=None, master_id=None, artists=(), labels=()), [Action.EDITED], id="facts taken back"
        ),
        pytest.param(
            released(thumb="https://i/1.jpg", cover_image="https://i/2.jpg"), [Action.PICTURED], id="pictures"
        ),
        pytest.param(released(title="Dub", thumb="https://i/1.jpg"), [Action.EDITED], id="title and picture"),
        pytest.param(changed(release=make_release(2)), [Action.EDITED], id="another release"),
        pytest.param(
            changed(release=make_release(1, "Dub"), folder_id=9, rating=1, added=None, fields=()),
            [Action.EDITED, Action.MOVED, Action.RATED, Action.DATED, Action.GRADED],
            id="everything",
        ),
    ],
)
def test_each_edit_is_named_and_replays(after: Copy, actions: list[Action]) -> None:
    before = {PLAIN.instance_id: PLAIN}

    rows = list(told(before, Changes(changed=(after,))))

    assert [row.action for row in rows] == actions
    assert {(row.instance_id, row.release_id, row.who) for row in rows} == {(1, after.release.id, Who.DISCOGS)}
    assert replayed(before, rows) == {after.instance_id: after}
    back = {after.instance_id: after}
    assert replayed(back, told(back, Changes(changed=(PLAIN,)))) == before


def test_an_edit_says_what_differs_and_no_more() -> None:
    (row,) = told({PLAIN.instance_id: PLAIN}, Changes(changed=(released(title="Dub Echoes"),)))

    assert row.before is not None
    assert row.after is not None
    assert msgspec.json.decode(row.before) == {"release": {"title": "Kingston Echoes"}}
    assert msgspec.json.decode(row.after) == {"release": {"title": "Dub Echoes"}}


def test_what_an_edit_clears_is_told_from_what_it_does_not_touch() -> None:
    (row,) = told({PLAIN.instance_id: PLAIN}, Changes(changed=(changed(rating=None),)))

    assert (Edit.of(row.before).rating, Edit.of(row.after).rating) == (3, None)
    assert Edit.of(row.after).folder_id is msgspec.UNSET
    assert Edit.of(None) == Edit()


def test_a_copy_that_came_or_went_is_told_whole() -> None:
    came, gone = told({ONE.instance_id: ONE}, Changes(added=(GRADED,), removed=(ONE.instance_id,)), who=Who.PERSON)

    assert (came.action, came.who, came.before, gone.action, gone.who, gone.after) == (
        Action.ADDED,
        Who.DISCOGS,
        None,
        Action.REMOVED,
        Who.PERSON,
        None,
    )
    assert came.after is not None
    assert gone.before is not None
    assert (whole_copy(came.after), whole_copy(gone.before)) == (GRADED, ONE)


def test_what_only_waits_or_stays_by_a_word_changes_no_state() -> None:
    rows = [
        Change(Action.MISSED, ONE.instance_id, ONE.release.id, result=Result.SKIPPED),
        Change(Action.KEPT, ONE.instance_id, ONE.release.id, who=Who.PERSON),
        Change(Action.FIRST, after=msgspec.Raw(b'{"copies":1}')),
        Change(Action.REMOVED, ONE.instance_id, ONE.release.id, result=Result.FAILED),
    ]

    assert replayed({ONE.instance_id: ONE}, rows) == {ONE.instance_id: ONE}


def test_a_release_that_says_what_it_said_is_no_edit() -> None:
    assert edited(InstanceId(1), RELEASE, msgspec.structs.replace(RELEASE)) is None
    assert edited(InstanceId(1), RELEASE, msgspec.structs.replace(RELEASE, master_id=MasterId(8))) is not None


def test_the_fields_that_differ_are_named_with_what_they_were_and_are() -> None:
    before, after = fields((1, "Mint (M)"), (3, "Signed"), (4, "")), fields((3, "Warped"), (9, "Ann"), (1, "Mint (M)"))

    assert fields_changed(before, after) == ((3, "Signed", "Warped"), (9, "", "Ann"))
    assert fields_changed(before, before) == ()
