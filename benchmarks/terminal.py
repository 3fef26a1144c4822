"""The terminal in figures: the real program in a pseudo-terminal of 160x48, driven key by key.

A time is the wall time from the byte that is written to the last byte of the answer, which is over after 50 ms of
silence; the silence is not in it. CPU is the median of what all threads of the program have used until then. A letter
is over when the count and the table are right; what follows after that (facets) is told apart. A cursor key is over
when the table and the details are; the status line may tell of a sync meanwhile. Letters and backspaces that leave as
many records as before are not timed. The next key is pressed before half a second of silence is over,
which is when the cursor of the filter line would blink; the clock of the status line ticks once a minute.

"beside a publish": another process writes all copies again with other ratings, through the store, in one transaction
and again as long as keys are pressed. "its own sync": after that, the program itself syncs from a stand-in, finds every
copy changed, publishes, and reads everything anew; keys are pressed until that is shown, those while it reads from the
stand-in told apart. That sync is not held up by Discogs' limit, and another process has the turn of reading original
years. All are judged against the same keys without that: half as much again, or what is promised for quiet times where
that is more. A large shelf is synced in a process of its own, whose memory is told, too.

Linux only. Run from the root of the repository: `python -m benchmarks.terminal` (about ten minutes).
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from benchmarks import keys, landmarks, starts
from benchmarks.figures import Figure, Scenario, judged, parser, seconds
from benchmarks.keys import Session
from benchmarks.pty_driver import COLUMNS, ROWS, Terminal, terminal
from benchmarks.shelf import FAR_AWAY, Known, Shelf, shelf
from benchmarks.standin import NotMeasured
from benchmarks.timed import compared, milliseconds, spent

_MEGABYTE: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Targets:
    """What is promised for a size: seconds of the start, milliseconds of a letter, megabytes."""

    first_row: float
    letter: float
    whole: float
    match: float
    everything: float = 5.0
    echo: float = 33.0
    cursor: float = 25.0
    page: float = 50.0
    after: float = 100.0
    memory: float | None = None


SMALL: Final = Targets(first_row=1.2, letter=100, whole=40, match=10)
LARGE: Final = Targets(first_row=1.5, letter=250, whole=120, match=100, memory=350)
"""From more than 10,000 copies on."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is measured."""

    starts: int = 7
    words: Sequence[str] = keys.WORDS
    moves: int = 60
    """Cursor keys, and page keys, in each direction."""


PARTS: Final = ("start", "keys", "beside", "sync", "datatable")
"""In the order in which they are measured; "beside" and "sync" are compared with "keys"."""

QUICK: Final = Extent(starts=3, words=keys.WORDS[:4], moves=8)
TABLE: Final = Extent(starts=1, words=keys.WORDS[:2], moves=10)
"""Of Textual's own table."""


async def terminal_figures(copies: int, extent: Extent, chosen: Sequence[str]) -> list[Figure]:
    """All figures of one size; a part that cannot be measured does not take the others with it."""
    targets = SMALL if copies <= 10_000 else LARGE
    alone = Session()
    async with shelf(copies) as found:
        known = await found.know(*keys.texts())
        parts: dict[str, Callable[[], Awaitable[list[Figure]]]] = {
            "start": partial(_starts, found, known, targets, extent),
            "keys": partial(_keys, found, known, targets, extent, alone),
            "beside": partial(_beside, found, known, targets, extent, alone),
            "sync": partial(_own_sync, found, targets, alone),
            "datatable": partial(_table, found, known),
        }
        figures = [
            Figure("bytecode", await starts.compiled()),
            Figure("load of the machine before", f"{os.getloadavg()[0]:.1f}"),
        ]
        for name in chosen:
            try:
                figures += await parts[name]()
            except NotMeasured as reason:
                figures.append(Figure(f"{name}: not measured", str(reason), met=False))
    return figures


async def _starts(found: Shelf, known: Known, targets: Targets, extent: Extent) -> list[Figure]:
    await starts.start(found, known)  # the file cache is warm from here on
    times = [await starts.start(found, known) for _ in range(extent.starts)]
    first, everything = ([getattr(one, name) for one in times] for name in ("first", "everything"))
    middle = statistics.median
    return [
        seconds("start: frame", middle(one.frame for one in times)),
        seconds("start: first row", middle(first), targets.first_row, of=f" (worst of {len(first)} {max(first):.2f})"),
        seconds("start: CPU until then", middle(one.cpu for one in times)),
        seconds("start: all rows there", middle(everything), targets.everything, of=f" (worst {max(everything):.2f})"),
    ]


async def _keys(found: Shelf, known: Known, targets: Targets, extent: Extent, alone: Session) -> list[Figure]:
    async with found.program() as program:
        await _all_there(program, found.copies)
        await _press(program, known, extent, alone)
        memory = program.memory()
        await program.leave(landmarks.QUIT)
    most = targets.memory
    peak = memory["VmHWM"] / _MEGABYTE
    held = f"{peak:.0f} MB (at the end {memory['VmRSS'] / _MEGABYTE:.0f})"
    letter = alone.letter
    return [
        milliseconds("keys: a letter echoed", alone.echo, targets.echo),
        milliseconds("keys: table settled after a letter", letter, targets.letter),
        milliseconds("keys: all settled, facets too", alone.after, targets.letter + targets.after),
        Figure("keys: the first letter after the start", f"{letter.wall[0] * 1000:.1f} ms"),
        spent("keys: CPU of a whole letter", letter.cpu, targets.whole),
        spent("keys: CPU of the match alone", known.matches, targets.match),
        Figure("keys: CPU of the first match", f"{known.first_match * 1000:.1f} ms"),
        milliseconds("keys: cursor key", alone.cursor, targets.cursor),
        milliseconds("keys: cursor key, first paint", alone.row),
        milliseconds("keys: page key", alone.page, targets.page),
        Figure("memory, peak", held, *((f"under {most:g} MB", peak < most) if most else ())),
    ]


async def _beside(found: Shelf, known: Known, targets: Targets, extent: Extent, alone: Session) -> list[Figure]:
    beside = Session()
    async with found.program() as program:
        await _all_there(program, found.copies)
        async with found.publishing():
            await _press(program, known, extent, beside)
        await program.leave(landmarks.QUIT)
    return [
        compared("beside a publish: a letter echoed", beside.echo, alone.echo, targets.echo),
        compared("beside a publish: table settled after a letter", beside.letter, alone.letter, targets.letter),
        compared("beside a publish: cursor key", beside.cursor, alone.cursor, targets.cursor),
        compared("beside a publish: page key", beside.page, alone.page, targets.page),
    ]


async def _own_sync(found: Shelf, targets: Targets, alone: Session) -> list[Figure]:
    beside = Session()
    async with found.publishing():  # so that there is something to publish
        pass
    async with found.holding(), found.program(limit=FAR_AWAY) as program:
        await _all_there(program, found.copies)
        await keys.until_published(program, beside)
        peak = program.memory()["VmHWM"] / _MEGABYTE
        await program.leave(landmarks.QUIT)
    if not beside.cursor.wall:
        raise NotMeasured("it was published before a key was answered")
    return [
        compared("its own sync: cursor key while it reads", beside.reading, alone.cursor, targets.cursor),
        compared("its own sync: cursor key while it publishes", beside.cursor, alone.cursor, targets.cursor),
        Figure("its own sync: longest answer", f"{max(beside.reading.wall + beside.cursor.wall) * 1000:.0f} ms"),
        Figure("its own sync: memory, peak", f"{peak:.0f} MB (of all processes {beside.memory / _MEGABYTE:.0f})"),
    ]


async def _table(found: Shelf, known: Known) -> list[Figure]:
    session, patience = Session(), 300.0
    async with terminal(found.environment, sys.executable, "-P", "-m", "benchmarks.datatable") as program:
        first = await program.until(landmarks.first_row(*known.first), "the first record", patience)
        await program.until(landmarks.shown(found.copies, found.copies), "all records", patience)
        await program.silence(1)
        await _press(program, known, TABLE, session)
        peak = program.memory()["VmHWM"] / _MEGABYTE
    return [
        seconds("DataTable: first row", first.at),
        milliseconds("DataTable: a letter echoed", session.echo),
        milliseconds("DataTable: table settled after a letter", session.letter),
        milliseconds("DataTable: cursor key", session.cursor),
        milliseconds("DataTable: page key", session.page),
        Figure("DataTable: memory, peak", f"{peak:.0f} MB"),
    ]


async def _all_there(program: Terminal, copies: int) -> None:
    """All records, without the filter that a part which ended early may have left behind."""
    await program.until(landmarks.counted(copies), "the number of records")
    await program.silence(1)
    if not landmarks.shown(copies, copies)(program.screen):
        program.press(landmarks.ESCAPE)
        await program.until(landmarks.shown(copies, copies), "all records")
        await program.silence(1)


async def _press(program: Terminal, known: Known, extent: Extent, session: Session) -> None:
    await keys.letters(program, known.counts, session, extent.words)
    await keys.cursor(program, session, extent.moves)
    await keys.pages(program, session, extent.moves)


async def demo_figures() -> list[Figure]:
    """`dev.py demo` for the second time."""
    screen, row = await starts.demo()
    return [seconds("first screen", screen.at, 2), seconds("first row", row.at, 4)]


def main() -> int:
    """Read the command line, measure, judge."""
    options = parser("benchmarks.terminal", __doc__)
    options.add_argument(
        "--copies",
        type=int,
        nargs="+",
        default=[10_000, 100_000],
        metavar="N",
        help="of each collection (default: %(default)s)",
    )
    options.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="these parts (default: all)")
    options.add_argument("--quick", action="store_true", help="few starts and keys: to see that it works")
    options.add_argument("--demo", action="store_true", help="also `dev.py demo`, whose first run sets up a checkout")
    options.add_argument("--datatable-large", action="store_true", help="Textual's own table above 10,000 copies, too")
    given = options.parse_args()
    machine = f"Python {platform.python_version()}, {os.cpu_count()} CPUs"
    title = f"The terminal at {COLUMNS}x{ROWS}, p95 (median, CPU; number of keys); {machine}"
    return judged(title, list(_scenarios(given)))


def _scenarios(given: argparse.Namespace) -> list[Scenario]:
    extent = QUICK if given.quick else Extent()
    found = []
    for copies in given.copies:
        small = copies <= 10_000 or given.datatable_large
        chosen = [part for part in PARTS if part in given.only and (small or part != "datatable")]
        found.append(Scenario(f"{copies:,} copies", partial(terminal_figures, copies, extent, chosen)))
    return [*found, Scenario("dev.py demo, second run", demo_figures)] if given.demo else found


if __name__ == "__main__":
    sys.exit(main())
