"""The formats of a collection export, which are abbreviated there: `2xLP, Album, RE + CD, Comp` into rows of formats.

Source of the abbreviations: four real exports beside the full bodies of their releases. What is none of them (colours
above all, cut to three letters) stays as it is, as the free text of its row. Nothing is lost and nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from core.domain.release import Format

ALL_MEDIA: Final = "All Media"
"""What Discogs calls the row that speaks of the whole set."""

_TIMES: Final = re.compile(r"([0-9]+)x(\S.*)", re.DOTALL)
SIZE: Final = re.compile(r'[0-9]+(?:½|¼|¾|\.[0-9]+)?"')
_SPEED: Final = re.compile(r".+ RPM")

OF_VINYL: Final = frozenset({"LP"})

MEDIA: Final = {
    "Vinyl": "Vinyl",
    "Acetate": "Acetate",
    "Flexi": "Flexi-disc",
    "Flexi-disc": "Flexi-disc",
    "Lathe": "Lathe Cut",
    "Lathe Cut": "Lathe Cut",
    "Shellac": "Shellac",
    "Cyl": "Cylinder",
    "8-Trk": "8-Track Cartridge",
    "4-Trk": "4-Track Cartridge",
    "Cass": "Cassette",
    "Cassette": "Cassette",
    "DCC": "DCC",
    "DAT": "DAT",
    "MC": "Microcassette",
    "Reel": "Reel-To-Reel",
    "CD": "CD",
    "CDr": "CDr",
    "CDV": "CDV",
    "SACD": "SACD",
    "DVD": "DVD",
    "DVDr": "DVDr",
    "HD DVD": "HD DVD",
    "Blu-ray": "Blu-ray",
    "Blu-ray-R": "Blu-ray-R",
    "Laserdisc": "Laserdisc",
    "Minidisc": "Minidisc",
    "MD": "Minidisc",
    "VHS": "VHS",
    "Betamax": "Betamax",
    "Floppy": "Floppy Disk",
    "File": "File",
    "Memory Stick": "Memory Stick",
    "Hybrid": "Hybrid",
    "Box": "Box Set",
    "Box Set": "Box Set",
    ALL_MEDIA: ALL_MEDIA,
}
"""What a group begins with, and what the database calls it."""

DVD: Final = {"DVD-V": "DVD-Video", "DVD-A": "DVD-Audio", "DVD-D": "DVD-Data"}
"""DVDs whose kind stands in the place of the medium."""

WORDS: Final = {
    "RE": "Reissue",
    "RM": "Remastered",
    "RP": "Repress",
    "Comp": "Compilation",
    "Ltd": "Limited Edition",
    "Num": "Numbered",
    "S/Edition": "Special Edition",
    "Dlx": "Deluxe Edition",
    "Club": "Club Edition",
    "RSD": "Record Store Day",
    "TP": "Test Pressing",
    "W/Lbl": "White Label",
    "MP": "Mispress",
    "Misprint": "Misprint",
    "Unofficial": "Unofficial Release",
    "P/Unofficial": "Partially Unofficial",
    "S/Sided": "Single Sided",
    "D/Sided": "Double Sided",
    "Etch": "Etched",
    "Pic": "Picture Disc",
    "Shape": "Shape",
    "Card": "Business Card",
    "Maxi": "Maxi-Single",
    "MiniAlbum": "Mini-Album",
    "Mini": "Mini",
    "P/Mixed": "Partially Mixed",
    "Smplr": "Sampler",
    "Enh": "Enhanced",
    "Copy Prot.": "Copy Protected",
    "Quad": "Quadraphonic",
    "Ambi": "Ambisonic",
    "Transcription": "Transcription",
    **{
        word: word
        for word in (
            *("LP", "EP", "Album", "Single", "Mixed", "Mixtape", "Promo", "Mono", "Stereo", "Multichannel"),
            *("Jukebox", "Advance", "NTSC", "PAL", "SECAM", "HDCD", "AAC", "AIFF", "ALAC", "FLAC", "MP2", "MP3", "WAV"),
            *("WMA", "VinylDisc", "Styrene"),
        )
    },
}
"""Every other word that says something in particular."""


@lru_cache(maxsize=4_096)
def formats_in(column: str) -> tuple[Format, ...]:
    """The rows of an abbreviated column; none when it is blank. Never fails."""
    return tuple(_row(group, number) for number, group in enumerate(filter(None, _groups(column))))


def _groups(column: str) -> Iterable[str]:
    return (group.strip() for group in column.split(" + "))


def _row(group: str, number: int) -> Format:
    first, *rest = [word.strip() for word in group.split(",")]
    name, quantity, implied = _medium(first, number)
    descriptions, free = [*implied], []
    for word in rest:
        known = _description(word)
        if known:
            descriptions.append(known)
        elif word:
            free.append(word)
    return Format(name, quantity, ", ".join(free), tuple(dict.fromkeys(descriptions)))


def _medium(word: str, number: int) -> tuple[str, str, tuple[str, ...]]:
    """The name of a row, how many there are of it, and what the word says beside that."""
    times = _TIMES.fullmatch(word)
    quantity, medium = times.groups() if times else ("1", word)
    if medium in OF_VINYL or SIZE.fullmatch(medium):
        return "Vinyl", quantity, (medium,)
    if medium in DVD:
        return "DVD", quantity, (DVD[medium],)
    if medium in MEDIA:
        return MEDIA[medium], quantity, ()
    described = _description(word)
    if described is not None and number:
        # Behind others, a group without a medium of its own speaks of all of them.
        return ALL_MEDIA, "1", (described,)
    return word, "1", ()


def _description(word: str) -> str | None:
    if word in DVD:
        return DVD[word]
    return word if SIZE.fullmatch(word) or _SPEED.fullmatch(word) else WORDS.get(word)
