from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.discogs import parse
from core.domain.collection import Collection, Copy, FieldValue, Folder
from core.domain.ids import FieldId, FolderId, InstanceId, MasterId, ReleaseId
from core.domain.release import Artist, Format, LabelNumber
from tui.compare import differences

import msgspec
import pytest
from msgspec.structs import replace


def row(instance: int, **changes: Any) -> dict[str, Any]:
    """A row as the stand-in holds it."""
    return {
        "id": 5,
        "instance_id": instance,
        "date_added": "2022-05-11T18:29:49-07:00",
        "rating": 4,
        "folder_id": 1,
        "notes": [{"field_id": 1, "value": "Mint (M)"}],
        "basic_information": {
            "id": 5,
            "master_id": 9,
            "title": "Echoes",
            "year": 1976,
            "thumb": "https://i.discogs.com/t.jpg",
            "cover_image": "https://i.discogs.com/c.jpg",
            "artists": [{"name": "Gunmen (2)", "anv": "The Gunmen", "join": ",", "id": 3}],
            "labels": [{"name": "Self", "catno": "none", "id": 4}],
            "formats": [
                {"name": "Vinyl", "qty": "2", "text": "Red", "descriptions": ["LP"]},
                {"name": "CD", "qty": "1"},
            ],
            "genres": ["Reggae"],
            "styles": ["Dub"],
        },
        **changes,
    }


ROWS = [row(number) for number in (11, 12, 13)]
FOLDERS = (Folder(FolderId(1), "Uncategorized"), Folder(FolderId(2), "Dub"))
HOLDINGS = {"items": ROWS, "folders": [{"id": 1, "name": "Uncategorized"}, {"id": 2, "name": "Dub"}]}
PAGE = {"pagination": {"page": 1, "pages": 1, "items": 3}, "releases": ROWS}
ARRIVED = parse.collection_page(msgspec.json.encode(PAGE)).rows


def found(*copies: Copy, holdings: dict[str, Any] | None = None) -> list[str]:
    return differences(holdings or HOLDINGS, Collection(copies, FOLDERS))


def test_nothing_differs_when_everything_arrived() -> None:
    assert found(*ARRIVED) == []
    assert found(*reversed(ARRIVED)) == []


def test_nothing_differs_when_there_is_nothing() -> None:
    assert found(holdings={"items": [], "folders": []}) == []


def test_a_copy_that_did_not_arrive_is_found() -> None:
    assert found(ARRIVED[1]) == ["copy 11 did not arrive", "copy 13 did not arrive"]


def test_a_copy_that_came_from_nowhere_is_found() -> None:
    strange = [replace(ARRIVED[0], instance_id=InstanceId(number)) for number in (99, 98)]
    assert found(*ARRIVED, *strange) == [
        "copy 98 is no copy of the stand-in's",
        "copy 99 is no copy of the stand-in's",
    ]


def test_a_copy_that_is_here_twice_is_found() -> None:
    assert found(*ARRIVED, ARRIVED[2]) == ["copy 13 is here twice"]


def test_wants_are_held_against_wants() -> None:
    want = {name: value for name, value in row(5).items() if name not in ("instance_id", "folder_id")}
    want["notes"] = "mint"
    page = {"pagination": {"page": 1, "pages": 1, "items": 1}, "wants": [want]}
    wants = Collection(parse.wantlist_page(msgspec.json.encode(page)).rows)
    holdings = HOLDINGS | {"wants": [want]}
    assert differences(holdings, Collection(ARRIVED, FOLDERS), wants) == []
    other = replace(wants.copies[0], rating=None, fields=())
    assert differences(holdings, Collection(ARRIVED, FOLDERS), Collection((other,))) == [
        "want 5: rating is None here and 4 there",
        "want 5: fields is [] here and [(3, 'mint')] there",
    ]
    assert differences(holdings, Collection(ARRIVED, FOLDERS), Collection()) == ["want 5 did not arrive"]


def of_release(**changes: Any) -> Callable[[Copy], Copy]:
    return lambda copy: replace(copy, release=replace(copy.release, **changes))


def of_copy(**changes: Any) -> Callable[[Copy], Copy]:
    return lambda copy: replace(copy, **changes)


CHANGES = {
    "release": (of_release(id=ReleaseId(6)), "release is 6 here and 5 there"),
    "master": (of_release(master_id=MasterId(8)), "master is 8 here and 9 there"),
    "no master": (of_release(master_id=None), "master is None here and 9 there"),
    "title": (of_release(title="Echos"), "title is 'Echos' here and 'Echoes' there"),
    "year": (of_release(year=None), "year is None here and 1976 there"),
    "artist": (of_release(artists=(Artist("Gunmen (2)", "", ",", 3),)), "artists is "),
    "no artist": (of_release(artists=()), "artists is []"),
    "label": (of_release(labels=(LabelNumber("Self", "", 4),)), "labels is "),
    "format": (of_release(formats=(Format("Vinyl", "2", "Red", ("LP",)),)), "formats is "),
    "thumb": (of_release(thumb=""), "pictures is "),
    "cover": (of_release(cover_image=""), "pictures is "),
    "genres": (of_release(genres=("Reggae", "Rock")), "genres is ['Reggae', 'Rock'] here and ['Reggae'] there"),
    "styles": (of_release(styles=()), "styles is [] here and ['Dub'] there"),
    "folder": (of_copy(folder_id=FolderId(2)), "folder is 'Dub' here and 'Uncategorized' there"),
    "no folder": (of_copy(folder_id=None), "folder is '' here and 'Uncategorized' there"),
    "rating": (of_copy(rating=None), "rating is None here and 4 there"),
    "added": (of_copy(added=None), "added is None here and "),
    "fields": (of_copy(fields=(FieldValue(FieldId(1), "Good (G)"),)), "fields is "),
    "no fields": (of_copy(fields=()), "fields is [] here and [(1, 'Mint (M)')] there"),
}


@pytest.mark.parametrize(("change", "said"), CHANGES.values(), ids=CHANGES)
def test_a_fact_that_differs_is_found(change: Callable[[Copy], Copy], said: str) -> None:
    lines = found(ARRIVED[0], change(ARRIVED[1]), ARRIVED[2])
    assert len(lines) == 1
    assert lines[0].startswith(f"copy 12: {said}")


@pytest.mark.parametrize(
    ("address", "is_same"),
    [
        ("http://127.0.0.1:5000/AbC/rs:fit/g:sm/q:90/h:600/w:600/czM6.jpeg", True),
        ("http://127.0.0.1:5000/AbC/rs:fit/g:sm/q:90/h:600/w:600/czM7.jpeg", False),
        ("http://127.0.0.1:5000/AbC/rs:fit/g:sm/q:40/h:150/w:150/czM6.jpeg", False),
    ],
    ids=["elsewhere and signed anew", "another picture", "another size"],
)
def test_a_picture_is_the_same_wherever_it_is_served_and_however_it_is_signed(address: str, is_same: bool) -> None:
    there = row(12)
    there["basic_information"]["cover_image"] = "https://i.discogs.com/XyZ/rs:fit/g:sm/q:90/h:600/w:600/czM6.jpeg"
    copy = of_release(cover_image=address)(ARRIVED[1])
    assert bool(found(copy, holdings=HOLDINGS | {"items": [there]})) != is_same


def test_every_fact_that_a_copy_has_is_among_those_above() -> None:
    """`instance_id` tells which copies belong together, and `folded` is made from the rest."""
    copy = ARRIVED[1]
    tried = set()
    for change, _ in CHANGES.values():
        for before, after in ((copy, change(copy)), (copy.release, change(copy).release)):
            tried |= {name for name in before.__struct_fields__ if getattr(before, name) != getattr(after, name)}
    assert tried == {*copy.__struct_fields__, *copy.release.__struct_fields__} - {"instance_id", "folded"}


def test_what_the_stand_in_leaves_out_is_not_known_here_either() -> None:
    bare = row(11, rating=0)
    del bare["notes"]
    bare["basic_information"] |= {"year": 0, "master_id": 0}
    page = {"pagination": {"page": 1, "pages": 1, "items": 1}, "releases": [bare]}
    arrived = parse.collection_page(msgspec.json.encode(page)).rows
    assert found(*arrived, holdings=HOLDINGS | {"items": [bare]}) == []
    assert (arrived[0].release.year, arrived[0].release.master_id, arrived[0].rating) == (None, None, None)
