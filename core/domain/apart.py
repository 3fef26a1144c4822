"""Long work in a thread beside somebody who presses keys: a sort of 100,000 in one go would hold up an answer."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from typing import Any, Final, TypeVar

T = TypeVar("T")

AT_ONCE: Final = 2_000
"""Items, about, that are sorted at once: a millisecond or two. Only between two such sorts another thread goes on."""

_SAMPLES: Final = 8
"""Looked at for each part, so that the parts become about equally long."""


def _nobody_waits() -> None:
    """Where no keys are pressed."""


GIVE_WAY: Final[ContextVar[Callable[[], None]]] = ContextVar("GIVE_WAY", default=_nobody_waits)
"""Called between two parts of long work. Where keys are pressed, it waits while one is answered: a thread that goes on
meanwhile would have every other turn of the interpreter. `asyncio.to_thread` hands it on to the thread.
"""


def sorted_by(items: Sequence[T], *keys: Callable[[T], Any]) -> list[T]:
    """Sorted by the first key, alike ones by the next, and so on; what is alike in all of them stays as it was."""
    found: list[T] = []
    for part in parts(items, keys[0]):
        for key in reversed(keys):
            part.sort(key=key)
        found += part
        GIVE_WAY.get()()
    return found


def parts(items: Sequence[T], key: Callable[[T], Any]) -> Iterator[list[T]]:
    """The items in short lists, each of which goes wholly before the next; alike ones are in the same list."""
    step = AT_ONCE // _SAMPLES
    samples = sorted([key(item) for item in items[step // 2 :: step]])
    ends = list(dict.fromkeys(samples[_SAMPLES - 1 :: _SAMPLES]))
    found: list[list[T]] = [[] for _ in range(len(ends) + 1)]
    for item in items:
        found[bisect_left(ends, key(item))].append(item)
    # Each is let go of when the next one is taken.
    found.reverse()
    while found:
        yield found.pop()
