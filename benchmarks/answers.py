"""What answers cost, from the local copy alone: CPU of parsing, matching, sorting, facets, stats, random and have.

Collections of invented copies, published through the program, with facts made up for all of them: original years,
countries, barcodes, tracklists, plays. All of it in this process, index warm; what is made once and kept is told apart
as "the first".

Run from the root of the repository: `python -m benchmarks.answers` (about two minutes).
"""

from __future__ import annotations

import gc
import platform
import random
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final, TypeVar

from benchmarks.figures import Figure, Scenario, judged, parser
from benchmarks.shelf import shelf
from core import config
from core.app import open_core
from core.domain.collection import Collection
from core.domain.details import InShort
from core.domain.facets import FACETS, counts
from core.domain.having import Having
from core.domain.having_text import read
from core.domain.ids import ReleaseId
from core.domain.index import Index
from core.domain.master import Master
from core.domain.picking import Memory, pick
from core.domain.plays import Played
from core.domain.query import parse
from core.domain.stats import stats_of
from core.domain.view import View
from tests.core.domain.simulated import percentile

from msgspec.structs import replace

T = TypeVar("T")

SIZES: Final = (1_500, 10_000, 100_000)
BARS: Final = {
    "match and sort of a hard query": {10_000: 10.0, 100_000: 100.0},
    "stats of everything": {10_000: 60.0},
    "have": {100_000: 5.0},
}
"""Milliseconds of CPU at most, by size; p95."""

_LONG: Final = (
    "dub -format:cd,dvd year:1970..1999 original:<1995 label:rec media:>=vg rating:>=2 -added:7d -track:night"
    " country:uk,jamaica,us not:played sort:-added,artist"
)
HARD: Final = (
    _LONG,
    'label:"records" genre:reggae,electronic,rock -style:disco decade:1970s..1990s has:barcode sort:original,-year',
    "-format:cd -genre:zydeco year:1900.. media:>=p,none -field:Shelf=Z9 sort:-added,artist,label",
    "-is:duplicate size:12 speed:33,45 -colour:red track:night,echo folder:a,b,c,d,e sort:number limit:500",
)
EASY: Final = ("dub", "year:1977", 'artist:"the"', "genre:reggae -format:cd", "added:30d sort:-added")

_NOW: Final = datetime(2026, 11, 22, 12, tzinfo=UTC)
_SEED: Final = 9
_ROUNDS: Final = 20
_WORDS: Final = ("night", "echo", "dub", "river", "train", "gold", "sun", "love", "stone", "water", "fire", "street")
_COUNTRIES: Final = ("UK", "US", "Jamaica", "Germany", "Japan", "France", "Italy", "Canada")


async def answers(copies: int) -> list[Figure]:
    """All figures of one size."""
    async with shelf(copies) as found, open_core(config.load(found.environment)) as core:
        account = await core.library.account()
        assert account is not None  # noqa: S101 - one was connected before
        collection = told(await core.library.collection(account))
    gc.collect()
    gc.freeze()
    first, index = once(lambda: warmed(collection))
    building, having = once(lambda: Having(collection, Collection()))
    whole = View.of(index, today=_NOW.date())
    bar = {what: sizes.get(copies) for what, sizes in BARS.items()}
    figures = [
        Figure("index of everything, the first time", f"{first:.0f} ms"),
        spent("parse", [partial(parse, text) for text in (*HARD, *EASY)]),
        spent("match and sort of a hard query", matches(whole, HARD), bar["match and sort of a hard query"]),
        spent("match and sort of an easy one", matches(whole, EASY)),
        spent("facets of everything", [lambda: [counts(index, facet.name, index.everything) for facet in FACETS]]),
        Figure("stats, the first time", f"{once(lambda: stats_of(whole))[0]:.0f} ms"),
        spent("stats of everything", [lambda: stats_of(whole)], bar["stats of everything"]),
        spent("random", [partial(chosen, whole, at / _ROUNDS) for at in range(_ROUNDS)]),
        Figure("have, index made", f"{building:.0f} ms"),
    ]
    return [
        *figures,
        *(spent(f"have, {by}", asked, bar["have"]) for by, asked in questions(having, collection).items()),
    ]


def told(collection: Collection) -> Collection:
    """The same, with everything known of it that may become known."""
    chance = random.Random(_SEED)  # noqa: S311 - it guards nothing

    def words(number: int) -> str:
        return " ".join(chance.choices(_WORDS, k=number))

    releases = {copy.release.id for copy in collection.copies}
    return replace(
        collection,
        masters={
            number: Master(number, chance.randrange(1955, 2020), ("Reggae",), ("Dub", "Roots Reggae"))
            for number in collection.master_ids
        },
        facts={
            number: InShort(
                chance.choice(_COUNTRIES),
                (str(chance.randrange(10**11, 10**13)),),
                "\n".join(words(3) for _ in range(10)),
            )
            for number in releases
        },
        plays={
            number: Played(chance.randrange(1, 9), _NOW - timedelta(days=chance.randrange(900)))
            for number in sorted(releases)[::20]
        },
    )


def warmed(collection: Collection) -> Index:
    """Its index, when all has been asked of it once."""
    index = Index(collection)
    whole = View.of(index, today=_NOW.date())
    for ask in (*matches(whole, HARD), *matches(whole, EASY)):
        ask()
    for facet in FACETS:
        counts(index, facet.name, index.everything)
    return index


def matches(view: View, texts: Sequence[str]) -> list[Callable[[], object]]:
    """Each text matched, and sorted as it says."""
    return [partial(view.filtered, text, _NOW.date()) for text in texts]


def chosen(view: View, chance: float) -> object:
    """One of what is shown."""
    plays = view.collection.plays
    return pick([copy.release.id for copy in view.copies], Memory(plays=plays), _NOW, chance)


def questions(having: Having, collection: Collection) -> dict[str, list[Callable[[], object]]]:
    """What somebody may hold in their hands, by how it is asked for: half of it is owned."""
    chance = random.Random(_SEED)  # noqa: S311 - as above
    some = [copy.release for copy in chance.sample(collection.copies, _ROUNDS)]
    texts = {
        "words": [text for one in some for text in (f"{one.artist} {one.title}", f"{one.artist} Unheard Of")],
        "barcode": [*(collection.facts[one.id].barcodes[0] for one in some), "4006381333931"],
        "number": [*(number for one in some for number in one.numbers[:1]), "ZZ 99 Q 1"],
        "id": [*(f"r{one.id}" for one in some), f"r{ReleaseId(4_000_000_001)}"],
    }
    return {by: [partial(having.answer, read(text)) for text in asked] for by, asked in texts.items()}


def once(do: Callable[[], T]) -> tuple[float, T]:
    """CPU milliseconds of one call, and what it gave."""
    begun = time.process_time()
    found = do()
    return (time.process_time() - begun) * 1_000, found


def spent(what: str, calls: Sequence[Callable[[], object]], most: float | None = None) -> Figure:
    """CPU of each call, again and again: the p95, beside it the median; `most` in milliseconds."""
    times = sorted(once(call)[0] for _ in range(max(1, _ROUNDS // len(calls) + 1)) for call in calls)
    p95, middle = (percentile(times, share) for share in (0.95, 0.5))
    measured = f"{p95:.2f} ms ({middle:.2f}; {len(times)})"
    return Figure(what, measured) if most is None else Figure(what, measured, f"at most {most:g} ms", p95 <= most)


def main() -> int:
    """Read the command line, measure, judge."""
    options = parser("benchmarks.answers", __doc__)
    options.add_argument("--copies", type=int, nargs="+", default=SIZES, metavar="N", help="default: %(default)s")
    given = options.parse_args()
    title = f"Answers: p95 of CPU (median; number of calls); Python {platform.python_version()}"
    return judged(title, [Scenario(f"{copies:,} copies", partial(answers, copies)) for copies in given.copies])


if __name__ == "__main__":
    sys.exit(main())
