"""The copies of a collection by a number they have, so that those between two of them are found at once."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate, chain
from typing import Final

from core.domain.index import Index

_STEPS: Final = 128
"""Of the copies in order so many beginnings are kept as bits: of 100,000 copies 1.6 MB, and any span is two of them."""


class Ranked:
    """Bit sets by the spans of a number; what is not known is in none."""

    def __init__(self, numbers: Sequence[int | None]) -> None:
        self._size = len(numbers)
        of: dict[int, list[int]] = {}
        for position, number in enumerate(numbers):
            if number is not None:
                of.setdefault(number, []).append(position)
        self._numbers = sorted(of)
        """Each that there is, once and in order."""
        self._positions = array("I", chain.from_iterable(map(of.__getitem__, self._numbers)))
        self._starts = array("I", accumulate((len(of[number]) for number in self._numbers), initial=0))
        """Where the copies of each begin among the positions, and where the last of them end."""
        self._step = len(self._positions) // _STEPS + 1
        self._beginnings = [0]
        for start in range(0, len(self._positions), self._step):
            self._beginnings.append(self._beginnings[-1] | self._bits(start, start + self._step))

    @property
    def known(self) -> int:
        """The copies of which the number is known."""
        return self._beginnings[-1]

    def between(self, low: int | None, high: int | None) -> int:
        """The copies from a number to another, both included; None is an open end."""
        first = 0 if low is None else bisect_left(self._numbers, low)
        last = len(self._numbers) if high is None else bisect_right(self._numbers, high)
        return self._first(self._starts[last]) ^ self._first(self._starts[first]) if first < last else 0

    def _first(self, count: int) -> int:
        """So many copies, those of the lowest numbers."""
        steps = count // self._step
        return self._beginnings[steps] | self._bits(steps * self._step, count)

    def _bits(self, start: int, end: int) -> int:
        octets = bytearray(self._size // 8 + 1)
        for position in self._positions[start:end]:
            octets[position >> 3] |= 1 << (position & 7)
        return int.from_bytes(octets, "little")


def ranked(index: Index, name: str) -> Ranked:
    """The copies by a number that the index knows; made once."""
    return index.keep(_ranked, name)


def _ranked(index: Index, name: str) -> Ranked:
    return Ranked(index.numbers(name))
