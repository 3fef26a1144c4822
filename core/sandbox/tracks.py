"""Track lists that never were: as many sides or discs as the formats say, at times with headings and medleys."""

import random
from collections.abc import Iterator

from core.sandbox.holding import JsonObject
from core.sandbox.release import artist_row

PEOPLE = ("A. Sample", "B. Nobody", "C. Invented", "D. Example")
_WORDS = (
    "Night",
    "River",
    "Signal",
    "Echo",
    "Stone",
    "Glass",
    "Return",
    "Summer",
    "Version",
    "Dub",
    "Theme",
    "Reprise",
)
_SIDED = ("Vinyl", "Shellac", "Acetate", "Lathe Cut", "Flexi-disc", "Cassette", "Reel-To-Reel", "8-Track Cartridge")
_NO_CARRIER = ("All Media", "Box Set")
_MOST = 8  # sides or discs: some `qty` are beyond belief


def tracklist(formats: list[JsonObject], chance: random.Random) -> list[JsonObject]:
    """Invent the tracks of a release."""
    tracks: list[JsonObject] = []
    timed = chance.random() < 0.5
    for heading, positions in _parts(formats, chance):
        if chance.random() < 0.06:
            tracks.append({"position": "", "type_": "heading", "title": heading, "duration": ""})
        tracks += [_track(position, chance, timed=timed) for position in positions]
    if chance.random() < 0.08:
        tracks.append(_medley(tracks.pop(), chance, timed=timed))
    return tracks


def credit(role: str, chance: random.Random) -> JsonObject:
    """Invent somebody who had a part in it."""
    return {**artist_row(chance.choice(PEOPLE)), "role": role, "tracks": chance.choice(("", "A1, B2", "A1 to A3"))}


def sides(formats: list[JsonObject]) -> int:
    """Return how many sides there are to play: none for what has no sides."""
    sided = [one for one in formats if one["name"] in _SIDED]
    single = sum(_quantity(one) for one in sided if "Single Sided" in one.get("descriptions", ()))
    return min(_MOST, 2 * sum(_quantity(one) for one in sided) - single)


def _parts(formats: list[JsonObject], chance: random.Random) -> Iterator[tuple[str, list[str]]]:
    """Yield each side or disc: what a heading calls it, and the positions of its tracks."""
    described = {text for one in formats for text in one.get("descriptions", ())}
    for side in "ABCDEFGH"[: sides(formats)]:
        most = 1 if '7"' in described else 3 if '12"' in described else 6
        count = chance.randint(1 if most < 6 else 3, most)
        yield f"Side {side}", [side] if count == 1 else [f"{side}{place}" for place in range(1, count + 1)]
    others = [one for one in formats if one["name"] not in (*_SIDED, *_NO_CARRIER)]
    discs = min(_MOST, sum(_quantity(one) for one in others)) or int(not sides(formats))
    form = chance.choice(("{disc}-{place}", "{disc}-{place:02}", "CD{disc}-{place}"))
    for disc in range(1, discs + 1):
        places = range(1, chance.randint(6, 14))
        yield f"Disc {disc}", [form.format(disc=disc, place=place) if discs > 1 else str(place) for place in places]


def _quantity(one: JsonObject) -> int:
    text = str(one["qty"])
    return min(int(text), _MOST) if text.isdecimal() and len(text) < 4 else 1


def _track(position: str, chance: random.Random, *, timed: bool) -> JsonObject:
    row = _plain(position, chance, timed=timed)
    if chance.random() < 0.12:
        guests = chance.sample(PEOPLE, chance.choice((1, 1, 2)))
        row["artists"] = [
            artist_row(name, join="&" if place + 1 < len(guests) else "") for place, name in enumerate(guests)
        ]
    if chance.random() < 0.15:
        row["extraartists"] = [credit("Remix", chance)]
    return row


def _plain(position: str, chance: random.Random, *, timed: bool) -> JsonObject:
    title = " ".join(chance.sample(_WORDS, chance.choice((1, 2, 3))))
    duration = f"{chance.randint(2, 9)}:{chance.randint(0, 59):02}" if timed else ""
    return {"position": position, "type_": "track", "title": title, "duration": duration}


def _medley(last: JsonObject, chance: random.Random, *, timed: bool) -> JsonObject:
    """Make an index of the last track: it has no position of its own, its parts have."""
    parts = [_plain(f"{last['position']}.{part}", chance, timed=timed) for part in range(1, chance.randint(3, 5))]
    parts[0]["extraartists"] = [credit("Mixed By", chance)]
    return {**_plain("", chance, timed=False), "type_": "index", "sub_tracks": parts}
