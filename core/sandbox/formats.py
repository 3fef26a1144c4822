"""The abbreviated `Format` column of an export, read back into format rows.

`2xLP, Album, RE, RM` is one group; several are joined by ` + `. A group without a carrier of its own is `All Media`.
What is not a known abbreviation (colours, mostly: `Yel`, `Mar`) goes into the free text, as it stands.
"""

import re

from core.sandbox.holding import JsonObject

_COUNT = re.compile(r"(\d+)x(?=\S)(.+)", re.DOTALL)
_INCHES = re.compile(r"\d+[½¼¾]?\"")
_CARRIERS = {
    "CD": "CD",
    "CDr": "CDr",
    "Cass": "Cassette",
    "Cassette": "Cassette",
    "File": "File",
    "DVD": "DVD",
    "DVDr": "DVDr",
    "SACD": "SACD",
    "Blu-ray": "Blu-ray",
    "VHS": "VHS",
    "Minidisc": "Minidisc",
    "MD": "Minidisc",
    "Flexi": "Flexi-disc",
    "Flexi-disc": "Flexi-disc",
    "Lathe": "Lathe Cut",
    "Acetate": "Acetate",
    "Shellac": "Shellac",
    "8-Trk": "8-Track Cartridge",
    "Reel": "Reel-To-Reel",
    "Box": "Box Set",
    "Hybrid": "Hybrid",
    "Vinyl": "Vinyl",
    "All Media": "All Media",
}
_DESCRIPTIONS = {
    "Comp": "Compilation",
    "Ltd": "Limited Edition",
    "RE": "Reissue",
    "RM": "Remastered",
    "RP": "Repress",
    "Num": "Numbered",
    "Promo": "Promo",
    "W/Lbl": "White Label",
    "S/Sided": "Single Sided",
    "D/Sided": "Double Sided",
    "S/Edition": "Special Edition",
    "Etch": "Etched",
    "Dlx": "Deluxe Edition",
    "TP": "Test Pressing",
    "Unofficial": "Unofficial Release",
    "P/Unofficial": "Partially Unofficial",
    "Maxi": "Maxi-Single",
    "MiniAlbum": "Mini-Album",
    "Mini": "Mini",
    "Mixed": "Mixed",
    "P/Mixed": "Partially Mixed",
    "Mixtape": "Mixtape",
    "Mono": "Mono",
    "Stereo": "Stereo",
    "Quad": "Quadraphonic",
    "Pic": "Picture Disc",
    "Smplr": "Sampler",
    "Enh": "Enhanced",
    "RSD": "Record Store Day",
    "Club": "Club Edition",
    "Copy Prot.": "Copy Protected",
    "MP": "Mispress",
    "Multichannel": "Multichannel",
    "Jukebox": "Jukebox",
    "Shape": "Shape",
    "Transcription": "Transcription",
    "Album": "Album",
    "LP": "LP",
    "EP": "EP",
    "Single": "Single",
    "Advance": "Advance",
    "NTSC": "NTSC",
    "PAL": "PAL",
    "MP3": "MP3",
    "FLAC": "FLAC",
    "WAV": "WAV",
    "AAC": "AAC",
    "DVD-V": "DVD-Video",
    "DVD-A": "DVD-Audio",
}


def parsed(column: str) -> list[JsonObject]:
    """Read the whole column. Never fails; an empty column is no row."""
    return [_group(group.strip()) for group in column.split(" + ") if group.strip()]


def _group(text: str) -> JsonObject:
    first, *rest = [part.strip() for part in text.split(",")]
    counted = _COUNT.fullmatch(first)
    quantity, carrier = counted.groups() if counted else ("1", first)
    name, implied = _carrier(carrier.strip())
    descriptions, free = [*implied], []
    for part in rest:
        known = _description(part)
        if known:
            descriptions.append(known)
        elif part:
            free.append(part)
    row: JsonObject = {"name": name, "qty": quantity}
    if free:
        row["text"] = ", ".join(free)
    if descriptions:
        row["descriptions"] = descriptions
    return row


def _carrier(word: str) -> tuple[str, list[str]]:
    if word == "LP" or _INCHES.fullmatch(word):
        return "Vinyl", [word]
    if word in ("DVD-V", "DVD-A"):
        return "DVD", [_DESCRIPTIONS[word]]
    if word in _CARRIERS:
        return _CARRIERS[word], []
    described = _description(word)
    return ("All Media", [described]) if described else (word, [])


def _description(word: str) -> str | None:
    return word if _INCHES.fullmatch(word) or word.endswith(" RPM") else _DESCRIPTIONS.get(word)
