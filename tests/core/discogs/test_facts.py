"""What Discogs' database says of a release or a master: recorded bodies, and what may stand in them, into values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.discogs import facts
from core.domain.details import Company, Credit, Identifier, Picture, ReleaseDetails, Track, TrackKind, as_row
from core.domain.ids import MasterId, ReleaseId
from core.domain.master import Master
from core.domain.release import Artist, Format, LabelNumber
from core.errors import BrokenAnswer
from tests.core.discogs.samples import SAMPLES, recorded

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

RELEASES = sorted(path.name for path in (SAMPLES / "release").glob("*.json"))
MASTERS = sorted(path.name for path in (SAMPLES / "master").glob("*.json"))

WHOLE: Mapping[str, Any] = {
    "id": 7,
    "title": "Dub",
    "master_id": 3,
    "year": 1976,
    "country": "Jamaica",
    "released": "1976-05-00",
    "artists": [{"name": "Gunmen (2)", "anv": "The Gunmen", "join": "&", "id": 5}],
    "labels": [{"name": "Hall", "catno": "none", "id": 8, "entity_type": "1"}],
    "formats": [{"name": "Vinyl", "qty": "2", "text": "Red", "descriptions": ["LP"]}],
    "genres": ["Reggae"],
    "styles": ["Dub"],
    "tracklist": [
        {"position": "", "type_": "heading", "title": "Side A", "duration": ""},
        {
            "position": "A1",
            "type_": "track",
            "title": "Version",
            "duration": "4:33",
            "artists": [{"name": "King", "id": 9}],
            "extraartists": [{"name": "Mad", "id": 10, "role": "Mixed By", "tracks": ""}],
        },
        {
            "position": "",
            "type_": "index",
            "title": "Suite",
            "sub_tracks": [{"position": "A2.a", "type_": "track", "title": "First", "duration": "1:00"}],
        },
    ],
    "extraartists": [{"name": "Beau", "id": 11, "role": "Mastered By", "tracks": "A1 to A4"}],
    "identifiers": [{"type": "Matrix / Runout", "value": "HM-A-1", "description": "Side A"}],
    "companies": [{"name": "Plant", "catno": "P 1", "entity_type_name": "Pressed By", "id": 12}],
    "series": [{"name": "Sound System", "catno": "4", "entity_type_name": "Series", "id": 13}],
    "images": [{"type": "primary", "uri": "https://i/1", "uri150": "https://i/1s", "width": 600, "height": 590}],
    "notes": "Line one.\nLine two.",
    "community": {"have": 40, "want": 12, "rating": {"count": 9, "average": 4.25}},
}

READ = ReleaseDetails(
    id=ReleaseId(7),
    title="Dub",
    master_id=MasterId(3),
    year=1976,
    country="Jamaica",
    released="1976-05-00",
    artists=(Artist("Gunmen (2)", "The Gunmen", "&", 5),),
    labels=(LabelNumber("Hall", "none", 8),),
    formats=(Format("Vinyl", "2", "Red", ("LP",)),),
    genres=("Reggae",),
    styles=("Dub",),
    tracks=(
        Track("Side A", TrackKind.HEADING),
        Track(
            "Version",
            TrackKind.TRACK,
            "A1",
            "4:33",
            artists=(Artist("King", id=9),),
            credits=(Credit(Artist("Mad", id=10), "Mixed By"),),
        ),
        Track("Suite", TrackKind.INDEX, parts=(Track("First", TrackKind.TRACK, "A2.a", "1:00"),)),
    ),
    credits=(Credit(Artist("Beau", id=11), "Mastered By", "A1 to A4"),),
    identifiers=(Identifier("Matrix / Runout", "HM-A-1", "Side A"),),
    companies=(Company("Plant", "Pressed By", "P 1", 12),),
    series=(Company("Sound System", "Series", "4", 13),),
    pictures=(Picture("https://i/1", "https://i/1s", is_primary=True, width=600, height=590),),
    notes="Line one.\nLine two.",
    have=40,
    want=12,
    rating=4.25,
    ratings=9,
)

MASTER: Mapping[str, Any] = {"id": 3, "main_release": 7, "year": 1976, "genres": ["Reggae"], "styles": ["Dub"]}


def read(**changes: Any) -> ReleaseDetails:
    return facts.release(msgspec.json.encode({**WHOLE, **changes}))


def without(whole: Mapping[str, Any], name: str) -> bytes:
    return msgspec.json.encode({key: value for key, value in whole.items() if key != name})


def test_everything_that_is_said_of_a_release_is_read() -> None:
    assert read() == READ


def test_everything_that_is_wanted_of_a_master_is_read() -> None:
    assert facts.master(msgspec.json.encode(MASTER)) == Master(MasterId(3), 1976, ("Reggae",), ("Dub",), ReleaseId(7))


@pytest.mark.parametrize("name", RELEASES)
def test_a_recorded_release_is_read_whole(name: str) -> None:
    body = recorded(f"release/{name}")
    told = msgspec.json.decode(body)

    found = facts.release(body)

    assert (found.id, found.title, found.notes) == (told["id"], told["title"], told.get("notes", ""))
    assert found.master_id == told.get("master_id")
    assert found.year == (told["year"] or None)
    assert (found.country, found.released) == (told["country"], told.get("released", ""))
    assert [one.name for one in found.artists] == [one["name"] for one in told["artists"]]
    assert [one.artist.name for one in found.credits] == [one["name"] for one in told.get("extraartists", ())]
    assert [one.catno for one in found.labels] == [one["catno"] for one in told["labels"]]
    assert [one.quantity for one in found.formats] == [one["qty"] for one in told["formats"]]
    assert list(found.genres) == told["genres"]
    assert list(found.styles) == told["styles"]
    tracks = [(one.position, one.title, one.duration, str(one.kind), len(one.parts)) for one in found.tracks]
    assert tracks == [
        (one["position"], one["title"], one["duration"], one.get("type_", "track"), len(one.get("sub_tracks", ())))
        for one in told["tracklist"]
    ]
    identifiers = [(one["type"], one["value"], one.get("description", "")) for one in told.get("identifiers", ())]
    assert [(one.kind, one.value, one.about) for one in found.identifiers] == identifiers
    assert [(one.name, one.role) for one in found.companies] == [
        (one["name"], one["entity_type_name"]) for one in told["companies"]
    ]
    assert [one.name for one in found.series] == [one["name"] for one in told["series"]]
    assert [one.address for one in found.pictures] == [one["uri"] for one in told["images"] if one["uri"]]
    community = told.get("community", {})
    rating = community.get("rating", {"count": 0})
    assert (found.have, found.want, found.ratings) == (community.get("have"), community.get("want"), rating["count"])
    assert found.rating == (rating["average"] if rating["count"] else None)


@pytest.mark.parametrize("name", MASTERS)
def test_a_recorded_master_is_read_whole(name: str) -> None:
    body = recorded(f"master/{name}")
    told = msgspec.json.decode(body)

    found = facts.master(body)

    assert (found.id, found.year, found.main_release) == (told["id"], told["year"] or None, told["main_release"])
    assert (list(found.genres), list(found.styles)) == (told["genres"], told["styles"])


def test_parts_of_parts_are_told_from_tracks_in_a_recorded_release() -> None:
    kinds = {
        track.kind
        for name in RELEASES
        for track in facts.release(recorded(f"release/{name}")).tracks
        if track.parts or not track.position
    }

    assert kinds >= {TrackKind.HEADING, TrackKind.INDEX}


NOTHING = ReleaseDetails(ReleaseId(7), "")
OPTIONAL = sorted(set(WHOLE) - {"id"})
PARTS = {
    "tracklist": "tracks",
    "extraartists": "credits",
    "images": "pictures",
}
OF_COMMUNITY = {"have", "want", "rating", "ratings"}


def changed(found: ReleaseDetails) -> set[str]:
    """What is otherwise than it was read."""
    return {name for name in found.__struct_fields__ if getattr(found, name) != getattr(READ, name)}


@pytest.mark.parametrize("name", OPTIONAL)
@pytest.mark.parametrize("how", ["absent", "null", "another kind"])
def test_what_is_absent_null_or_of_another_kind_is_unknown_and_costs_nothing_else(name: str, how: str) -> None:
    others = {"absent": without(WHOLE, name)}
    values = {"null": None, "another kind": {"what": ["is", {"this": 1}]}}
    body = others.get(how) or msgspec.json.encode({**WHOLE, name: values.get(how)})

    found = facts.release(body)

    mine = OF_COMMUNITY if name == "community" else {PARTS.get(name, name)}
    assert changed(found) == mine
    assert all(getattr(found, field) == getattr(NOTHING, field) for field in mine)


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("artists", "artists"),
        ("labels", "labels"),
        ("formats", "formats"),
        ("genres", "genres"),
        ("styles", "styles"),
        ("tracklist", "tracks"),
        ("extraartists", "credits"),
        ("identifiers", "identifiers"),
        ("companies", "companies"),
        ("series", "series"),
        ("images", "pictures"),
    ],
)
@pytest.mark.parametrize("bad", [None, 4, [], {"name": {}, "type": [], "title": 4, "uri": 4, "qty": []}], ids=repr)
def test_an_element_that_cannot_be_read_is_left_out_and_the_others_stay(name: str, field: str, bad: Any) -> None:
    found = read(**{name: [bad, *WHOLE[name], bad]})

    assert found == READ


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"year": 0}, "year", None),
        ({"year": "1976"}, "year", 1976),
        ({"year": -3}, "year", None),
        ({"year": 2**70}, "year", None),
        ({"master_id": 0}, "master_id", None),
        ({"country": ""}, "country", None),
        ({"images": [{"type": "primary", "uri": "", "uri150": ""}]}, "pictures", ()),
        ({"community": {"have": 0, "want": -1}}, "want", None),
        ({"community": {"have": 0, "want": -1}}, "have", 0),
        ({"community": {"rating": {"count": 0, "average": 0.0}}}, "rating", None),
        ({"community": {"rating": {"count": 3, "average": 400}}}, "rating", None),
        ({"community": {"rating": {"count": 3, "average": 5}}}, "rating", 5.0),
    ],
    ids=repr,
)
def test_what_stands_for_nothing_is_unknown(changes: dict[str, Any], field: str, value: object) -> None:
    assert getattr(read(**changes), field) == value


@pytest.mark.parametrize("name", ["id"])
@pytest.mark.parametrize("value", [None, 0, -7, "seven", [7], 2**70], ids=repr)
def test_an_answer_that_does_not_say_whose_it_is_is_broken(name: str, value: Any) -> None:
    for read_body, whole in ((facts.release, WHOLE), (facts.master, MASTER)):
        with pytest.raises(BrokenAnswer):
            read_body(msgspec.json.encode({**whole, name: value}))
        with pytest.raises(BrokenAnswer):
            read_body(without(whole, name))


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"7", b'{"id": 7', b'{"id": 7}}', b"<html>"], ids=repr)
def test_what_is_no_such_answer_is_broken(body: bytes) -> None:
    with pytest.raises(BrokenAnswer):
        facts.release(body)
    with pytest.raises(BrokenAnswer):
        facts.master(body)


@pytest.mark.parametrize("name", ["main_release", "year", "genres", "styles"])
@pytest.mark.parametrize("value", [None, {}, "what", [[]], 0], ids=repr)
def test_of_a_master_too_each_part_is_read_by_itself(name: str, value: Any) -> None:
    known = facts.master(msgspec.json.encode(MASTER))

    found = facts.master(msgspec.json.encode({**MASTER, name: value}))

    assert found == msgspec.structs.replace(known, **{name: getattr(Master(MasterId(3)), name)})


HOSTILE = ["[/]", "[red]x", "*bold* @everyone", "\u202edrow", "a\x00b", "\x1b[31m", "<br>", "；", "😀" * 300]


@pytest.mark.parametrize("text", HOSTILE, ids=repr)
def test_hostile_text_is_kept_as_it_is(text: str) -> None:
    found = read(title=text, notes=text, tracklist=[{"title": text, "position": text}])

    assert (found.title, found.notes, found.tracks) == (text, text, (Track(text, position=text),))


def test_half_a_character_becomes_the_sign_for_that_and_costs_nothing_else() -> None:
    body = msgspec.json.encode({**WHOLE, "notes": "HERE"}).replace(b"HERE", rb"half \ud83d only")

    assert facts.release(body) == msgspec.structs.replace(READ, notes="half \ufffd only")


def test_bytes_that_are_no_text_cost_the_element_that_they_are_in() -> None:
    body = msgspec.json.encode({**WHOLE, "genres": ["HERE", "Reggae"]}).replace(b"HERE", b"\xff")

    assert facts.release(body) == READ


def test_a_set_of_hundreds_of_tracks_is_read_whole() -> None:
    many = [{"position": str(number), "title": f"Track {number}"} for number in range(5_000)]

    assert len(read(tracklist=many).tracks) == 5_000


def test_parts_within_parts_end_somewhere() -> None:
    track: dict[str, Any] = {"title": "the last"}
    for _ in range(100):
        track = {"title": "deeper", "sub_tracks": [track]}

    found = read(tracklist=[track])

    assert found.tracks[0].parts[0].title == "deeper"
    assert changed(found) == {"tracks"}


def test_a_kind_of_track_that_nobody_knows_is_a_track() -> None:
    assert read(tracklist=[{"title": "x", "type_": "medley"}]).tracks == (Track("x"),)


def test_a_list_row_can_be_made_of_what_is_said_of_a_release() -> None:
    row = as_row(READ)

    assert (row.id, row.title, row.artist, row.numbers) == (7, "Dub", "The Gunmen", ())
    assert (row.year, row.master_id, row.genres, row.styles) == (1976, 3, ("Reggae",), ("Dub",))
    assert (row.thumb, row.cover_image) == ("https://i/1s", "https://i/1")
    assert row.folded.splitlines() == ["the gunmen", "dub", "hall", "", "gunmen"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*WHOLE, "name", "type_"]), inner),
    max_leaves=8,
)


@given(name=st.sampled_from(OPTIONAL), value=JSON)
def test_whatever_stands_in_one_part_never_costs_another(name: str, value: Any) -> None:
    found = read(**{name: value})

    assert changed(found) <= (OF_COMMUNITY if name == "community" else {PARTS.get(name, name)})
    assert msgspec.json.decode(msgspec.json.encode(found), type=ReleaseDetails) == found


@given(body=st.binary(max_size=60) | JSON.map(msgspec.json.encode))
def test_whatever_comes_is_read_or_refused(body: bytes) -> None:
    for read_body in (facts.release, facts.master):
        try:
            found = read_body(body)
        except BrokenAnswer:
            continue
        assert found.id > 0
