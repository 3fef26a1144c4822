"""What the figures count, against counts that are written down here a second time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Final

from core.domain.apart import GIVE_WAY
from core.domain.collection import Collection, Copy, Folder
from core.domain.details import InShort
from core.domain.ids import FolderId, MasterId, ReleaseId
from core.domain.index import BIT_SETS, Index
from core.domain.master import Master
from core.domain.release import Artist, Format, LabelNumber, Release
from core.domain.stats import Coverage, Covered, Stats, stats_of
from core.domain.stats_columns import NOBODY
from core.domain.stats_counts import TOP, Line, Lines
from core.domain.stats_records import NEWEST
from core.domain.view import View
from core.text import fold
from tests.factories import make_copy, make_release

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

Naming = tuple[Callable[[Release], list[str]], Callable[[str], bool]]

NOON: Final = time(12, tzinfo=UTC)
TODAY: Final = date(2026, 3, 31)
WORDS: Final = ("Reggae", "reggae", "RÉGGAE", "Rock", "Dub", "!!!", "", " ")
ARTISTS: Final = ("Ann", "Gunmen", "Gunmen (2)", "Various", "Various (2)", "Unknown Artist", "東京")
LABELS: Final = ("Studio One", "Studio One (2)", "Not On Label", "Not On Label (Ann Self-released)", "Not On Labels")
DESCRIPTIONS: Final = ("LP", '7"', '12"', "45 RPM", "33 ⅓ RPM", "Album")
GRADES: Final = ("", "Mint (M)", "Very Good Plus (VG+)", "Generic", "Played to bits")
FOLDERS: Final = (Folder(FolderId(1), "Dub"), Folder(FolderId(2), "dub"), Folder(FolderId(3), "Rock"))
QUERIES: Final = ("", "genre:reggae", "-genre:reggae", "year:..1975", "media:m", "limit:2", "zzz")

words = st.sampled_from(WORDS)


@st.composite
def releases(draw: st.DrawFn) -> Release:
    """A release of which anything may be unknown."""
    return make_release(
        draw(st.integers(1, 4)),
        draw(st.sampled_from(("A", "B", ""))),
        artists=[Artist(draw(st.sampled_from(ARTISTS))) for _ in range(draw(st.integers(0, 2)))],
        labels=[LabelNumber(draw(st.sampled_from(LABELS))) for _ in range(draw(st.integers(0, 2)))],
        formats=[
            Format(draw(st.sampled_from(("Vinyl", "CD", "All Media"))), "1", "", (draw(st.sampled_from(DESCRIPTIONS)),))
            for _ in range(draw(st.integers(0, 2)))
        ],
        genres=draw(st.lists(words, max_size=3)),
        styles=draw(st.lists(words, max_size=2)),
        year=draw(st.none() | st.sampled_from([1, 1969, 1970, 1979, 1980, 2024])),
        master_id=draw(st.none() | st.integers(1, 3)),
    )


@st.composite
def collections(draw: st.DrawFn) -> Collection:
    """Copies of a few releases, some of them of the same; of some more is known."""
    known = {release.id: release for release in draw(st.lists(releases(), max_size=5))}
    some = st.sampled_from(list(known.values())) if known else None
    number = draw(st.integers(0, 9)) if some is not None else 0
    copies = [
        make_copy(
            instance,
            draw(some) if some is not None else None,
            folder_id=draw(st.sampled_from([None, 1, 2, 3, 99])),
            rating=draw(st.none() | st.integers(1, 5)),
            added=draw(st.none() | st.datetimes(datetime(1, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))),  # noqa: DTZ001
            fields={1: draw(st.sampled_from(GRADES)), 2: draw(st.sampled_from(GRADES))},
        )
        for instance in range(1, number + 1)
    ]
    years = st.none() | st.sampled_from([1955, 1970, 10_000])
    masters = [
        Master(MasterId(one), draw(years), (draw(words),), tuple(draw(st.lists(words, max_size=1))))
        for one in draw(st.sets(st.integers(1, 3)))
    ]
    facts = {
        ReleaseId(one): InShort(draw(st.sampled_from(["UK", "US", "", None])))
        for one in draw(st.sets(st.integers(1, 4)))
    }
    return Collection(tuple(copies), FOLDERS, masters={one.id: one for one in masters}, facts=facts)


def same(text: str) -> str:
    return fold(text) or text.strip().casefold()


def master_year(collection: Collection, release: Release) -> int | None:
    master = collection.master_of(release)
    return master.year if master and master.year and master.year < 10_000 else None


def of_master(collection: Collection, release: Release, what: str) -> Iterable[str]:
    master = collection.master_of(release)
    found: tuple[str, ...] = getattr(master, what) if master else ()
    return found or getattr(release, what)


def sizes(release: Release) -> Iterable[str]:
    return {{"LP": "12", '7"': "7", '12"': "12"}.get(form.descriptions[0], "") for form in release.formats}


def speeds(release: Release) -> Iterable[str]:
    return {{"45 RPM": "45", "33 ⅓ RPM": "33"}.get(form.descriptions[0], "") for form in release.formats}


def texts(number: int | None, end: str = "") -> Iterable[str]:
    return () if number is None else (f"{number}{end}",)


def decade(year: int | None) -> int | None:
    return None if year is None else year - year % 10


BY_RELEASE: Final[Mapping[str, tuple[Callable[[Stats], Lines], Callable[[Collection, Release], Iterable[str]]]]] = {
    "genre": (lambda stats: stats.genres, lambda every, one: of_master(every, one, "genres")),
    "style": (lambda stats: stats.styles, lambda every, one: of_master(every, one, "styles")),
    "format": (
        lambda stats: stats.formats,
        lambda _, one: (form.name for form in one.formats if form.name != "All Media"),
    ),
    "size": (lambda stats: stats.sizes, lambda _, one: sizes(one)),
    "speed": (lambda stats: stats.speeds, lambda _, one: speeds(one)),
    "year": (lambda stats: stats.pressings.years, lambda _, one: texts(one.year)),
    "decade": (lambda stats: stats.pressings.decades, lambda _, one: texts(decade(one.year), "s")),
    "original": (
        lambda stats: stats.originals.years,
        lambda every, one: texts(master_year(every, one) or one.year),
    ),
    "original decade": (
        lambda stats: stats.originals.decades,
        lambda every, one: texts(decade(master_year(every, one) or one.year), "s"),
    ),
    "country": (
        lambda stats: stats.countries,
        lambda every, one: [(every.facts[one.id].country or "") if one.id in every.facts else ""],
    ),
}
BY_COPY: Final[Mapping[str, tuple[Callable[[Stats], Lines], Callable[[Collection, Copy], Iterable[str]]]]] = {
    "folder": (lambda stats: stats.folders, lambda every, copy: [every.folder_of(copy)]),
    "media": (lambda stats: stats.media, lambda _, copy: [copy.media]),
    "sleeve": (lambda stats: stats.sleeves, lambda _, copy: [copy.sleeve]),
    "rating": (lambda stats: stats.ratings, lambda _, copy: texts(copy.rating)),
    "month": (
        lambda stats: stats.months,
        lambda _, copy: [f"{copy.added.year:04}-{copy.added.month:02}" if copy.added else ""],
    ),
}


def counted(items: Iterable[tuple[Copy, Iterable[str]]]) -> dict[str | None, tuple[int, int]]:
    """The copies and the releases of each value, as they are written down here."""
    found: dict[str | None, list[Copy]] = {}
    for copy, values in items:
        names: set[str | None] = {same(value) for value in values if value.strip()}
        for value in names or {None}:
            found.setdefault(value, []).append(copy)
    return {value: (len(copies), len({copy.release.id for copy in copies})) for value, copies in found.items()}


def told(lines: Lines) -> dict[str | None, tuple[int, int | None]]:
    assert len({line.value and same(line.value) for line in lines}) == len(lines)
    return {line.value and same(line.value): (line.copies, line.releases) for line in lines}


@given(collections(), st.sampled_from(QUERIES))
def test_every_line_counts_what_a_second_count_finds(collection: Collection, query: str) -> None:
    view = View.of(collection, text=query, today=TODAY)
    stats = stats_of(view)
    assert stats.copies == len(view.copies)
    assert stats.releases == len({copy.release.id for copy in view.copies})
    for lines, of_release in BY_RELEASE.values():
        assert told(lines(stats)) == counted((copy, of_release(collection, copy.release)) for copy in view.copies)
    for lines, of_copy in BY_COPY.values():
        naive = counted((copy, of_copy(collection, copy)) for copy in view.copies)
        assert told(lines(stats)) == {value: (copies, None) for value, (copies, _) in naive.items()}


@given(collections(), st.sampled_from(QUERIES))
def test_the_parts_sum_to_the_whole(collection: Collection, query: str) -> None:
    stats = stats_of(View.of(collection, text=query, today=TODAY))
    for name in ("year", "decade", "original", "original decade", "country"):
        lines = BY_RELEASE[name][0](stats)
        assert sum(line.copies for line in lines) == stats.copies
        assert sum(line.releases or 0 for line in lines) == stats.releases
    for lines_of, _ in BY_COPY.values():
        assert sum(line.copies for line in lines_of(stats)) == stats.copies
    for lines_of, _ in BY_RELEASE.values():
        lines = lines_of(stats)
        assert sum(line.copies for line in lines) >= stats.copies
        assert all(0 < line.copies <= stats.copies for line in lines)
        assert [line.value for line in lines if line.value is None] == [
            line.value for line in lines[-1:] if not line.value
        ]


@given(collections(), st.sampled_from(QUERIES))
def test_coverage_adds_up(collection: Collection, query: str) -> None:
    view = View.of(collection, text=query, today=TODAY)
    stats = stats_of(view)
    found = stats.coverage
    for one in (found.original, found.country, found.details):
        assert one.known + one.not_told + one.unread + one.none == stats.copies
    masters = [collection.master_of(copy.release) for copy in view.copies]
    years = [master_year(collection, copy.release) for copy in view.copies]
    details = [collection.facts.get(copy.release.id) for copy in view.copies]
    assert found == Coverage(
        original=Covered(
            known=len(years) - years.count(None),
            not_told=sum(master is not None and year is None for master, year in zip(masters, years, strict=True)),
            unread=sum(
                copy.release.master_id is not None and master is None
                for copy, master in zip(view.copies, masters, strict=True)
            ),
            none=sum(copy.release.master_id is None for copy in view.copies),
        ),
        country=Covered(
            known=sum(bool(one and one.country) for one in details),
            not_told=sum(one is not None and not one.country for one in details),
            unread=details.count(None),
        ),
        details=Covered(len(details) - details.count(None), 0, details.count(None)),
    )
    pressings = [copy.release.year for copy in view.copies]
    assert stats.originals.fallback == sum(
        first is None and year is not None for first, year in zip(years, pressings, strict=True)
    )
    assert stats.pressings.fallback == 0


@given(collections(), st.sampled_from(QUERIES))
def test_those_at_the_top_and_the_rest_are_all(collection: Collection, query: str) -> None:
    view = View.of(collection, text=query, today=TODAY)
    stats = stats_of(view)

    def is_label(name: str) -> bool:
        return name not in ("Not On Label", "Not On Label (Ann Self-released)")

    artists: Naming = (lambda one: [artist.name for artist in one.artists], lambda name: name not in NOBODY)
    labels: Naming = (lambda one: [label.name for label in one.labels], is_label)
    for top, (names, is_one) in ((stats.artists, artists), (stats.labels, labels)):
        of_copies = [names(copy.release) for copy in view.copies]
        naive = {name: sum(name in some for some in of_copies) for some in of_copies for name in some if is_one(name)}
        assert top.known == len(naive)
        assert {line.value: line.copies for line in top.lines} == naive
        assert top.others == 0
        assert top.unknown == of_copies.count([])
        assert top.apart == sum(bool(some) and not any(map(is_one, some)) for some in of_copies)


def test_ten_are_told_by_name_and_the_others_by_number() -> None:
    copies = [
        make_copy(at, make_release(at, artists=[Artist(f"Artist {at % 12:02}"), Artist("Various")], label=f"L{at}"))
        for at in range(1, 31)
    ]
    top = stats_of(View.of(Collection(tuple(copies)))).artists
    assert (top.known, len(top.lines), top.apart, top.unknown) == (12, TOP, 0, 0)
    assert [line.value for line in top.lines[:6]] == [f"Artist {at:02}" for at in (1, 2, 3, 4, 5, 6)]
    assert sum(line.copies for line in top.lines) + top.others == 30


def test_more_values_than_have_bit_sets_are_counted_alike() -> None:
    number = BIT_SETS + 5
    copies = [
        make_copy(at, make_release(at // 2, artist=f"Artist {at // 2}", label="L")) for at in range(2, 2 * number)
    ]
    copies += [make_copy(3 * number + at, make_release(1, artist="Artist 1", label="L")) for at in range(3)]
    view = View.of(Collection(tuple(copies)), text="-added:none", today=TODAY)
    top = stats_of(view).artists
    assert top.lines[0] == Line("Artist 1", 5, 1)
    assert {(line.copies, line.releases) for line in top.lines[1:]} == {(2, 1)}
    assert (top.known, top.others) == (number - 1, len(copies) - 5 - 2 * (TOP - 1))


def test_the_best_grade_comes_first_and_words_that_are_no_grade_last() -> None:
    grades = ("Generic", "Played to bits", "", "Very Good (VG)", "Mint (M)")
    copies = [make_copy(at, fields={1: grade, 2: grade}) for at, grade in enumerate(grades, 1)]
    stats = stats_of(View.of(Collection(tuple(copies))))
    assert [line.value for line in stats.media] == ["Mint (M)", "Very Good (VG)", "Generic", "Played to bits", None]
    assert stats.sleeves == stats.media


def test_years_and_months_stand_in_their_order_and_ratings_from_the_best() -> None:
    days = (datetime(2024, 3, 1, tzinfo=UTC), None, datetime(2023, 12, 31, 23, 59, tzinfo=UTC))
    copies = [
        make_copy(at, make_release(at, year=year), added=day, rating=rating)
        for at, (year, day, rating) in enumerate(zip((1990, None, 1985), days, (2, None, 5), strict=True), 1)
    ]
    stats = stats_of(View.of(Collection(tuple(copies))))
    assert [line.value for line in stats.pressings.years] == ["1985", "1990", None]
    assert [line.value for line in stats.pressings.decades] == ["1980s", "1990s", None]
    assert [line.value for line in stats.months] == ["2023-12", "2024-03", None]
    assert [line.value for line in stats.ratings] == ["5", "2", None]
    assert stats.rating == pytest.approx(3.5)


def pressing_year(copy: Copy) -> int | None:
    return copy.release.year


def original_year(collection: Collection, copy: Copy) -> int | None:
    return master_year(collection, copy.release) or copy.release.year


@given(collections())
def test_what_stands_out_is_what_a_second_look_finds(collection: Collection) -> None:
    view = View.of(collection, today=TODAY)
    marks = stats_of(view).landmarks
    dated = sorted(
        (copy for copy in view.copies if copy.added), key=lambda copy: (copy.added, copy.instance_id), reverse=True
    )
    assert marks.newest == tuple(dated[:NEWEST])
    assert (marks.last_added, marks.first_added) == ((dated[0], dated[-1]) if dated else (None, None))
    for first, last, year in (
        (marks.oldest, marks.latest, pressing_year),
        (marks.oldest_original, marks.latest_original, partial(original_year, collection)),
    ):
        years = [found for copy in view.copies if (found := year(copy)) is not None]
        assert (first and first.year, last and last.year) == ((min(years), max(years)) if years else (None, None))
        assert all(one is None or year(one.copy) == one.year for one in (first, last))


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([], None),
        ([None], None),
        ([date(2026, 3, 30)], 1.0),
        ([date(2026, 3, 30)] * 30, 30.0),
        ([date(2016, 3, 31), *[date(2020, 1, 1)] * 19], 2.0),
        ([date(2030, 3, 31), date(2020, 3, 31)], 0.2),
    ],
)
def test_what_came_in_a_year_is_counted_from_the_first_to_today(
    days: list[date | None], expected: float | None
) -> None:
    copies = [make_copy(at, added=datetime.combine(day, NOON) if day else None) for at, day in enumerate(days, 1)]
    found = stats_of(View.of(Collection(tuple(copies)), today=TODAY)).landmarks.per_year
    assert found == (None if expected is None else pytest.approx(expected, abs=0.01))


def test_of_nothing_everything_is_nothing() -> None:
    stats = stats_of(View.of(Collection(), today=TODAY))
    assert (stats.copies, stats.releases, stats.genres, stats.rating) == (0, 0, (), None)
    assert (stats.artists.known, stats.artists.lines, stats.artists.others) == (0, (), 0)
    assert stats.landmarks.newest == ()
    assert stats.landmarks.oldest is None
    assert stats.coverage.original == Covered(0, 0, 0)


def test_a_single_record_is_all_there_is() -> None:
    stats = stats_of(View.of(Collection((make_copy(1, rating=4),)), today=TODAY))
    assert (stats.copies, stats.releases) == (1, 1)
    assert stats.genres == (Line("Reggae", 1, 1),)
    assert stats.pressings.decades == (Line("1970s", 1, 1),)
    assert stats.countries == (Line(None, 1, 1),)
    assert stats.sizes == (Line("12", 1, 1),)
    assert stats.landmarks.newest == (stats.landmarks.first_added,)


def test_what_is_learned_of_masters_and_details_is_counted() -> None:
    release = make_release(1, master_id=7, genres=("Reggae",), styles=("Dub",))
    index = Index(Collection((make_copy(1, release),)))
    before = stats_of(View.of(index, today=TODAY))
    assert before.coverage.original == Covered(0, 0, 1)
    learned = replace(
        index.collection,
        masters={MasterId(7): Master(MasterId(7), 1968, ("Rock",), ())},
        facts={release.id: InShort("Jamaica")},
    )
    after = stats_of(View.of(index.over(learned), today=TODAY))
    assert (after.genres, after.styles) == ((Line("Rock", 1, 1),), (Line("Dub", 1, 1),))
    assert after.originals.years == (Line("1968", 1, 1),)
    assert after.pressings == before.pressings
    assert after.countries == (Line("Jamaica", 1, 1),)
    assert after.coverage == Coverage(Covered(1, 0, 0), Covered(1, 0, 0), Covered(1, 0, 0))


def test_it_gives_way_between_its_parts() -> None:
    copies = tuple(
        make_copy(at, added=datetime(2020, 1, 1, tzinfo=UTC) + timedelta(hours=at)) for at in range(1, 5_001)
    )
    view, asked = View.of(Collection(copies), today=TODAY), 0

    def wait() -> None:
        nonlocal asked
        asked += 1

    token = GIVE_WAY.set(wait)
    try:
        stats_of(view)
        first, asked = asked, 0
        stats_of(view)
    finally:
        GIVE_WAY.reset(token)
    assert first > 50
    assert asked > 15
