"""Goldmine grades as Discogs spells them. Source: the options of collection fields 1 and 2 of recorded accounts."""

from __future__ import annotations

import re
from typing import Final

GRADES: Final = {
    "Mint (M)": "M",
    "Near Mint (NM or M-)": "NM",
    "Very Good Plus (VG+)": "VG+",
    "Very Good (VG)": "VG",
    "Good Plus (G+)": "G+",
    "Good (G)": "G",
    "Fair (F)": "F",
    "Poor (P)": "P",
}
"""Media and sleeve conditions, best first, with their customary short forms."""

SLEEVE_ONLY: Final = ("Generic", "No Cover", "Not Graded")
"""Said in Discogs' words everywhere: a short form of them could be taken for what is not known."""

RANKS: Final = {condition: rank for rank, condition in enumerate((*GRADES, *SLEEVE_ONLY))}
"""0 is the best grade, 7 the worst; what says nothing of the condition comes behind and is no better or worse."""

BEST: Final = 0
WORST: Final = len(GRADES) - 1

NAMES: Final = (*GRADES.values(), *SLEEVE_ONLY)
"""How the condition of a rank is written: the short form of a grade, Discogs' words for the others."""

_BLANKS: Final = re.compile(r"[\s()]+")


def short_grade(condition: str) -> str:
    """The short form of a grade; a word that has none is given back as it is."""
    return GRADES.get(condition, condition)


def rank_of(condition: str) -> int | None:
    """The rank of a condition in Discogs' words; None of one that is empty or not known."""
    return RANKS.get(condition)


def rank_written(text: str) -> int | None:
    """The rank of a condition as people write it: `vg+`, `M-`, `near mint`, Discogs' words, in any case."""
    return _WRITTEN.get(_plain(text))


def _plain(text: str) -> str:
    return _BLANKS.sub("", text).casefold()


def _ways_to_write() -> dict[str, int]:
    found = {_plain(name): rank for rank, name in enumerate(NAMES)}
    for condition, rank in RANKS.items():
        found[_plain(condition)] = found[_plain(condition.partition("(")[0])] = rank
    return found | {"m-": 1, "vgplus": 2, "gplus": 4, "gen": RANKS["Generic"]}


_WRITTEN: Final = _ways_to_write()
