"""The meaning of a filter, against one that is written down here a second time: copy by copy, and without an index."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from core.domain.collection import Collection, Copy
from core.domain.conditions import GRADES, RANKS
from core.domain.details import InShort
from core.domain.fields import STATES
from core.domain.filters import Ago, AllOf, Everything, FieldHas, FieldIn, Filter, Holds, Not, Says, Span, Text, Words
from core.domain.index import Index, positions_of
from core.domain.matching import select
from core.domain.query import canonical, parse
from core.text import fold, without_number
from tests.core.domain.queries import (
    CODED_TERMS,
    COLLECTIONS,
    ORDERED,
    ORDERED_TERMS,
    OWN_TERMS,
    QUERIES,
    STATE_TERMS,
    TERMS,
    TEXT_FIELDS,
    TODAY,
    TREES,
    VALUES,
)

from hypothesis import example, given
from hypothesis import strategies as st


def texts(name: str, copy: Copy, collection: Collection) -> list[str]:
    release = copy.release
    known: dict[str, Iterable[str]] = {
        "artist": [name for artist in release.artists for name in (artist.shown, without_number(artist.name))],
        "title": [release.title],
        "label": [label.shown for label in release.labels],
        "number": [label.number for label in release.labels],
        "genre": release.genres,
        "style": release.styles,
        "format": [text for form in release.formats for text in (form.name, form.text, *form.descriptions)],
        "folder": [collection.folder_of(copy)],
        "country": [collection.facts[release.id].country or ""] if release.id in collection.facts else [],
        "notes": [field.value for field in copy.fields if field.field_id == 3],
        "colour": [form.text for form in release.formats],
        "size": [size for form in release.formats for size in sizes(form.descriptions)],
        "speed": [SPEEDS[text] for form in release.formats for text in form.descriptions if text in SPEEDS],
    }
    return [text for text in known[name] if text.strip()]


SIZES = {'7"': "7", '10"': "10", '12"': "12", '6½"': "6.5", "25 cm": "25cm"}
SPEEDS = {"33 ⅓ RPM": "33", "45 RPM": "45"}


def sizes(descriptions: tuple[str, ...]) -> list[str]:
    stated = [SIZES[text] for text in descriptions if text in SIZES]
    return ["12"] if "LP" in descriptions and not stated else stated


def own(name: str, copy: Copy, collection: Collection) -> list[str]:
    fields = [field.id for field in collection.fields if same(field.name, name)]
    return [text for number in fields for text in [copy.value(number)] if text]


def says(sought: Words, copy: Copy, collection: Collection) -> bool:
    text = without_number(f" {sought.text}").strip()
    if fold(text):
        return fold(text) in copy.release.folded
    names = [
        copy.release.artist,
        *(name for field in ("artist", "title", "label", "number") for name in texts(field, copy, collection)),
    ]
    return any(text.casefold() in name.casefold() for name in names)


def same(one: str, other: str) -> bool:
    if fold(one) or fold(other):
        return fold(one) == fold(other)
    return one.strip().casefold() == other.strip().casefold()


def is_there(
    sought: Text, name: str, copy: Copy, collection: Collection, says: Callable[..., list[str]] = texts
) -> bool:
    here = says(name, copy, collection)
    if sought.exact:
        everywhere = [text for other in collection.copies for text in says(name, other, collection)]
        as_written = any(same(sought.text, text) for text in everywhere)
        return any(same(sought.text if as_written else without_number(sought.text), text) for text in here)
    text = without_number(sought.text) if name in ("artist", "label") else sought.text
    if not fold(text):
        return any(text.casefold() in value.casefold() for value in here)
    return any(begins(fold(text), fold(value), is_whole=name != "number") for value in here)


def is_code(sought: Text, copy: Copy, collection: Collection) -> bool:
    known = collection.facts.get(copy.release.id)
    plain = "".join(char for char in sought.text.lower() if char.isalnum()).lstrip("0")
    return known is not None and any(
        code == plain if sought.exact else code[: len(plain)] == plain for code in known.barcodes
    )


def is_track(sought: Text, copy: Copy, collection: Collection) -> bool:
    known = collection.facts.get(copy.release.id)
    if known is None or not fold(sought.text):
        return False
    lines = known.tracks.split("\n")
    if sought.exact:
        return fold(sought.text) in lines
    return any(begins(fold(sought.text), line, is_whole=True) for line in lines)


def state(name: str, copy: Copy, collection: Collection) -> bool:
    release = copy.release
    facts = collection.facts.get(release.id, InShort())
    master = collection.masters.get(release.master_id) if release.master_id else None
    descriptions = [text for form in release.formats for text in form.descriptions]
    others = [other.release for at, other in enumerate(collection.copies) if other is not copy]
    known: dict[str, Any] = {
        "is:wanted": release.id in collection.wanted,
        "is:owned": copy.instance_id in collection.owned,
        "is:duplicate": any(
            other.id == release.id or (release.master_id and other.master_id == release.master_id) for other in others
        ),
        "is:enriched": master is not None,
        "is:shaped": "Shape" in descriptions,
        "is:picture": "Picture Disc" in descriptions,
        "is:box": "Box Set" in [form.name for form in release.formats],
        "is:played": release.id in collection.plays,
        "has:notes": any(field.field_id == 3 and field.value.strip() for field in copy.fields),
        "has:rating": copy.rating is not None,
        "has:media": copy.media in GRADES,
        "has:sleeve": copy.sleeve in RANKS,
        "has:year": release.year is not None,
        "has:original": master is not None and master.year is not None,
        "has:number": any(texts("number", copy, collection)),
        "has:folder": copy.folder_id not in (None, 0, 1),
        "has:country": facts.country,
        "has:barcode": facts.barcodes,
        "has:tracks": facts.tracks,
    }
    return bool(known[name])


def begins(sought: str, value: str, *, is_whole: bool) -> bool:
    for place in range(len(value)):
        rest = value[place:]
        if (place == 0 or value[place - 1] == " ") and rest.startswith(sought):
            after = rest[len(sought) :][:1]
            if not (is_whole and sought[-1].isdigit() and after.isdigit()):
                return True
    return False


def within(found: FieldIn, copy: Copy, collection: Collection) -> bool:
    master = collection.masters.get(copy.release.master_id) if copy.release.master_id else None
    played = collection.plays.get(copy.release.id)
    sleeves = [*GRADES, "Generic", "No Cover", "Not Graded"]
    known: dict[str, Callable[[], Any]] = {
        "year": lambda: copy.release.year,
        "original": lambda: (master and master.year) or copy.release.year,
        "decade": lambda: copy.release.year and copy.release.year // 10 * 10,
        "release": lambda: copy.release.id,
        "master": lambda: copy.release.master_id,
        "played": lambda: played and played.last.date(),
        "rating": lambda: copy.rating,
        "media": lambda: list(GRADES).index(copy.media) if copy.media in GRADES else None,
        "sleeve": lambda: sleeves.index(copy.sleeve) if copy.sleeve in sleeves else None,
        "added": lambda: copy.added and copy.added.date(),
    }
    value = known[found.field]()
    if value is None:
        return found.unknown
    return any(in_span(value, span) for span in found.spans)


def in_span(value: Any, span: Span) -> bool:
    low, high = (day_of(end) if isinstance(end, Ago) else end for end in (span.low, span.high))
    return (low is None or low <= value) and (high is None or value <= high)


def day_of(ago: Ago) -> date:
    day = TODAY
    try:
        if ago.unit in ("d", "w"):
            day -= timedelta(days=ago.count) * {"d": 1, "w": 7}[ago.unit]
        for _ in range(ago.count * {"d": 0, "w": 0, "m": 1, "y": 12}[ago.unit]):
            day = day.replace(day=1) - timedelta(days=1)
        if ago.count and ago.unit in ("m", "y"):
            day = day.replace(day=min(TODAY.day, monthrange(day.year, day.month)[1]))
    except OverflowError:
        day = date.min
    return day + timedelta(days=ago.days_on) if day > date.min else day


def is_said(node: FieldHas | Says | Holds, copy: Copy, collection: Collection) -> bool:
    match node:
        case FieldHas("barcode", values):
            return any(is_code(value, copy, collection) for value in values)
        case FieldHas("track", values):
            return any(is_track(value, copy, collection) for value in values)
        case Holds(field, states):
            return any(state(f"{field}:{one}", copy, collection) for one in states)
        case Says(name, ()):
            return bool(own(name, copy, collection))
        case Says(name, values):
            return any(is_there(value, name, copy, collection, own) for value in values)
        case FieldHas(name, values):
            return any(is_there(value, name, copy, collection) for value in values)


def holds(node: Filter, copy: Copy, collection: Collection) -> bool:
    match node:
        case Everything():
            return True
        case Words():
            return says(node, copy, collection)
        case FieldHas() | Says() | Holds():
            return is_said(node, copy, collection)
        case FieldIn():
            return within(node, copy, collection)
        case Not(part):
            return not holds(part, copy, collection)
        case AllOf(parts):
            return all(holds(part, copy, collection) for part in parts)


def found(query: str | Filter, collection: Collection) -> list[int]:
    """Positions: copies of the same number may be in one collection here."""
    tree = parse(query).filter if isinstance(query, str) else query
    return positions_of(select(tree, Index(collection), TODAY), len(collection.copies))


@given(QUERIES, COLLECTIONS)
def test_a_filter_means_what_it_means_copy_by_copy(text: str, collection: Collection) -> None:
    tree = parse(text).filter
    expected = [place for place, copy in enumerate(collection.copies) if holds(tree, copy, collection)]
    assert found(tree, collection) == expected


@given(ORDERED_TERMS, COLLECTIONS)
def test_years_ratings_grades_and_days_mean_what_they_mean_copy_by_copy(text: str, collection: Collection) -> None:
    tree = parse(text).filter
    assert found(tree, collection) == [
        place for place, copy in enumerate(collection.copies) if holds(tree, copy, collection)
    ]


@given(STATE_TERMS, COLLECTIONS)
def test_what_a_copy_is_and_has_means_what_it_means_copy_by_copy(text: str, collection: Collection) -> None:
    assert found(text, collection) == [
        place for place, copy in enumerate(collection.copies) if holds(parse(text).filter, copy, collection)
    ]


@given(CODED_TERMS | OWN_TERMS, COLLECTIONS)
def test_codes_tracks_and_fields_of_ones_own_mean_what_they_mean_copy_by_copy(
    text: str, collection: Collection
) -> None:
    assert found(text, collection) == [
        place for place, copy in enumerate(collection.copies) if holds(parse(text).filter, copy, collection)
    ]


@given(QUERIES | TERMS, COLLECTIONS)
@example("added:none", Collection())
def test_a_filter_and_its_negation_part_any_collection(text: str, collection: Collection) -> None:
    """Exactly: unknown years, grades and days, releases without labels, copies in unknown folders: each in one."""
    tree = parse(text).filter
    index = Index(collection)
    inside, outside = select(tree, index, TODAY), select(Not(tree), index, TODAY)
    assert inside & outside == 0
    assert inside | outside == index.everything


@given(QUERIES, QUERIES, COLLECTIONS)
def test_another_term_narrows(one: str, other: str, collection: Collection) -> None:
    assert set(found(f"{one} {other}", collection)) == set(found(one, collection)) & set(found(other, collection))


@given(st.sampled_from(TEXT_FIELDS), VALUES, VALUES, st.sampled_from(["", "="]), COLLECTIONS)
def test_another_value_widens(field: str, one: str, other: str, sign: str, collection: Collection) -> None:
    either = set(found(f"{field}:{sign}{one},{other}", collection))
    assert either == set(found(f"{field}:{sign}{one}", collection)) | set(found(f"{field}:{other}", collection))


TWO_OF_ONE_FIELD = st.sampled_from(list(ORDERED.items())).flatmap(
    lambda field: st.tuples(st.just(field[0]), st.sampled_from(field[1]), st.sampled_from(field[1]))
)


@given(TWO_OF_ONE_FIELD, COLLECTIONS)
def test_another_span_widens(two: tuple[str, str, str], collection: Collection) -> None:
    field, one, other = two
    either = set(found(f"{field}:{one},{other}", collection))
    assert either == set(found(f"{field}:{one}", collection)) | set(found(f"{field}:{other}", collection))


@given(QUERIES, COLLECTIONS)
def test_the_canonical_text_finds_the_same(text: str, collection: Collection) -> None:
    assert found(canonical(parse(text)), collection) == found(text, collection)


@given(TREES, COLLECTIONS)
def test_every_tree_finds_something_or_nothing(tree: Filter, collection: Collection) -> None:
    assert set(found(tree, collection)) <= set(range(len(collection.copies)))


@given(COLLECTIONS)
def test_a_record_is_found_by_its_own_title(collection: Collection) -> None:
    for place, copy in enumerate(collection.copies):
        title = copy.release.title
        assert place in found(Words(title), collection)
        if title.strip():
            assert place in found(FieldHas("title", (Text(title),)), collection)
            assert place in found(FieldHas("title", (Text(title, exact=True),)), collection)


@given(COLLECTIONS)
def test_an_age_moves_with_the_day_it_is_counted_from(collection: Collection) -> None:
    index = Index(collection)
    for copy in collection.copies:
        if copy.added is not None:
            day, place = copy.added.date(), collection.copies.index(copy)
            week = [
                select(parse("added:7d").filter, index, day + timedelta(days=days)) >> place & 1 for days in (0, 7, 8)
            ]
            assert week == [1, 1, 0]


TWO_STATES = st.sampled_from(["is", "has"]).flatmap(
    lambda field: st.tuples(st.just(field), *[st.sampled_from([one for one in STATES if STATES[one] == field])] * 2)
)


@given(TWO_STATES, COLLECTIONS)
def test_another_state_widens(two: tuple[str, str, str], collection: Collection) -> None:
    field, one, other = two
    either = set(found(f"{field}:{one}", collection)) | set(found(f"{field}:{other}", collection))
    assert set(found(f"{field}:{one},{other}", collection)) == either
    assert set(found(f"not:{one},{other}", collection)) == set(range(len(collection.copies))) - either


@given(VALUES, VALUES, st.sampled_from(["", "="]), COLLECTIONS)
def test_another_value_of_a_field_of_ones_own_widens(one: str, other: str, sign: str, collection: Collection) -> None:
    either = set(found(f"field:Shelf={sign}{one}", collection)) | set(found(f"field:shelf={other}", collection))
    assert set(found(f"field:SHELF={sign}{one},{other}", collection)) == either


@given(
    st.lists(TERMS, max_size=4).flatmap(lambda terms: st.tuples(st.just(terms), st.permutations(terms))), COLLECTIONS
)
def test_the_order_of_terms_changes_nothing(both: tuple[list[str], list[str]], collection: Collection) -> None:
    one, other = both
    assert found(" ".join(one), collection) == found(" ".join(other), collection)


@given(STATE_TERMS.filter(lambda term: term.startswith("not:")), COLLECTIONS)
def test_a_dash_before_not_takes_both_away(term: str, collection: Collection) -> None:
    affirmed = canonical(parse(f"-{term}"))
    assert parse(f"-{affirmed}") == parse(term)
    assert set(found(affirmed, collection)) == set(range(len(collection.copies))) - set(found(term, collection))
    assert found(affirmed, collection) == found(f"-{term}", collection)
