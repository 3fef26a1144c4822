"""Keys pressed one after the other in a running program, each when the answer to the one before is over."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from benchmarks import landmarks
from benchmarks.pty_driver import PATIENCE, Paint, Terminal
from benchmarks.screen import Screen
from benchmarks.standin import NotMeasured
from benchmarks.timed import Timed

_WORDS: Final = "dub gol nig ech rec silv marb amb sh vel qui win jad pap lun hol ele dis cos bro"
WORDS: Final = tuple(_WORDS.split(" "))
"""Typed letter by letter and taken away again: words of the stand-in's invented records, each letter leaves fewer."""

_REST: Final = 0.2
"""Seconds without output before a letter is typed: what may follow the last one is over then."""


@dataclass(slots=True)
class Session:
    """All keys of one run of the program."""

    echo: Timed = field(default_factory=Timed)
    letter: Timed = field(default_factory=Timed)
    """Up to the table and the count of what is left."""
    after: Timed = field(default_factory=Timed)
    """Up to the last byte of all, facets included."""
    row: Timed = field(default_factory=Timed)
    """Up to the first paint of a cursor key."""
    cursor: Timed = field(default_factory=Timed)
    reading: Timed = field(default_factory=Timed)
    """Cursor keys while a sync of the program's own reads."""
    memory: int = 0
    """Bytes that the program and what it has begun held at the same time during that sync, at most."""
    page: Timed = field(default_factory=Timed)


def steps(words: Sequence[str] = WORDS) -> Iterator[tuple[bytes, str, str]]:
    """Key, text before and text after: each word is typed, then taken away."""
    for word in words:
        for end in range(len(word)):
            yield word[end].encode(), word[:end], word[: end + 1]
        for end in range(len(word), 0, -1):
            yield landmarks.BACKSPACE, word[:end], word[: end - 1]


def texts() -> list[str]:
    """Every text that stands in the filter line at some time."""
    return list(dict.fromkeys(after for _key, _before, after in steps()))


async def letters(terminal: Terminal, counts: dict[str, int], session: Session, words: Sequence[str]) -> None:
    """Open the filter line, type the words, leave it. Letters that leave as many records as before are not timed."""
    total = counts[""]
    await terminal.answer(landmarks.FILTER)
    for key, before, after in steps(words):
        await terminal.silence(_REST)
        terminal.press(key)
        if counts[after] == counts[before]:
            await terminal.until(lambda _: True, f"an answer to {key!r}")
            continue
        await terminal.until(landmarks.shown(counts[after], total), f"{counts[after]:,} records that match {after!r}")
        await terminal.silence()
        session.letter.add(landmarks.of_table(terminal.screen, terminal.paints))
        if len(after) > len(before):
            session.echo.add(landmarks.echo(terminal.screen, terminal.paints))
            if not landmarks.stands_in_filter(terminal.screen, after):
                reason = f"{after!r} was typed and does not stand in the filter line"
                raise NotMeasured(reason)
        await terminal.silence(_REST)
        session.after.add(landmarks.of_all_but_filter(terminal.screen, terminal.paints))
    await terminal.answer(landmarks.ESCAPE)
    await terminal.silence(_REST)


async def cursor(terminal: Terminal, session: Session, number: int) -> None:
    """From the first record so many down, the last of them scrolling, and up again."""
    await _home(terminal)
    for key in (landmarks.DOWN, landmarks.UP):
        for _ in range(number):
            session.cursor.add(await _moved(terminal, key))
            session.row.add(terminal.paints[0])


async def pages(terminal: Terminal, session: Session, number: int) -> None:
    """So many pages down and up again, each of which scrolls."""
    await _home(terminal)
    for key in (landmarks.PAGE_DOWN, landmarks.PAGE_UP):
        for _ in range(2):  # the first one may only move the cursor to the other end of the page
            await terminal.answer(key)
        for _ in range(number):
            before = landmarks.rows_text(terminal.screen)
            terminal.press(key)
            await terminal.until(partial(_scrolled, before), "another page")
            await terminal.silence()
            session.page.add(terminal.paints[-1])


async def until_published(terminal: Terminal, session: Session) -> None:
    """Let the program sync, and press cursor keys until it has published and shows that.

    Those from the moment on at which it says that it publishes are told apart from those before.
    """
    terminal.press(landmarks.SYNC)
    publishing = landmarks.says(landmarks.PUBLISHING)
    await terminal.until(landmarks.says(landmarks.READING), "the sync's first page", PATIENCE)
    key, has_read, until = landmarks.DOWN, False, time.monotonic() + 5 * PATIENCE
    while publishing(terminal.screen) or not has_read:
        moved = await _moved(terminal, key)
        has_read = has_read or publishing(terminal.screen)
        (session.cursor if has_read else session.reading).add(moved)
        session.memory = max(session.memory, terminal.memory_of_all())
        key = landmarks.UP if key == landmarks.DOWN else landmarks.DOWN
        if time.monotonic() > until:
            raise NotMeasured("the sync did not come to its end")


async def _moved(terminal: Terminal, key: bytes) -> Paint | None:
    """Press, and wait until the table and what is beside it are painted; the last paint of those."""
    terminal.press(key)
    await terminal.until(lambda screen: landmarks.of_records(screen, terminal.paints), f"an answer to {key!r}")
    await terminal.silence()
    return landmarks.of_records(terminal.screen, terminal.paints)


def _scrolled(before: str, screen: Screen) -> bool:
    return landmarks.rows_text(screen) != before


async def _home(terminal: Terminal) -> None:
    terminal.press(landmarks.HOME)
    await terminal.silence(0.5)
