"""Goldmine grades as Discogs spells them. Source: the options of collection fields 1 and 2 of recorded accounts."""

from __future__ import annotations

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

SLEEVE_ONLY: Final = {"Generic": "gen", "No Cover": "none", "Not Graded": "–"}


def short_grade(condition: str) -> str:
    """The short form of a grade; a word that is no known grade is given back as it is."""
    return GRADES.get(condition) or SLEEVE_ONLY.get(condition) or condition
